"""A document as numbered spans: sentences, items, rows, fences, with what stands above them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

from lld_agent.model.blocks import Block, BlockKind
from lld_agent.model.brief import BriefSpan, Role
from lld_agent.model.source import SourceText, Span
from lld_agent.sources.brief.ids import identified
from lld_agent.sources.brief.normative import demands
from lld_agent.sources.brief.words_of import fold, function_words, role_patterns
from lld_agent.text.inline import plain

_END = re.compile(r"[.!?]+[\"')\]*_`”»]*(?=\s+[^\sa-zà-ÿ])|[。！？；]+[”」]?")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|incl|no|fig|sec|dr|mr|mrs|ms|st|z\.\s?b|d\.\s?h|bzw|ca|nr|usw|ggf|inkl|vgl|"
    r"p\.\s?ej|ej|sr|sra|art|núm|ex|pág|min|max)|(?<!\w)[A-Za-z]|^\s*\d+)\.$",
    re.IGNORECASE,
)
_PSEUDO = re.compile(r"\*\*(?P<title>[^*\n]{2,80})\*\*:?\s*\Z|(?P<plain>[^\n.。]{2,80})[:：]\s*\Z")
_DEMANDING = {Role.REQUIREMENTS, Role.NON_FUNCTIONAL, Role.ACCEPTANCE, Role.CONSTRAINTS}
_WANTED = re.compile(
    r"requirement|(?<!\w)prd(?!\w)|user stor|anforderung|pflichtenheft|lastenheft|requisito|requerimiento|需求",
    re.IGNORECASE,
)
# Sections that no heading above makes demands of: what stands there says something else.
_TELLING = {
    Role.OVERVIEW,
    Role.USERS,
    Role.METRICS,
    Role.FUTURE,
    Role.META,
    Role.RISKS,
    Role.DECISIONS,
    Role.ALTERNATIVES,
    Role.GLOSSARY,
    Role.REFERENCES,
    Role.ASSUMPTIONS,
    Role.SCOPE_IN,
    Role.SCOPE_OUT,
}
_NUMBERED = re.compile(r"^(?:\d+(?:\.\d+)*[.)]?\s+)")
_BRACKETED = re.compile(r"\s*[(（][^()（）]*[)）]")
_HIDDEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE
)
_TAG = re.compile(
    r"</?(?:p|div|li|ul|ol|tr|table|thead|tbody|h[1-6]|br|hr|section|article|details|summary|blockquote|pre)\b[^<>]*>",
    re.IGNORECASE,
)
_CELL = re.compile(r"(?:</?t[dh]\b[^<>]*>\s*)+", re.IGNORECASE)
_STRUCK = re.compile(r"\s*~~[^~]+~~\.?\s*")
"""What is struck out is withdrawn."""
_CHECKBOX = re.compile(r"\A\[[ xX]\]\s+")
_QUOTED = re.compile(r"\n[ \t]*>+[ \t]?")
_LABEL_WORDS = 8
_LEAD_WORDS = 6
_HEADING_WORDS = 10
_LONGEST_OUT = 16
"""A label that sets something apart ("These are deliberately left out of scope:") may be a sentence."""
_LEAD = 200
# What Markdown does not see as a list: "-Like this", "• so", one label or story a line.
_LINE = re.compile(
    r"\r?\n(?=[ \t]*(?:[-–•·*]\s?[^\s*-]|\(?\d{1,2}[.)]\s|(?i:como|as an?|als|作为)\s|"
    r"[A-ZÀ-Þ][\w-]*(?: [\w-]+){0,3}: ))"
)
_BULLET = re.compile(r"\A\s*[-–•·]\s?(?=[^\s-])")
_IMAGE = re.compile(r"\s*!\[[^\[\]]*\]\([^()\n]*\)\s*")
# Fences of words: requirements and scenarios that somebody set in a typewriter face.
_WORDY = frozenset({"", "text", "txt", "plain", "plaintext", "gherkin", "cucumber", "feature"})
_CODE = re.compile(r"[{}=<>;$|\\]|\w\(|──|->|^\s*[#/.]")
_HAN = re.compile(r"[\u3400-\u9fff]{6}")


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
    folded = _NUMBERED.sub("", fold(title)).rstrip(":：")
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
                yield from self._fence(block)
            case BlockKind.HTML:
                yield from self._html(block)
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
        text = ""
        for start, end in sentences(raw):
            piece = _QUOTED.sub("\n", raw[start:end])
            text = (
                ""
                if _IMAGE.fullmatch(piece) or _STRUCK.fullmatch(piece)
                else plain(_BULLET.sub("", piece, count=1))
            )
            if text:
                begin = block.text_span.start + start
                kind = "lead" if pseudo and pseudo["title"] and _names(text) else "sentence"
                yield self._span(text, Span(begin, block.text_span.start + end), kind)
        if pseudo:
            title = plain(pseudo["title"] or pseudo["plain"])
            self._state.lead = title
            self._state.label = _as_label(title)
        else:
            self._state.label = ""
            introduces = text.endswith((":", "：")) and len(text) <= _LEAD
            self._state.lead = text.rstrip(":：") if introduces else ""

    def _list(self, block: Block, lead: str) -> Iterator[BriefSpan]:
        for item in block.items:
            text = _CHECKBOX.sub("", plain(item.text), count=1)
            nested = any(child.kind is BlockKind.LIST for child in item.children)
            if text and not _STRUCK.fullmatch(item.text):
                kind = "lead" if nested and _is_lead(text) else "item"
                yield self._span(text, item.span, kind, lead=lead)
            inner = _NUMBERED.sub("", text).rstrip(":：") if text else lead
            for child in item.children:
                if child.kind is BlockKind.LIST:
                    yield from self._list(child, inner)
                else:
                    yield from self._block(child)

    def _fence(self, block: Block) -> Iterator[BriefSpan]:
        """Yield a fence, or the statements of one that holds words: a line each, else a paragraph."""
        if not _holds_words(block):
            yield self._span(block.text, block.text_span, "fence")
            return
        begin, text = block.text_span.start, self._source.slice(block.text_span)
        for found in re.finditer(r"(?:[^\n]*\S[^\n]*(?:\n|\Z))+", text):
            lines = list(re.finditer(r"[^\n]*\S[^\n]*", found[0]))
            alone = all(identified(line[0].strip()).id for line in lines)
            for piece in lines if alone else [re.match(r"[\s\S]*", found[0])]:
                if piece and (words := " ".join(piece[0].split())):
                    start = begin + found.start() + piece.start()
                    end = start + len(piece[0].rstrip())
                    yield self._span(words, Span(start, end), "item")

    def _html(self, block: Block) -> Iterator[BriefSpan]:
        """Yield the words between the tags of paragraphs, items and table rows."""
        raw = _HIDDEN.sub(lambda found: " " * len(found[0]), self._source.slice(block.span))
        begin = 0
        for found in (*_TAG.finditer(raw), None):
            end = found.start() if found else len(raw)
            text = plain(_CELL.sub(" | ", raw[begin:end]).strip(" |\n\t\r"))
            if text and not text.startswith("<"):
                span = Span(block.span.start + begin, block.span.start + end)
                yield self._span(text, span, "sentence")
            begin = found.end() if found else end

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
            role=role_of(telling, self._state.label or _as_label(lead)),
            cells=cells,
            lead=lead,
            demanded=_demanded(telling),
        )


def _demanded(titles: tuple[str, ...]) -> bool:
    """Return whether the nearest heading that decides it is one of requirements."""
    for title in reversed(titles):
        role = role_of_title(title)
        if role in _DEMANDING or role in _TELLING:
            return role in _DEMANDING
    return False


def _as_label(title: str) -> str:
    """Return a lead that says what follows, "" for one that does not."""
    role = role_of_title(title)
    longest = _LONGEST_OUT if role is Role.SCOPE_OUT else _LABEL_WORDS
    short = len(_BRACKETED.sub("", title).split()) <= longest
    return title if role is not Role.OTHER and short and not identified(title).id else ""


def _names(text: str) -> bool:
    """Return whether a line set in bold is a heading of its own, not a sentence that matters."""
    return text[-1] not in ".!?。！？" and len(text.split()) <= _HEADING_WORDS


def _is_lead(text: str) -> bool:
    """Return whether an item with a list of its own only names what the list is about."""
    if demands(text) and not text.endswith((":", "：")):
        return False
    return text.endswith((":", "：")) or (
        len(text.split()) <= _LEAD_WORDS and text[-1] not in ".!;。"
    )


def _holds_words(block: Block) -> bool:
    if block.info.strip().lower() not in _WORDY:
        return False
    lines = [line for line in block.text.splitlines() if line.strip()]
    told = sum(1 for line in lines if _is_language(line) and not _CODE.search(line))
    return told > 1 and told >= len(lines) * 3 / 4


def _is_language(line: str) -> bool:
    """Return whether a line holds words of a language, not just values with blanks between."""
    words = {word.lower() for word in re.findall(r"[^\W\d_]+", line)}
    return _HAN.search(line) is not None or any(
        words & known for known in function_words().values()
    )


def sentences(raw: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each sentence of a paragraph, white space left out.

    A hard line break ends a sentence; so does a line that begins a `**Label:**`, an item or a story.
    """
    begin = 0
    cuts = sorted(
        {found.end() for found in _END.finditer(raw) if not _abbreviated(raw, found)}
        | {
            found.end()
            for found in re.finditer(r"(?: {2}|\\)\r?\n|\r?\n(?=\*\*[^*\n]+:?\*\*)", raw)
        }
        | {found.end() for found in _LINE.finditer(raw)}
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
