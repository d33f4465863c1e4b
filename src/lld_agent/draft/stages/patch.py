"""Repair of blocks that findings are about: operations on listed blocks, never a section anew."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import ValidationError

from lld_agent.draft.ground import Ground, ground
from lld_agent.draft.placement import Placement
from lld_agent.draft.stages import material
from lld_agent.draft.trace import slot_of
from lld_agent.llm.prompts import prompt
from lld_agent.llm.request import Message, Request
from lld_agent.model.finding import Finding
from lld_agent.model.rows import Row
from lld_agent.model.wire import Claim, Wire
from lld_agent.template.manifest import SlotInfo, SlotKind
from lld_agent.template.wire import Claimed

_TEXT = {
    SlotKind.PROSE, SlotKind.BULLETS, SlotKind.STEPS, SlotKind.LABELLED, SlotKind.ITEM,
    SlotKind.PROPERTY, SlotKind.FENCE,
}  # fmt: skip


class PatchCell(Wire):
    """A cell of a row."""

    column: str
    value: str


class PatchOp(Claim):
    """One operation on one block."""

    action: Literal["replace", "add", "delete"]
    slot: str
    key: str
    cells: list[PatchCell]
    text: str


class Patch(Wire):
    """The answer of the stage."""

    notes: str
    ops: list[PatchOp]


@dataclass(frozen=True, slots=True)
class Block:
    """A placement that a finding is about, and what it is called in a patch."""

    slot: str
    key: str
    placement: Placement


def blocks(placements: Iterable[Placement]) -> Iterator[Block]:
    """Yield placements with their keys: of a row its name, of the n-th text of a slot `#n`."""
    seen: dict[tuple[str, str], int] = {}
    for place in placements:
        key = ""
        if isinstance(place.value, Row):
            key = str(getattr(place.value, place.value.key_field()))
        number = seen[place.slot, key] = seen.get((place.slot, key), 0) + 1
        if number > 1 or not key:
            key = f"{key}#{number}"
        yield Block(place.slot, key, place)


def request(
    findings: Sequence[Finding], about: Sequence[Block], prefix: tuple[Message, ...], round_: int
) -> Request[Patch]:
    """Return the question for a round of repairs, all its findings in one call."""
    asked = prompt("draft/patch")
    listed = "\n".join(_finding(finding) for finding in findings)
    rows = [
        material.to_json(
            {
                "slot": block.slot,
                "key": block.key,
                "value": material.value_data(block.placement.value),
                "refs": list(block.placement.refs),
                "basis": block.placement.basis.value,
            }
        )
        for block in about
    ]
    text = "\n\n".join(
        (
            asked.text,
            "Findings:\n" + material.fenced("findings", listed),
            "Blocks:\n" + material.fenced("blocks", "\n".join(rows)),
        )
    )
    return Request(
        stage="patch",
        subject=f"round {round_}",
        prompt=asked.name,
        prefix=prefix,
        messages=(Message("user", text),),
        answer=Patch,
        wire="strict",
    )


def _finding(finding: Finding) -> str:
    lines = [f"- {finding.rule} {finding.severity.value}: {finding.message}"]
    lines += [f"  {part.note or 'here'}: {part.quote}" for part in finding.evidence]
    return "\n".join([*lines, *([f"  help: {finding.hint}"] if finding.hint else [])])


def apply(
    placements: Sequence[Placement], ops: Iterable[PatchOp], allowed: Sequence[Block], on: Ground
) -> list[Placement]:
    """Return the placements after operations; those on anything but listed blocks are ignored."""
    changed: dict[int, Placement | None] = {}
    added: list[Placement] = []
    at = {(b.slot, b.key): placements.index(b.placement) for b in allowed}
    slots = {block.slot for block in allowed}
    for op in ops:
        where = at.get((op.slot, op.key))
        if op.slot not in slots or (where is None and op.action != "add"):
            continue
        if op.action == "delete" and where is not None:
            changed[where] = None
        elif op.action == "add":
            added += _made(op, None, on)
        elif where is not None and (made := _made(op, placements[where], on)):
            changed[where] = made[0]
    kept = [changed.get(index, place) for index, place in enumerate(placements)]
    return [*(place for place in kept if place is not None), *added]


def _made(op: PatchOp, old: Placement | None, on: Ground) -> list[Placement]:
    """Return the placement that an operation asks for; none where its value does not fit."""
    value = _value(op, on.slots[slot_of(op.slot)], old)
    if value is None:
        return []
    claim = Claimed(op.slot, value, op.basis, tuple(op.refs), op.assumption.strip())
    return list(ground([claim], on))


def _value(op: PatchOp, slot: SlotInfo, old: Placement | None) -> Row | str | None:
    if slot.row is not None:
        columns = {name for name, _ in slot.columns}
        cells: Mapping[str, str] = {c.column: c.value for c in op.cells if c.column in columns}
        base = old.value.model_dump() if old is not None and isinstance(old.value, Row) else {}
        if not cells:
            return None
        try:
            return slot.row(**{**base, **cells})
        except ValidationError:
            return None
    return op.text if slot.kind in _TEXT and op.text.strip() else None
