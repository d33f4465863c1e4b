"""AIM010."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.names import tokens
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.vocabulary import RoutingRule
from lld_agent.rules.aim_models.about import is_about_models
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.unfilled import any_unfilled
from lld_agent.rules.wording import listed

_DEFAULT = re.compile(
    r"default|else|otherwise|any(?:thing)?\b|all other|\bother\b|everything|fall-?back|no (?:match|rule)|unmatched|unknown|"
    r"sonst|caso contrário|en otro caso|其他|\A\s*\*\s*\Z",
    re.IGNORECASE,
)
_OPPOSITES = (
    {"cloud", "self", "local", "premise", "prem", "remote"},
    {"streaming", "non", "batch", "stream"},
    {"internal", "external"},
    {"enabled", "disabled"},
    {"true", "false"},
    {"hit", "miss"},
    {"healthy", "unhealthy"},
    {"with", "without"},
    {"yes", "no"},
)
_BOUNDARY = re.compile(r"[<>≤≥]")


class RoutingWithoutDefault(Rule):
    """A request that no routing rule matches goes somewhere.

    ## What it checks
    Tables of routing rules.

    ## Why
    The first model that nobody foresaw is answered with an error that nobody planned.

    ## Fires when
    No row is for all other requests, nothing under the table says what happens to them, and the conditions do
    not exhaust the cases: two sides of a comparison, opposites, or all values of an enum do.

    ## Incorrect
        | Model is small | CPU pool | and | Model is quantised | GPU pool |

    ## Correct
        | Otherwise | GPU pool | Serves every model |

    ## Known false positives
    Conditions that exhaust the cases in ways that only people see.

    ## Sections read
    Request routing, enums.

    ## Source
    Own.
    """

    id: ClassVar[str] = "AIM010"
    name: ClassVar[str] = "routing-no-default"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per table."""
        rows = [
            row
            for row in design.of(RoutingRule)
            if row.confidence >= 0.5 and row.key.text and is_about_models(design, row)
        ]
        if len(rows) < 2 or any_unfilled(rows):
            yield Skipped("no table of routing rules")
            return
        for table in dict.fromkeys(row.table for row in rows):
            own = [row for row in rows if row.table == table]
            section = design.section_at(own[0].span)
            around = design.source.slice(section.span)
            conditions = [row.key.text for row in own]
            if len(own) > 1 and not _DEFAULT.search(around) and not _exhausts(design, conditions):
                yield Hit(
                    message=f"no rule is for requests that match none of: {listed(conditions)}",
                    places=tuple(Place(row.span) for row in own),
                    subject=own[0].heading,
                    object="default",
                    hint="add a row for all other requests",
                )


def _exhausts(design: Design, conditions: list[str]) -> bool:
    """Return whether conditions cover all cases: a comparison both ways, opposites, or an enum."""
    words = [set(tokens(re.sub(r"[-_/]", " ", condition))) for condition in conditions]
    if sum(bool(_BOUNDARY.search(condition)) for condition in conditions) > 1:
        return True
    if any(sum(bool(found & group) for found in words) > 1 for group in _OPPOSITES):
        return True
    together = set().union(*words)
    return any(
        len(enum.values) > 1 and all(set(tokens(value.text)) <= together for value in enum.values)
        for enum in design.enums
    )
