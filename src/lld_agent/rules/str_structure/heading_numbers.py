"""STR013."""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import pairwise
from typing import ClassVar

from lld_agent.model.design import Design, Section
from lld_agent.model.finding import Severity
from lld_agent.model.source import Span
from lld_agent.rules.base import Context, Hit, Place, Repair, Rule, Skipped
from lld_agent.rules.str_structure.numbering import Family, Number, families, number_of, resolved
from lld_agent.rules.str_structure.prose import name, path, prose
from lld_agent.rules.str_structure.references import section_references
from lld_agent.text.inline import links

_ANCHOR = re.compile(r"#(\d+)")
_DOTTED = re.compile(r"(?<![\d.])\d+(?:\.\d+)+(?!\d)")
_FEWEST = 3
_SHARE = 0.5
_SHOWN = 5


class HeadingNumbers(Rule):
    """Numbers of headings are unique, in order, and begin with the number of their parent.

    ## What it checks
    The numbers that authors write into headings.

    ## Why
    "See 4.2" leads to two places or to the wrong one, and what was moved or cut shows only here.

    ## Fires when
    Among the headings under one parent a number stands twice or is lower than the one before it,
    or a number begins with that of another parent. One finding per parent. A gap is no finding: a
    section that a template numbers may be left out.

    ## Incorrect
        ### 5. Storage

        #### 4.1 Tables

    ## Correct
        ### 5. Storage

        #### 5.1 Tables

    ## Known false positives
    Headings that are versions or dates, as in a change log: left out where most numbers fall.

    ## Sections read
    Headings, in documents with at least three numbered ones.

    ## Source
    Own.
    """

    id: ClassVar[str] = "STR013"
    name: ClassVar[str] = "heading-numbers"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per parent."""
        numbered = sum(1 for section in design.sections if number_of(section))
        if numbered < _FEWEST:
            yield Skipped("headings are not numbered")
            return
        all_families = tuple(families(design))
        page = _Page(design, all_families)
        for family in all_families:
            strangers, unsorted = family.strangers, family.unsorted
            if not strangers and (not unsorted or len(unsorted) > _SHARE * len(family.numbers)):
                continue
            yield _hit(family, design, page)


def _hit(family: Family, design: Design, page: "_Page") -> Hit:
    sections = [design.sections[at] for at in family.members]
    wrong = [sections[at] for at in family.strangers]
    said = []
    if wrong:
        assert family.parent is not None
        more = f" and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
        named = ", ".join(name(section) for section in wrong[:_SHOWN])
        said.append(f"{named}{more} under {name(family.parent)}")
    for at in family.unsorted[:_SHOWN]:
        twice = family.numbers[at] in family.numbers[:at]
        before = name(sections[at - 1])
        number = sections[at].number
        said.append(
            f"{number} stands twice" if twice else f"{name(sections[at])} comes after {before}"
        )
    places = sorted({*family.strangers, *family.unsorted})
    return Hit(
        message=f"numbers of headings do not fit: {'; '.join(said)}",
        places=tuple(Place(sections[at].heading_span) for at in places),
        subject=path(design, family.parent) if family.parent is not None else "document",
        object="numbers",
        hint="number them anew, and the references with them",
        repair=_repair(family, design, page),
    )


def _repair(family: Family, design: Design, page: "_Page") -> Repair | None:
    """Return the edit of all numbers of a family and below; None where it would be a guess.

    It would be where more than one numbering fits, where the parent may be the one that is wrong,
    and where anything in the document may refer to one of the numbers, old or new.
    """
    mended = resolved(family)
    if mended is None or (family.strangers and not _is_sure(family, design, page)):
        return None
    edits: list[tuple[Span, str]] = []
    changed: set[str] = set()
    for at, new in zip(family.members, mended, strict=True):
        old = number_of(design.sections[at])
        if old == new:
            continue
        for below in _tree(at, design):
            number = number_of(design.sections[below])
            if number[: len(old)] != old:
                continue
            edit = _edit(below, (*new, *number[len(old) :]), design)
            if edit is None:
                return None
            edits.append(edit)
            changed |= {design.source.slice(edit[0]), edit[1]}
    if not edits or page.refers_to(changed):
        return None
    return Repair("number the headings in order", tuple(edits))


def _tree(at: int, design: Design) -> Iterator[int]:
    """Yield a section and all below it."""
    yield at
    level = design.sections[at].level
    for below in range(at + 1, len(design.sections)):
        if design.sections[below].level <= level:
            return
        if number_of(design.sections[below]):
            yield below


def _edit(at: int, number: Number, design: Design) -> tuple[Span, str] | None:
    section = design.sections[at]
    written = section.number.rstrip(".")
    if not design.source.slice(section.heading_span).startswith(written):
        return None
    start = section.heading_span.start
    return Span(start, start + len(written)), ".".join(map(str, number))


def _is_sure(family: Family, design: Design, page: "_Page") -> bool:
    """Return whether it is the strangers that are wrong, not their parent, and no heading is lost.

    So it is where the template has them below their parent, and where they carry the number of
    one other heading that is there; a heading that is not there may be what was lost.
    """
    strangers = [design.sections[family.members[at]] for at in family.strangers]
    above = family.parent.slot if family.parent is not None else ""
    if above and all(section.slot.startswith(f"{above}.") for section in strangers):
        return True
    carried = {family.numbers[at][:-1] for at in family.strangers}
    if len(carried) != 1 or not carried <= page.there:
        return False
    whole = len(family.strangers) == len(family.numbers)
    return not whole or not _parent_may_move(family, carried.pop(), page)


def _parent_may_move(family: Family, wanted: Number, page: "_Page") -> bool:
    """Return whether the parent could as well take the number that its children carry."""
    siblings, at = page.family_of(family.parent)
    if siblings is None:
        return True
    around = (*siblings.numbers[max(0, at - 1) : at], wanted, *siblings.numbers[at + 1 : at + 2])
    return all(one < other for one, other in pairwise(around))


class _Page:
    """What is asked about a document for each of its families, found once."""

    def __init__(self, design: Design, known: Iterable[Family]) -> None:
        self.there = {number_of(section) for section in design.sections}
        self._design = design
        self._family = {
            design.sections[member].span.start: (family, at)
            for family in known
            for at, member in enumerate(family.members)
        }

    def family_of(self, section: Section | None) -> tuple[Family | None, int]:
        """Return the family that a heading is a member of, and its position there."""
        return self._family.get(section.span.start if section else -1, (None, 0))

    def refers_to(self, numbers: set[str]) -> bool:
        """Return whether anything in the document may refer to one of some numbers."""
        slugs = {number.replace(".", "") for number in numbers}
        return bool(numbers & self._references or slugs & self._anchors or numbers & self._mentions)

    @cached_property
    def _references(self) -> set[str]:
        return {number for number, _ in section_references(prose(self._design))}

    @cached_property
    def _anchors(self) -> set[str]:
        """Numbers that begin the anchors of links, as slugs have them: without points."""
        targets = (link.target for link in links(self._design.source.text))
        return {found[1] for target in targets if (found := _ANCHOR.match(target))}

    @cached_property
    def _mentions(self) -> set[str]:
        """Numbers with points that stand anywhere but in headings."""
        text = prose(self._design)
        parts, at = [], 0
        for section in self._design.sections:
            start, end = section.heading_span
            parts.append(text[at:start])
            at = max(at, end)
        return set(_DOTTED.findall("\n".join([*parts, text[at:]])))
