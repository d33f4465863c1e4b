"""The data-flow model as a Mermaid flow chart: trust boundaries are subgraphs, what crosses one is thick."""

from collections.abc import Iterator

from lld_agent.model.threats import Boundary, DataFlow, Element, ElementKind, Flow
from lld_agent.text.mermaid.write import label

_ZONES = (
    ("internet", "Internet", ElementKind.ACTOR),
    ("own", "This design", ElementKind.PROCESS),
    ("stores", "Stores", ElementKind.STORE),
    ("platform", "Services of the platform", ElementKind.PEER),
    ("third", "Third parties", ElementKind.EXTERNAL),
    ("unknown", "Kind not told", ElementKind.UNKNOWN),
)
_SHAPES = {
    ElementKind.PROCESS: ('("', '")'),
    ElementKind.STORE: ('[("', '")]'),
}
_LONGEST = 60


def draw_model(model: DataFlow) -> str:
    """Return a flow chart of elements and flows; names of documents are escaped."""
    keys = {element.name: f"e{number}" for number, element in enumerate(model.elements)}
    lines = ["flowchart LR"]
    for zone, title, kind in _ZONES:
        members = model.of(kind)
        if members:
            lines.append(f'    subgraph {zone}["{title}"]')
            lines += [f"        {_node(element, keys[element.name])}" for element in members]
            lines.append("    end")
    lines += [f"    {line}" for line in _edges(model, keys)]
    return "\n".join(lines) + "\n"


def _node(element: Element, key: str) -> str:
    left, right = _SHAPES.get(element.kind, ('["', '"]'))
    return f"{key}{left}{_short(element.name)}{right}"


def _edges(model: DataFlow, keys: dict[str, str]) -> Iterator[str]:
    for flow in model.flows:
        arrow = "==>" if flow.boundary is not Boundary.NONE else "-->"
        yield f'{keys[flow.source]} {arrow}|"{_short(told(flow))}"| {keys[flow.target]}'


def told(flow: Flow) -> str:
    """Return border, protocol, data and protection of a flow in a few words."""
    parts = [
        flow.boundary.value,
        flow.protocol,
        ", ".join(sorted(kind.value for kind in flow.data)),
    ]
    parts.append({True: "encrypted", False: "not encrypted", None: ""}[flow.encrypted])
    return "; ".join(filter(None, parts)) or "inside"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return label(line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…")
