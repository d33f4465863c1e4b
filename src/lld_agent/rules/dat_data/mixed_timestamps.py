"""DAT010."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.dat_data import keys
from lld_agent.rules.wording import listed

_TIME = re.compile(r"timestamp|datetime", re.IGNORECASE)
_ZONED = re.compile(
    r"tz|with (?:time zone|timezone)|timezone\s*=\s*true|offset|zoned|\butc\b", re.IGNORECASE
)
_WITHOUT = re.compile(r"without time", re.IGNORECASE)


class MixedTimestamps(Rule):
    """The points in time of one table have one kind of type.

    ## What it checks
    Types of time columns.

    ## Why
    Comparing a time with a zone to one without shifts it by the zone of whoever asks.

    ## Fires when
    A table has columns with a time zone and columns without.

    ## Incorrect
        | `opened_at` | TIMESTAMPTZ | and | `closed_at` | TIMESTAMP |

    ## Correct
        Both TIMESTAMPTZ.

    ## Known false positives
    A local time that is meant as such, such as the opening hour of a branch.

    ## Sections read
    Column tables, CREATE TABLE statements.

    ## Source
    PostgreSQL wiki, Don't Do This: timestamp without time zone; squawk prefer-timestamptz.
    """

    id: ClassVar[str] = "DAT010"
    name: ClassVar[str] = "mixed-timestamps"
    severity: ClassVar[Severity] = Severity.INFO

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per table."""
        tables = keys.tables(design)
        if not tables:
            yield Skipped("no table has columns")
            return
        for entity in tables:
            times = [c for c in entity.columns if _TIME.search(c["type"].text)]
            zoned = [c for c in times if _is_zoned(c["type"].text)]
            naive = [c for c in times if c not in zoned]
            if zoned and naive:
                names = listed(c["column"].text for c in naive)
                yield Hit(
                    message=f"{names} of {entity.name} has no time zone, {zoned[0]['column'].text} has one",
                    places=(*(Place(c.span) for c in naive), Place(zoned[0].span, "with a zone")),
                    subject=entity.name,
                    object=names,
                    hint="use one type for all points in time",
                )


def _is_zoned(kind: str) -> bool:
    return bool(_ZONED.search(kind)) and not _WITHOUT.search(kind)
