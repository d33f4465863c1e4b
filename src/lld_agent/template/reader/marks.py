"""Diagrams, links, images, open questions and header fields."""

import re
from collections.abc import Iterator, Mapping

from lld_agent.model.blocks import Block, BlockKind, RawItem
from lld_agent.model.design import Mark
from lld_agent.model.diagrams import Diagram
from lld_agent.model.rows import Cell
from lld_agent.model.source import SourceText, Span
from lld_agent.template.reader.cells import text_cell
from lld_agent.template.reader.sections import Sectioning
from lld_agent.template.reader.tables import slot_at
from lld_agent.template.reader.walk import Placed, label_of
from lld_agent.text.inline import links
from lld_agent.text.mermaid import read_diagram, sniff

_QUESTION = re.compile(r"\[(Q-\d+)\](?!\()[ \t]*([^\n|]*)")
_REMOTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#")
_FIELD = re.compile(r"(?P<name>[A-Za-z_][\w -]{0,40}):[ \t]*(?P<value>.*)")
_DIAGRAMS = (".mmd", ".mermaid")
_SKIPPED = {BlockKind.FENCE, BlockKind.FRONT_MATTER}


def read_links(
    source: SourceText, sectioning: Sectioning, blocks: tuple[Block, ...]
) -> tuple[list[Mark], list[Mark]]:
    """Return the links and the images of a document."""
    plain_links: list[Mark] = []
    images: list[Mark] = []
    for section in sectioning.sections:
        for block in blocks[section.first : section.last]:
            if block.kind in _SKIPPED:
                continue
            text = source.slice(block.span)
            if "](" not in text and "://" not in text:
                continue
            for link in links(text, block.span.start):
                mark = Mark(link.text, link.target, link.span, section.title)
                (images if link.image else plain_links).append(mark)
    return plain_links, images


def wanted_neighbours(source: SourceText, blocks: tuple[Block, ...]) -> tuple[str, ...]:
    """Return the relative paths that links and images of a document name, as written.

    The caller decides which of them may be looked at; nothing here touches a file.
    """
    found: dict[str, None] = {}
    for block in blocks:
        text = source.slice(block.span)
        if block.kind not in _SKIPPED and "](" in text:
            for link in links(text):
                if link.target and not _REMOTE.match(link.target):
                    found[link.target] = None
    return tuple(found)


def read_diagrams(
    sectioning: Sectioning,
    placed: tuple[Placed, ...],
    images: list[Mark],
    neighbours: Mapping[str, str],
) -> tuple[Diagram, ...]:
    """Return the Mermaid diagrams of fences, and of the `.mmd` files beside images."""
    found = []
    for place in placed:
        block = place.block
        if block.kind is BlockKind.FENCE and sniff(block.text, block.info) is not None:
            slot = slot_at(sectioning, place)
            found.append(
                read_diagram(
                    block.text,
                    block.text_span,
                    info=block.info,
                    heading=sectioning.sections[place.section].title,
                    slot=slot.address if slot else "",
                )
            )
    for image in images:
        origin = _sibling(image.target, neighbours)
        if origin:
            found.append(
                read_diagram(neighbours[origin], image.span, heading=image.heading, origin=origin)
            )
    return tuple(sorted(found, key=lambda diagram: diagram.span))


def _sibling(target: str, neighbours: Mapping[str, str]) -> str:
    stem = re.split(r"[\\/]", target)[-1].rsplit(".", 1)[0]
    for path in neighbours:
        name = re.split(r"[\\/]", path)[-1]
        if name.endswith(_DIAGRAMS) and name.rsplit(".", 1)[0] == stem:
            return path
    return ""


def read_questions(
    source: SourceText, sectioning: Sectioning, blocks: tuple[Block, ...]
) -> Iterator[Mark]:
    """Yield the open questions (`[Q-4] ...`) of a document."""
    if "[Q-" not in source.text:
        return
    for section in sectioning.sections:
        for block in blocks[section.first : section.last]:
            for found in _QUESTION.finditer(source.slice(block.span)):
                start = block.span.start + found.start()
                yield Mark(
                    found[2].strip(), found[1], Span(start, start + len(found[0])), section.title
                )


def read_header(
    source: SourceText, sectioning: Sectioning, blocks: tuple[Block, ...]
) -> dict[str, Cell]:
    """Return the header fields: front matter, `**Name:** value` lines and `- Name: value` items.

    They stand before the first numbered section.
    """
    found: dict[str, Cell] = {}
    for section in sectioning.sections[:4]:
        if section.level > 1 and section.number:
            break
        for block in blocks[section.first : section.last]:
            for name, cell in _fields(source, block):
                found.setdefault(re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_"), cell)
    return found


def _fields(source: SourceText, block: Block) -> Iterator[tuple[str, Cell]]:
    if block.kind is BlockKind.FRONT_MATTER:
        for line in block.text.split("\n"):
            field = _FIELD.match(line)
            if field:
                yield field["name"], text_cell(field["value"].strip(), block.span)
    elif block.kind is BlockKind.PARAGRAPH:
        offset = block.text_span.start
        for line in source.slice(block.text_span).split("\n"):
            label = label_of(line.strip())
            if label is not None and label.value:
                yield label.name, text_cell(label.value, Span(offset, offset + len(line.rstrip())))
            offset += len(line) + 1
    for item in block.items:
        yield from _item_field(item)


def _item_field(item: RawItem) -> Iterator[tuple[str, Cell]]:
    label = label_of(item.text)
    field = None if label else _FIELD.fullmatch(item.text)
    if label is not None and label.value:
        yield label.name, text_cell(label.value, item.span)
    elif field:
        yield field["name"], text_cell(field["value"], item.span)
