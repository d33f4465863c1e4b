"""From placements to a document: groups, repeated parts and rows in the order they were placed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from lld_agent.draft.placement import Placement
from lld_agent.model.rows import Compound, Row
from lld_agent.template.kit import (
    Bullets,
    Document,
    Group,
    Nested,
    Repeated,
    RowSlot,
    SlotField,
    fields_of,
    group_type,
)

D = TypeVar("D", bound=Document)
G = TypeVar("G", bound=Group)

_STEP = re.compile(r"([a-z_]+)(?:\[(.*?)\])?(?:\.(?=[a-z_]+(?:[\[.]|\Z))|\Z)", re.DOTALL)


@dataclass
class _Node:
    """What was placed at an address and below it; `parts` keep the order of a repeated group."""

    values: list[Row | str | Compound] = field(default_factory=list)
    below: "dict[str, _Node]" = field(default_factory=dict)
    parts: "dict[str, _Node]" = field(default_factory=dict)


def steps_of(address: str) -> list[tuple[str, str | None]]:
    """Return an address as field names and the keys of repeated parts.

    >>> steps_of("api.internal[Orders].endpoints[GET /a.b]")
    [('api', None), ('internal', 'Orders'), ('endpoints', 'GET /a.b')]
    """
    return [(found[1], found[2]) for found in _STEP.finditer(address)]


def section_of(address: str) -> str:
    """Return the section that an address is in, "" for what is no address."""
    steps = steps_of(address)
    return steps[0][0] if steps else ""


def assemble(template: type[D], placements: Iterable[Placement]) -> D:
    """Return the document that holds every placement at its address.

    Raises:
        KeyError: an address names a field that the template does not have: a mistake of a placer.
    """
    root = _Node()
    for placement in placements:
        node = root
        for name, key in steps_of(placement.slot):
            node = node.below.setdefault(name, _Node())
            if key is not None:
                node = node.parts.setdefault(key, _Node())
        node.values.append(placement.value)
    return _group(template, root)


def _group(group: type[G], node: _Node) -> G:
    fields = {found.name: found for found in fields_of(group)}
    unknown = node.below.keys() - fields.keys()
    if unknown:
        raise KeyError(f"{group.__name__} has no slot {min(unknown)}")
    return group(**{name: _value(fields[name], below) for name, below in node.below.items()})


def _value(slot: SlotField, node: _Node) -> Any:
    if isinstance(slot.slot, Nested):
        return _group(group_type(slot), node)
    if isinstance(slot.slot, Repeated):
        return tuple(_group(group_type(slot), part) for part in node.parts.values())
    if isinstance(slot.slot, (Bullets, RowSlot)):
        return tuple(dict.fromkeys(node.values))
    if slot.inner is not None:
        return node.values[-1]
    texts = dict.fromkeys(str(value) for value in node.values)
    return "\n\n".join(texts)
