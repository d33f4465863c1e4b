"""Parsed nodes of a design as patches: rows, cells, lines of diagrams, sections, endpoints."""

import re
from collections.abc import Iterator

from lld_agent.evaluation.mutations.base import Edit, Patch
from lld_agent.model.design import Design, Endpoint, Section, TableReading
from lld_agent.model.diagrams import Diagram, Step, StepKind
from lld_agent.model.rows import Cell, ReadRow, Row
from lld_agent.model.source import Span

CLOSING = re.compile(r"\s*(?:-{3,}|\*{3,})?\s*\Z")
"""What stands between a section and the next chapter."""


def whole_lines(design: Design, span: Span) -> Span:
    """Return the lines of a span from their first character to their end of line, included."""
    source = design.source
    first, last = source.line_of(span.start), source.line_of(max(span.start, span.end - 1))
    return source.line_span(first - 1, last)


def without(design: Design, span: Span) -> Patch:
    """Return the patch that removes the lines of a span."""
    return Patch(whole_lines(design, span), "")


def after(design: Design, span: Span, line: str) -> Patch:
    """Return the patch that puts a line behind those of a span."""
    end = whole_lines(design, span).end
    broken = design.source.text[:end].endswith("\n")
    return Patch(Span(end, end), f"{line}\n" if broken else f"\n{line}")


def written(cell: Cell, text: str) -> Patch:
    """Return the patch that gives a cell another text, as code where it was code."""
    raw = cell.raw.strip()
    code = len(raw) > 1 and raw.startswith("`") and raw.endswith("`") and "`" not in raw[1:-1]
    return Patch(cell.span, f"`{text}`" if code and text else text)


def replaced(design: Design, span: Span, old: str, new: str) -> Patch | None:
    """Return the patch that replaces the first occurrence of a text in a span; None without one."""
    at = design.source.slice(span).find(old)
    return None if at < 0 else Patch(Span(span.start + at, span.start + at + len(old)), new)


def substituted(design: Design, span: Span, pattern: re.Pattern[str], new: str) -> Patch | None:
    """Return the patch that replaces the first match of a pattern in a span; None without one."""
    text = design.source.slice(span)
    found = pattern.search(text)
    if found is None or found.expand(new) == found[0]:
        return None
    return Patch(Span(span.start + found.start(), span.start + found.end()), found.expand(new))


def rows(design: Design, *kinds: type[Row]) -> Iterator[ReadRow]:
    """Yield rows that are understood well, of tables and lists."""
    for kind in kinds:
        yield from (row for row in design.of(kind) if row.confidence >= 0.5)


def table_of(design: Design, row: ReadRow) -> TableReading | None:
    """Return the table of a row, None for rows of lists."""
    return design.tables[row.table] if row.table >= 0 else None


def removable(design: Design, row: ReadRow) -> bool:
    """Return whether something is left where a row stood: an empty table is another defect."""
    table = table_of(design, row)
    return table is None or len(table.rows) > 1


def removal(design: Design, row: ReadRow, about: tuple[str, ...] = ()) -> Edit:
    """Return the edit that removes a row; what is left of its table shows the defect."""
    table = table_of(design, row)
    near = [section_heading(design, row.span)]
    if table is not None:
        near.append(table.span)
    return Edit((without(design, row.span),), tuple(near), about)


def section_heading(design: Design, span: Span) -> Span:
    """Return the heading line above a span."""
    return design.section_at(span).heading_span


def subtree(design: Design, section: Section) -> Span:
    """Return a section with all sections below it, without the line that closes the chapter."""
    number = design.sections.index(section)
    last = number
    while last + 1 < len(design.sections) and design.sections[last + 1].level > section.level:
        last += 1
    return trimmed(design, Span(section.span.start, design.sections[last].span.end))


def trimmed(design: Design, span: Span) -> Span:
    """Return a span without blank lines and thematic breaks at its end."""
    text = design.source.slice(span)
    closing = CLOSING.search(text)
    end = span.start + closing.start() if closing else span.end
    return Span(span.start, end)


def chapter_of(design: Design, section: Section) -> Section:
    """Return the section above one."""
    return design.sections[section.parent] if section.parent >= 0 else section


def own(diagram: Diagram) -> bool:
    """Return whether a diagram stands in the document itself, so that its lines have places."""
    return not diagram.origin and diagram.error is None


def steps(diagram: Diagram) -> list[Step]:
    """Return the messages of a sequence diagram."""
    return [step for step in diagram.steps if step.kind is StepKind.MESSAGE]


def line_text(design: Design, span: Span) -> str:
    """Return the line that a span begins on, without its end."""
    return design.source.lines[design.source.line_of(span.start) - 1]


def endpoint_block(design: Design, endpoint: Endpoint) -> Span:
    """Return the lines that declare an endpoint, up to the next one or the end of its section."""
    section = design.section_at(endpoint.span)
    start = whole_lines(design, endpoint.span).start
    if endpoint.notation == "heading":
        end = subtree(design, section).end
    else:
        following = [
            e.span.start
            for e in design.endpoints
            if e.span.start > endpoint.span.start and e.notation != "class"
        ]
        end = min([*following, section.span.end])
        end = min(end, whole_lines(design, Span(end, end)).start) if following else end
    return trimmed(design, Span(start, end))


def contract(design: Design) -> list[Endpoint]:
    """Return the endpoints that the document declares in a block of their own."""
    return [e for e in design.declared() if e.notation in {"bold", "heading"}]


def property_place(design: Design, endpoint: Endpoint, name: str) -> Span | None:
    """Return where the value of an endpoint's property stands; None where it has none."""
    cell = endpoint.properties.get(name)
    if cell is None or not cell.raw.strip():
        return None
    inside = design.source.slice(cell.span)
    title = name.replace("_", " ")
    at = inside.casefold().find(f"**{title}:**") if len(inside) > len(cell.raw) else 0
    at = inside.find(cell.raw.strip(), max(at, 0))
    return (
        Span(cell.span.start + at, cell.span.start + at + len(cell.raw.strip()))
        if at >= 0
        else None
    )


def properties(design: Design, title: str) -> Iterator[tuple[TableReading, Cell]]:
    """Yield table and value of each property of a name (`Property | Value` tables)."""
    for table in design.tables:
        if table.property_table:
            for cells in table.rows:
                if len(cells) > 1 and cells[0].text.strip().casefold() == title.casefold():
                    yield table, cells[1]


def names_elsewhere(design: Design, name: str, besides: Span) -> bool:
    """Return whether a name stands outside a span, as a whole word."""
    pattern = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])", re.IGNORECASE)
    text = design.source.text
    return bool(pattern.search(text[: besides.start]) or pattern.search(text[besides.end :]))
