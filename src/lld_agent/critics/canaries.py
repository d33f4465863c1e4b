"""Two planted findings with known answers, about a document of our own.

The same in every run, so that their verdicts cost once per model and prompt; a model or prompt that
cannot tell them apart is found before anything that it says is reported.
"""

from dataclasses import dataclass
from functools import cache

from lld_agent.critics.candidates import Candidate, Document, examined
from lld_agent.critics.reading import Part
from lld_agent.critics.wire import Quote, Raised
from lld_agent.errors import InternalError
from lld_agent.model.source import SourceText
from lld_agent.rules.critics import critics
from lld_agent.template.reader import read_design

_TEXT = """# Coat Check - Design

## Purpose

Guests hand in coats and get a numbered tag. The service `cloakroom` keeps which tag stands for which hook.

## Tags

- A tag is valid until the coat is handed out.
- A tag that was not used for 6 hours expires; the coat then goes to lost property.
- When all hooks are taken, `POST /coats` answers 409 NO_HOOK and the guest keeps the coat.

## Handing out

1. The attendant scans the tag with `POST /coats/{tag}/handout`.
2. The service marks the hook as free and answers with its number.
3. Tags never expire: a coat is handed out whenever its tag is shown.

## Out of scope

- Payment.
"""


@dataclass(frozen=True, slots=True)
class Canary:
    """A planted finding, the document it is about, and whether it holds."""

    candidate: Candidate
    document: Document
    holds: bool


@cache
def canaries() -> tuple[Canary, ...]:
    """Return the planted findings: one that holds, one that the document answers."""
    document = Document(read_design(SourceText(_TEXT, "canary")))
    holds = Raised(
        kind="contradiction",
        title="Expiry of tags: they expire and never expire",
        claim="A tag expires after 6 hours without use, and tags never expire: after that time"
        " the coat is both in lost property and handed out.",
        evidence=[
            _quote("A tag that was not used for 6 hours expires", 10, "premise"),
            _quote(
                "Tags never expire: a coat is handed out whenever its tag is shown.", 17, "conflict"
            ),
        ],
        absence_sections=[],
        absence_terms=[],
        subjects=["tag"],
        impact="The attendant shows a guest an empty hook.",
        severity="warning",
        confidence=0.9,
        falsifier="A tag that expired is refused.",
    )
    fails = Raised(
        kind="omission",
        title="POST /coats: no answer for a full cloakroom",
        claim="Nothing says what happens when a guest hands in a coat and no hook is left.",
        evidence=[_quote("Guests hand in coats and get a numbered tag.", 5, "premise")],
        absence_sections=["Tags", "Handing out"],
        absence_terms=["no hook", "cloakroom full", "hooks are taken"],
        subjects=["cloakroom"],
        impact="The guest waits.",
        severity="warning",
        confidence=0.8,
        falsifier="When no hook is left the guest is told so.",
    )
    return (_planted(holds, document, holds=True), _planted(fails, document, holds=False))


def _quote(text: str, line: int, role: str) -> Quote:
    return Quote.model_validate({"quote": text, "line_start": line, "line_end": line, "role": role})


def _planted(raised: Raised, document: Document, *, holds: bool) -> Canary:
    kind = "contradiction" if raised.kind == "contradiction" else "edge"
    critic = next(one for one in critics() if one.key == kind)
    found = examined(raised, critic, Part(tuple(range(1, len(document.lines) + 1))), document)
    if not isinstance(found, Candidate):
        raise InternalError(f"a planted finding is not well made: {found.detail}")
    return Canary(found, document, holds)
