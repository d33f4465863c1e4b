"""Assumptions as things with ids, and their marks in the document: `[A-3]` ends the value it is about."""

from collections.abc import Iterable
from dataclasses import replace

from lld_agent.draft.marks import with_mark
from lld_agent.draft.placement import Placement
from lld_agent.draft.previous import FIRST, Previous
from lld_agent.draft.trace import slot_of
from lld_agent.model.provenance import Assumption, Basis
from lld_agent.template.manifest import SlotInfo
from lld_agent.template.registry import Template


class Assumptions:
    """Hands out ids in the order of the document; the same words are the same assumption.

    Args:
        previous: the draft before: an assumption that it made keeps its id, no id is used twice.
    """

    def __init__(self, previous: Previous = FIRST) -> None:
        self._made: dict[str, Assumption] = {}
        self._had = {_key(text): one for text, one in previous.assumptions.items()}
        self._last = previous.last.get("A", 0)

    def of(self, text: str, *, why: str = "", impact: str = "", revisit_when: str = "") -> str:
        """Return the id of an assumption."""
        words = " ".join(text.split())
        key = _key(words)
        if key not in self._made:
            self._made[key] = Assumption(
                id=self._had.get(key) or self._next(),
                text=words,
                why=why,
                impact=impact,
                revisit_when=revisit_when,
            )
        return self._made[key].id

    def _next(self) -> str:
        self._last += 1
        return f"A-{self._last}"

    @property
    def all(self) -> tuple[Assumption, ...]:
        """All of them, in order."""
        return tuple(self._made.values())


def _key(text: str) -> str:
    return " ".join(text.split()).casefold().rstrip(".")


def marked(
    placements: Iterable[Placement], template: Template, found: Assumptions
) -> list[Placement]:
    """Return placements with marks in their values and their assumptions among their refs."""
    slots = {slot.address: slot for slot in template.manifest}
    return [_marked(place, slots[slot_of(place.slot)], found) for place in placements]


def _marked(place: Placement, slot: SlotInfo, found: Assumptions) -> Placement:
    if place.basis is not Basis.ASSUMPTION:
        return place
    made = found.of(place.assumption)
    value = with_mark(place.value, slot, f" [{made}]")
    return replace(place, value=value, refs=(*place.refs, made))
