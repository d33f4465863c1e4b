"""The generated block after the last section: what a design rests on, and what is still open."""

from typing import Annotated

from pydantic import Field

from lld_agent.model.canonical import Text
from lld_agent.model.rows import Col, Row
from lld_agent.template.kit import Group, Heading, Table


class DecisionRow(Row):
    """A decision of the draft."""

    id: Annotated[Text, Col("ID", key=True)] = Field("", description="D-1, D-2, ...")
    decision: Annotated[Text, Col("Decision")] = Field("", description="What was decided")
    binds: Annotated[Text, Col("Binds")] = Field("", description="What it binds")
    prevents: Annotated[Text, Col("Prevents")] = Field("", description="What it prevents")
    alternatives: Annotated[Text, Col("Alternatives")] = Field(
        "", description="What else there was"
    )


class AssumptionRow(Row):
    """An assumption of the draft."""

    id: Annotated[Text, Col("ID", key=True)] = Field("", description="A-1, A-2, ...")
    assumption: Annotated[Text, Col("Assumption")] = Field("", description="What is taken for true")
    why: Annotated[Text, Col("Why")] = Field("", description="Why it is likely")
    impact: Annotated[Text, Col("Impact if Wrong")] = Field("", description="What changes if not")
    revisit_when: Annotated[Text, Col("Revisit When")] = Field("", description="When to look again")


class QuestionRow(Row):
    """An open question of the draft."""

    id: Annotated[Text, Col("ID", key=True)] = Field("", description="Q-1, Q-2, ...")
    question: Annotated[Text, Col("Question")] = Field("", description="The question")
    slot: Annotated[Text, Col("Needed For")] = Field("", description="Slot that waits for it")
    ask: Annotated[Text, Col("Who Would Know")] = Field("", description="Whom to ask")


class TraceRow(Row):
    """A requirement and the slots that answer it."""

    requirement: Annotated[Text, Col("Requirement", key=True)] = Field("", description="R-1, ...")
    text: Annotated[Text, Col("Text")] = Field("", description="What is required")
    source: Annotated[Text, Col("Source")] = Field("", description="Spans of the brief")
    slots: Annotated[Text, Col("Design")] = Field("", description="Slots that answer it")


class DesignRecord(Group):
    """Decisions, assumptions, open questions and traceability; empty ones are left out."""

    decisions: Annotated[
        tuple[DecisionRow, ...],
        Heading("Decisions", numbered=False),
        Table("ID | Decision | Binds | Prevents | Alternatives", optional=True),
    ] = ()
    assumptions: Annotated[
        tuple[AssumptionRow, ...],
        Heading("Assumptions", numbered=False),
        Table("ID | Assumption | Why | Impact if Wrong | Revisit When", optional=True),
    ] = ()
    questions: Annotated[
        tuple[QuestionRow, ...],
        Heading("Open Questions", numbered=False),
        Table("ID | Question | Needed For | Who Would Know", optional=True),
    ] = ()
    traceability: Annotated[
        tuple[TraceRow, ...],
        Heading("Requirement Traceability", numbered=False),
        Table("Requirement | Text | Source | Design", optional=True),
    ] = ()
