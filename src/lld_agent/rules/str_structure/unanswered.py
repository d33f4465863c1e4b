"""Which sections of a template a document does not answer. Used by STR001."""

import re
from bisect import bisect_right
from collections.abc import Iterator

from lld_agent.language.names import tokens
from lld_agent.model.design import Design, Section
from lld_agent.model.diagrams import DiagramKind
from lld_agent.rules.str_structure.prose import prose
from lld_agent.template.manifest import SlotInfo

_ALL_CLEAR = re.compile(
    r"\W*(?:n/?a\b|not applicable|entfällt|no aplica|não se aplica|不适用)", re.IGNORECASE
)
_OPTIONAL = ("machine_learning", "record")
"""Sections that only some designs need: the template says so itself."""
_DEEPEST = 3
# `**Rollback:** text`, `- Unit tests for the parser`: a slot of the chapter that has no heading
_LEAD = re.compile(
    r"^[ \t>]*(?:(?:(?:[-*+]|\d{1,3}[.)])[ \t]+)?\*{0,2}([^\s:*|][^:*|\n]{2,39})\*{0,2}:"
    r"|(?:[-*+]|\d{1,3}[.)])[ \t]+\*{0,2}([\w/-]+(?: [\w/-]+){0,2}))",
    re.MULTILINE,
)
_SCHEMA = re.compile(r"schema|structure|model|entit|table|datenmodell|esquema", re.IGNORECASE)
_GENERIC = frozenset(
    {"design", "strategy", "detail", "overview", "management", "data", "considered", "handling"}
    | {"test", "testing", "section", "information", "summary", "model", "specification", "path"}
)
"""Words of titles that say nothing about which section it is."""


def missing_slots(slots: tuple[SlotInfo, ...], design: Design) -> Iterator[SlotInfo]:
    """Yield the required sections of level 2 and 3 that a document has neither by heading nor else.

    Args:
        slots: of the template, in its order.
        design: a document that follows it.
    """
    answered = {section.slot for section in design.sections if section.slot}
    waived = {section.slot for section in design.sections if _is_waived(section, design)}
    named = [_words(section.title) for section in design.sections if not section.slot]
    leads = _leads(design)
    left_out: set[str] = set()
    for slot in slots:
        if not slot.title or not 2 <= slot.level <= _DEEPEST or slot.given or not slot.required:
            continue
        above, chapter = _parts(slot.address), slot.address.partition(".")[0]
        if chapter in _OPTIONAL or above & (waived | left_out):
            continue
        inside = (f"{slot.address}.", f"{slot.address}[")
        if slot.address in answered or any(address.startswith(inside) for address in answered):
            continue
        if _is_elsewhere(slot, design) or _is_named(slot, [*named, *leads.get(chapter, ())]):
            continue
        left_out.add(slot.address)
        yield slot


def _is_elsewhere(slot: SlotInfo, design: Design) -> bool:
    """Return whether what belongs into a slot stands in another place of the document."""
    if slot.row is not None:
        return bool(design.of(slot.row)) or _is_in_chapter(slot, design)
    if slot.address == "data.models":
        return any(entity.has_columns for entity in design.entities) or any(
            _SCHEMA.search(section.title) and _is_in(section, "data", design)
            for section in design.sections
        )
    drawn = {DiagramKind.SEQUENCE, DiagramKind.STATE}
    return slot.address == "architecture.interactions" and any(
        diagram.kind in drawn for diagram in design.diagrams
    )


def _is_in_chapter(slot: SlotInfo, design: Design) -> bool:
    """Return whether a table right under the chapter lists what the section is named after.

    Short documents put `| Error | HTTP Code | Handling |` under the chapter, without 11.1.
    """
    chapter, named = slot.address.partition(".")[0], set(tokens(slot.title))
    return any(
        table.header
        and design.section_at(table.span).slot == chapter
        and named.intersection(tokens(table.header[0].text))
        for table in design.tables
    )


def _is_in(section: Section, slot: str, design: Design) -> bool:
    return section.parent >= 0 and design.sections[section.parent].slot == slot


def _is_named(slot: SlotInfo, named: list[frozenset[str]]) -> bool:
    """Return whether a heading without a slot, or a label, has all words of a title."""
    titles = [_words(title) for title in (slot.title, *slot.aliases)]
    return any(title and title <= words for title in titles for words in named)


def _leads(design: Design) -> dict[str, list[frozenset[str]]]:
    """Return what labels and list items begin with, by the slot of their chapter."""
    chapters: list[str] = []
    for section in design.sections:
        above = chapters[section.parent] if section.parent >= 0 else ""
        chapters.append(above or section.slot.partition(".")[0])
    starts = [section.span.start for section in design.sections]
    found: dict[str, list[frozenset[str]]] = {}
    for match in _LEAD.finditer(prose(design)):
        chapter = chapters[bisect_right(starts, match.start()) - 1]
        found.setdefault(chapter, []).append(_words(match[1] or match[2]))
    return found


def _words(title: str) -> frozenset[str]:
    return frozenset(tokens(title)) - _GENERIC


def _parts(address: str) -> set[str]:
    """Return the addresses of all slots that hold a slot."""
    parts = address.split(".")
    return {".".join(parts[:count]) for count in range(1, len(parts))}


def _is_waived(section: Section, design: Design) -> bool:
    if not section.slot:
        return False
    body = design.source.text[section.heading_span.end : section.span.end].lstrip()
    return bool(section.open_question or _ALL_CLEAR.match(body[:80]))
