"""What code placed and what a model wrote, together: facts of the brief are kept, texts are the model's."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from lld_agent.draft.assemble import steps_of
from lld_agent.draft.placement import Placement
from lld_agent.draft.trace import slot_of
from lld_agent.language.names import Resolver, tokens
from lld_agent.model.provenance import Basis
from lld_agent.model.rows import Row

Places = Sequence[Placement]


def complete(known: Places, written: Places) -> list[Placement]:
    """Return the placements of a draft in place of those of its outline.

    A row that both have is the model's, its blank cells filled from the brief. A known value whose
    requirements the written ones of its slot cite is replaced by them, and so is a part of which
    nothing else is left; any other stays: nothing that the brief says is lost because a model
    forgot it.

    Args:
        known: of the outline.
        written: of the model, grounded; for sections that failed there are none.
    """
    named = _with_known_names(known, written)
    rows, used = _joined(known, named)
    cited = _cited(rows)
    kept = [
        place
        for index, place in enumerate(known)
        if index not in used and not _superseded(place, cited, rows)
    ]
    return _in_order(rows, _without_empty_parts(kept, rows))


def _with_known_names(known: Places, written: Places) -> list[Placement]:
    """Return the written placements at the spelling that the outline has for the same part."""
    names: dict[str, dict[str, None]] = {}
    for place in known:
        for slot, key in _parts(place.slot):
            names.setdefault(slot, {})[key] = None
    resolver = Resolver()
    found = []
    for place in written:
        address = place.slot
        for slot, key in _parts(place.slot):
            match = resolver.resolve(key, names.get(slot, ())).match
            if match and match != key:
                address = address.replace(f"[{key}]", f"[{match}]", 1)
        found.append(replace(place, slot=address))
    return found


def _parts(address: str) -> Iterator[tuple[str, str]]:
    """Yield slot and key of each repeated part that an address passes through."""
    path: list[str] = []
    for name, key in steps_of(address):
        path.append(name)
        if key is not None:
            yield ".".join(path), key


def _joined(known: Places, written: Places) -> tuple[list[Placement], set[int]]:
    """Return the written placements, rows completed from known ones, and which known were used."""
    by_key = {_row_key(place): index for index, place in reversed(list(enumerate(known)))}
    used: set[int] = set()
    joined = []
    for place in written:
        index = by_key.get(_row_key(place)) if isinstance(place.value, Row) else None
        if index is None:
            joined.append(place)
            continue
        used.add(index)
        joined.append(_both(known[index], place))
    return joined, used


def _row_key(place: Placement) -> tuple[str, str]:
    if not isinstance(place.value, Row):
        return place.slot, ""
    key = str(getattr(place.value, place.value.key_field()))
    return place.slot, " ".join(key.casefold().split())


def _both(known: Placement, written: Placement) -> Placement:
    """Return one row of both: the model's, blanks filled with what the brief says."""
    assert isinstance(known.value, Row)
    assert isinstance(written.value, Row)
    cells = known.value.model_dump() | {n: c for n, c in written.value.model_dump().items() if c}
    value = type(written.value)(**cells)
    spans = tuple(dict.fromkeys((*known.spans, *written.spans)))
    refs = tuple(dict.fromkeys((*known.refs, *written.refs)))
    if value == known.value:
        return replace(known, spans=spans, refs=refs)
    return replace(written, value=value, spans=spans, refs=refs)


def _cited(written: Places) -> Mapping[str, set[str]]:
    """Return slot → requirements that its written values cite."""
    cited: dict[str, set[str]] = {}
    for place in written:
        cited.setdefault(slot_of(place.slot), set()).update(place.refs)
    return cited


def _superseded(place: Placement, cited: Mapping[str, set[str]], written: Places) -> bool:
    slot = slot_of(place.slot)
    # A part of the outline (named after a heading of the brief) gives way to written ones, as long
    # as somewhere the written design answers what it stands for.
    whole = {slot for slot, _key in _parts(place.slot)}
    if whole & {one for other in written for one, _key in _parts(other.slot)}:
        return set(place.refs) <= set().union(*cited.values())
    if slot not in cited:
        return False
    if place.refs and set(place.refs) <= cited[slot]:
        return True
    if isinstance(place.value, Row):
        return any(_names(other, place) for other in written if other.slot == place.slot)
    if place.refs:
        return False
    # A diagram or summary that code made of the brief gives way to a written one; a name of a
    # repeated part and any row stay.
    return any(other.slot == place.slot for other in written)


def _names(written: Placement, known: Placement) -> bool:
    """Return whether a written row speaks of the thing of a known one that nothing demands.

    "MQTT broker" does of "MQTT", and so does "couriers, own reservations only" of "Courier".
    """
    if known.refs or not isinstance(written.value, Row):
        return False
    wanted = set(tokens(_row_key(known)[1]))
    said = " ".join(str(cell) for cell in written.value.model_dump().values())
    return bool(wanted) and wanted <= set(tokens(said))


def _without_empty_parts(kept: Places, written: Places) -> list[Placement]:
    """Return what is kept without parts of which only their name is left."""
    alive = {part for place in written for part in _parts(place.slot)}
    alive |= {part for place in kept if place.refs or place.spans for part in _parts(place.slot)}
    return [place for place in kept if all(part in alive for part in _parts(place.slot))]


def _in_order(written: Iterable[Placement], kept: Iterable[Placement]) -> list[Placement]:
    """Return written values first within each slot, so that what is kept stands after them."""
    return [*written, *kept]


def with_lost_spans(known: Places, result: Places) -> list[Placement]:
    """Return the result, where prose that took the place of known prose rests on its spans too."""
    present = {id(place) for place in result}
    gone: dict[str, list[Placement]] = {}
    for place in known:
        if id(place) not in present and place.basis is Basis.PRD:
            gone.setdefault(place.slot, []).append(place)
    found = []
    for place in result:
        lost = gone.pop(place.slot, []) if not isinstance(place.value, Row) else []
        spans = tuple(dict.fromkeys((*place.spans, *(s for p in lost for s in p.spans))))
        found.append(replace(place, spans=spans) if lost else place)
    return found
