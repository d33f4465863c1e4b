"""HTTP statuses that tables of errors name."""

import re

from lld_agent.model.design import Design, Endpoint
from lld_agent.model.rows import ReadRow
from lld_agent.model.vocabulary import ErrorResponse

_STATUS = re.compile(r"(?<!\d)([1-5](?:\d\d|xx|XX))(?!\d)")


def numbers(text: str) -> tuple[str, ...]:
    """Return the statuses of a text in order; `4xx` as written in lower case."""
    return tuple(found.lower() for found in _STATUS.findall(text))


def of_rows(rows: tuple[ReadRow, ...]) -> frozenset[str]:
    """Return the statuses of error rows."""
    return frozenset(status for row in rows for status in numbers(row["status"].text))


def covers(declared: frozenset[str], status: str) -> bool:
    """Return whether a status, or its whole class (`4xx`), is among those declared."""
    return status in declared or f"{status[0]}xx" in declared


def shared_rows(design: Design) -> tuple[ReadRow, ...]:
    """Return the rows of error tables that belong to no endpoint: they speak for all (G7)."""
    owned = {row.span for endpoint in design.endpoints for row in endpoint.errors}
    return tuple(row for row in design.of(ErrorResponse) if row.span not in owned)


def declared(endpoint: Endpoint, shared: tuple[ReadRow, ...]) -> frozenset[str]:
    """Return the statuses that an endpoint may answer with: its own table and the shared ones."""
    return of_rows((*endpoint.errors, *shared))
