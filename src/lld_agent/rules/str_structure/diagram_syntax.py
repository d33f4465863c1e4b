"""STR007."""

from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.diagrams import Diagram, DiagramKind
from lld_agent.model.finding import Severity
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.str_structure.placeholders import in_diagram
from lld_agent.rules.str_structure.prose import path


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
            if diagram.error is None or in_diagram(diagram.raw, diagram.kind):
                continue
            reason = " ".join(diagram.error.message.split())
            where = diagram.origin or f"under {diagram.heading or 'no heading'}"
            yield Hit(
                message=f"the {_kind(diagram)} {where} does not parse: {reason}",
                places=(Place(diagram.error.span, diagram.origin), Place(diagram.span, "diagram")),
                subject=path(design, design.section_at(diagram.span)),
                object=diagram.origin or diagram.kind.value,
                severity=Severity.INFO if diagram.kind is DiagramKind.OTHER else None,
            )


def _kind(diagram: Diagram) -> str:
    return "diagram" if diagram.kind is DiagramKind.OTHER else f"{diagram.kind.value} diagram"
