"""ERR002."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.rows import Cell, ReadRow
from lld_agent.model.vocabulary import ErrorClass
from lld_agent.rules import routes, statuses
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_YES = re.compile(r"\W*(?:yes|y\b|true|ja\b|sim\b|sí\b|✓|✅|是|retry|always)", re.IGNORECASE)
_NO = re.compile(r"\W*(?:no\b|not\b|never|retry not|retry no)", re.IGNORECASE)
_CHANGED = re.compile(
    r"after|with|once|when|if\b|re-?(?:read|fetch|login|auth|load|fresh|new)|refresh|new|different|correct|fix|user|other|chang",
    re.IGNORECASE,
)
_CHANGED_BESIDE = re.compile(
    r"retry[- ]after|re-?(?:read|fetch|load|login|auth\w*|new)\b|refresh|new session|then retry|"
    r"optimistic|version|stale|etag|precondition|back-?off|in[- _](?:flight|progress)|processing|locked|concurrent",
    re.IGNORECASE,
)
_FINAL = {"400", "401", "403", "404", "405", "409", "410", "422"}


class RetryClientError(Rule):
    """A request that is wrong is not sent again as it is.

    ## What it checks
    The retry column of error tables and error classes for 400, 401, 403, 404, 405, 409, 410, 422.

    ## Why
    The same request gets the same answer; the retries only add load when the service is busy.

    ## Fires when
    Such a status may be retried (error), or may be retried under a condition (info), such as "after
    refreshing the token".

    ## Incorrect
        | 409 | `CONFLICT` | Name is taken | Yes |

    ## Correct
        | 409 | `CONFLICT` | Name is taken | No |

    ## Known false positives
    A passing state, such as a request in flight, is info when the row says so. 404 for things that
    appear later: say "Yes, when just created". 408, 425 and 429 may be retried.

    ## Sections read
    Error tables, error classes.

    ## Source
    Google AIP-194; RFC 9110 section 15.5.
    """

    id: ClassVar[str] = "ERR002"
    name: ClassVar[str] = "retry-client-error"
    severity: ClassVar[Severity] = Severity.ERROR

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per endpoint or table and severity."""
        owners: list[tuple[str, list[tuple[ReadRow, Cell]]]] = [
            (routes.text_of(e), [(row, row["status"]) for row in e.errors])
            for e in routes.declared(design)
        ]
        owners.append(
            ("the shared errors", [(r, r["status"]) for r in statuses.shared_rows(design)])
        )
        owners.append(("the error classes", [(r, r["http_status"]) for r in design.of(ErrorClass)]))
        judged = False
        for owner, rows in owners:
            retried = [(row, cell) for row, cell in rows if row["retry"].present]
            judged = judged or bool(retried)
            wrong = [(row, cell) for row, cell in retried if _is_wrong(row, cell)]
            plain = [(r, c) for r, c in wrong if not _is_conditional(r)]
            changed = [(r, c) for r, c in wrong if _is_conditional(r)]
            for found, severity in ((plain, Severity.ERROR), (changed, Severity.INFO)):
                if found:
                    yield _hit(owner, found, severity)
        if not judged:
            yield Skipped("no error table has a retry column")


def _is_wrong(row: ReadRow, cell: Cell) -> bool:
    found = set(statuses.numbers(cell.text))
    text = row["retry"].text
    sure = row.confidence >= 0.5 and bool(found) and found <= _FINAL
    return sure and _YES.match(text) is not None and not _NO.match(text)


def _is_conditional(row: ReadRow) -> bool:
    """Return whether the row says what has to change, or that the state is a passing one."""
    beside = " ".join(cell.text for cell in (*row.cells.values(), *row.extra.values()))
    return bool(_CHANGED.search(row["retry"].text) or _CHANGED_BESIDE.search(beside))


def _hit(owner: str, found: list[tuple[ReadRow, Cell]], severity: Severity) -> Hit:
    listed = ", ".join(cell.text for _, cell in found)
    texts = ", ".join(dict.fromkeys(row["retry"].text for row, _ in found))
    return Hit(
        message=f"{owner}: {listed} is the client's mistake, yet Retry says {texts}",
        places=tuple(Place(row.span) for row, _ in found),
        subject=owner,
        object=listed,
        hint="say No, or what has to change before the next try",
        severity=severity,
    )
