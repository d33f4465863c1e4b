"""Defects of form: MU53 to MU55, MU123 to MU132, MU151, MU152."""

import re
from collections.abc import Callable, Iterator

from lld_agent.evaluation.mutations.base import ALL, Edit, Operator, Patch, Sites
from lld_agent.evaluation.mutations.builders import cut_section
from lld_agent.evaluation.mutations.nodes import (
    chapter_of,
    own,
    rows,
    section_heading,
    trimmed,
    whole_lines,
    without,
)
from lld_agent.model.blocks import BlockKind
from lld_agent.model.design import Design, TableReading
from lld_agent.model.diagrams import DiagramKind, StepKind
from lld_agent.model.rows import Cell
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import (
    Approval,
    Column,
    Dependency,
    DocumentVersion,
    EnvVar,
    ReferenceDoc,
    RetryPolicy,
    Threat,
)
from lld_agent.template.registry import TEMPLATES


def _cells(text: str, take: Callable[[Cell], bool]) -> Sites:
    """Give a cell of a typed table another text; every seventh, to spread them."""

    def sites(design: Design) -> Iterator[Edit]:
        kinds = {Column, Dependency, EnvVar, RetryPolicy}
        found = [
            cell
            for row in design.rows
            if row.kind in kinds and row.table >= 0
            for name, cell in row.cells.items()
            if name != row.kind.key_field() and cell.raw and take(cell)
        ]
        for cell in found[::7]:
            chapter = _chapter(design, cell.span)
            yield Edit((Patch(cell.span, text),), (chapter, section_heading(design, cell.span)))

    return sites


def _chapter(design: Design, span: Span) -> Span:
    section = design.section_at(span)
    while section.level > 2:
        section = chapter_of(design, section)
    return section.heading_span


def _broken_row(design: Design) -> Iterator[Edit]:
    """Lose the border between the last two cells of a row."""
    for table in design.tables:
        for cells in table.rows[1:2] if len(table.header) > 2 else ():
            if len(cells) == len(table.header) and cells[-1].raw:
                span = Span(cells[-2].span.end, cells[-1].span.start)
                if design.source.slice(span).strip() == "|":
                    yield Edit((Patch(span, " "),), (table.span,))


def _unclosed(design: Design) -> Iterator[Edit]:
    for diagram in design.drawn(DiagramKind.SEQUENCE):
        ends = [s for s in diagram.steps if s.kind is StepKind.BLOCK_END and s.span != diagram.span]
        if own(diagram) and ends:
            yield Edit((without(design, ends[-1].span),), (diagram.span,))


def _emptied(design: Design) -> Iterator[Edit]:
    """Take everything from under a heading."""
    for section in design.sections:
        body = Span(section.heading_span.end, section.span.end)
        start = (
            body.start + len(design.source.slice(body)) - len(design.source.slice(body).lstrip())
        )
        span = trimmed(design, Span(start, body.end)) if start < body.end else Span(0, 0)
        if section.level > 2 and section.slot and span.end > span.start:
            yield Edit(
                (without(design, span),), (section.heading_span, _chapter(design, section.span))
            )


def _no_rows(design: Design) -> Iterator[Edit]:
    for table in design.tables:
        if table.kind not in {None, DocumentVersion} and table.rows and table.block >= 0:
            first = whole_lines(design, table.rows[0][0].span)
            last = whole_lines(design, table.rows[-1][0].span)
            patch = Patch(Span(first.start, last.end), "")
            near = section_heading(design, table.span)
            yield Edit((patch,), (near, table.span, _chapter(design, table.span)))


def _picture(design: Design) -> Iterator[Edit]:
    """Leave the picture of a diagram and not its text."""
    for diagram in design.drawn(DiagramKind.CLASS) + design.drawn(DiagramKind.FLOW):
        block = next(
            (
                b
                for b in design.blocks
                if b.kind is BlockKind.FENCE and b.span.start <= diagram.span.start < b.span.end
            ),
            None,
        )
        if own(diagram) and block:
            span = trimmed(design, block.span)
            yield Edit(
                (Patch(span, "![Diagram](https://diagrams.example/components.png)"),),
                (section_heading(design, span),),
            )


_KEYS = {(Threat, "mitigation"), (Dependency, "fallback")}


def _alone(design: Design, table: TableReading) -> bool:
    return sum(other.kind is table.kind for other in design.tables) == 1


def _column_gone(design: Design) -> Iterator[Edit]:
    """Remove the column of fallbacks or mitigations from a table."""
    for table in design.tables:
        for number, name in enumerate(table.columns):
            if (
                (table.kind, name) in {(Threat, "mitigation"), (Dependency, "fallback")}
                and _alone(design, table)
                and 1 < len(table.header) == number + 1
            ):
                lines = [table.header, *table.rows]
                patched = []
                for cells in lines:
                    if len(cells) == len(table.header):
                        span = Span(cells[-2].span.end, cells[-1].span.end)
                        patched.append(Patch(span, ""))
                rule = whole_lines(design, table.header[0].span).end
                line = design.source.text[rule : design.source.text.find("\n", rule)]
                cut = line.rstrip().rstrip("|").rstrip().rfind("|")
                if cut > 0:
                    end = rule + len(line.rstrip()) - 1
                    patched.append(Patch(Span(rule + cut, end), ""))
                    yield Edit(tuple(patched), (section_heading(design, table.span), table.span))


def _approved(design: Design) -> Iterator[Edit]:
    """Call a design approved that nobody has signed."""
    found = re.search(r"(?m)^\*\*Status:\*\* +(.*?)(?: {2})?$", design.source.text)
    if found and "approved" not in found[1].casefold():
        span = Span(found.start(1), found.end(1))
        yield Edit(
            (Patch(span, "Approved"),),
            tuple(row.span for row in rows(design, Approval)),
            ("**Version:**", "Q-"),
        )


def _dangling(design: Design) -> Iterator[Edit]:
    """Refer to a section that is not there."""
    for found in re.finditer(r"(?<=[Ss]ection )\d+(?:\.\d+)*(?!\.?\d)", design.source.text):
        yield Edit((Patch(Span(found.start(), found.end()), "27.4"),))
    for found in re.finditer(r"\]\((?!https?:|#)[\w./-]+\.md\)", design.source.text):
        yield Edit((Patch(Span(found.start(), found.end()), "](moved/gone.md)"),))


def _comment(text: str) -> Sites:
    """Put a comment under a heading."""

    def sites(design: Design) -> Iterator[Edit]:
        for section in design.sections[2:40:6]:
            end = section.heading_span.end
            at = whole_lines(design, section.heading_span).end if end else end
            yield Edit((Patch(Span(at, at), f"\n{text}\n"),), (section.heading_span,))

    return sites


def _sources_gone(design: Design) -> Iterator[Edit]:
    """Make every word that names the requirements one that names none."""
    pattern = re.compile(
        r"\bPRDs?\b|\bRFCs?(?: \d+)?\b|\bepics?\b|\btickets?\b|\b[A-Z]{2,5}-\d+\b|prd\.md|rfc\.md|requirements?",
        re.IGNORECASE,
    )
    patches = tuple(
        Patch(Span(f.start(), f.end()), "notes") for f in pattern.finditer(design.source.text)
    )
    references = tuple(
        span
        for row in rows(design, ReferenceDoc)
        for span in (row.span, section_heading(design, row.span))
    )
    if patches:
        yield Edit(patches, (*references, *(s.heading_span for s in design.sections[:3])))


def _number_twice(design: Design) -> Iterator[Edit]:
    """Give a heading the number of the one before it under the same parent."""
    for number, section in enumerate(design.sections):
        before = [s for s in design.sections[:number] if s.parent == section.parent]
        if section.level > 2 and before and section.number and before[-1].number:
            start = section.heading_span.start
            span = Span(start, start + len(section.number))
            if design.source.slice(span) == section.number:
                yield Edit((Patch(span, before[-1].number),))


def _rows_swapped(design: Design) -> Iterator[Edit]:
    """Swap the first two rows of a table that the template begins with both."""
    slots = TEMPLATES[design.template].manifest if design.template else ()
    fixed = {slot.address: slot.fixed_keys for slot in slots if slot.fixed_keys}
    for table in design.tables:
        keys = fixed.get(table.slot, ())
        if len(table.rows) > 1 and keys[:2] == tuple(row[0].text for row in table.rows[:2]):
            first, second = (whole_lines(design, row[0].span) for row in table.rows[:2])
            text = design.source.text
            swapped = text[second.start : second.end] + text[first.start : second.start]
            yield Edit((Patch(Span(first.start, second.end), swapped),))


_READ_CELLS = (
    "CFG007", "CFG008", "ERR003", "ERR008", "DAT001", "DAT002", "DAT003", "DAT006", "DAT007", "API009", "PRF005",
)  # fmt: skip
"""Rules that read the cell which an edit takes away."""

OPERATORS = (
    Operator(
        "MU53",
        "put a TBD back",
        "structure",
        ("STR003",),
        _cells("TBD", lambda _: True),
        also=_READ_CELLS,
    ),
    Operator(
        "MU53b",
        "put a placeholder back",
        "structure",
        ("STR002",),
        _cells("{What it means}", lambda _: True),
        also=_READ_CELLS,
    ),
    Operator(
        "MU54",
        "delete the section of the rollback",
        "operations",
        ("STR001", "OPS001"),
        cut_section(r"deployment\.rollback"),
        also=("STR010",),
    ),
    Operator(
        "MU55", "lose a border between two cells", "structure", ("STR005",), _broken_row, also=ALL
    ),
    Operator(
        "MU55b",
        "leave an alternative of a diagram open",
        "structure",
        ("STR007",),
        _unclosed,
        also=("FLO003", "TST004", "STA008"),
    ),
    Operator(
        "MU123",
        "delete a section of the template",
        "structure",
        ("STR001",),
        cut_section(
            r"limitations\.\w+|performance\.\w+|errors\.\w+|overview\.(?!audience)\w+|context\.\w+"
        ),
        also=ALL,
    ),
    Operator(
        "MU124",
        "leave a heading with nothing under it",
        "structure",
        ("STR004", "STR001"),
        _emptied,
        also=ALL,
    ),
    Operator("MU125", "leave a table without rows", "structure", ("STR004",), _no_rows, also=ALL),
    Operator(
        "MU126",
        "leave only the picture of a diagram",
        "structure",
        ("STR006",),
        _picture,
        also=("API002", "STR004", "TST002", "FLO008"),
    ),
    Operator(
        "MU127",
        "delete the column that matters",
        "structure",
        ("STR008",),
        _column_gone,
        everywhere=True,
        also=("SEC004", "SEC017", "ERR012", "SEC002", "TST006"),
    ),
    Operator(
        "MU128",
        "call a design approved that nobody signed",
        "structure",
        ("STR009",),
        _approved,
        also=("STR003",),
    ),
    Operator(
        "MU129",
        "refer to something that is not there",
        "structure",
        ("STR010",),
        _dangling,
        also=("REQ001",),
    ),
    Operator(
        "MU130",
        "set aside a finding that is not there",
        "structure",
        ("STR011",),
        _comment("<!-- lld: ignore DAT010 -- kept for the old clients -->"),
        also=("DAT010",),
    ),
    Operator(
        "MU131",
        "set a finding aside without a reason",
        "structure",
        ("STR012",),
        _comment("<!-- lld: ignore DAT010 -->"),
    ),
    Operator(
        "MU132",
        "name no requirements any more",
        "traceability",
        ("REQ001", "REQ002"),
        _sources_gone,
        everywhere=True,
        also=(
            "STR010",
            "CFG001",
            "API001",
            "SEC004",
            "SEC003",
            "ERR002",
            "TST003",
            "TST001",
            "DAT009",
        ),
    ),
    Operator(
        "MU151",
        "number two headings alike",
        "structure",
        ("STR013",),
        _number_twice,
        also=("STR010",),
    ),
    Operator(
        "MU152", "swap two rows that the template fixes", "structure", ("STR014",), _rows_swapped
    ),
)
