"""A design, what critics say about it, and a model that says so, over real HTTP on loopback."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.llm.fake_server import Fault, text_of, wanted_schema

DESIGN = """# Parking - Design

## Purpose

The service `parking` lets drivers book a bay in a garage.

## Data

### bookings

| Column | Type | Constraints | Description |
|---|---|---|---|
| `id` | UUID | PK | Key |
| `bay` | INTEGER | NOT NULL | Number of the bay |
| `state` | ENUM | NOT NULL | HELD, PAID, EXPIRED |

## Booking

1. The driver sends `POST /bookings` with bay and time.
2. The service counts the bookings of the bay; when there is none, it inserts one with state HELD.
3. A held booking expires after 10 minutes without payment.
4. The driver pays, and the booking becomes PAID.

A bay is never booked twice for the same time.

## Expiry

A job runs each minute and sets bookings that were held for more than 15 minutes to EXPIRED.

## Out of scope

- Prices.
"""

THREATS = """
## Security

### Threats

| Threat | Likelihood | Impact | Mitigation |
|---|---|---|---|
""" + "".join(
    f"| Forged ticket at gate {gate} of the garage | Low | High | The gate asks the service for it |\n"
    for gate in range(1, 21)
)

Step = Fault | Mapping[str, Any] | str


def quote(text: str, line: int, role: str = "premise") -> dict[str, Any]:
    return {"quote": text, "line_start": line, "line_end": line, "role": role}


def raised(**changes: Any) -> dict[str, Any]:
    """Return a finding as a critic raises it: the two times of expiry, unless told otherwise."""
    return {
        "kind": "contradiction",
        "title": "Expiry of held bookings: 10 and 15 minutes",
        "claim": "A held booking expires after 10 minutes, and the job expires it after 15 minutes.",
        "evidence": [
            quote("A held booking expires after 10 minutes", 21),
            quote("held for more than 15 minutes to EXPIRED", 28, "conflict"),
        ],
        "absence_sections": [],
        "absence_terms": [],
        "subjects": ["bookings"],
        "impact": "A driver pays for a bay that somebody else was given.",
        "severity": "warning",
        "confidence": 0.9,
        "falsifier": "Both times are the same.",
        **changes,
    }


RACE = raised(
    kind="wrong",
    title="Booking: two drivers book one bay",
    claim="Counting and inserting are two steps, so two drivers can both find no booking and insert one.",
    evidence=[
        quote("counts the bookings of the bay; when there is none, it inserts one", 20),
        quote("A bay is never booked twice for the same time.", 24, "conflict"),
    ],
    subjects=["POST /bookings"],
    severity="error",
)
LATE = raised(
    kind="omission",
    title="Payment after expiry",
    claim="Nothing says what happens when the payment arrives after the booking expired.",
    evidence=[quote("The driver pays, and the booking becomes PAID.", 22)],
    absence_sections=["Booking", "Expiry"],
    absence_terms=["refund", "late payment"],
    subjects=["bookings"],
)


def critic_of(body: Mapping[str, Any]) -> str:
    """Return which critic a request asks, by the title of its task."""
    text = text_of(body["messages"][2]["content"])
    title = re.search(r"^# Task: (.+)$", text, re.MULTILINE)
    assert title
    return title[1]


def finding_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the finding that a second reading is asked about."""
    text = text_of(body["messages"][-1]["content"])
    found = re.search(r"^<<<DATA finding \w+\n(.+)$", text, re.MULTILINE)
    assert found
    return json.loads(found[1])


def is_planted(finding: Mapping[str, Any]) -> bool:
    return "tags" in finding["claim"].casefold() or "POST /coats" in finding["claim"]


def verdict(finding: Mapping[str, Any], said: str = "UPHELD", **changes: Any) -> dict[str, Any]:
    return {
        "id": finding["id"],
        "reason": "as the lines say",
        "quote": "A job runs each minute" if said == "REFUTED" else "",
        "reading": "stands" if said == "UPHELD" else "stated_elsewhere",
        "verdict": said,
        "confidence": 0.9,
        **changes,
    }


def planted_verdict(finding: Mapping[str, Any]) -> dict[str, Any]:
    """Return the right answer about a planted finding."""
    if "POST /coats" not in finding["claim"]:
        return verdict(finding)
    return verdict(finding, "REFUTED", quote="When all hooks are taken, `POST /coats` answers 409")


def model(
    says: Mapping[str, Sequence[Mapping[str, Any]]],
    judges: Callable[[dict[str, Any]], Step] = verdict,
    planted: Callable[[dict[str, Any]], Step] = planted_verdict,
) -> Callable[[dict[str, Any]], Any]:
    """Return what answers requests.

    Args:
        says: title of a task → findings that this critic raises; others raise none.
        judges: second readings. planted: those of planted findings.
    """

    def answer(body: dict[str, Any]) -> Any:
        if "findings" in wanted_schema(body)["properties"]:
            return {"findings": list(says.get(critic_of(body), ()))}
        finding = finding_of(body)
        return planted(finding) if is_planted(finding) else judges(finding)

    return answer


def lines_in(body: Mapping[str, Any]) -> str:
    """Return a request without what stands between marks of data."""
    text = "\n".join(text_of(message["content"]) for message in body["messages"])
    return re.sub(r"<<<DATA (\w+) (\w+)\n(?s:.*?)\n\2 DATA>>>", lambda found: f"<{found[1]}>", text)
