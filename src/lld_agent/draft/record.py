"""The generated block after the last section, and the header: what no placer fills."""

import re
from typing import TypeVar

from lld_agent.draft.options import DraftOptions
from lld_agent.draft.previous import FIRST, Previous, decision_ids
from lld_agent.draft.trace import Trace
from lld_agent.model.brief import Brief
from lld_agent.model.provenance import Assumption, Decision, OpenQuestion
from lld_agent.model.rows import Row
from lld_agent.template.kit import Document, Table, fields_of, row_type
from lld_agent.template.module import ModuleDesign
from lld_agent.template.module.overview import Header
from lld_agent.template.record import (
    AssumptionRow,
    DecisionRow,
    DesignRecord,
    QuestionRow,
    TraceRow,
)
from lld_agent.template.render import headings

D = TypeVar("D", bound=Document)

# The last step of an address: `.columns`, or the `[name]` of one of several parts.
_PART = re.compile(r"(?:\[[^\[\]]*\]|(?:^|\.)[^.\[\]]*|.)\Z", re.DOTALL)

_ALTERNATIVES = "appendix.alternatives"
"""Where a template holds rejected alternatives; without it they stand beside what was decided."""


def with_record(
    document: D,
    questions: tuple[OpenQuestion, ...],
    found: Trace,
    assumptions: tuple[Assumption, ...] = (),
    decisions: tuple[Decision, ...] = (),
) -> D:
    """Return the document with all that its record holds.

    Args:
        document: its sections.
        questions: asked in it.
        found: who rests on whom.
        assumptions: marked in it.
        decisions: taken in it.
    """
    titles = headings(document)
    asked = tuple(
        QuestionRow(id=q.id, question=q.text, slot=shown_slot(q.slot, titles), ask=q.ask)
        for q in questions
    )
    traced = tuple(
        TraceRow(
            requirement=row.requirement,
            text=row.text,
            source=", ".join(
                f"{span} (line {line})" for span, line in zip(row.spans, row.lines, strict=True)
            ),
            slots="; ".join(dict.fromkeys(shown_slot(slot, titles) for slot in row.slots)),
        )
        for row in found.requirements
    )
    record = DesignRecord(
        decisions=tuple(
            DecisionRow(
                id=d.id,
                decision=d.text,
                binds=d.binds,
                prevents=d.prevents,
                alternatives=d.alternatives,
            )
            for d in decisions
        ),
        assumptions=tuple(
            AssumptionRow(
                id=a.id, assumption=a.text, why=a.why, impact=a.impact, revisit_when=a.revisit_when
            )
            for a in assumptions
        ),
        questions=asked,
        traceability=traced,
    )
    return document.model_copy(update={"record": record})


def decisions_of(brief: Brief, document: Document, previous: Previous) -> tuple[Decision, ...]:
    """Return the decisions that the brief itself holds; one that had an id keeps it."""
    decided = [(pair.left, pair.right) for pair in brief.decisions]
    if brief.alternatives and _ALTERNATIVES not in headings(document):
        rejected = "; ".join(
            ": ".join(filter(None, (p.left, p.right))).rstrip(".;") for p in brief.alternatives
        )
        decided.insert(0, (brief.title, rejected))
    ids = decision_ids((text for text, _ in decided), previous)
    return tuple(
        Decision(id=one, text=text, alternatives=rest)
        for one, (text, rest) in zip(ids, decided, strict=True)
    )


def with_header(document: D, brief: Brief, options: DraftOptions, previous: Previous = FIRST) -> D:
    """Return the document with its name, header and given rows; what nobody said stays empty."""
    defaults: dict[str, tuple[Row, ...]] = {
        field.name: field.slot.default_rows(row_type(field))
        for field in fields_of(type(document))
        if isinstance(field.slot, Table) and field.slot.given and field.slot.default
    }
    if isinstance(document, ModuleDesign):
        if previous.history:
            defaults["history"] = previous.history
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


def shown_slot(slot: str, titles: dict[str, str]) -> str:
    """Return the heading that a slot stands under, with its number where it has one."""
    at = slot
    while at and at not in titles:
        at = _PART.sub("", at)
    return titles.get(at, slot)
