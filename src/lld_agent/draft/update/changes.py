"""What changed in a brief: requirements matched old to new, with ids that stay."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from rapidfuzz import fuzz

from lld_agent.draft.sidecar import Past, PastRequirement, Sidecar, text_hash
from lld_agent.draft.trace import Traced
from lld_agent.model.brief import Brief, BriefSpan, Requirement

_WORD = re.compile(r"\w+")
_REWORDED = 85.0
"""Similarity of the words from which two texts are one requirement (`drafting.md` 3.9)."""
_LEFT_OVER = 60.0
"""The same for what is left under one heading, where less can be meant."""


class Change(StrEnum):
    """What happened to a requirement."""

    ADDED = "added"
    MODIFIED = "modified"
    REMOVED = "removed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class RequirementChange:
    """One requirement that is not what or where it was.

    `line` is that of the new brief, of the old one for a removed requirement.
    """

    change: Change
    requirement: str
    before: str
    after: str
    line: int


@dataclass(frozen=True, slots=True)
class BriefChanges:
    """The difference between two briefs.

    Attributes:
        requirements: in the order of the new brief, removed ones last.
        gone: ids of spans of the old brief whose text is not in the new one.
        new: spans of the new brief whose text was not in the old one.
        past: what requirements said before, to be remembered.
    """

    requirements: tuple[RequirementChange, ...]
    gone: frozenset[str]
    new: tuple[BriefSpan, ...]
    past: tuple[PastRequirement, ...]

    def counts(self) -> dict[str, int]:
        """Return how many requirements changed in which way."""
        found = Counter(change.change.value for change in self.requirements)
        return {change.value: found[change.value] for change in Change}


NO_CHANGES = BriefChanges((), frozenset(), (), ())


@dataclass(frozen=True, slots=True)
class _Old:
    """A requirement of the old brief, as it is compared."""

    traced: Traced
    words: str
    under: tuple[str, ...]


def follow(brief: Brief, old: Sidecar, last: int) -> tuple[Brief, BriefChanges]:
    """Return the brief with the ids that its requirements had, and what changed.

    Ids of the document stay as they are. Ours are matched by the same words, then by similar words
    under the same heading, then by similar words anywhere, then by what is left under a heading.

    Args:
        brief: the new one.
        old: record of the draft from the old one.
        last: highest number that an R- id ever had.
    """
    spans = {span.id: span for span in brief.spans}
    under = {span.id: span.under for span in old.spans}
    olds = [_Old(r, _words(r.text), under.get(r.spans[0], ())) for r in old.requirements]
    pairs = _matched(olds, brief.requirements, spans)
    numbered = _numbered(brief.requirements, pairs, last)
    back = {
        new.id: pairs.get(was.id) for was, new in zip(brief.requirements, numbered, strict=True)
    }
    changes = _changes(olds, numbered, back, spans)
    gone, new = _spans(brief, old)
    return replace(brief, requirements=numbered), BriefChanges(
        requirements=changes,
        gone=gone,
        new=new,
        past=tuple(_past(changes, old.source.sha256)),
    )


def _words(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _matched(
    olds: Sequence[_Old], news: Sequence[Requirement], spans: dict[str, BriefSpan]
) -> dict[str, _Old]:
    """Return id in the new brief → what it was."""
    own = {old.traced.requirement: old for old in olds if old.traced.own_id}
    pairs = {new.id: own[new.id] for new in news if new.own_id and new.id in own}
    left = {old.traced.requirement: old for old in olds if not old.traced.own_id}
    rest = {new.id: new for new in news if not new.own_id}
    words = {one: _words(new.text) for one, new in rest.items()}
    under = {one: spans[new.spans[0]].headings for one, new in rest.items()}
    # Which two may be one, from the surest sign to the weakest: how like, and in one place.
    for least, one_place in (
        (100, True),
        (100, False),
        (_REWORDED, True),
        (_REWORDED, False),
        (_LEFT_OVER, True),
    ):
        candidates = _alike(left, {one: words[one] for one in rest}, least)
        for was, one in candidates:
            if was in left and one in rest and not (one_place and left[was].under != under[one]):
                pairs[one] = left.pop(was)
                del rest[one]
    return pairs


def _alike(olds: dict[str, _Old], words: dict[str, str], least: float) -> Iterator[tuple[str, str]]:
    """Yield the pairs that are at least so similar, the most similar first, then in order."""
    if least == 100:
        same = defaultdict[str, list[str]](list)
        for one, text in words.items():
            same[text].append(one)
        yield from [(was, one) for was, old in olds.items() for one in same[old.words]]
        return
    scored = [
        (-score, i, j, was, one)
        for i, (was, old) in enumerate(olds.items())
        for j, (one, text) in enumerate(words.items())
        if (score := fuzz.token_sort_ratio(old.words, text, score_cutoff=least)) > 0
    ]
    yield from ((was, one) for *_, was, one in sorted(scored))


def _numbered(
    news: Sequence[Requirement], pairs: dict[str, _Old], last: int
) -> tuple[Requirement, ...]:
    taken = {new.id for new in news if new.own_id}
    found = []
    for new in news:
        old = pairs.get(new.id)
        identity = new.id if new.own_id else old.traced.requirement if old else ""
        if not identity or (not new.own_id and identity in taken):
            last += 1
            while f"R-{last}" in taken:
                last += 1
            identity = f"R-{last}"
        found.append(replace(new, id=identity))
    return tuple(found)


def _changes(
    olds: Sequence[_Old],
    news: Sequence[Requirement],
    back: dict[str, _Old | None],
    spans: dict[str, BriefSpan],
) -> tuple[RequirementChange, ...]:
    order = {old.traced.requirement: place for place, old in enumerate(olds)}
    kept = [new.id for new in news if back[new.id] is not None]
    steady = _steady([order[old.traced.requirement] for one in kept if (old := back[one])])
    still = {one for one, stays in zip(kept, steady, strict=True) if stays}
    found = []
    for new in news:
        old = back[new.id]
        span = spans[new.spans[0]]
        text = " ".join(new.text.split())
        if old is None:
            change, before = Change.ADDED, ""
        elif _words(text) != old.words:
            change, before = Change.MODIFIED, old.traced.text
        elif old.under != span.headings or new.id not in still:
            change, before = Change.MOVED, old.traced.text
        else:
            continue
        found.append(RequirementChange(change, new.id, before, text, span.line))
    stays = [old for old in back.values() if old is not None]
    for old in olds:
        if old not in stays:
            row = old.traced
            line = row.lines[0] if row.lines else 0
            found.append(RequirementChange(Change.REMOVED, row.requirement, row.text, "", line))
    return tuple(found)


def _steady(order: Sequence[int]) -> list[bool]:
    """Return which of the numbers form a longest ascending run: the rest has moved."""
    best = [1] * len(order)
    before = [-1] * len(order)
    for at, number in enumerate(order):
        for earlier in range(at):
            if order[earlier] < number and best[earlier] >= best[at]:
                best[at], before[at] = best[earlier] + 1, earlier
    stays = [False] * len(order)
    at = max(range(len(order)), key=lambda place: best[place], default=-1)
    while at >= 0:
        stays[at] = True
        at = before[at]
    return stays


def _spans(brief: Brief, old: Sidecar) -> tuple[frozenset[str], tuple[BriefSpan, ...]]:
    now = Counter(text_hash(span.text) for span in brief.spans)
    then = Counter([*(text_hash(span.text) for span in old.spans), *old.other_spans])
    gone = []
    for record in old.spans:
        one = text_hash(record.text)
        if now[one] < 1:
            gone.append(record.id)
        now[one] -= 1
    new = []
    for span in brief.spans:
        one = text_hash(span.text)
        if then[one] < 1 and span.kind != "heading":
            new.append(span)
        then[one] -= 1
    return frozenset(gone), tuple(new)


def _past(changes: Iterable[RequirementChange], sha256: str) -> Iterable[PastRequirement]:
    status = {Change.MODIFIED: Past.SUPERSEDED, Change.REMOVED: Past.RETIRED}
    for change in changes:
        if change.change in status:
            yield PastRequirement(
                requirement=change.requirement,
                status=status[change.change],
                text=change.before,
                source_sha256=sha256,
            )
