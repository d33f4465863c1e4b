"""A document as numbered spans: sentences, items, rows, fences, with what stands above them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

from lld_agent.model.blocks import Block, BlockKind
from lld_agent.model.brief import BriefSpan, Role
from lld_agent.model.source import SourceText, Span
from lld_agent.sources.brief.words_of import fold, role_patterns
from lld_agent.text.inline import plain

_END = re.compile(r"[.!?]+[\"')\]*_`”»]*(?=\s+[^\sa-zà-ÿ])|[。！？；]+[”」]?")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|incl|no|fig|sec|dr|mr|mrs|ms|st|z\.\s?b|d\.\s?h|bzw|ca|nr|usw|ggf|inkl|vgl|"
    r"p\.\s?ej|ej|sr|sra|art|núm|ex|pág|min|max)|(?<!\w)[A-Za-z]|^\s*\d+)\.$",
    re.IGNORECASE,
)
_PSEUDO = re.compile(r"\*\*(?P<title>[^*\n]{2,80})\*\*:?\s*\Z|(?P<plain>[^\n.]{2,80}):\s*\Z")
_DEMANDING = {Role.REQUIREMENTS, Role.NON_FUNCTIONAL, Role.ACCEPTANCE, Role.CONSTRAINTS}
_WANTED = re.compile(
    r"requirement|(?<!\w)prd(?!\w)|user stor|anforderung|pflichtenheft|lastenheft|requisito|requerimiento|需求",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^(?:\d+(?:\.\d+)*[.)]?\s+)")


@dataclass
class _State:
    """What stands above the block that is being read."""

    titles: list[tuple[int, str]] = field(default_factory=list)
    label: str = ""
    lead: str = ""
    about: tuple[str, ...] = ()


def segment(source: SourceText, blocks: tuple[Block, ...]) -> tuple[BriefSpan, ...]:
    """Return the spans of a document in order; normative is not judged yet."""
    return tuple(
        _numbered(number, found)
        for number, found in enumerate(_Segmenter(source, blocks).read(blocks), 1)
    )


def _numbered(number: int, span: BriefSpan) -> BriefSpan:
    return replace(span, id=f"S{number}")


def role_of(titles: tuple[str, ...], label: str = "") -> Role:
    """Return what a section is about: its label or nearest heading that says so."""
    for title in (label, *reversed(titles)):
        found = role_of_title(title)
        if found:
            return found
    return Role.OTHER


@lru_cache(maxsize=4096)
def role_of_title(title: str) -> Role:
    """Return what a heading says, `Role.OTHER` where it says nothing known."""
    folded = fold(title)
    for role, pattern in role_patterns():
        if pattern.search(folded):
            return role
    return Role.OTHER


def _own_title(blocks: tuple[Block, ...]) -> Block | None:
    """Return the heading that names the whole document: the first, and the only one of its level."""
    found = [block for block in blocks if block.kind is BlockKind.HEADING]
    alone = len(found) > 1 and all(block.level > found[0].level for block in found[1:])
    return found[0] if alone else None


class _Segmenter:
    def __init__(self, source: SourceText, blocks: tuple[Block, ...]) -> None:
        self._source = source
        self._state = _State()
        self._title = _own_title(blocks)

    def read(self, blocks: tuple[Block, ...]) -> Iterator[BriefSpan]:
        """Yield the spans of blocks, containers entered."""
        for block in blocks:
            yield from self._block(block)

    def _block(self, block: Block) -> Iterator[BriefSpan]:
        match block.kind:
            case BlockKind.HEADING:
                yield self._heading(block)
            case BlockKind.PARAGRAPH:
                yield from self._paragraph(block)
            case BlockKind.LIST:
                yield from self._list(block, self._state.lead)
                self._state.lead = ""
            case BlockKind.TABLE:
                yield from self._table(block)
                self._state.lead = ""
            case BlockKind.FENCE:
                yield self._span(block.text, block.text_span, "fence")
            case BlockKind.QUOTE:
                yield from self.read(block.children)
            case _:
                return

    def _heading(self, block: Block) -> BriefSpan:
        title = plain(block.text)
        titles = self._state.titles
        while titles and titles[-1][0] >= block.level:
            titles.pop()
        titles.append((block.level, title))
        if block is self._title:
            self._state.about = () if _WANTED.search(fold(title)) else (title,)
        self._state.label = self._state.lead = ""
        return self._span(title, block.text_span, "heading")

    def _paragraph(self, block: Block) -> Iterator[BriefSpan]:
        raw = self._source.slice(block.text_span)
        last = raw.rstrip().rpartition("\n")[2]
        pseudo = _PSEUDO.match(last.strip())
        for start, end in sentences(raw):
            text = plain(raw[start:end])
            if text:
                begin = block.text_span.start + start
                yield self._span(text, Span(begin, block.text_span.start + end), "sentence")
        if pseudo:
            title = plain(pseudo["title"] or pseudo["plain"])
            self._state.lead = title
            self._state.label = title if role_of_title(title) and len(title.split()) <= 6 else ""
        else:
            self._state.lead = self._state.label = ""

    def _list(self, block: Block, lead: str) -> Iterator[BriefSpan]:
        for item in block.items:
            text = plain(item.text)
            if text:
                yield self._span(text, item.span, "item", lead=lead)
            inner = _NUMBERED.sub("", text).rstrip(":：") if text else lead
            for child in item.children:
                if child.kind is BlockKind.LIST:
                    yield from self._list(child, inner)
                else:
                    yield from self._block(child)

    def _table(self, block: Block) -> Iterator[BriefSpan]:
        header = [plain(cell.raw) for cell in block.header.cells] if block.header else []
        for row in block.rows:
            texts = [plain(cell.raw) for cell in row.cells]
            if not any(texts):
                continue
            padded = [*header, *[""] * len(texts)]
            cells = tuple(zip(padded, texts, strict=False))
            text = " | ".join(filter(None, texts))
            yield self._span(text, row.span, "row", cells=cells, lead=self._state.lead)

    def _span(
        self,
        text: str,
        span: Span,
        kind: str,
        *,
        cells: tuple[tuple[str, str], ...] = (),
        lead: str = "",
    ) -> BriefSpan:
        titles = tuple(title for _, title in self._state.titles)
        # The name of the document ("Deploy workflow") says nothing about its sections.
        telling = titles[1:] if titles[:1] == self._state.about else titles
        return BriefSpan(
            id="",
            text=text,
            span=span,
            line=self._source.line_of(span.start),
            end_line=self._source.line_of(max(span.start, span.end - 1)),
            headings=titles,
            kind=kind,
            role=role_of(telling, self._state.label),
            cells=cells,
            lead=lead,
            demanded=any(role_of_title(title) in _DEMANDING for title in telling),
        )


def sentences(raw: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each sentence of a paragraph, white space left out.

    A hard line break ends a sentence; so does a line that begins a `**Label:**`.
    """
    begin = 0
    cuts = sorted(
        {found.end() for found in _END.finditer(raw) if not _abbreviated(raw, found)}
        | {
            found.end()
            for found in re.finditer(r"(?: {2}|\\)\r?\n|\r?\n(?=\*\*[^*\n]+:?\*\*)", raw)
        }
    )
    for end in (*cuts, len(raw)):
        piece = raw[begin:end]
        left = begin + len(piece) - len(piece.lstrip())
        right = begin + len(piece.rstrip())
        if right > left:
            yield left, right
        begin = end


def _abbreviated(raw: str, found: re.Match[str]) -> bool:
    if not found[0].startswith("."):
        return False
    return _ABBREVIATION.search(raw[max(0, found.start() - 12) : found.start() + 1]) is not None
