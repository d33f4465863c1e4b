"""Diagrams as pictures that cannot act: cleaned SVG behind `<img>`, where nothing runs or loads."""

from base64 import b64encode
from functools import lru_cache
from html import escape

from lld_agent.model.diagrams import Diagram, DiagramKind
from lld_agent.report.escape import one_line
from lld_agent.text.mermaid import engine, svg

_NAMES = {
    DiagramKind.SEQUENCE: "Sequence diagram",
    DiagramKind.STATE: "State diagram",
    DiagramKind.CLASS: "Class diagram",
    DiagramKind.ER: "Entity relationship diagram",
    DiagramKind.FLOW: "Flow chart",
}
_MOST_NAMED = 12


def figure(diagram: Diagram, caption: str, code: str = "", *, opened: bool = False) -> str:
    """Return a diagram as HTML: its picture with a description, and its text.

    Args:
        diagram: what to draw; one that cannot be drawn shows its text.
        caption: what the document calls it.
        code: its text as HTML, made when not given.
        opened: whether the text is shown from the start: there are findings in it.
    """
    source = code or f'<div class="code"><pre><code>{escape(diagram.raw)}\n</code></pre></div>'
    picture = _picture(diagram.raw)
    if not picture:
        return source
    title = f"<figcaption>{escape(one_line(caption))}</figcaption>" if caption else ""
    attribute = " open" if opened else ""
    return (
        f'<figure class="diagram"><div class="paper"><img alt="{escape(described(diagram))}" src="{picture}"></div>{title}'
        f"<details{attribute}><summary>Mermaid source</summary>{source}</details></figure>\n"
    )


@lru_cache(maxsize=64)
def _picture(raw: str) -> str:
    drawn = svg.clean(engine.draw(raw))
    return "data:image/svg+xml;base64," + b64encode(drawn.encode()).decode() if drawn else ""


def described(diagram: Diagram) -> str:
    """Return a diagram in words, for who does not see it."""
    name = _NAMES.get(diagram.kind, "Diagram")
    parts = {
        "participants": [one.label for one in diagram.participants],
        "states": [one.label for one in diagram.states if not one.pseudo],
        "classes": [one.label for one in diagram.classes],
        "entities": [one.name for one in diagram.entities],
    }
    listed = [f"{kind} {_some(names)}" for kind, names in parts.items() if names]
    steps = f"{len(diagram.steps)} steps" if diagram.steps else ""
    edges = f"{len(diagram.edges)} arrows" if diagram.edges else ""
    return one_line("; ".join(part for part in (name, *listed, steps, edges) if part))


def _some(names: list[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
