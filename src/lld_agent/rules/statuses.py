"""HTTP statuses that tables of errors name."""

import re

from lld_agent.model.design import Design, Endpoint
from lld_agent.model.rows import ReadRow
from lld_agent.model.vocabulary import ErrorResponse

_STATUS = re.compile(r"(?<!\d)([1-5](?:\d\d|xx|XX))(?!\d)")
_GENERAL = re.compile(
    r"error|status code|response code|rate limit|throttl|authenti|authori|conventions?|fehler|erro\b|错误",
    re.IGNORECASE,
)


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


def told(design: Design) -> frozenset[str]:
    """Return the statuses that the text says hold for all endpoints (G7).

    That is prose under headings about errors, limits and authentication, where no endpoint stands:
    "Answers 429 when the limit is exceeded".
    """
    taken = {design.section_at(endpoint.span).span.start for endpoint in design.endpoints}
    return frozenset(
        status
        for section, block in design.prose()
        if _GENERAL.search(section.title) and section.span.start not in taken
        for status in numbers(design.source.slice(block.span))
        if status[0] in "45"
    )


def declared(endpoint: Endpoint, shared: tuple[ReadRow, ...]) -> frozenset[str]:
    """Return the statuses that an endpoint may answer with: its own table and the shared ones."""
    return of_rows((*endpoint.errors, *shared))
