"""The generated block after the last section, and the header: what no placer fills."""

from typing import TypeVar

from lld_agent.draft.options import DraftOptions
from lld_agent.draft.trace import Trace
from lld_agent.model.brief import Brief
from lld_agent.model.provenance import OpenQuestion
from lld_agent.template.kit import Document, Table, fields_of, row_type
from lld_agent.template.module import ModuleDesign
from lld_agent.template.module.overview import Header
from lld_agent.template.record import DecisionRow, DesignRecord, QuestionRow, TraceRow
from lld_agent.template.registry import Template

D = TypeVar("D", bound=Document)


def with_record(
    document: D, brief: Brief, template: Template, questions: tuple[OpenQuestion, ...], found: Trace
) -> D:
    """Return the document with decisions, open questions and traceability in its record."""
    titles = _titles(template)
    decisions = tuple(
        DecisionRow(id=f"D-{number}", decision=pair.left, alternatives=pair.right)
        for number, pair in enumerate(brief.decisions, 1)
    )
    asked = tuple(
        QuestionRow(id=q.id, question=q.text, slot=_shown(q.slot, titles), ask=q.ask)
        for q in questions
    )
    traced = tuple(
        TraceRow(
            requirement=row.requirement,
            text=row.text,
            source=", ".join(
                f"{span} (line {line})" for span, line in zip(row.spans, row.lines, strict=True)
            ),
            slots="; ".join(dict.fromkeys(_shown(slot, titles) for slot in row.slots)),
        )
        for row in found.requirements
    )
    record = DesignRecord(decisions=decisions, questions=asked, traceability=traced)
    return document.model_copy(update={"record": record})


def with_header(document: D, brief: Brief, options: DraftOptions) -> D:
    """Return the document with its name, header and given rows; what nobody said stays empty."""
    defaults = {
        field.name: field.slot.default_rows(row_type(field))
        for field in fields_of(type(document))
        if isinstance(field.slot, Table) and field.slot.given and field.slot.default
    }
    if isinstance(document, ModuleDesign):
        header = Header(
            project=options.project,
            module=brief.title,
            version=options.version,
            date=options.date,
            author=options.author,
            status=options.status,
            reviewers=options.reviewers,
            related_hld=options.related_hld,
        )
        return document.model_copy(update={"header": header, **defaults})
    return document.model_copy(update={"name": brief.title})


def _titles(template: Template) -> dict[str, str]:
    """Return slot → the heading it stands under, with its number where it has one."""
    shown: dict[str, str] = {}
    for slot in template.manifest:
        above = shown.get(slot.parent, "")
        title = f"{slot.number} {slot.title}".strip() if slot.title else above
        shown[slot.address] = title
    return shown


def _shown(slot: str, titles: dict[str, str]) -> str:
    plain = slot
    while "[" in plain and plain not in titles:
        head, _, tail = plain.partition("[")
        plain = head + "[]" + tail.partition("]")[2] if not tail.startswith("]") else head
    return titles.get(plain, plain)
