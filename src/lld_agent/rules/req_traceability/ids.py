"""Ids of requirements in a comparable form, and where a text cites them. Used by REQ002."""

import re
from collections.abc import Iterable, Iterator

from lld_agent.model.brief import Requirement
from lld_agent.model.source import Span

Key = tuple[str, tuple[int, ...]]
"""Prefix in lower case and numbers: REQ-7, Req 007 and REQ_7 are one."""

_ID = re.compile(
    r"(?<![\w-])([A-Za-z]{1,10}(?:[-_][A-Za-z]{1,10})?)[-_ ]?(\d{1,6}(?:[.-]\d{1,4}){0,3})(?!\w)"
)
_RANGE = re.compile(
    r"[ \t`*]{0,3}(?:\.\.\.?|…|-|–|—|to|bis|through|a|até|hasta)[ \t`*]{0,3}",
    re.IGNORECASE,
)
_LONGEST_RANGE = 200


def own_ids(requirements: Iterable[Requirement]) -> dict[Key, Requirement]:
    """Return the requirements that the document itself numbers, by comparable id."""
    found: dict[Key, Requirement] = {}
    for requirement in requirements:
        match = _ID.fullmatch(requirement.id.strip()) if requirement.own_id else None
        if match:
            found.setdefault(_key(match), requirement)
    return found


def _key(match: re.Match[str]) -> Key:
    return match[1].casefold().replace("_", "-"), tuple(
        int(part) for part in re.split(r"[.-]", match[2])
    )


def cited_ids(text: str, prefixes: frozenset[str]) -> dict[Key, Span]:
    """Return ids with one of the prefixes, each with its first place; ranges are spelt out."""
    cited: dict[Key, Span] = {}
    before: tuple[Key, int] | None = None
    for match in _ID.finditer(text):
        key = _key(match)
        if key[0] not in prefixes:
            continue
        if before and _RANGE.fullmatch(text, before[1], match.start()):
            for between in _between(before[0], key):
                cited.setdefault(between, Span(*match.span()))
        cited.setdefault(key, Span(*match.span()))
        before = key, match.end()
    return cited


def _between(first: Key, last: Key) -> Iterator[Key]:
    same = first[0] == last[0] and first[1][:-1] == last[1][:-1]
    if same and 0 < last[1][-1] - first[1][-1] <= _LONGEST_RANGE:
        for number in range(first[1][-1] + 1, last[1][-1]):
            yield first[0], (*first[1][:-1], number)
