"""ERR009."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.finding import Severity, Tier
from lld_agent.model.rows import ReadRow
from lld_agent.model.vocabulary import Dependency
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_FATAL = re.compile(
    r"all requests|service (?:is )?(?:down|unavailable|fails|unusable)|complete outage|total(?:ly)? (?:failure|outage)|"
    r"cannot (?:start|serve|operate|function)|no (?:authentication|auth\b|persistence|inference|data)|everything fails",
    re.IGNORECASE,
)
_MILD = re.compile(
    r"degrad|slower|no impact|minimal|cosmetic|delayed|continues|works without", re.IGNORECASE
)


class TypeAgainstImpact(Rule):
    """Required means that it does not work without, optional that it does.

    ## What it checks
    Type and failure impact of each dependency.

    ## Why
    Health checks, start order and alerts follow the type; incidents follow the impact.

    ## Fires when
    An optional dependency takes the whole service down, or a required one is hardly missed.

    ## Incorrect
        | Redis | Optional | All requests fail | - |

    ## Correct
        | Redis | Required | All requests fail | 503 |

    ## Known false positives
    Services that are started without it on purpose. Words alone decide, so the rule is a preview.

    ## Sections read
    Dependencies.

    ## Source
    Own.
    """

    id: ClassVar[str] = "ERR009"
    name: ClassVar[str] = "type-vs-impact"
    severity: ClassVar[Severity] = Severity.WARNING
    tier: ClassVar[Tier] = Tier.PREVIEW

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per dependency."""
        rows = [r for r in design.of(Dependency) if r["failure_impact"].text and r["type"].text]
        if not rows:
            yield Skipped("no dependency has both a type and an impact")
            return
        for row in rows:
            if _contradicts(row):
                name = row["dependency"].text
                yield Hit(
                    message=f"{name} is {row['type'].text}, yet without it: {row['failure_impact'].text}",
                    places=(Place(row.span),),
                    subject=name,
                    object="impact",
                    hint="change the type, or say what still works",
                )


def _contradicts(row: ReadRow) -> bool:
    kind, impact = row["type"].text.lower(), row["failure_impact"].text
    fatal, mild = _FATAL.search(impact), _MILD.search(impact)
    return ("optional" in kind and bool(fatal) and not mild) or (
        "required" in kind and bool(mild) and not fatal
    )
