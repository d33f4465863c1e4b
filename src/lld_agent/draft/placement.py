"""A statement of the brief and the slot it belongs to: what every placer yields."""

from dataclasses import dataclass

from lld_agent.model.provenance import Basis
from lld_agent.model.rows import Compound, Row


@dataclass(frozen=True, slots=True)
class Placement:
    """One value for one slot.

    Attributes:
        slot: address of the slot: field names with dots; a part of a repeated group is
            `components[Booking]`.
        value: a row, or text for prose, bullets, labels, properties and fences; a compound where
            several values share a cell.
        spans: ids of the spans of the brief that say it.
        refs: ids of the requirements that it answers.
        basis: PRD for what the brief says in these words; DERIVED for what code makes of that (a
            diagram drawn from rows); a model's claims have all of them.
        assumption: with basis ASSUMPTION, what is taken for true.
    """

    slot: str
    value: Row | str | Compound
    spans: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()
    basis: Basis = Basis.PRD
    assumption: str = ""
