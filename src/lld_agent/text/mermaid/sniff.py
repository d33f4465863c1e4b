"""Is this text Mermaid, and of which kind? By its first meaningful word, tagged or not."""

import re

from lld_agent.model.diagrams import DiagramKind

# a directive `%%{init: ...}%%`, which may take several lines; a comment; front matter
_SKIPPED = re.compile(
    r"\s*(?:%%\{.*?\}%%|%%[^\n]*(?:\n|\Z)|---[ \t]*\n.*?\n---[ \t]*(?:\n|\Z))", re.DOTALL
)
_WORD = re.compile(r"\s*([A-Za-z][\w-]*)")
_KINDS = {
    "sequenceDiagram": DiagramKind.SEQUENCE,
    "stateDiagram": DiagramKind.STATE,
    "stateDiagram-v2": DiagramKind.STATE,
    "classDiagram": DiagramKind.CLASS,
    "classDiagram-v2": DiagramKind.CLASS,
    "erDiagram": DiagramKind.ER,
    "flowchart": DiagramKind.FLOW,
    "graph": DiagramKind.FLOW,
}
_OTHERS = {
    "gantt", "pie", "journey", "gitGraph", "mindmap", "timeline", "quadrantChart", "requirementDiagram",
    "sankey-beta", "xychart-beta", "block-beta", "packet-beta", "architecture-beta", "kanban",
    "C4Context", "C4Container", "C4Component", "C4Dynamic", "C4Deployment", "zenuml",
}  # fmt: skip
_DIRECTION = re.compile(
    r"\s*(?:graph|flowchart)(?:-\w+)?[ \t]*(?:TB|TD|BT|RL|LR)?[ \t]*(?:;|\n|\Z)"
)


def first_word(raw: str) -> str:
    """Return the word that names the kind of a diagram, "" where there is none."""
    word = _WORD.match(raw, _begin(raw))
    return word[1] if word else ""


def _begin(raw: str) -> int:
    position = 0
    while found := _SKIPPED.match(raw, position):
        position = found.end()
    return position


def sniff(raw: str, info: str = "") -> DiagramKind | None:
    """Return the kind of a Mermaid text, None for a text that is none.

    Args:
        raw: content of a fence or of an `.mmd` file.
        info: info string of the fence; `mermaid` makes any text a diagram.
    """
    tagged = info.split(" ", maxsplit=1)[0].strip("{}.").lower() in {"mermaid", "mmd"}
    if info and not tagged:
        return None
    position = _begin(raw)
    word = _WORD.match(raw, position)
    kind = _KINDS.get(word[1]) if word else None
    if kind is DiagramKind.FLOW and not tagged and not _DIRECTION.match(raw, position):
        return None
    if kind is None and (tagged or (word and word[1] in _OTHERS)):
        return DiagramKind.OTHER
    return kind
