"""What people read of a document as words: everything but code, comments, targets of links.

The document is not cut up but painted over, so that an offset in the result is an offset in the
document.
"""

import re
from collections.abc import Iterable, Iterator
from weakref import WeakKeyDictionary

from lld_agent.model.blocks import Block, BlockKind
from lld_agent.model.design import Design, Section
from lld_agent.model.source import SourceText, Span
from lld_agent.text.comments import find_comments
from lld_agent.text.inline import code_spans

PAINT = "\x00"
"""What stands where something was painted over; no document holds it inside a word."""

_TARGET = re.compile(r"(?<=\]\()[^()\s]+(?=\))|<?https?://[^\s<>|)]+")
_CODE = frozenset({BlockKind.FENCE, BlockKind.FRONT_MATTER})
# A new list item or table row ends a code span that was not closed.
_CHUNK = re.compile(r"\n[ \t>\r]*(?:\n|[-*+|]|\d{1,9}[.)] )")

_painted: WeakKeyDictionary[SourceText, str] = WeakKeyDictionary()
"""Several rules want the same; the text of a document never changes."""


def prose(design: Design) -> str:
    """Return the text of a design with code, comments and link targets painted over.

    Line ends stay. The result is as long as the text.
    """
    found = _painted.get(design.source)
    if found is None:
        found = _painted[design.source] = _prose(design)
    return found


def _prose(design: Design) -> str:
    text = design.source.text
    spans = [
        *_code_blocks(design.blocks),
        *(comment.span for comment in find_comments(design.source, design.blocks)),
    ]
    painted = _paint(text, spans)
    painted = _paint(painted, _code_spans(painted))
    return _paint(painted, (Span(*found.span()) for found in _TARGET.finditer(painted)))


def path(design: Design, section: Section) -> str:
    """Return the titles of a section and those above it, joined by " > ": its canonical name."""
    titles = [section.title]
    while section.parent >= 0:
        section = design.sections[section.parent]
        if section.level > 1:
            titles.append(section.title)
    return " > ".join(reversed(titles))


def chapter(design: Design, section: Section) -> Section:
    """Return the section of level 2 (or the highest below level 1) that holds a section."""
    while section.parent >= 0 and design.sections[section.parent].level > 1:
        section = design.sections[section.parent]
    return section


def name(section: Section) -> str:
    """Return a section as a message names it."""
    return " ".join(part for part in (section.number, section.title) if part) or "the beginning"


def nested(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield blocks and all blocks inside their items and quotes."""
    stack = list(blocks)[::-1]
    while stack:
        block = stack.pop()
        yield block
        inner = [*(child for item in block.items for child in item.children), *block.children]
        stack.extend(reversed(inner))


def _code_blocks(blocks: Iterable[Block]) -> Iterator[Span]:
    return (block.span for block in nested(blocks) if block.kind in _CODE)


def _paint(text: str, spans: Iterable[Span]) -> str:
    parts: list[str] = []
    at = 0
    for start, end in sorted(spans):
        if end <= at:
            continue
        begin = max(start, at)
        parts += [text[at:begin], re.sub(r"[^\r\n]", PAINT, text[begin:end])]
        at = end
    return "".join([*parts, text[at:]])


def _code_spans(text: str) -> Iterator[Span]:
    if "`" not in text:
        return
    start = 0
    for end in [*(found.start() for found in _CHUNK.finditer(text)), len(text)]:
        for code in code_spans(text[start:end]):
            yield Span(start + code.start, start + code.end)
        start = end
