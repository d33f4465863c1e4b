"""State, class, ER and flow diagrams."""

import html
import re
from collections.abc import Iterator
from typing import Any

from lld_agent.model.diagrams import (
    ClassBox,
    Edge,
    ErAttribute,
    ErEntity,
    ErRelation,
    Member,
    State,
)
from lld_agent.text.mermaid.lines import Lines, squeezed

_PSEUDO = {
    "stateStart",
    "stateEnd",
    "choice",
    "fork",
    "join",
    "forkJoin",
    "note",
    "noteGroup",
    "divider",
}
_CARDINALITY = {
    "ZERO_OR_ONE": "0..1",
    "ZERO_OR_MORE": "0..n",
    "ONE_OR_MORE": "1..n",
    "ONLY_ONE": "1",
}
_START_OR_END = re.compile(r".*_(?:start|end)\d*\Z", re.DOTALL)
_GENERIC = re.compile(r"[~<>]")


def states(parsed: dict[str, Any], lines: Lines) -> dict[str, Any]:
    """Return the states and edges of a state diagram."""
    nodes = {node["id"]: node for node in parsed["nodes"]}
    found = tuple(
        State(
            id=name,
            label=_label(node) or name,
            pseudo=node.get("shape") in _PSEUDO,
            composite=bool(node.get("isGroup")),
            parent=str(node.get("parentId") or ""),
            span=lines.anywhere(_shown(name, node)),
        )
        for name, node in nodes.items()
        if node.get("shape") not in {"note", "noteGroup", "stateStart", "stateEnd"}
    )
    edges = tuple(
        Edge(
            _end(edge["start"], nodes),
            _end(edge["end"], nodes),
            _text(edge.get("label")),
            _span(edge, nodes, lines),
        )
        for edge in parsed["edges"]
        if "note" not in str(edge.get("classes", ""))
    )
    return {"states": found, "edges": edges}


def _shown(name: str, node: dict[str, Any]) -> str:
    return "<<" if node.get("shape") in {"choice", "fork", "join"} and not name else name


def _end(name: str, nodes: dict[str, Any]) -> str:
    shape = nodes.get(name, {}).get("shape")
    return (
        "[*]"
        if shape in {"stateStart", "stateEnd"} or (name not in nodes and _START_OR_END.match(name))
        else name
    )


def _span(edge: dict[str, Any], nodes: dict[str, Any], lines: Lines) -> Any:
    source, target = _end(edge["start"], nodes), _end(edge["end"], nodes)
    label = squeezed(_text(edge.get("label")))[:30]
    return lines.arrow(source, target, lambda line: label in squeezed(line))


def _label(node: dict[str, Any]) -> str:
    label = node.get("label")
    return html.unescape(" ".join(map(str, label)) if isinstance(label, list) else str(label or ""))


def _text(value: Any) -> str:
    return html.unescape(value) if isinstance(value, str) else ""


def classes(parsed: dict[str, Any], lines: Lines) -> dict[str, Any]:
    """Return the classes and relations of a class diagram."""
    boxes = tuple(
        ClassBox(
            id=name,
            label=str(box.get("label") or name),
            members=tuple(_members(box, lines)),
            annotations=tuple(map(str, box.get("annotations") or ())),
            span=lines.anywhere(name),
        )
        for name, box in parsed["classes"].items()
    )
    edges = tuple(
        Edge(
            str(relation["id1"]),
            str(relation["id2"]),
            _text(relation.get("title")),
            lines.anywhere(str(relation["id1"]), str(relation["id2"])),
            kind=_relation(relation.get("relation") or {}),
        )
        for relation in parsed["relations"]
    )
    return {"classes": boxes, "edges": edges}


def _members(box: dict[str, Any], lines: Lines) -> Iterator[Member]:
    for method, entries in ((False, box.get("members") or ()), (True, box.get("methods") or ())):
        for entry in entries:
            name = str(entry.get("id", ""))
            visibility = str(entry.get("visibility") or "")
            text = f"{visibility}{name}"
            if method:
                text += f"({entry.get('parameters', '')}){entry.get('returnType', '')}"
            yield Member(text, name, method, visibility, lines.anywhere(_GENERIC.split(name)[0]))


def _relation(relation: dict[str, Any]) -> str:
    names = {0: "aggregation", 1: "extension", 2: "composition", 3: "dependency", 4: "lollipop"}
    kinds = (names.get(relation.get(end, -1), "") for end in ("type1", "type2"))
    return next(filter(None, kinds), "association")


def entities(parsed: dict[str, Any], lines: Lines) -> dict[str, Any]:
    """Return the entities and relations of an ER diagram."""
    names = {str(entry.get("id")): name for name, entry in parsed["entities"].items()}
    found = tuple(
        ErEntity(
            name=str(entry.get("alias") or name),
            attributes=tuple(
                ErAttribute(
                    str(attribute.get("type", "")),
                    str(attribute.get("name", "")),
                    tuple(map(str, attribute.get("keys") or ())),
                    str(attribute.get("comment") or ""),
                    lines.anywhere(str(attribute.get("type", "")), str(attribute.get("name", ""))),
                )
                for attribute in entry.get("attributes") or ()
            ),
            span=lines.anywhere(name),
        )
        for name, entry in parsed["entities"].items()
    )
    relations = tuple(
        ErRelation(
            names.get(str(relation["entityA"]), str(relation["entityA"])),
            names.get(str(relation["entityB"]), str(relation["entityB"])),
            # The engine names the cardinality at the far end: cardB stands beside entity A.
            _CARDINALITY.get(relation["relSpec"]["cardB"], ""),
            _CARDINALITY.get(relation["relSpec"]["cardA"], ""),
            _text(relation.get("roleA")),
            lines.anywhere(
                names.get(str(relation["entityA"]), ""),
                names.get(str(relation["entityB"]), ""),
                "--",
            ),
        )
        for relation in parsed["relationships"]
    )
    return {"entities": found, "relations": relations}


def flow(parsed: dict[str, Any], lines: Lines) -> dict[str, Any]:
    """Return the nodes (as states) and edges of a flow chart."""
    groups = {
        member: str(group["id"])
        for group in parsed.get("subgraphs") or ()
        for member in group["nodes"]
    }
    nodes = tuple(
        State(
            id=str(node["id"]),
            label=_label(node) or str(node["id"]),
            pseudo=False,
            composite=False,
            parent=groups.get(node["id"], ""),
            span=lines.anywhere(str(node["id"])),
        )
        for node in parsed["nodes"]
    )
    edges = tuple(
        Edge(
            str(edge["from"]),
            str(edge["to"]),
            _text(edge.get("label")),
            lines.anywhere(str(edge["from"]), str(edge["to"])),
            kind=str(edge.get("stroke") or ""),
        )
        for edge in parsed["edges"]
    )
    return {"states": nodes, "edges": edges}
