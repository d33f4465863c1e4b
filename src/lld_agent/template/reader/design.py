"""Markdown to a design: one pass for blocks, then what stands where."""

from collections.abc import Mapping

from lld_agent.model.blocks import Block, BlockKind
from lld_agent.model.design import Design
from lld_agent.model.source import SourceText
from lld_agent.template.reader.endpoints import read_endpoints
from lld_agent.template.reader.entities import read_entities, read_enums
from lld_agent.template.reader.lists import read_list_rows
from lld_agent.template.reader.marks import (
    read_diagrams,
    read_header,
    read_links,
    read_questions,
)
from lld_agent.template.reader.sections import read_sections
from lld_agent.template.reader.tables import read_rows, read_tables
from lld_agent.template.reader.walk import walk
from lld_agent.text.blocks import parse_blocks


def read_design(
    source: SourceText,
    neighbours: Mapping[str, str] | None = None,
    blocks: tuple[Block, ...] | None = None,
) -> Design:
    """Return what a document says. Never fails: what is not understood stays verbatim.

    Args:
        source: the document.
        neighbours: relative path as written → text, of the files beside it that its links and
            images name ("" for files that are no text); None when there is no file system.
        blocks: of the document, when they have been parsed already.
    """
    if blocks is None:
        blocks = parse_blocks(source)
    sectioning = read_sections(source, blocks)
    placed = tuple(walk(blocks, sectioning.sections))
    tables = tuple(read_tables(sectioning, placed))
    raws = {p.block.span.start: p.block.rows for p in placed if p.block.kind is BlockKind.TABLE}
    listed = tuple(read_list_rows(source, sectioning, placed))
    rows = tuple(sorted((*read_rows(tables, raws), *listed), key=lambda row: row.span))
    links, images = read_links(source, sectioning, blocks)
    diagrams = read_diagrams(sectioning, placed, images, neighbours or {})
    entities = read_entities(source, sectioning, placed, tables, rows, diagrams)
    return Design(
        source=source,
        blocks=blocks,
        sections=sectioning.sections,
        template=sectioning.template,
        template_confidence=sectioning.confidence,
        tables=tables,
        rows=rows,
        endpoints=read_endpoints(source, sectioning, placed, tables, rows, diagrams),
        entities=entities,
        enums=read_enums(entities, placed, sectioning, tables, diagrams),
        diagrams=diagrams,
        links=tuple(links),
        images=tuple(images),
        questions=tuple(read_questions(source, sectioning, blocks)),
        neighbours=None if neighbours is None else frozenset(neighbours),
        header=read_header(source, sectioning, blocks),
    )
