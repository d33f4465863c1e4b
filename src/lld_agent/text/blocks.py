"""Markdown blocks with spans that tile the document."""

from collections.abc import Iterator
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from lld_agent.model.blocks import Block, BlockKind, RawCell, RawItem, RawRow
from lld_agent.model.source import SourceText, Span

_KINDS = {
    "heading_open": BlockKind.HEADING,
    "paragraph_open": BlockKind.PARAGRAPH,
    "bullet_list_open": BlockKind.LIST,
    "ordered_list_open": BlockKind.LIST,
    "table_open": BlockKind.TABLE,
    "fence": BlockKind.FENCE,
    "html_block": BlockKind.HTML,
    "blockquote_open": BlockKind.QUOTE,
    "hr": BlockKind.RULE,
    "front_matter": BlockKind.FRONT_MATTER,
}
_MAX_NESTING = 60
"""Deeper containers stay text: nobody reads them, and parsing them is how readers are attacked."""


@cache
def _parser() -> MarkdownIt:
    # Blocks only: inline parsing is half the cost, and spans of inline parts are ours to find.
    parser = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING}).enable("table")
    parser.use(front_matter_plugin)
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


def parse_blocks(source: SourceText) -> tuple[Block, ...]:
    """Return the top-level blocks of a document, tiling it from its first to its last character.

    Nested blocks are in `RawItem.children` of lists and `Block.children` of quotes. An empty
    document has no blocks.
    """
    if not source.text:
        return ()
    found = list(_Reader(source).blocks(_parser().parse(source.text)))
    if not found:
        return (Block(BlockKind.OTHER, Span(0, len(source.text)), source.text),)
    return tuple(_tiled(found, len(source.text)))


def _tiled(blocks: list[Block], end: int) -> Iterator[Block]:
    # A block ends where the next begins; the first takes what stands before it.
    starts = [0, *(block.span.start for block in blocks[1:]), end]
    for number, block in enumerate(blocks):
        yield _with_span(block, Span(starts[number], starts[number + 1]))


def _with_span(block: Block, span: Span) -> Block:
    return Block(
        block.kind,
        span,
        block.text,
        block.text_span,
        block.level,
        block.info,
        block.header,
        block.rows,
        block.items,
        block.children,
    )


class _Reader:
    """Turns tokens into blocks."""

    def __init__(self, source: SourceText) -> None:
        self._source = source
        self._lines = source.lines
        self._starts = source.line_starts

    def blocks(self, tokens: list[Token]) -> Iterator[Block]:
        """Yield the blocks of tokens of one nesting level."""
        position = 0
        while position < len(tokens):
            token = tokens[position]
            end = _closing(tokens, position)
            if token.map is not None:
                yield self._block(token, tokens[position + 1 : end])
            position = end + 1

    def _block(self, token: Token, inside: list[Token]) -> Block:
        assert token.map is not None
        kind = _KINDS.get(token.type, BlockKind.OTHER)
        first, last = token.map
        span = self._source.line_span(first, last)
        match kind:
            case BlockKind.HEADING | BlockKind.PARAGRAPH:
                text = inside[0].content if inside else ""
                level = int(token.tag[1]) if kind is BlockKind.HEADING else 0
                return Block(kind, span, text, self._text_span(first, last, text), level)
            case BlockKind.FENCE:
                return self._fence(token, span)
            case BlockKind.TABLE:
                return self._table(first, last, span)
            case BlockKind.LIST:
                items = tuple(self._items(inside, ordered=token.type == "ordered_list_open"))
                return Block(kind, span, items=items)
            case BlockKind.QUOTE:
                return Block(kind, span, children=tuple(self.blocks(inside)))
            case _:
                return Block(kind, span, token.content, span)

    def _text_span(self, first: int, last: int, text: str) -> Span:
        """Return where the text of a heading or paragraph stands in its lines."""
        lines = text.split("\n")
        begin = max(self._lines[first].find(lines[0]), 0)
        final = min(first + len(lines), last) - 1
        start = self._starts[first] + begin
        end = self._lines[final].rfind(lines[-1], begin if final == first else 0)
        return Span(start, max(start, self._starts[final] + max(end, 0) + len(lines[-1])))

    def _fence(self, token: Token, span: Span) -> Block:
        assert token.map is not None
        first, last = token.map
        text = token.content.removesuffix("\n")
        # The closing line may be missing at the end of the document or of a container.
        inner = Span(
            self._source.line_span(first + 1, first + 1).start,
            self._source.line_span(first + 1, max(last - 1, first + 1)).end,
        )
        level = len(self._lines[first]) - len(self._lines[first].lstrip())
        return Block(BlockKind.FENCE, span, text, inner, level, token.info.strip())

    def _table(self, first: int, last: int, span: Span) -> Block:
        rows = [self._row(number) for number in range(first, last) if number != first + 1]
        return Block(BlockKind.TABLE, span, header=rows[0], rows=tuple(rows[1:]))

    def _row(self, number: int) -> RawRow:
        line, base = self._lines[number], self._starts[number]
        begin = len(line) - len(line.lstrip(" \t>"))
        body = line[begin:].rstrip()
        cells = tuple(
            RawCell(body[start:end], Span(base + begin + start, base + begin + end))
            for start, end in cell_ranges(body)
        )
        return RawRow(cells, Span(base + begin, base + begin + len(body)))

    def _items(self, tokens: list[Token], *, ordered: bool) -> Iterator[RawItem]:
        position = 0
        while position < len(tokens):
            end = _closing(tokens, position)
            item, inside = tokens[position], tokens[position + 1 : end]
            position = end + 1
            if item.map is not None:
                yield self._item(item.map[0], item.map[1], inside, ordered=ordered)

    def _item(self, first: int, last: int, inside: list[Token], *, ordered: bool) -> RawItem:
        children = list(self.blocks(inside))
        text, span = "", self._source.line_span(first, last)
        if children and children[0].kind is BlockKind.PARAGRAPH:
            text, span = children[0].text, children[0].text_span
            del children[0]
        return RawItem(text, span, ordered, tuple(children))


def _closing(tokens: list[Token], position: int) -> int:
    """Return the index of the token that closes the one at `position`, or `position` itself."""
    opening = tokens[position]
    if opening.nesting != 1:
        return position
    for number in range(position + 1, len(tokens)):
        if tokens[number].level == opening.level and tokens[number].nesting == -1:
            return number
    return len(tokens)


def cell_ranges(line: str) -> list[tuple[int, int]]:
    """Return start and end of each cell of a table row, without the blanks around it.

    A pipe is escaped by the backslash right before it, as markdown-it and cmark-gfm have it; code
    spans protect nothing.
    """
    bars = _bars(line)
    if bars and bars[0] == 0:
        bars = bars[1:]
        begin = 1
    else:
        begin = 0
    ends = bars if bars and bars[-1] == len(line) - 1 else [*bars, len(line)]
    ranges = []
    for end in ends:
        inner = line[begin:end]
        left = begin + len(inner) - len(inner.lstrip())
        ranges.append((left, left + len(inner.strip())))
        begin = end + 1
    return ranges


def _bars(line: str) -> list[int]:
    found, position = [], line.find("|")
    while position >= 0:
        if position == 0 or line[position - 1] != "\\":
            found.append(position)
        position = line.find("|", position + 1)
    return found
