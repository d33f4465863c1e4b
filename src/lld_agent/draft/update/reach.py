"""What of a design that a model wrote a change reaches: blocks to ask about, slots for new ones."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lld_agent.draft.answers import is_answer
from lld_agent.draft.ground import Ground, ground
from lld_agent.draft.placement import Placement
from lld_agent.draft.sidecar import Sidecar
from lld_agent.draft.stages.extract import normal
from lld_agent.draft.trace import slot_of
from lld_agent.draft.update.changes import BriefChanges, Change
from lld_agent.draft.update.register import same_spans
from lld_agent.model.brief import Brief, Requirement
from lld_agent.model.provenance import Basis
from lld_agent.model.rows import Compound, Row
from lld_agent.template.manifest import SlotKind
from lld_agent.template.wire import Claimed

Places = Sequence[Placement]


@dataclass(frozen=True, slots=True)
class Reached:
    """The values of a design after its requirements changed, before anybody is asked.

    Attributes:
        placements: all of them, resting on spans of the new brief.
        asked: positions of those that must be asked about.
        fresh: what code places of the changed sentences.
        slots: those that may get something new.
    """

    placements: tuple[Placement, ...]
    asked: frozenset[int]
    fresh: tuple[Placement, ...]
    slots: tuple[str, ...]


def reached(
    old: Places, known: Places, brief: Brief, changes: BriefChanges, record: Sidecar, on: Ground
) -> Reached:
    """Return what a change reaches. What code had placed word by word, code replaces.

    Args:
        old: the placements of the last draft.
        known: what code places of the new brief.
        brief: the new one, its ids followed.
        changes: between the two.
        record: of the last draft.
        on: what values may rest on now.
    """
    changed = _ids(changes, Change.MODIFIED, Change.REMOVED)
    touched = _ids(changes, Change.MODIFIED, Change.ADDED)
    new = {span.id for span in changes.new}
    fresh = [p for p in known if touched.intersection(p.refs) or new.intersection(p.spans)]
    said = {span.id: normal(span.text) for span in record.spans}
    moved = same_spans(record, brief)
    placed: list[Placement] = []
    asked: set[int] = set()
    for place in old:
        now = replace(place, spans=tuple(moved[s] for s in place.spans if s in moved))
        lost = [s for s in place.spans if s in changes.gone]
        if not lost and not changed.intersection(place.refs):
            placed.append(now)
            continue
        other = _replacement(place, fresh) if _is_quoted(place, lost, said) else None
        if other is None:
            asked.add(len(placed))
        else:
            fresh.remove(other)
        placed.append(other or now)
    added = [r for r in brief.requirements if r.id in _ids(changes, Change.ADDED)]
    homes = _homes(added, placed, brief, record)
    slots = [p.slot for p in fresh if touched.intersection(p.refs)] + [
        placed[at].slot for at in homes
    ]
    slots += _waiting(added, brief, record, on)
    return Reached(
        placements=tuple(placed),
        asked=frozenset(asked | homes),
        fresh=tuple(fresh),
        slots=tuple(dict.fromkeys(s for s in slots if on.slots[slot_of(s)].kind in _OPEN)),
    )


# Slots that hold more than one value: what is new can stand beside what is there.
_OPEN = {SlotKind.TABLE, SlotKind.ROW_BULLETS, SlotKind.BULLETS, SlotKind.STEPS, SlotKind.PROSE}


def _ids(changes: BriefChanges, *kinds: Change) -> set[str]:
    return {one.requirement for one in changes.requirements if one.change in kinds}


def _is_quoted(place: Placement, lost: Sequence[str], said: Mapping[str, str]) -> bool:
    """Return whether a value is nothing but words of sentences that are gone."""
    quotes = " ".join(said.get(span, "") for span in lost)
    words = [normal(part).rstrip(".") for part in texts_of(place.value)]
    if isinstance(place.value, Row) and len(words) > 1 and _key(place):
        words.remove(_key(place).rstrip("."))  # code names rows itself: "Latency"
    return bool(words) and place.basis is Basis.PRD and all(part in quotes for part in words)


def _replacement(place: Placement, fresh: Places) -> Placement | None:
    """Return what code places now instead: in the same slot, with the same name or requirement."""
    same = [p for p in fresh if p.slot == place.slot and type(p.value) is type(place.value)]
    named = (p for p in same if isinstance(p.value, Row) and _key(p) == _key(place))
    return next(named, next((p for p in same if set(p.refs) & set(place.refs)), None))


def _key(place: Placement) -> str:
    assert isinstance(place.value, Row)
    return normal(str(getattr(place.value, place.value.key_field())))


def texts_of(value: Row | str | Compound) -> list[str]:
    """Return the texts of a value that say something."""
    cells = [value] if isinstance(value, str) else map(str, value.model_dump().values())
    return [cell for cell in cells if cell.strip()]


def _homes(
    added: Iterable[Requirement], placed: Places, brief: Brief, record: Sidecar
) -> frozenset[int]:
    """Return the positions of the values that answer the neighbours of new requirements."""
    had = {row.requirement for row in record.requirements}
    near = {one for new in added for one in _neighbours(new, brief, had)}
    return frozenset(at for at, place in enumerate(placed) if near.intersection(place.refs))


def _neighbours(new: Requirement, brief: Brief, had: set[str]) -> Iterator[str]:
    """Yield the nearest earlier and later requirement under the same heading that are not new."""
    if is_answer(brief, new):
        return
    under = {span.id: span.headings for span in brief.spans}
    order = {span.id: at for at, span in enumerate(brief.spans)}
    at = order[new.spans[0]]
    same = [
        (order[r.spans[0]], r.id)
        for r in brief.requirements
        if r.id in had and r.spans and under[r.spans[0]] == under[new.spans[0]]
    ]
    before = [pair for pair in same if pair[0] <= at]
    after = [pair for pair in same if pair[0] > at]
    yield from (
        found[1] for found in (max(before, default=None), min(after, default=None)) if found
    )


def _waiting(
    added: Iterable[Requirement], brief: Brief, record: Sidecar, on: Ground
) -> Iterator[str]:
    """Yield the slots whose open question a person answered."""
    for new in added:
        if is_answer(brief, new):
            said = normal(new.text)
            for question in record.questions:
                if question.slot in on.slots and said.startswith(normal(question.text)):
                    yield question.slot


def still_held(place: Placement, on: Ground) -> Placement | None:
    """Return a value that was asked about and left alone, with the basis that holds now.

    None where all that it rested on is gone: nobody asks for it any more.
    """
    refs = tuple(r for r in place.refs if r in on.spans or r in on.decisions)
    leans = place.basis in {Basis.PRD, Basis.DERIVED, Basis.DECISION}
    if leans and not refs and not place.spans:
        return None
    basis = place.basis if refs or not leans else Basis.DERIVED
    claim = Claimed(place.slot, place.value, basis.value, refs, place.assumption)
    held = next(ground([claim], on), None)
    if held is None:
        return None
    if basis is not place.basis and held.basis is Basis.DERIVED:
        held = replace(held, basis=place.basis)
    return replace(held, spans=tuple(dict.fromkeys((*held.spans, *place.spans))))
