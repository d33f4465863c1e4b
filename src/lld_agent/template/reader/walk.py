"""Every block of a design with where it stands: section, label, nested or not."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lld_agent.model.blocks import Block, BlockKind
from lld_agent.model.design import Section
from lld_agent.text.inline import plain

_LABEL = re.compile(r"\*\*(?P<name>[^*\n]{1,80}?):?\*\*:?[ \t]*(?P<value>.*)\Z", re.DOTALL)
_PLAIN_LABEL = re.compile(r"(?P<name>[A-Z][\w /&()-]{1,60}):\Z")


@dataclass(frozen=True, slots=True)
class Placed:
    """A block and its surroundings.

    Attributes:
        index: into the top-level blocks; nested blocks have that of their container.
        section: number of its section.
        label: name of the `**Label:**` line before it in its section, "" if there is none.
        nested: whether it stands in a list or quote.
    """

    block: Block
    index: int
    section: int
    label: str
    nested: bool


@dataclass(frozen=True, slots=True)
class Label:
    """`**Name:** value`; the value is raw and may be empty."""

    name: str
    value: str


def label_of(text: str) -> Label | None:
    """Return the label that a paragraph is, or None."""
    found = _LABEL.match(text)
    if found:
        return Label(plain(found["name"]).rstrip(":："), found["value"].strip())
    plainly = _PLAIN_LABEL.match(text)
    return Label(plainly["name"], "") if plainly else None


def walk(blocks: tuple[Block, ...], sections: tuple[Section, ...]) -> Iterator[Placed]:
    """Yield all blocks but headings, containers before what is in them, in document order."""
    for number, section in enumerate(sections):
        label = ""
        for index in range(section.first, section.last):
            block = blocks[index]
            if block.kind is BlockKind.HEADING:
                continue
            yield Placed(block, index, number, label, nested=False)
            yield from _nested(block, index, number, label)
            if block.kind is BlockKind.PARAGRAPH:
                found = label_of(block.text.split("\n")[-1])
                label = found.name if found and not found.value else label if found else ""
            elif block.kind is not BlockKind.HTML:
                label = ""


def _nested(block: Block, index: int, section: int, label: str) -> Iterator[Placed]:
    for child in block.children:
        yield Placed(child, index, section, label, nested=True)
        yield from _nested(child, index, section, label)
    for item in block.items:
        inner = plain(item.text).rstrip(":")[:80] if item.children else label
        for child in item.children:
            yield Placed(child, index, section, inner, nested=True)
            yield from _nested(child, index, section, inner)
