"""API007."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.model.vocabulary import ErrorResponse
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_STATUS = re.compile(r"(?<!\d)([1-5]\d\d)(?!\d)")
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
_FAMILY = {"ERROR", "FAILURE", "UNKNOWN", "INVALID_REQUEST_ERROR"}


class ErrorCodeConflict(Rule):
    """An error code means one status.

    ## What it checks
    Pairs of status and error code over all error tables of endpoints and lists of their answers.

    ## Why
    Clients branch on the code. One code with two statuses makes two branches that contradict.

    ## Fires when
    The same code, in any case, stands beside two different statuses.

    ## Incorrect
        | 409 | `CONFLICT` | ... and elsewhere | 422 | `CONFLICT` |

    ## Correct
        One status per code.

    ## Known false positives
    Codes that name a family on purpose (`ERROR`); these are exempt.

    ## Sections read
    Error tables of all endpoints, and lists that give a status per item.

    ## Source
    Zalando RESTful API Guidelines, on error codes; own matching.
    """

    id: ClassVar[str] = "API007"
    name: ClassVar[str] = "error-code-conflict"
    severity: ClassVar[Severity] = Severity.ERROR

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per code with more than one status."""
        by_code: dict[str, dict[str, ReadRow]] = {}
        listed = (row for endpoint in design.endpoints for row in endpoint.errors)
        unique = {row.span: row for row in (*design.of(ErrorResponse), *listed)}
        for row in unique.values():
            status, code = _STATUS.findall(row["status"].text), row["code"].text
            if (
                len(status) == 1
                and _CODE.fullmatch(code)
                and code.upper() not in _FAMILY
                and row.confidence >= 0.5
            ):
                by_code.setdefault(code.upper(), {}).setdefault(status[0], row)
        if not by_code:
            yield Skipped("no error table has both statuses and codes")
            return
        for code, rows in by_code.items():
            if len(rows) < 2:
                continue
            statuses = sorted(rows)
            yield Hit(
                message=f"error code {code} stands for status {' and '.join(statuses)}",
                places=tuple(
                    Place(rows[s].span, f"status {s}")
                    for s in sorted(rows, key=lambda s: rows[s].span)
                ),
                subject=code,
                object=",".join(statuses),
                hint="use one code per status, or one status for the code",
            )
