"""Makers of sites for the commonest edits, so that most operators are one line."""

import re
from collections.abc import Callable, Iterator

from lld_agent.evaluation.mutations.base import Edit, Patch, Sites
from lld_agent.evaluation.mutations.nodes import (
    properties,
    removable,
    removal,
    rows,
    section_heading,
    substituted,
    subtree,
    table_of,
    without,
    written,
)
from lld_agent.model.design import Design
from lld_agent.model.rows import ReadRow, Row
from lld_agent.model.source import Span

Where = Callable[[Design, ReadRow], bool]


def anywhere(design: Design, row: ReadRow) -> bool:
    """Take every row."""
    del design, row
    return True


def matching(field: str, pattern: str) -> Where:
    """Take rows whose field holds a pattern, in any case."""
    found = re.compile(pattern, re.IGNORECASE)
    return lambda _design, row: bool(found.search(row[field].text))


def filled(field: str) -> Where:
    """Take rows whose field says something."""
    return matching(field, r"\w")


def both(*wheres: Where) -> Where:
    """Take rows that all of these take."""
    return lambda design, row: all(where(design, row) for where in wheres)


def blank(kind: type[Row], field: str, where: Where = anywhere) -> Sites:
    """Empty one cell."""
    return write(kind, field, "", both(filled(field), where))


def write(kind: type[Row], field: str, text: str, where: Where = anywhere) -> Sites:
    """Give one cell another text."""

    def sites(design: Design) -> Iterator[Edit]:
        for row in rows(design, kind):
            cell = row[field]
            if cell.present and row.table >= 0 and cell.text != text and where(design, row):
                yield Edit((written(cell, text),), _near(design, row), (row.key.text,))

    return sites


def substitute(
    kind: type[Row], field: str, pattern: str, new: str, where: Where = anywhere
) -> Sites:
    """Replace the first match of a pattern in a cell; `new` may use its groups."""
    compiled = re.compile(pattern, re.IGNORECASE)

    def sites(design: Design) -> Iterator[Edit]:
        for row in rows(design, kind):
            if row[field].present and where(design, row):
                patch = substituted(design, row[field].span, compiled, new)
                if patch is not None:
                    yield Edit((patch,), _near(design, row), (row.key.text,))

    return sites


def scale(kind: type[Row], field: str, factor: float, where: Where = anywhere) -> Sites:
    """Multiply the first number of a cell."""

    def sites(design: Design) -> Iterator[Edit]:
        for row in rows(design, kind):
            if row[field].present and where(design, row):
                patch = scaled(design, row, field, factor)
                if patch is not None:
                    yield Edit((patch,), _near(design, row), (row.key.text,))

    return sites


_NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*(?![.\d])")


def scaled(design: Design, row: ReadRow, field: str, factor: float) -> Patch | None:
    """Return the patch that multiplies the first number of a cell; None without one."""
    found = _NUMBER.search(design.source.slice(row[field].span))
    if found is None:
        return None
    number = float(found[0].replace(",", "")) * factor
    text = f"{number:g}" if number != int(number) else str(int(number))
    start = row[field].span.start
    span = Span(start + found.start(), start + found.end())
    return None if text == found[0] else Patch(span, text)


def delete(kind: type[Row], where: Where = anywhere) -> Sites:
    """Remove one row."""

    def sites(design: Design) -> Iterator[Edit]:
        for row in rows(design, kind):
            if removable(design, row) and where(design, row):
                yield removal(design, row, (row.key.text,))

    return sites


def add(kind: type[Row], line: str, where: Where = anywhere) -> Sites:
    """Put a row behind the last one of each table of a kind: `line` names fields as `{field}`."""

    def sites(design: Design) -> Iterator[Edit]:
        last: dict[int, ReadRow] = {}
        for row in rows(design, kind):
            if row.table >= 0 and where(design, row):
                last[row.table] = row
        for row in last.values():
            yield Edit((_row_after(design, row, line),), _near(design, row))

    return sites


def _row_after(design: Design, row: ReadRow, line: str) -> Patch:
    """Return the patch for a new row; `line` is `field=value; field=value`, other cells a dash."""
    values = dict(part.split("=", 1) for part in line.split("; "))
    table = table_of(design, row)
    assert table is not None
    cells = [values.get(name, "-") for name in table.columns]
    end = design.source.line_span(0, design.source.line_of(row.span.end - 1)).end
    return Patch(Span(end, end), f"| {' | '.join(cells)} |\n")


def cut_section(slots: str) -> Sites:
    """Remove a section with everything below it; `slots` is a pattern for its slot."""
    pattern = re.compile(slots)

    def sites(design: Design) -> Iterator[Edit]:
        for section in design.sections:
            if section.level > 1 and pattern.fullmatch(section.slot):
                above = design.sections[section.parent].heading_span
                yield Edit((without(design, subtree(design, section)),), (above,), (section.title,))

    return sites


def _near(design: Design, row: ReadRow) -> tuple[Span, ...]:
    table = table_of(design, row)
    heading = section_heading(design, row.span)
    return (heading, table.span) if table is not None else (heading,)


def set_property(
    title: str, pattern: str, new: str, beside: Callable[[Design], tuple[Span, ...]] = lambda _: ()
) -> Sites:
    """Return the sites where a property of a `Property | Value` table is given another value.

    Args:
        title: of the property.
        pattern: what of its value is replaced.
        new: a replacement as `re` expands it.
        beside: other places that the edit may be reported at.
    """
    compiled = re.compile(pattern)

    def sites(design: Design) -> Iterator[Edit]:
        for table, cell in properties(design, title):
            found = compiled.search(design.source.slice(cell.span))
            if found:
                start = cell.span.start + found.start()
                patch = Patch(Span(start, start + len(found[0])), found.expand(new))
                yield Edit((patch,), (table.span, *beside(design)))

    return sites
