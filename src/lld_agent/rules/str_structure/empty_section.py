"""STR004."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.blocks import Block, BlockKind
from lld_agent.model.design import Design, Section, TableReading
from lld_agent.model.finding import Severity
from lld_agent.model.rows import Row
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import Approval, DocumentVersion
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.str_structure.prose import PAINT, chapter, name, path, prose

_BLANK = frozenset({"", "-", "–", "—", "...", "…"})
_MAY_BE_BLANK: tuple[type[Row], ...] = (Approval, DocumentVersion)
_SHOWN = 5
_WAIVED = re.compile(
    r"[(\[](?:optional|if applicable)[)\]]|\bn/?a\b"
    # "SAI API (no change required)" says all there is to say
    r"|[(\[](?:no[ t]|none\b|unchanged|without|not )[^()\[\]]{0,60}[)\]]|[-–—:] *(?:none|not (?:applicable|required|needed))$"
    # of a title page
    r"|^rev(?:ision)?\b|^version\b|\b(?:low|high)[ -]level design\b",
    re.IGNORECASE,
)

# "Date: 2026-04-10", "D5. Routing is out of scope.": such a heading is all of its section
_SAYS_ALL = re.compile(r":\s+\S|[.!?。]\*{0,2}$")

_LABEL = re.compile(r"(?:^|\n)(?:\*\*[^*\n]{2,80}:\*\*:?|\*\*[^*\n]{2,80}\*\*:)[ \t]*$")


# "See PR": no reader can open it
_ELSEWHERE = re.compile(
    r"(?:please )?(?:see|refer to|siehe|véase|ver|voir) (?:the |our |den |der |la |le )?"
    r"(?:PR|pull request|code|implementation|poc|prototype|patch|código|implementação|implementación"
    r"|implementierung|quellcode)\.?",
    re.IGNORECASE,
)
_FIELD = re.compile(r"^\*\*[^*\n]{1,60}:\*\*", re.MULTILINE)
_FEW_FIELDS = 2


class EmptySection(Rule):
    """Every heading has something under it, and every table has rows.

    ## What it checks
    Sections without content or subsections, and tables with no row or with rows that say nothing
    beside their first cell; sections that only say "see PR", without a link.

    ## Why
    An empty section does not say whether it was forgotten, is still to come or does not apply.

    ## Fires when
    A chapter (section of level 2) holds at least one: one finding per chapter, with every place.
    `N/A - reason` is content, and so is an open question.

    ## Incorrect
        ### 8.2 Feature Flags

        ### 8.3 Secrets Management

    ## Correct
        ### 8.2 Feature Flags

        N/A - the importer has no optional behaviour.

    ## Known false positives
    Headings used as lines of a list. The title page, headings that call themselves optional, and
    tables of signatures and document history may be blank.

    ## Sections read
    All.

    ## Source
    Own.
    """

    id: ClassVar[str] = "STR004"
    name: ClassVar[str] = "empty-section"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per chapter with empty sections or tables."""
        text = prose(design)
        found: dict[int, tuple[Section, list[tuple[str, Span]]]] = {}
        for section in _empty_sections(design, text):
            owner = chapter(design, section)
            found.setdefault(owner.span.start, (owner, []))[1].append(
                (name(section), section.heading_span)
            )
        for label, span, section in _empty_labels(design, text):
            owner = chapter(design, section)
            what = f"{label} in {name(section)}"
            found.setdefault(owner.span.start, (owner, []))[1].append((what, span))
        for section, block in _pointers(design, text):
            owner = chapter(design, section)
            what = f"{name(section)} (a pointer without a link)"
            found.setdefault(owner.span.start, (owner, []))[1].append((what, block.text_span))
        for table in design.tables:
            section = design.section_at(table.span)
            if _says_nothing(table) and not section.open_question:
                owner = chapter(design, section)
                what = f"the table under {name(section)}"
                found.setdefault(owner.span.start, (owner, []))[1].append((what, table.span))
        for start in sorted(found):
            owner, empty = found[start]
            empty.sort(key=lambda pair: pair[1])
            names = [what for what, _ in empty]
            more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
            verb = "are" if len(names) > 1 else "is"
            yield Hit(
                message=f"{', '.join(names[:_SHOWN])}{more} {verb} empty",
                places=tuple(Place(span) for _, span in empty),
                subject=path(design, owner),
                hint="write it, remove it, or write `N/A - reason`",
            )


def _empty_sections(design: Design, text: str) -> Iterator[Section]:
    following = [*design.sections[1:], None]
    title = next((section for section in design.sections if section.level), None)
    for section, after in zip(design.sections, following, strict=True):
        start = section.first + (section.level > 0)
        if any(_is_content(block, text) for block in design.blocks[start : section.last]):
            continue
        if title is not None and _is_subtitle(section, title, after, design, text):
            continue
        has_child = after is not None and _is_below(after, section)
        if section is title or has_child or section.open_question:
            continue
        if _WAIVED.search(section.title) or _SAYS_ALL.search(section.title):
            continue
        yield section


def _is_subtitle(
    section: Section, title: Section, after: Section | None, design: Design, text: str
) -> bool:
    """Return whether a heading stands right under the title, with nothing between, and is no part."""
    if section.first != title.last or section.number or after is None or design.template:
        return False
    bare = not any(_is_content(b, text) for b in design.blocks[title.first + 1 : title.last])
    return bare and title.level < section.level and after.level <= section.level


def _empty_labels(design: Design, text: str) -> Iterator[tuple[str, Span, Section]]:
    """Yield the `**Label:**` lines that end a section: what they announce does not come."""
    following = [*design.sections[1:], None]
    for section, after in zip(design.sections, following, strict=True):
        start = section.first + (section.level > 0)
        content = [b for b in design.blocks[start : section.last] if _is_content(b, text)]
        last = content[-1] if content else None
        if last is None or last.kind is not BlockKind.PARAGRAPH:
            continue
        if after is not None and _is_below(after, section):
            continue
        # A form (author, date, reviewers): an open field of it announces nothing.
        if len(_FIELD.findall(last.text)) > _FEW_FIELDS:
            continue
        found = _LABEL.search(last.text)
        if found:
            at = last.text_span.start + found.start()
            yield found[0].strip("*: \n"), Span(at, last.text_span.end), section


def _pointers(design: Design, text: str) -> Iterator[tuple[Section, Block]]:
    """Yield paragraphs that are all that a section says, and say that it is said elsewhere."""
    for section in design.sections:
        start = section.first + (section.level > 0)
        content = [b for b in design.blocks[start : section.last] if _is_content(b, text)]
        if len(content) == 1 and _ELSEWHERE.fullmatch(content[0].text.strip()):
            yield section, content[0]


def _is_below(after: Section, section: Section) -> bool:
    """Return whether the next section is a part of this one, by level or by number."""
    numbered = bool(section.number) and after.number.startswith(f"{section.number}.")
    return numbered or after.level > section.level


def _is_content(block: Block, text: str) -> bool:
    """Return whether a block holds more than comments and rules."""
    if block.kind is BlockKind.RULE:
        return False
    if block.kind in {BlockKind.FENCE, BlockKind.TABLE}:
        return True
    # comments are painted over, and so is code: paint between other marks is code
    seen = text[block.span.start : block.span.end].strip()
    return bool(seen.replace(PAINT, "").strip()) or block.kind is not BlockKind.HTML


def _says_nothing(table: TableReading) -> bool:
    if table.kind in _MAY_BE_BLANK or len(table.header) < 2:
        return False
    if not table.rows:
        return not any("![" in cell.raw or "](" in cell.raw for cell in table.header)
    # an unknown table may be blank to show something
    known = table.kind is not None
    return known and all(cell.raw.strip() in _BLANK for row in table.rows for cell in row[1:])
