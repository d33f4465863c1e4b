"""What a design says about its containers: images, probes, requests and limits."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lld_agent.language.quantity import find_quantities
from lld_agent.model.design import Design, TableReading
from lld_agent.model.quantity import Dimension
from lld_agent.model.rows import Cell

_KINDS = {
    "cpu": (re.compile(r"\bv?cpus?\b", re.IGNORECASE), "cpu", Dimension.CPU),
    "memory": (re.compile(r"\b(?:memory|mem|ram)\b", re.IGNORECASE), "", Dimension.SIZE),
}
_REQUEST = re.compile(r"\brequests?\b|\breserv", re.IGNORECASE)
_LIMIT = re.compile(r"\blimits?\b", re.IGNORECASE)
_CONTAINER = re.compile(
    r"base image|container|resource (?:request|limit)|health checks?|probes?|liveness|readiness|"
    r"(?:cpu|memory) (?:request|limit)",
    re.IGNORECASE,
)
_PROPERTY = re.compile(
    r"(?:property|setting|attribute|parameter|aspect|field|key|item)", re.IGNORECASE
)
_ABOUT = re.compile(r"container|deploy|docker|kubernetes|helm|resource|pod\b|infra", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Amount:
    """How much of something a container gets.

    Attributes:
        owner: the container, or the heading above the table that gives the amount.
        resource: cpu or memory. limit: whether it is the most, or what is reserved.
        value: cores or bytes. cell: as written.
    """

    owner: str
    resource: str
    limit: bool
    value: float
    raw: str
    cell: Cell


def specifications(design: Design) -> Iterator[tuple[TableReading, dict[str, Cell]]]:
    """Yield the property tables that describe a container, with their values by lower-case name."""
    for table in design.tables:
        if not is_specification(table):
            continue
        cells = {c[0].text.strip().casefold(): c[1] for c in table.rows if len(c) > 1}
        known = [name for name in cells if _CONTAINER.search(name)]
        if table.slot == "deployment.container" or (known and _ABOUT.search(table.heading)):
            yield table, cells


def amounts(design: Design) -> tuple[Amount, ...]:
    """Return what containers request and are limited to, in document order."""
    found: list[Amount] = []
    for table, cells in specifications(design):
        for name, cell in cells.items():
            found += _in_cell(table.heading, name, cell)
    for table in design.tables:
        if not is_specification(table):
            found += _in_table(table)
    return tuple(found)


def is_specification(table: TableReading) -> bool:
    """Return whether a table has a property and its value in each row, with or without more columns."""
    titles = [cell.text.strip() for cell in table.header]
    return table.property_table or (
        len(titles) > 1 and bool(_PROPERTY.fullmatch(titles[0])) and titles[1].lower() == "value"
    )


def _in_cell(owner: str, title: str, cell: Cell, key: str = "") -> Iterator[Amount]:
    """Yield the amounts of a cell whose title says whether they are requests or limits."""
    limit = _LIMIT.search(title)
    if not (limit or _REQUEST.search(title)) or (limit and _REQUEST.search(title)):
        return
    for resource, (pattern, hint, dimension) in _KINDS.items():
        parts = [part for part in re.split(r"[,;/]|\band\b", cell.text) if pattern.search(part)]
        if not parts and pattern.search(f"{title} {key}"):
            parts = [cell.text]
        values = [
            q
            for part in parts
            for q in find_quantities(_bare(part), hint)
            if q.dimension is dimension
        ]
        if len(values) == 1 and values[0].low == values[0].high:
            yield Amount(owner, resource, bool(limit), values[0].low, values[0].raw, cell)


def _bare(text: str) -> str:
    """Return an amount without its name: `CPU: 500m` has 500 thousandths of a core, and no CPU as unit."""
    return re.sub(r"\b(?:cpu|memory|mem|ram)\b\s*[:=]?", " ", text, flags=re.IGNORECASE)


def _in_table(table: TableReading) -> Iterator[Amount]:
    """Yield the amounts of a table with columns of requests and limits, a row per container or resource."""
    titles = [cell.text for cell in table.header]
    if not any(map(_REQUEST.search, titles)) or not any(map(_LIMIT.search, titles)):
        return
    for row in table.rows:
        key = row[0].text if row else ""
        named = any(pattern.search(key) for pattern, _, _ in _KINDS.values())
        for title, cell in zip(titles[1:], row[1:], strict=False):
            owner = table.heading if named else f"{table.heading} {key}".strip()
            yield from _in_cell(owner, title, cell, key)
