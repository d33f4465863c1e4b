"""The text of a document by what readers see of it: hidden, shown, or quoted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from lld_agent.model.blocks import Block, BlockKind
from lld_agent.model.design import Design
from lld_agent.model.source import Span
from lld_agent.rules.txt_wording.orders import INVISIBLE
from lld_agent.text.comments import find_comments
from lld_agent.text.inline import code_spans, masked_code

_OPENING = re.compile(r"<([a-z][a-z0-9]{0,15})((?:\s[^<>]{0,500})?)>", re.IGNORECASE)
_CLOSING = re.compile(r"</([a-z][a-z0-9]{0,15})", re.IGNORECASE)
_UNSEEN_STYLE = re.compile(
    r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden|font-size\s{0,3}:\s{0,3}0(?![.\d])"
    r"|opacity\s{0,3}:\s{0,3}0(?![.\d])"
    r"|(?<![-\w])color\s{0,3}[:=]\s{0,3}[\"']?\s{0,3}(?:white|transparent|#fff(?:fff)?)\b"
    r"|(?<![-\w])hidden(?![-\w])",
    re.IGNORECASE,
)
_UNSEEN_TAGS = frozenset({"script", "style", "template", "noscript", "title", "meta"})
_WHITE_MATH = re.compile(
    r"\\(?:text)?color\{(?:white|transparent)\}\{([^{}]{0,2000})\}", re.IGNORECASE
)
# `[//]: # (a comment)` and other definitions with a title; nothing of them is drawn.
_DEFINITION = re.compile(
    r"^ {0,3}\[[^\[\]\n]{1,200}\]:[ \t]*\S+[ \t]+([\"'(][^\n]{0,2000})", re.MULTILINE
)
_TITLE = re.compile(r"\]\([^()\s]{0,500}[ \t]+(\"[^\"\n]{1,500}\"|'[^'\n]{1,500}')\)")
_ATTRIBUTE = re.compile(
    r"\b(?:title|aria-label|data-[\w-]{1,40})\s{0,3}=\s{0,3}(\"[^\"<>]{1,500}\"|'[^'<>]{1,500}')"
)
_QUOTED = re.compile(
    r"\"[^\"\n]{1,300}\"|“[^”\n]{1,300}”|«[^»\n]{1,300}»|„[^“”\n]{1,300}[“”]"
    r"|(?<!\w)'[^'\n]{1,300}'(?!\w)|‘[^’\n]{1,300}’|「[^」\n]{1,300}」"
)
_REMARK = re.compile(r"^[ \t]*%%(.*)$", re.MULTILINE)
_LONGEST_HIDDEN = 5_000


class Sight(Enum):
    """What readers see of a text."""

    HIDDEN = "hidden"
    SHOWN = "shown"
    QUOTED = "quoted"


@dataclass(frozen=True, slots=True)
class Carrier:
    """A text, what it stands in ("a comment"), and where."""

    sight: Sight
    what: str
    text: str
    span: Span


def carriers(design: Design) -> Iterator[Carrier]:
    """Yield the parts of a document that may give orders: hidden ones first."""
    comments = [
        Carrier(Sight.HIDDEN, "a comment", comment.text, comment.span)
        for comment in find_comments(design.source, design.blocks)
    ]
    unseen = list(_unseen(design))
    yield from comments
    yield from unseen
    seen = _without(design.source.text, [carrier.span for carrier in (*comments, *unseen)])
    for block in design.blocks:
        yield from _of_block(block, seen)


def _unseen(design: Design) -> Iterator[Carrier]:
    """Yield what a reader does not see outside comments."""
    for block in design.blocks:
        text = design.source.slice(block.span)
        if block.kind is BlockKind.FENCE:
            yield from _of_fence(block, text)
        elif block.kind is not BlockKind.FRONT_MATTER:
            bare = text if block.kind is BlockKind.HTML else masked_code(text)
            yield from _in_text(bare, block.span.start)


def _of_fence(block: Block, text: str) -> Iterator[Carrier]:
    if block.info:
        first = text.partition("\n")[0]
        end = block.span.start + len(first)
        info = Span(block.span.start, end)
        yield Carrier(Sight.HIDDEN, "the opening line of a fence", block.info, info)
    for found in _REMARK.finditer(text):
        span = Span(block.span.start + found.start(), block.span.start + found.end())
        yield Carrier(Sight.HIDDEN, "a comment of a diagram", found[1], span)


def _in_text(text: str, offset: int) -> Iterator[Carrier]:
    def found(what: str, match: re.Match[str], group: int = 0) -> Carrier:
        span = Span(offset + match.start(), offset + match.end())
        return Carrier(Sight.HIDDEN, what, match[group], span)

    if "<" in text:
        yield from _elements(text, offset)
        yield from (found("an attribute", match, 1) for match in _ATTRIBUTE.finditer(text))
    if "color{" in text:
        yield from (found("text without colour", m, 1) for m in _WHITE_MATH.finditer(text))
    if "]:" in text:
        yield from (found("a link definition", m, 1) for m in _DEFINITION.finditer(text))
    if "](" in text:
        yield from (found("the title of a link", m, 1) for m in _TITLE.finditer(text))
    # A comment that is never closed hides the rest of its block.
    start = text.rfind("<!--")
    if start >= 0 and "-->" not in text[start:]:
        span = Span(offset + start, offset + len(text))
        yield Carrier(Sight.HIDDEN, "a comment", text[start + 4 :], span)


def _elements(text: str, offset: int) -> Iterator[Carrier]:
    end = 0
    for opening in _OPENING.finditer(text):
        name = opening[1].casefold()
        hides = name in _UNSEEN_TAGS or (opening[2] and _UNSEEN_STYLE.search(opening[2]))
        if not hides or opening.start() < end:
            continue
        limit = min(len(text), opening.end() + _LONGEST_HIDDEN)
        closing = _CLOSING.search(text, opening.end(), limit)
        while closing is not None and closing[1].casefold() != name:
            closing = _CLOSING.search(text, closing.end(), limit)
        end = closing.start() if closing is not None else limit
        span = Span(offset + opening.start(), offset + end)
        yield Carrier(Sight.HIDDEN, "text that is not drawn", text[opening.end() : end], span)


def _of_block(block: Block, seen: str, *, quoted: bool = False) -> Iterator[Carrier]:
    if block.kind is BlockKind.FENCE:
        yield Carrier(Sight.QUOTED, "a fence", seen[block.span.start : block.span.end], block.span)
        return
    # What is none of the kinds is code by indentation.
    sight = Sight.QUOTED if quoted or block.kind is BlockKind.OTHER else Sight.SHOWN
    for what, span in _leaves(block):
        yield from _shown(span, what, sight, seen)
    for item in block.items:
        for child in item.children:
            yield from _of_block(child, seen, quoted=quoted)
    for child in block.children:
        yield from _of_block(child, seen, quoted=True)


def _leaves(block: Block) -> Iterator[tuple[str, Span]]:
    """Yield what a block holds itself, without the blocks in it."""
    match block.kind:
        case BlockKind.TABLE:
            rows = [*([block.header] if block.header else []), *block.rows]
            yield from (("a table cell", cell.span) for row in rows for cell in row.cells)
        case BlockKind.LIST:
            yield from (("a list item", item.span) for item in block.items if item.text)
        case BlockKind.HEADING | BlockKind.PARAGRAPH:
            yield f"a {block.kind.value}", block.text_span
        case BlockKind.QUOTE:
            pass
        case _:
            yield "text", block.span


def _shown(span: Span, what: str, sight: Sight, seen: str) -> Iterator[Carrier]:
    """Yield what is said at a place, and what is quoted there."""
    text = seen[span.start : span.end]
    plain = masked_code(text)
    yield Carrier(sight, what, _QUOTED.sub(lambda quote: " " * len(quote[0]), plain), span)
    for code in code_spans(text):
        place = Span(span.start + code.start, span.start + code.end)
        yield Carrier(Sight.QUOTED, f"code in {what}", code.text, place)
    for quote in _QUOTED.finditer(plain):
        place = Span(span.start + quote.start(), span.start + quote.end())
        yield Carrier(Sight.QUOTED, f"a quotation in {what}", quote[0], place)


def _without(text: str, spans: list[Span]) -> str:
    """Return text with blanks in place of spans, every other character in its place."""
    parts, at = [], 0
    for start, end in sorted(spans):
        if end > at:
            begin = max(start, at)
            parts += [text[at:begin], " " * (end - begin)]
            at = end
    return "".join([*parts, text[at:]])


@dataclass(frozen=True, slots=True)
class Concealed:
    """Characters that are drawn as nothing and hold a text, or that turn text around."""

    what: str
    text: str
    span: Span


_TAGS = re.compile("[\U000e0020-\U000e007e]{2,}")
_FLAG = "\U0001f3f4"
_TURNED = re.compile("[\u202d\u202e][^\u202c\r\n]*")
_RUN = re.compile(
    "[\u00ad\u180e\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]{8,}"
)


def concealed(text: str) -> Iterator[Concealed]:
    """Yield text in characters that are not drawn, and text that is drawn in another order.

    Source: Boucher and Anderson, Trojan Source (2021), for direction overrides; Unicode block Tags.
    """
    if text.isascii() or not INVISIBLE.search(text):
        return
    for found in _TAGS.finditer(text):
        if text[found.start() - 1 : found.start()] != _FLAG:
            decoded = "".join(chr(ord(c) - 0xE0000) for c in found[0])
            yield Concealed("tag characters", decoded, Span(*found.span()))
    for found in _RUN.finditer(text):
        yield Concealed("characters that are not drawn", "", Span(*found.span()))
    for found in _TURNED.finditer(text):
        words = INVISIBLE.sub("", found[0])
        yield Concealed("a change of text direction", words, Span(*found.span()))
