"""The fault table: what a server does, and what must come of it. Both transports run it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.llm.fake_server import CANARY, FakeServer, Fault, minimal
from tests.llm.rig import Purse, Rig, Rows, question

from lld_agent.llm.policy import Policy
from lld_agent.llm.request import FailureKind

GOOD = json.dumps({"rows": [{"name": "Booking", "refs": ["R-1"]}], "note": ""})
CUT = GOOD[:25]
WRONG = json.dumps({"rows": [{"name": "Booking"}], "note": "", "extra": 1})
NONSENSE = json.dumps({"rows": [{"name": "Booking", "refs": ["R-99"]}], "note": ""})

Step = Fault | str


def status(code: int, name: str = "", **headers: str) -> Fault:
    return Fault("status", code, name, headers={k.replace("_", "-"): v for k, v in headers.items()})


def reply(**parts: Any) -> Fault:
    return Fault("reply", reply=parts)


@dataclass(frozen=True)
class Case:
    """A fault and its consequence.

    `steps` are what the server does with the first, second, ... request; the last one goes on.
    """

    name: str
    steps: Sequence[Step]
    kind: FailureKind | None
    requests: int
    waits: list[float] = field(default_factory=list)
    timeout: float = 20.0
    complaints: int = 0


K = FailureKind
LONG = [1.0, 2.0, 4.0, 8.0, 16.0]
CASES = [
    Case("no fault", [GOOD], None, 1),
    Case("429 with Retry-After, once", [status(429, Retry_After="7"), GOOD], None, 2, [7.0]),
    Case("429 in milliseconds", [status(429, Retry_After_ms="1500"), GOOD], None, 2, [1.5]),
    Case("429 for an hour: capped", [status(429, Retry_After="3600"), GOOD], None, 2, [60.0]),
    Case(
        "429 until a date far off: capped",
        [status(429, Retry_After="Wed, 21 Oct 2099 07:28:00 GMT"), GOOD],
        None,
        2,
        [60.0],
    ),
    Case(
        "429 until a date long past",
        [status(429, Retry_After="Wed, 21 Oct 2015 07:28:00 GMT"), GOOD],
        None,
        2,
    ),
    Case("429 until next Tuesday", [status(429, Retry_After="next Tuesday"), GOOD], None, 2, [1.0]),
    Case("429 at once, twice", [status(429, Retry_After="0")] * 2 + [GOOD], None, 3, [2.0]),
    Case("429 for good", [status(429)], K.RATE_LIMIT, 6, LONG),
    Case("429 insufficient_quota", [status(429, "insufficient_quota")], K.QUOTA, 1),
    Case("500 once", [status(500), GOOD], None, 2, [1.0]),
    Case("500 for good", [status(500)], K.SERVER, 6, LONG),
    Case("503 with Retry-After", [status(503, Retry_After="2"), GOOD], None, 2, [2.0]),
    Case("503 for good", [status(503)], K.SERVER, 6, LONG),
    Case("401", [status(401, "invalid_api_key")], K.CREDENTIALS, 1),
    Case("403", [status(403, "forbidden")], K.CREDENTIALS, 1),
    Case("404", [status(404, "model_not_found")], K.MODEL, 1),
    Case("400 on schema", [Fault("status", 400, "bad", "Invalid schema")], K.BAD_REQUEST, 1),
    Case("400 too long", [status(400, "context_length_exceeded")], K.CONTEXT, 1),
    Case("400 filtered", [status(400, "content_filter")], K.FILTERED, 1),
    Case("timeout before the body", [Fault("hang")], K.TIMEOUT, 2, [1.0], timeout=0.8),
    Case("timeout in the body", [Fault("hang_body")], K.TIMEOUT, 2, [1.0], timeout=0.8),
    Case("slow drip", [Fault("drip")], K.TIMEOUT, 2, [1.0], timeout=0.8),
    Case("connection reset", [Fault("reset")], K.CONNECTION, 6, LONG),
    Case("connection reset once", [Fault("reset"), GOOD], None, 2, [1.0]),
    Case("empty content", [reply(content="")], K.EMPTY, 1),
    Case("no content", [reply(content=None)], K.EMPTY, 1),
    Case("blank content", [reply(content=" \n")], K.EMPTY, 1),
    Case("refusal", [reply(content=None, refusal="I can't help")], K.REFUSED, 1),
    Case("content filter", [reply(content=CUT, finish_reason="content_filter")], K.FILTERED, 1),
    Case("cut once", [reply(content=CUT, finish_reason="length"), GOOD], None, 2),
    Case("cut for good", [reply(content=CUT, finish_reason="length")], K.LENGTH, 2),
    Case("truncated JSON once", [CUT, GOOD], None, 2),
    Case("truncated JSON", [CUT], K.INVALID, 2),
    Case("wrong shape once", [WRONG, GOOD], None, 2),
    Case("wrong shape", [WRONG], K.INVALID, 2),
    Case("no JSON at all", ["I would rather talk about it."], K.INVALID, 2),
    Case("nonsense once", [NONSENSE, GOOD], None, 2),
    Case("nonsense", [NONSENSE], None, 2, complaints=1),
    Case("nonsense, then none", [NONSENSE, status(401)], None, 2, complaints=1),
    Case("wrong shape, then nonsense", [WRONG, NONSENSE], None, 2, complaints=1),
    Case("200 with HTML", [Fault("html")], K.SERVER, 1),
    Case("choices: []", [reply(choices=[])], K.EMPTY, 1),
    Case("in a code fence", [f"Here:\n```json\n{GOOD}\n```"], None, 1),
    Case("fault after fault", [status(500), CUT, status(429), GOOD], None, 4, [1.0, 1.0]),
]
"""Waits are with full jitter: the longest that the backoff gives."""


def unknown_refs(answer: Rows) -> list[str]:
    return [f"{ref} is no requirement" for row in answer.rows for ref in row.refs if ref != "R-1"]


def play(case: Case, connect: Callable[[str], Any], model: str) -> None:
    """Run a case through a transport and check all that must hold."""
    served: list[Step] = []

    def next_step(_body: dict[str, Any]) -> Step:
        step = case.steps[min(len(served), len(case.steps) - 1)]
        served.append(step)
        return step

    with FakeServer(next_step) as server:
        rig = Rig(connect(server.base_url))
        rig.models = type(rig.models)(model)
        rig.policy = Policy(timeout=case.timeout)
        (outcome,) = rig.ask(question(check=unknown_refs))
        assert server.requests == case.requests
        assert server.keys == [CANARY] * case.requests
        tokens_in, tokens_out = _reported(server, served)

    assert (outcome.failure.kind if outcome.failure else None) is case.kind
    assert (outcome.value is None) == (outcome.failure is not None)
    assert outcome.value is None or type(outcome.value) is Rows
    assert len(outcome.complaints) == case.complaints
    assert rig.time.waits == case.waits
    _check_ledger(rig, outcome, case, tokens_in, tokens_out)
    _check_words(rig, outcome)


def _reported(server: FakeServer, served: Sequence[Step]) -> tuple[int, int]:
    """Return the tokens that the server reported for what arrived whole."""
    tokens_in = tokens_out = 0
    for body, step in zip(server.bodies, served, strict=True):
        if isinstance(step, str) or step.kind == "reply":
            text = step if isinstance(step, str) else step.reply.get("content", _minimal(body))
            tokens_in += sum(len(message["content"]) for message in body["messages"]) // 4
            tokens_out += len(text or "") // 4
    return tokens_in, tokens_out


def _minimal(body: dict[str, Any]) -> str:
    return json.dumps(minimal(body))


def _check_ledger(rig: Rig, outcome: Any, case: Case, tokens_in: int, tokens_out: int) -> None:
    assert outcome.attempts == outcome.usage.requests == case.requests
    assert (outcome.usage.tokens_in, outcome.usage.tokens_out) == (tokens_in, tokens_out)
    assert outcome.usage.cost == tokens_in + tokens_out
    lost = {"hang", "hang_body", "drip", "reset"}
    steps = [case.steps[min(at, len(case.steps) - 1)] for at in range(case.requests)]
    assert outcome.usage.complete == (
        not any(isinstance(s, Fault) and s.kind in lost for s in steps)
    )
    assert isinstance(rig.budget, Purse)
    assert not rig.budget.open
    assert len(rig.budget.settled) == case.requests
    assert [call["attempt"] for call in rig.calls] == list(range(1, case.requests + 1))
    assert rig.log[-1]["event"] == "model.outcome"
    assert rig.events[-1].kind == ("model.failed" if case.kind else "model.answered")
    assert rig.events[-1].usage == outcome.usage
    assert sum(event.kind == "model.sent" for event in rig.events) == case.requests
    assert bool(rig.cache) == (case.kind is None)


def _check_words(rig: Rig, outcome: Any) -> None:
    assert CANARY not in repr(outcome) + rig.said()
    if outcome.failure:
        assert outcome.failure.message
        assert "\n" not in outcome.failure.message + outcome.failure.hint
        assert "Traceback" not in outcome.failure.message
