"""HTML comments of a document, wherever they stand outside code."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lld_agent.model.blocks import Block, BlockKind
from lld_agent.model.source import SourceText, Span
from lld_agent.text.inline import masked_code


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment: its text without the marks, stripped, and all of it as a span."""

    text: str
    span: Span


def find_comments(source: SourceText, blocks: tuple[Block, ...]) -> tuple[Comment, ...]:
    """Return the comments of a document in order; those in fences and code spans are none."""
    if "<!--" not in source.text:
        return ()
    found: list[Comment] = []
    for block in blocks:
        if block.kind in {BlockKind.FENCE, BlockKind.FRONT_MATTER}:
            continue
        text = source.slice(block.span)
        if "<!--" in text:
            found += _in_text(_without_code(text, block), block.span.start, source)
    return tuple(found)


def blanked(text: str, comments: Iterable[Comment]) -> str:
    """Return text with comments as blanks; line ends stay, so that lines keep their numbers."""
    parts, at = [], 0
    for comment in comments:
        inside = text[comment.span.start : comment.span.end]
        parts += [text[at : comment.span.start], re.sub(r"[^\r\n]", " ", inside)]
        at = comment.span.end
    return "".join([*parts, text[at:]])


def _in_text(text: str, offset: int, source: SourceText) -> Iterator[Comment]:
    start = text.find("<!--")
    while start >= 0:
        end = text.find("-->", start + 4)
        if end < 0:
            return
        span = Span(offset + start, offset + end + 3)
        yield Comment(source.text[span.start + 4 : span.end - 3].strip(), span)
        start = text.find("<!--", end + 3)


def _without_code(text: str, block: Block) -> str:
    if block.kind is BlockKind.HTML:
        return text
    for fence in _fences(block):
        begin, end = fence.span.start - block.span.start, fence.span.end - block.span.start
        text = text[:begin] + " " * (end - begin) + text[end:]
    return "\n".join(masked_code(line) for line in text.split("\n"))


def _fences(block: Block) -> Iterator[Block]:
    nested = [*block.children, *(child for item in block.items for child in item.children)]
    for child in nested:
        if child.kind is BlockKind.FENCE:
            yield child
        else:
            yield from _fences(child)
