"""The row that a document could add for a threat, in the columns of its own table."""

from lld_agent.model.design import Design
from lld_agent.model.rows import ReadRow
from lld_agent.model.source import Span
from lld_agent.model.threats import Ground, ThreatTemplate
from lld_agent.model.vocabulary import Threat
from lld_agent.text.escape import encode_cell

_COLUMNS = ("threat", "likelihood", "impact", "mitigation")


def proposal(template: ThreatTemplate, ground: Ground, columns: tuple[str, ...]) -> str:
    """Return a Markdown row; cells of columns that it knows nothing for are empty."""
    cells = {
        "threat": phrase(template, ground),
        "likelihood": template.likelihood,
        "impact": template.impact,
        "mitigation": template.mitigation,
    }
    return "| " + " | ".join(encode_cell(cells.get(name, "")) for name in columns) + " |"


def phrase(template: ThreatTemplate, ground: Ground) -> str:
    """Return the threat about its subject, as one would say it in the table."""
    text = " ".join(template.title.replace("{subject}", ground.subject).split())
    return text[:1].upper() + text[1:]


def columns_of(design: Design, rows: tuple[ReadRow, ...]) -> tuple[str, ...]:
    """Return the columns of the document's own threat table, or those of the template."""
    at = rows[0].span if rows else Span(0, 0)
    for table in design.tables:
        if table.kind is Threat and table.span.start <= at.start < table.span.end:
            return table.columns
    return _COLUMNS
