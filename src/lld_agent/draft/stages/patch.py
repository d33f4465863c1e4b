"""Repair of blocks that findings are about: operations on listed blocks, never a section anew."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pydantic import ValidationError

from lld_agent.draft.ground import Ground, ground
from lld_agent.draft.placement import Placement
from lld_agent.draft.stages import material
from lld_agent.draft.trace import slot_of
from lld_agent.llm.request import Message, Request
from lld_agent.model.finding import Finding
from lld_agent.model.rows import Compound, Row
from lld_agent.model.wire import Claim, Wire
from lld_agent.template.manifest import SlotInfo, SlotKind
from lld_agent.template.wire import Claimed
from lld_agent.text.fence import fenced
from lld_agent.text.prompts import prompt

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
    listed = "\n".join(_finding(finding) for finding in findings)
    why = "Findings:\n" + fenced("findings", listed)
    return _request("draft/patch", f"round {round_}", [why], about, prefix)


def update_request(
    changes: str,
    about: Sequence[Block],
    places: Sequence[str],
    prefix: tuple[Message, ...],
    on: Ground,
    subject: str = "update",
) -> Request[Patch]:
    """Return the question for what changed requirements make of blocks, all in one call.

    Args:
        changes: one a line.
        about: the blocks that rest on them.
        places: slots that may get new blocks.
        prefix: of the run.
        on: what answers may rest on.
        subject: for people and records.
    """
    columns = [
        material.to_json(
            {"slot": place, "columns": [name for name, _ in on.slots[slot_of(place)].columns]}
        )
        for place in places
    ]
    parts = [
        "Changes:\n" + fenced("changes", changes),
        "Slots:\n" + fenced("slots", "\n".join(columns)),
    ]
    return replace(
        _request("draft/update", subject, parts, about, prefix),
        max_output=16_000,
        check=lambda answer: list(_complaints(answer.ops, about, places, on)),
    )


def _complaints(
    ops: Iterable[PatchOp], about: Sequence[Block], places: Sequence[str], on: Ground
) -> Iterator[str]:
    at = {(block.slot, block.key) for block in about}
    for op in ops:
        if op.action == "add" and op.slot not in places:
            yield f"add to {op.slot!r}: it is none of the listed slots"
        elif op.action != "add" and (op.slot, op.key) not in at:
            yield f"{op.action} {op.slot!r} {op.key!r}: it is none of the listed blocks"
        elif unknown := [r for r in op.refs if r not in on.spans and r not in on.decisions]:
            yield f"{op.slot} {op.key}: refs name ids that do not exist: {', '.join(unknown)}"


def _request(
    prompt_id: str,
    subject: str,
    parts: Sequence[str],
    about: Sequence[Block],
    prefix: tuple[Message, ...],
) -> Request[Patch]:
    asked = prompt(prompt_id)
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
            *parts,
            "Blocks:\n" + fenced("blocks", "\n".join(rows)),
        )
    )
    return Request(
        stage="patch",
        subject=subject,
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
    placements: Sequence[Placement],
    ops: Iterable[PatchOp],
    allowed: Sequence[Block],
    on: Ground,
    places: Iterable[str] = (),
) -> list[Placement]:
    """Return the placements after operations; those on anything but listed blocks are ignored.

    Args:
        placements: before.
        ops: as answered.
        allowed: the listed blocks.
        on: what the answers may rest on.
        places: further slots that may get new blocks.
    """
    changed: dict[int, Placement | None] = {}
    added: list[Placement] = []
    at = {(b.slot, b.key): placements.index(b.placement) for b in allowed}
    slots = {*(block.slot for block in allowed), *places}
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


def _value(op: PatchOp, slot: SlotInfo, old: Placement | None) -> Row | str | Compound | None:
    kind = slot.row or slot.compound
    if kind is not None:
        columns = {name for name, _ in slot.columns} or set(kind.model_fields)
        cells: Mapping[str, str] = {c.column: c.value for c in op.cells if c.column in columns}
        base = {} if old is None or isinstance(old.value, str) else old.value.model_dump()
        if not cells:
            return None
        try:
            return kind(**{**base, **cells})
        except ValidationError:
            return None
    return op.text if slot.kind in _TEXT and op.text.strip() else None
