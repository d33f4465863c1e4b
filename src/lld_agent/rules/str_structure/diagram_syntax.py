"""STR007."""

from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.diagrams import Diagram, DiagramKind
from lld_agent.model.finding import Severity
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.str_structure.placeholders import in_diagram
from lld_agent.rules.str_structure.prose import path
from lld_agent.text.mermaid.sniff import first_word

# the first word behind front matter, directives and comments
_OTHERS = frozenset(
    {"architecture", "block", "c4component", "c4container", "c4context", "c4deployment"}
    | {"c4dynamic", "gantt", "gitgraph", "info", "journey", "kanban", "mindmap", "packet", "pie"}
    | {"quadrantchart", "radar", "requirement", "requirementdiagram", "sankey", "timeline"}
    | {"treemap", "xychart", "zenuml"}
)
"""Kinds of diagrams that mermaid has and we keep as text (11.x; without `-beta`, lower case)."""


class DiagramSyntax(Rule):
    """Every mermaid diagram can be drawn.

    ## What it checks
    Fences tagged `mermaid`, untagged ones that begin as a mermaid diagram does, and `.mmd` files
    beside images.

    ## Why
    A diagram that does not parse is shown as an error box, and no rule can read it.

    ## Fires when
    The parser rejects it. A kind of diagram that the parser does not know is info.

    ## Incorrect
        sequenceDiagram
            alt stock is left
            Shop->>Store: reserve

    ## Correct
        sequenceDiagram
            alt stock is left
            Shop->>Store: reserve
            end

    ## Known false positives
    A diagram in the syntax of a later mermaid. Diagrams with placeholders of the template are
    left to STR002.

    ## Sections read
    All diagrams.

    ## Source
    Mermaid's grammar, as merman reads it.
    """

    id: ClassVar[str] = "STR007"
    name: ClassVar[str] = "diagram-syntax"
    severity: ClassVar[Severity] = Severity.ERROR

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield diagrams that do not parse."""
        for diagram in design.diagrams:
            if in_diagram(diagram.raw, diagram.kind):
                continue
            if diagram.error is not None and not diagram.error.judged:
                continue
            if diagram.error is None:
                yield from _unknown(diagram, design)
                continue
            reason = " ".join(diagram.error.message.split())
            where = diagram.origin or f"under {diagram.heading or 'no heading'}"
            yield Hit(
                message=f"the {_kind(diagram)} {where} does not parse: {reason}",
                places=(Place(diagram.error.span, diagram.origin), Place(diagram.span, "diagram")),
                subject=path(design, design.section_at(diagram.span)),
                object=diagram.origin or diagram.kind.value,
            )


def _unknown(diagram: Diagram, design: Design) -> Iterator[Hit]:
    """Yield a hit for a diagram of a kind that no version of mermaid we know has."""
    word = first_word(diagram.raw)
    if diagram.kind is not DiagramKind.OTHER or word.partition("-")[0].lower() in _OTHERS:
        return
    yield Hit(
        message=f"the diagram begins with {word or 'nothing'}, which is no kind of diagram we know",
        places=(Place(diagram.span),),
        subject=path(design, design.section_at(diagram.span)),
        object=word,
        severity=Severity.INFO,
    )


def _kind(diagram: Diagram) -> str:
    return "diagram" if diagram.kind is DiagramKind.OTHER else f"{diagram.kind.value} diagram"
