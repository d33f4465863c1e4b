"""The coverage ledger: each element and flow by the letters of STRIDE, and what answers each cell."""

from collections.abc import Iterable, Mapping

from lld_agent.model.threats import (
    DataFlow,
    ElementKind,
    Expected,
    LedgerLine,
    Outcome,
    Stride,
)

_S, _T, _R, _I, _D, _E = Stride
APPLIES: Mapping[ElementKind, tuple[Stride, ...]] = {
    ElementKind.ACTOR: (_S, _R),
    ElementKind.PROCESS: tuple(Stride),
    ElementKind.STORE: (_T, _R, _I, _D),
    ElementKind.PEER: (_S, _R),
    ElementKind.EXTERNAL: (_S, _R),
}
"""STRIDE per element, after Shostack; a peer is a process of somebody else."""

FLOW = (_T, _I, _D)
_NOTHING = frozenset({Outcome.NOT_APPLICABLE})


def ledger(model: DataFlow, expected: Iterable[Expected]) -> tuple[LedgerLine, ...]:
    """Return a line per element and flow; what touches it answers the letters that apply to it."""
    by_name: dict[str, list[Expected]] = {}
    for one in expected:
        if one.ground is not None and one.outcome not in _NOTHING:
            for name in dict.fromkeys(one.ground.touches):
                by_name.setdefault(name, []).append(one)
    lines = [
        _line(element.name, element.kind.value, APPLIES[element.kind], by_name)
        for element in model.elements
        if element.kind in APPLIES
    ]
    return tuple(lines + [_line(flow.name, "flow", FLOW, by_name) for flow in model.flows])


def _line(
    name: str, kind: str, letters: Iterable[Stride], by_name: Mapping[str, list[Expected]]
) -> LedgerLine:
    here = by_name.get(name, [])
    return LedgerLine(
        name, kind, {one: tuple(e for e in here if one in e.template.stride) for one in letters}
    )
