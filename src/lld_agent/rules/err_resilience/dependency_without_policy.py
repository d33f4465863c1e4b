"""ERR003."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.roles import role
from lld_agent.language.stems import stems
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.model.vocabulary import Dependency
from lld_agent.rules import flows, resilience
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_REQUIRED = re.compile(
    r"required|critical|mandatory|hard|sync|essential|erforderlich|obrigat|必", re.IGNORECASE
)
_NO_CALL = re.compile(
    r"librar|sdk|framework|runtime|language|tool|build|package|consumer|producer|optional|async|operator|sidecar|compiler|"
    r"driver|in front of",
    re.IGNORECASE,
)
_REFUSED = re.compile(r"(?<![\w.])50[234](?![\w.])")
_GENERIC = re.compile(
    r"external|third[- ]part|downstream|upstream|dependenc|\bany\b|\ball\b|network|http|service call|api call|integration|rpc",
    re.IGNORECASE,
)

_SHARED = 2
"""So many words of a policy's name that the row of a dependency has too: it is about that one."""


class DependencyWithoutPolicy(Rule):
    """What the service cannot live without has a retry, timeout or breaker.

    ## What it checks
    Required dependencies against the retry strategy.

    ## Why
    The call without a policy is the one that hangs every thread when the other side is slow.

    ## Fires when
    There is a retry strategy for at least one dependency, and none of its rows is about another
    required one, by name, by kind, or as "external services" at large. One finding lists them.

    ## Incorrect
        PostgreSQL and Keycloak required; a row for Keycloak only

    ## Correct
        | Database timeout | 3 | Exponential, 100 ms to 2 s | 5 failures in 30 s |

    ## Known false positives
    Policies of a mesh or a driver: name them in the table. Libraries, tools and those who call us
    do not count.

    ## Sections read
    Dependencies, retry strategy.

    ## Source
    AWS Well-Architected REL05-BP03 and BP05.
    """

    id: ClassVar[str] = "ERR003"
    name: ClassVar[str] = "dependency-no-policy"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit."""
        needed = [row for row in design.of(Dependency) if _is_needed(row)]
        policies = resilience.stated(design)
        if not needed or not policies:
            yield Skipped("needs required dependencies and a retry strategy")
            return
        general = _general(policies, design)
        missing = [row for row in needed if not _is_covered(row, policies, general=general)]
        if missing and len(missing) < len(design.of(Dependency)):
            names = ", ".join(row["dependency"].text for row in missing)
            yield Hit(
                message=f"{names}: required, but the retry strategy has no row for it",
                places=(
                    *(Place(row.span, "required") for row in missing),
                    Place(policies[0].span, "the retry strategy"),
                ),
                subject="policies",
                object=names,
                hint="add a row with retries, timeout or breaker, or say that it must not be retried",
            )


def _is_needed(row: ReadRow) -> bool:
    words = f"{row['dependency'].text} {row['type'].text} {row['purpose'].text}"
    # The module template has no type for external systems: what answers 503 without one needs it.
    needed = _REQUIRED.search(row["type"].text) or (
        not row["type"].present and _REFUSED.search(row["fallback"].text)
    )
    return row.confidence >= 0.5 and bool(needed) and not _NO_CALL.search(words)


def _general(policies: tuple[resilience.Policy, ...], design: Design) -> bool:
    """Return whether a policy is about external services at large, and names none of them."""
    names = [row["dependency"].text for row in design.of(Dependency)]
    return any(
        _GENERIC.search(policy.name)
        and not any(flows.shares_name(policy.name, name) for name in names)
        for policy in policies
    )


def _is_covered(row: ReadRow, policies: tuple[resilience.Policy, ...], *, general: bool) -> bool:
    name = row["dependency"].text
    if any(resilience.covers(policy, name) for policy in policies):
        return True
    if role(name) in flows.STORES:
        return False
    # `Keys from AUTH_KEYS_URL` is about the provider whose row speaks of these keys.
    told = stems(" ".join(cell.text for cell in row.cells.values()))
    return general or any(len(stems(policy.name) & told) >= _SHARED for policy in policies)
