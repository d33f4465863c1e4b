"""ERR008."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.model.vocabulary import Dependency
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_BLANK = re.compile(
    r"[-–—−.…?*]*|n/?a|none|null|nil|nothing|keine?|nenhum|ninguno|无|tbd", re.IGNORECASE
)
_NO_CALL = re.compile(
    r"librar|sdk|framework|language|\btool|build|package|consumer|bibliothek|biblioteca|compile|dev\b|vendored",
    re.IGNORECASE,
)


class FallbackEmpty(Rule):
    """Every dependency says what happens without it.

    ## What it checks
    The fallback of each dependency.

    ## Why
    What is not decided here is decided at night by whoever is on call.

    ## Fires when
    The table has a column of fallbacks and a cell is blank, a dash, N/A or a bare None. "None: the
    module is unavailable" is an answer. One finding lists them.

    ## Incorrect
        | Redis | Required | No sessions | - |

    ## Correct
        | Redis | Required | No sessions | 503 with Retry-After |

    ## Known false positives
    Libraries, tools and those who call us have no fallback and do not count.

    ## Sections read
    Dependencies.

    ## Source
    Both templates ask for it.
    """

    id: ClassVar[str] = "ERR008"
    name: ClassVar[str] = "fallback-empty"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit."""
        rows = [
            row
            for row in design.of(Dependency)
            if row["fallback"].present and row.confidence >= 0.5 and row["dependency"].text
        ]
        if not any(not _is_blank(row) for row in rows):
            yield Skipped("no dependency has a fallback")
            return
        blank = [row for row in rows if _is_blank(row) and not _NO_CALL.search(_words(row))]
        if blank:
            names = ", ".join(row["dependency"].text for row in blank)
            peer = next(row for row in rows if not _is_blank(row))
            yield Hit(
                message=f"{names}: no fallback, while {peer['dependency'].text} has one",
                places=tuple(Place(row.span) for row in blank),
                subject="fallbacks",
                object=names,
                hint="say what the caller gets while it is unavailable",
            )


def _is_blank(row: ReadRow) -> bool:
    return _BLANK.fullmatch(row["fallback"].text.strip()) is not None


def _words(row: ReadRow) -> str:
    return f"{row['dependency'].text} {row['type'].text} {row['purpose'].text}"
