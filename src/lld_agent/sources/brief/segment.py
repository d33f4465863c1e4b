"""A document in numbered pieces: headings, sentences, items, rows, fences."""

import re
from collections.abc import Iterator

from lld_agent.language.detect import detect_language
from lld_agent.model.blocks import Block, BlockKind, RawItem
from lld_agent.model.brief import Role
from lld_agent.model.source import SourceText, Span
from lld_agent.sources.brief.headings import pseudo_heading
from lld_agent.sources.brief.piece import Piece, Segments, TableBlock
from lld_agent.sources.brief.sections import DEMANDING, role_of_path, role_of_title
from lld_agent.sources.brief.sentences import sentences
from lld_agent.sources.brief.text import label, words
from lld_agent.text.blocks import parse_blocks

_PREFIX = re.compile(r"(?<=\n)[ \t>]+")
_COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_ITEM_MARK = re.compile(r"[•●○▪■◦‣·・–—→✓✔☐☑][ \t]+")
_CHECKBOX = re.compile(r"\[[ xX]\][ \t]+")
_LONG_ITEM = 280
_LONGEST_LEAD = 400


def segment(source: SourceText) -> Segments:
    """Return the pieces of a document, in order. Never fails: what is odd is a piece of text."""
    blocks = parse_blocks(source)
    language = detect_language(_prose(source, blocks))
    return _Segmenter(source, language, plain=not _has_headings(blocks)).run(blocks)


def _has_headings(blocks: tuple[Block, ...]) -> bool:
    return any(block.kind is BlockKind.HEADING for block in blocks)


def _prose(source: SourceText, blocks: tuple[Block, ...]) -> str:
    """Return what people wrote: code is in no language."""
    kinds = {BlockKind.FENCE, BlockKind.OTHER, BlockKind.FRONT_MATTER}
    return "\n".join(source.slice(b.span) for b in blocks if b.kind not in kinds)


class _Segmenter:
    """Walks the blocks; one heading path at a time."""

    def __init__(self, source: SourceText, language: str, *, plain: bool) -> None:
        self._source = source
        self._language = language
        self._plain = plain
        self._pieces: list[Piece] = []
        self._tables: list[TableBlock] = []
        self._stack: list[tuple[int, str]] = []
        self._path: tuple[str, ...] = ()
        self._role, self._demanding = Role.OTHER, False
        self._title_level = 0

    def run(self, blocks: tuple[Block, ...]) -> Segments:
        levels = [block.level for block in blocks if block.kind is BlockKind.HEADING]
        # The one heading above all others names the document, and says nothing of its sections.
        if levels and levels.count(min(levels)) == 1 and levels[0] == min(levels):
            self._title_level = levels[0]
        self._walk(blocks)
        return Segments(self._language, tuple(self._pieces), tuple(self._tables))

    def _walk(self, blocks: tuple[Block, ...]) -> None:
        lead = -1
        for block in blocks:
            first = len(self._pieces)
            self._block(block, lead)
            last = len(self._pieces) - 1
            # What comes right after a sentence that ends in a colon is introduced by it.
            lead = last if block.kind is BlockKind.PARAGRAPH and last >= first else -1

    def _block(self, block: Block, lead: int) -> None:
        match block.kind:
            case BlockKind.HEADING:
                self._heading(words(block.text), block.level, block)
            case BlockKind.PARAGRAPH | BlockKind.LIST:
                self._paragraph_or_list(block, lead)
            case BlockKind.TABLE:
                self._table(block, lead)
            case BlockKind.FENCE:
                self._add(block.text, block.span, "fence", lead=lead, info=block.info)
            case BlockKind.QUOTE:
                self._walk(block.children)
            case BlockKind.HTML:
                self._html(block)
            case BlockKind.OTHER:
                self._other(block)
            case _:
                pass

    def _paragraph_or_list(self, block: Block, lead: int) -> None:
        pseudo = pseudo_heading(block, plain_document=self._plain)
        if pseudo is not None:
            self._heading(pseudo.text, pseudo.level, block)
        elif block.kind is BlockKind.PARAGRAPH:
            self._paragraph(block.text_span)
        else:
            self._list(block.items, lead, -1)

    def _heading(self, text: str, level: int, block: Block) -> None:
        if not text:
            return
        while self._stack and self._stack[-1][0] >= level:
            self._stack.pop()
        self._path = tuple(title for _, title in self._stack)
        self._enter()
        span = block.text_span if block.text_span.end else _trim(self._source, block.span)
        self._add(text, span, "heading")
        self._stack.append((level, text))
        self._path = (*self._path, text)
        self._enter()

    def _enter(self) -> None:
        titles = self._path
        if titles and self._stack and self._title_level and self._stack[0][0] == self._title_level:
            titles = titles[1:]
        self._role, self._demanding = role_of_path(titles)

    def _paragraph(self, span: Span) -> None:
        raw = _PREFIX.sub(_blanks, self._source.slice(span))
        if "<!--" in raw:
            raw = _COMMENT.sub(_blanks, raw)
        for start, end in sentences(raw, self._language):
            piece = raw[start:end]
            mark = _ITEM_MARK.match(piece)
            offset = mark.end() if mark else 0
            self._add(
                words(piece[offset:]),
                Span(span.start + start + offset, span.start + end),
                "item" if mark else "sentence",
                raw=piece[offset:],
            )

    def _list(self, items: tuple[RawItem, ...], lead: int, parent: int) -> None:
        role, demanding = self._role, self._demanding
        introduced = self._pieces[lead] if lead >= 0 else None
        if introduced is not None and introduced.text.endswith((":", "：")):
            self._adopt(introduced.text)
        else:
            lead = -1
        for item in items:
            self._item(item, lead, parent)
        self._role, self._demanding = role, demanding

    def _adopt(self, title: str) -> None:
        """Take over the role of a title that stands before a list ("Out of scope:")."""
        role = role_of_title(title.rstrip(":： "))
        if role is not Role.OTHER:
            self._role, self._demanding = role, role in DEMANDING

    def _item(self, item: RawItem, lead: int, parent: int) -> None:
        raw = self._source.slice(item.span) if item.text else ""
        number = -1
        if raw.strip():
            number = self._item_text(raw, item, lead, parent)
        role, demanding = self._role, self._demanding
        if number >= 0 and item.children:
            self._pieces[number].parts = any(c.kind is BlockKind.LIST for c in item.children)
            title = self._pieces[number].label if not self._pieces[number].body else ""
            self._adopt(title or self._pieces[number].text)
        for child in item.children:
            if child.kind is BlockKind.LIST:
                self._nested(child.items, number if number >= 0 else parent, lead)
            else:
                self._block(child, number)
        self._role, self._demanding = role, demanding

    def _nested(self, items: tuple[RawItem, ...], parent: int, lead: int) -> None:
        for item in items:
            self._item(item, parent if parent >= 0 else lead, parent)

    def _item_text(self, raw: str, item: RawItem, lead: int, parent: int) -> int:
        """Add an item, or the sentences of a long one; return the index of the first."""
        raw = _PREFIX.sub(_blanks, raw)
        box = _CHECKBOX.match(raw)
        skipped = box.end() if box else 0
        parts = [(skipped, len(raw))]
        if len(raw) > _LONG_ITEM:
            found = list(sentences(raw[skipped:], self._language))
            parts = [(skipped + start, skipped + end) for start, end in found] or parts
        first = len(self._pieces)
        for start, end in parts:
            self._add(
                words(raw[start:end]),
                Span(item.span.start + start, item.span.start + end),
                "item",
                lead=lead,
                parent=parent,
                raw=raw[start:end],
                ordered=item.ordered,
            )
        return first if len(self._pieces) > first else -1

    def _table(self, block: Block, lead: int) -> None:
        if block.header is None:
            return
        header = tuple(words(cell.raw) for cell in block.header.cells)
        before = self._pieces[lead].text if lead >= 0 else ""
        number, rows = len(self._tables), []
        for row in block.rows:
            texts = [words(cell.raw) for cell in row.cells]
            if not any(texts):
                continue
            rows.append(len(self._pieces))
            names = (*header, *("" for _ in texts[len(header) :]))
            self._add(
                " | ".join(text for text in texts if text),
                row.span,
                "row",
                cells=tuple(zip(names, texts, strict=False)),
                table=number,
                lead=lead,
            )
        self._tables.append(
            TableBlock(header, tuple(rows), self._path, before, self._role, block)
        )

    def _html(self, block: Block) -> None:
        raw = _COMMENT.sub(_blanks, self._source.slice(block.span))
        text = _TAG.sub(_blanks, raw)
        if not text.strip():
            return
        for start, end in sentences(text, self._language):
            span = Span(block.span.start + start, block.span.start + end)
            self._add(words(text[start:end]), span, "sentence", raw=text[start:end])

    def _other(self, block: Block) -> None:
        """Take indented text: code under headings, an indented paragraph in a plain document."""
        if self._plain:
            self._paragraph(_trim(self._source, block.span))
        else:
            self._add(block.text, block.span, "fence")

    def _add(  # noqa: PLR0913 - the one place where pieces are made
        self,
        text: str,
        span: Span,
        kind: str,
        *,
        raw: str = "",
        cells: tuple[tuple[str, str], ...] = (),
        lead: int = -1,
        parent: int = -1,
        table: int = -1,
        info: str = "",
        ordered: bool = False,
    ) -> None:
        if not text.strip():
            return
        name, body = label(raw) if raw else ("", text)
        self._pieces.append(
            Piece(
                text=text,
                span=span,
                headings=self._path,
                kind=kind,
                role=self._role,
                demanding=self._demanding,
                cells=cells,
                lead=self._pieces[lead].text[:_LONGEST_LEAD] if lead >= 0 else "",
                lead_piece=lead,
                parent=parent,
                table=table,
                label=words(name),
                body=words(body) if name else text,
                info=info,
                ordered=ordered,
            )
        )


def _blanks(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def _trim(source: SourceText, span: Span) -> Span:
    text = source.slice(span)
    start = span.start + len(text) - len(text.lstrip())
    return Span(start, start + len(text.strip()))


