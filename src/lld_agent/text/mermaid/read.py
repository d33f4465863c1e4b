"""Mermaid text to a typed diagram."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from lld_agent.model.diagrams import Diagram, DiagramError, DiagramKind
from lld_agent.model.source import Span
from lld_agent.text.mermaid import engine, parts, sequence
from lld_agent.text.mermaid.lines import Lines
from lld_agent.text.mermaid.sniff import sniff

_INLINE_BODY = re.compile(r"^([ \t]*class[ \t]+[^\s{}]+)[ \t]*\{[^{}\n]*\}", re.MULTILINE)
_READERS: dict[DiagramKind, Callable[[dict[str, Any], Lines], dict[str, Any]]] = {
    DiagramKind.SEQUENCE: sequence.read,
    DiagramKind.STATE: parts.states,
    DiagramKind.CLASS: parts.classes,
    DiagramKind.ER: parts.entities,
    DiagramKind.FLOW: parts.flow,
}


def read_diagram(
    raw: str,
    at: Span,
    *,
    info: str = "mermaid",
    heading: str = "",
    slot: str = "",
    origin: str = "",
) -> Diagram:
    """Return the diagram of a Mermaid text; one that does not parse keeps its text and says why.

    Args:
        raw: the text, without its fence.
        at: where it stands in the document: the inside of the fence, or the image that shows it.
        info: info string of the fence.
        heading: title of the section it stands under.
        slot: address of the slot it stands in.
        origin: path of the file it came from, "" for a fence of the document.
    """
    kind = sniff(raw, info) or DiagramKind.OTHER
    bare = Diagram(kind, raw, at, heading, slot, origin)
    reader = _READERS.get(kind)
    if reader is None:
        return bare
    lines = Lines(raw, at, own=not origin)
    parsed = engine.parse(raw)
    if isinstance(parsed, engine.Problem) and kind is DiagramKind.CLASS:
        # Mermaid takes a body on one line, `class A { +x }`, the engine does not: its members are lost.
        parsed = engine.parse(_INLINE_BODY.sub(r"\1", raw))
    if isinstance(parsed, engine.Problem):
        span = lines.at(parsed.line) if parsed.line else at
        return replace(bare, error=DiagramError(parsed.message, span, parsed.judged))
    try:
        return replace(bare, **reader(parsed, lines))
    except (KeyError, TypeError, ValueError, AttributeError):
        return replace(bare, error=DiagramError("is not understood", at))
