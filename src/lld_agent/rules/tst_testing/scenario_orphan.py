"""TST005."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.names import singular, tokens
from lld_agent.model.design import Design, Endpoint
from lld_agent.model.finding import Severity
from lld_agent.model.vocabulary import TestScenario
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.resources import nouns
from lld_agent.rules.routes import declared
from lld_agent.rules.wording import listed

_VERBS = (
    ("update", re.compile(r"\b(?:updat\w+|edit(?:s|ing|ed)?|modif\w+|patch(?:es|ing)?"
        r"|renam\w+)\b", re.IGNORECASE), {"PUT", "PATCH"}),
    ("delete", re.compile(r"\b(?:delet\w+|remov(?:e|es|ing|ed))\b", re.IGNORECASE), {"DELETE"}),
    ("create", re.compile(r"\b(?:creat(?:e|es|ing|ed))\b", re.IGNORECASE), {"POST", "PUT"}),
    ("list", re.compile(r"\b(?:list(?:s|ing)?|search(?:es|ing)?)\b", re.IGNORECASE), {"GET"}),
)  # fmt: skip
_INSIDE = re.compile(
    r"cache|event|index|cascade|job|worker|concurren|race|database|migration|queue|file|tamper|\b[a-z]+_[a-z_]+\b",
    re.IGNORECASE,
)


class ScenarioOrphan(Rule):
    """What is tested is there.

    ## What it checks
    Verbs of test scenarios (create, update, delete, list) against the methods of the endpoints for
    the same thing.

    ## Why
    Either an endpoint is missing, or the test cannot be written.

    ## Fires when
    A scenario tries a verb on a thing that has endpoints, and none of them has a method for it, nor
    the verb in its path: one finding per thing and verb.

    ## Incorrect
        "Update a loan with a new date"    and only GET and POST for loans

    ## Correct
        `PATCH /loans/{id}`, or no such scenario

    ## Known false positives
    Scenarios about what happens inside: those that speak of caches, jobs, events, tampering, tables
    by their name and the like are left out.

    ## Sections read
    Test scenarios, endpoints.

    ## Source
    Own.
    """

    id: ClassVar[str] = "TST005"
    name: ClassVar[str] = "scenario-orphan"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per thing and verb."""
        things: dict[str, list[Endpoint]] = {}
        for endpoint in declared(design):
            for segment in nouns(endpoint.path):
                if tokens(segment):
                    things.setdefault(tokens(segment)[-1], []).append(endpoint)
        scenarios = design.of(TestScenario)
        if not things or not scenarios:
            yield Skipped("needs endpoints and test scenarios")
            return
        told: set[tuple[str, str]] = set()
        for row in scenarios:
            text = row["scenario"].text
            for verb, thing, endpoints in _tried(text, things) if not _INSIDE.search(text) else ():
                if (verb, thing) not in told:
                    told.add((verb, thing))
                    yield Hit(
                        message=f"a scenario tries to {verb} {thing}, which only has"
                        f" {listed(f'{e.method} {e.path}' for e in endpoints)}",
                        places=(Place(row.span), Place(endpoints[0].span, "the endpoints")),
                        subject=thing,
                        object=verb,
                        hint="declare the endpoint, or take the scenario out",
                    )


def _tried(
    text: str, things: dict[str, list[Endpoint]]
) -> Iterator[tuple[str, str, list[Endpoint]]]:
    """Yield (verb, thing, its endpoints) where no endpoint of the thing can do it.

    Where the scenario names no thing, the endpoints of the whole document count.
    """
    words = {singular(word.lower()) for word in re.findall(r"[A-Za-z]+", text)}
    named = [thing for thing in things if thing in words]
    if len(named) > 1:
        return
    thing = named[0] if named else ""
    endpoints = things[thing] if thing else [e for found in things.values() for e in found]
    for verb, pattern, methods in _VERBS:
        found = pattern.search(text)
        if not found or (not thing and not _is_bare(text)):
            continue
        done = any(
            e.method in methods or pattern.search(e.path.replace("-", " ")) for e in endpoints
        )
        if not done:
            yield verb, thing or "anything", endpoints


def _is_bare(text: str) -> bool:
    """Return whether a scenario is little more than a verb: `Update (happy path)`."""
    return len(re.sub(r"\([^)]*\)|:.*", "", text).split()) <= 2
