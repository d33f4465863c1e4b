"""Headings as a tree of sections, matched to the slots of the template they most likely follow."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from rapidfuzz import fuzz

from lld_agent.model.blocks import Block, BlockKind
from lld_agent.model.design import Section
from lld_agent.model.source import SourceText, Span
from lld_agent.template.manifest import SlotInfo
from lld_agent.template.registry import TEMPLATES
from lld_agent.text.inline import plain

DETECTED = 0.6
"""Share of a template's sections that must be there before a design counts as following it."""
_FUZZY = 88.0
_NUMBER = re.compile(r"(?P<number>\d+(?:\.\d+)*)[.):]?\s+(?P<title>\S.*)", re.DOTALL)
_NOISE = re.compile(r"[^\w\s]|_")
_OPEN = re.compile(r"\s*[>*_-]*\s*\[(Q-\d+)\]")


@dataclass(frozen=True, slots=True)
class Sectioning:
    """The sections of a document, the template they follow ("" for none) and how much of it."""

    sections: tuple[Section, ...]
    template: str
    confidence: float


def normal(title: str) -> str:
    """Return a title for comparing: lower case, no punctuation, `&` as `and`."""
    return " ".join(_NOISE.sub(" ", title.replace("&", " and ")).casefold().split())


def read_sections(source: SourceText, blocks: tuple[Block, ...]) -> Sectioning:
    """Return the sections of a document; they tile it, the text before the first heading first."""
    bare = _bare(source, blocks)
    best: tuple[float, str, tuple[Section, ...]] = (0.0, "", bare)
    for name in TEMPLATES:
        share = _share(name, bare)
        if share > best[0]:
            best = (share, name, bare)
    share, name, _ = best
    if share < DETECTED:
        return Sectioning(bare, "", round(share, 3))
    return Sectioning(_matched(name, bare), name, round(share, 3))


def _bare(source: SourceText, blocks: tuple[Block, ...]) -> tuple[Section, ...]:
    heads = [n for n, block in enumerate(blocks) if block.kind is BlockKind.HEADING]
    starts = heads if heads and heads[0] == 0 else [0, *heads]
    ends = [*starts[1:], len(blocks)]
    found: list[Section] = []
    above: list[int] = []
    for first, last in zip(starts, ends, strict=True):
        head = blocks[first] if first < len(blocks) else None
        if head is not None and head.kind is not BlockKind.HEADING:
            head = None  # the text before the first heading
        level = head.level if head else 0
        while above and found[above[-1]].level >= level:
            above.pop()
        parent = above[-1] if above else -1
        found.append(_section(source, blocks, first, last, head, parent))
        if level:
            above.append(len(found) - 1)
    return tuple(found)


def _section(
    source: SourceText,
    blocks: tuple[Block, ...],
    first: int,
    last: int,
    head: Block | None,
    parent: int,
) -> Section:
    start = blocks[first].span.start if blocks else 0
    end = blocks[last - 1].span.end if blocks else 0
    title, number = (plain(head.text), "") if head else ("", "")
    found = _NUMBER.fullmatch(title)
    if found:
        title, number = found["title"], found["number"]
    return Section(
        title=title,
        number=number,
        level=head.level if head else 0,
        slot="",
        confidence=0.0,
        span=Span(start, end),
        heading_span=head.text_span if head else Span(start, start),
        first=first,
        last=last,
        parent=parent,
        open_question=_question(source, blocks[first + 1 : last]) if head else "",
    )


def _question(source: SourceText, body: tuple[Block, ...]) -> str:
    if len(body) != 1:
        return ""
    found = _OPEN.match(source.slice(body[0].span))
    return found[1] if found else ""


@cache
def _headed(template: str) -> tuple[SlotInfo, ...]:
    return tuple(slot for slot in TEMPLATES[template].manifest if slot.level and slot.title)


@cache
def _titles(template: str, parent: str) -> Mapping[str, SlotInfo]:
    """Return normal title → slot, of the slots with a heading right below a slot ("" for the top)."""
    known: dict[str, SlotInfo] = {}
    for slot in _headed(template):
        if _heading_above(slot) == parent:
            for title in (slot.title, *slot.aliases):
                known.setdefault(normal(title), slot)
    return known


def _heading_above(slot: SlotInfo) -> str:
    return slot.parent


@cache
def _everywhere(template: str) -> Mapping[str, SlotInfo | None]:
    """Return normal title → slot over the whole template; None where several slots share it."""
    known: dict[str, SlotInfo | None] = {}
    for slot in _headed(template):
        title = normal(slot.title)
        known[title] = None if title in known else slot
    return known


def _lookup(known: Mapping[str, SlotInfo], title: str) -> tuple[SlotInfo, float] | None:
    wanted = normal(title)
    if wanted in known:
        return known[wanted], 1.0
    score, best = max(((fuzz.ratio(wanted, name), name) for name in known), default=(0.0, ""))
    return (known[best], score / 100) if score >= _FUZZY else None


def _share(template: str, sections: tuple[Section, ...]) -> float:
    known = _titles(template, "")
    required = {slot.address for slot in known.values() if slot.required and not slot.given}
    found = {
        hit[0].address
        for section in sections
        if section.level in {1, 2} and (hit := _lookup(known, section.title))
    }
    return len(found & required) / len(required)


def _matched(template: str, sections: tuple[Section, ...]) -> tuple[Section, ...]:
    done: list[Section] = []
    taken: set[str] = set()
    for section in sections:
        above = done[section.parent] if section.parent >= 0 else None
        hit = _slot(template, section, above)
        if hit is None or (hit[0] in taken and not hit[0].endswith("[]")):
            done.append(section)
            continue
        taken.add(hit[0])
        done.append(replace(section, slot=hit[0], confidence=hit[1]))
    return tuple(done)


def _slot(template: str, section: Section, above: Section | None) -> tuple[str, float] | None:
    if section.level == 0 or (section.level == 1 and above is None and not section.number):
        hit = _lookup(_titles(template, ""), section.title)
        return (hit[0].address, hit[1]) if hit and section.level else None
    parent = above.slot if above is not None and above.level > 1 else ""
    hit = _lookup(_titles(template, parent), section.title)
    if hit:
        return hit[0].address, hit[1]
    anywhere = _everywhere(template).get(normal(section.title))
    if anywhere is not None and parent and anywhere.address.startswith(parent + "."):
        return anywhere.address, 0.8
    part = _part(template, parent)
    return (part, 0.7) if part else None


@cache
def _part(template: str, parent: str) -> str:
    """Return the address of the repeated part whose headings stand right below a slot."""
    parts = [s for s in TEMPLATES[template].manifest if s.repeated and s.level and s.parent]
    for slot in parts:
        if parent in {slot.parent, slot.parent.rpartition(".")[0]} and parent:
            return slot.address
    return ""
