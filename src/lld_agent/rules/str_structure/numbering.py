"""Numbers of headings as families: what numbers the children of one heading should have."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from lld_agent.model.design import Design, Section

Number = tuple[int, ...]
_NUMBER = re.compile(r"\d{1,4}(?:\.\d{1,4}){0,5}")


@dataclass(frozen=True, slots=True)
class Family:
    """The numbered headings right below one heading, in order.

    Attributes:
        parent: the heading above them, None where there is none.
        above: its number, () where it has none or its children count for themselves.
        members: indexes of their sections. numbers: of the same.
    """

    parent: Section | None
    above: Number
    members: tuple[int, ...]
    numbers: tuple[Number, ...]

    @property
    def strangers(self) -> tuple[int, ...]:
        """Positions of those that carry the number of another parent."""
        depth = len(self.above)
        return tuple(
            at
            for at, number in enumerate(self.numbers)
            if depth and len(number) == depth + 1 and number[:depth] != self.above
        )

    @property
    def unsorted(self) -> tuple[int, ...]:
        """Positions of those whose number is not above that of the one before them."""
        pairs = pairwise(self.numbers)
        return tuple(
            at
            for at, (one, other) in enumerate(pairs, 1)
            if other <= one and at not in self.strangers
        )


def number_of(section: Section) -> Number:
    """Return the number of a heading as integers, () for none."""
    text = section.number.rstrip(".")
    if text.isdigit() and section.title[:1].islower():
        return ()  # "3 bigger questions" counts them
    return tuple(map(int, text.split("."))) if _NUMBER.fullmatch(text) else ()


def families(design: Design) -> Iterator[Family]:
    """Yield the families of a document."""
    children: dict[int, list[int]] = {}
    for at, section in enumerate(design.sections):
        if section.level and number_of(section):
            children.setdefault(section.parent, []).append(at)
    for parent, members in children.items():
        head = design.sections[parent] if parent >= 0 else None
        above = number_of(head) if head is not None else ()
        for series in _series(members, design):
            numbers = tuple(number_of(design.sections[at]) for at in series)
            local = any(len(number) == 1 for number in numbers)
            yield Family(head, () if local else above, tuple(series), numbers)


def _series(members: list[int], design: Design) -> Iterator[list[int]]:
    """Split headings where their numbers begin anew (1, 2, ...): a second part, not a slip."""
    series: list[int] = []
    following = [*members[1:], -1]
    for at, after in zip(members, following, strict=True):
        number = number_of(design.sections[at])
        then = number_of(design.sections[after]) if after >= 0 else ()
        anew = number[-1] == 1 and then == (*number[:-1], 2)
        if len(series) > 1 and anew and number <= number_of(design.sections[series[-1]]):
            yield series
            series = []
        series.append(at)
    yield series


def resolved(family: Family) -> tuple[Number, ...] | None:
    """Return the only numbers that mend a family, None where there is more than one way.

    Strangers take the number of their parent. Then, if two are alike or out of order, they are
    counted anew, where counting leaves no gap that was there before.
    """
    depth = len(family.above)
    if len({len(number) for number in family.numbers}) != 1:
        return None
    mended = tuple(
        (*family.above, *number[depth:]) if at in family.strangers else number
        for at, number in enumerate(family.numbers)
    )
    if all(one < other for one, other in pairwise(mended)):
        return mended
    heads = {number[:-1] for number in mended}
    last = [number[-1] for number in mended]
    if len(heads) != 1 or min(last) != 1:
        return None
    whole = max(last) == len(last) or set(last) == set(range(1, max(last) + 1))
    head = mended[0][:-1]
    return tuple((*head, at) for at in range(1, len(last) + 1)) if whole else None
