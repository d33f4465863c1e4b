"""Critics as rules: same ids, names, severities and pages; a language model judges in place of code.

A critic is a prompt file, `prompts/critics/KEY.md`. Its front matter is the metadata of the rule and
its parts are the page, so that what people read about a critic is what the model was told.
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import ClassVar

from lld_agent.errors import InternalError, UsageError
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity, Tier
from lld_agent.rules.base import Context, Hit, Rule, Skipped
from lld_agent.text.prompts import Prompt, prompt, prompt_parts

KEYS: Mapping[str, str] = {
    "CRI001": "edge",
    "CRI002": "contradiction",
    "CRI003": "api",
    "CRI004": "data",
    "CRI005": "concurrency",
    "CRI006": "failure",
    "CRI007": "threat",
    "CRI008": "operability",
    "CRI009": "ml",
    "CRI010": "feasibility",
}
"""Id → name of the prompt file, which is also what `--only` takes."""

NOT_ASKED = "no language model was asked: `lld-agent review --llm`"
QUESTION, LOOK, LEAVE, REPORTED, NOT_REPORTED = (
    "Question",
    "Look for",
    "Not a finding",
    "Reported",
    "Not reported",
)


class Critic(Rule):
    """A rule that a language model judges; `critics.pipeline` puts the question.

    Attributes:
        key: its short name.
        asked: the prompt.
        kinds: of findings that it may raise.
        slots: addresses of the template's slots that it reads, empty for the whole document.
        rows: names of the row types that it reads, wherever they stand.
        needs_rows: whether a document without any of these has nothing for it to judge.
    """

    key: ClassVar[str]
    asked: ClassVar[Prompt]
    kinds: ClassVar[frozenset[str]]
    slots: ClassVar[tuple[str, ...]]
    rows: ClassVar[frozenset[str]]
    needs_rows: ClassVar[bool]

    def check(self, _design: Design, _context: Context) -> Iterator[Hit | Skipped]:
        """Say that no model was asked: the engine of the rules asks none."""
        yield Skipped(NOT_ASKED)


@cache
def critics() -> tuple[Critic, ...]:
    """Return every critic, sorted by id.

    Raises:
        InternalError: a prompt file is missing or says something else than the table.
    """
    return tuple(_made(rule_id, key) for rule_id, key in sorted(KEYS.items()))


def named(name: str) -> Critic:
    """Return the critic of an id, a name or a key, in any case.

    Raises:
        UsageError: there is none.
    """
    wanted = name.strip().casefold()
    for one in critics():
        if wanted in {one.id.casefold(), one.name, one.key}:
            return one
    known = [text for one in critics() for text in (one.key, one.id, one.name)]
    near = get_close_matches(wanted, known, n=1, cutoff=0.5)
    keys = ", ".join(one.key for one in critics())
    raise UsageError(
        f"there is no critic {name!r}",
        f"did you mean {near[0]}?" if near else f"critics are {keys}",
    )


def _made(rule_id: str, key: str) -> Critic:
    asked = prompt(f"critics/{key}")
    meta = asked.meta
    if meta.get("id") != rule_id:
        raise InternalError(f"the table of critics says {rule_id}, {asked.id} is something else")
    described = {
        "__doc__": _page(asked),
        "id": rule_id,
        "name": meta["name"],
        "severity": Severity(meta["severity"]),
        "tier": Tier(meta["tier"]),
        "since": meta["since"],
        "key": key,
        "asked": asked,
        "kinds": frozenset(_listed(meta["kinds"])),
        "slots": _listed(meta["slots"]),
        "rows": frozenset(_listed(meta["rows"])),
        "needs_rows": meta["needs-rows"] == "yes",
    }
    critic: Critic = type(f"Critic{rule_id}", (Critic,), described)()
    return critic


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _page(asked: Prompt) -> str:
    part = prompt_parts(asked.id)
    return f"""{asked.meta["summary"]}

## What it checks
{part[QUESTION]}

A language model reads, with `lld-agent review --llm` only. Code looks its quotes up in the document,
and a second reading that does not know the first tries to refute each finding
([how](../critics.md)).

## Why
{asked.meta["why"]}

## Fires when
The model reports one of these, with quotes that stand in the document, and the finding is not refuted:

{part[LOOK]}

## Incorrect
{part[REPORTED]}

## Correct
{part[NOT_REPORTED]}

## Known false positives
The model is told to leave these out; where it does not, they are wrong:

{part[LEAVE]}

## Sections read
{asked.meta["reads"]}

## Source
{asked.meta["source"]}
"""
