"""From placements to a proved draft: the same steps for an outline and for what a model wrote."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lld_agent.draft.assemble import assemble
from lld_agent.draft.marks import with_all_marks
from lld_agent.draft.options import DraftOptions
from lld_agent.draft.placement import Placement
from lld_agent.draft.previous import FIRST, Previous
from lld_agent.draft.questions import Asked, ask_what_is_missing
from lld_agent.draft.record import decisions_of, with_header, with_record
from lld_agent.draft.sidecar import MODEL, OUTLINE, Sidecar, WrittenRecord, sidecar
from lld_agent.draft.trace import Trace, trace
from lld_agent.errors import InternalError
from lld_agent.model.brief import Brief
from lld_agent.model.provenance import Assumption, Decision, OpenQuestion
from lld_agent.template.kit import Document
from lld_agent.template.parse import parse
from lld_agent.template.registry import Template
from lld_agent.template.render import render


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft, proved: its Markdown reads back to exactly its document."""

    template: str
    document: Document
    markdown: str
    sidecar: Sidecar
    questions: tuple[OpenQuestion, ...]
    trace: Trace
    assumptions: tuple[Assumption, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """What the record of a draft holds beside what code finds in the placements.

    Attributes:
        open_points: questions that come first.
        assumptions: with the ids that the placements already carry.
        decisions: None: those of the brief.
        failed: section → why it was not drafted.
        previous: the draft of the same design before this one: what had an id keeps it.
        written: what a model wrote; None for an outline.
    """

    open_points: Sequence[Asked] = ()
    assumptions: tuple[Assumption, ...] = ()
    decisions: tuple[Decision, ...] | None = None
    failed: Mapping[str, str] = field(default_factory=dict)
    previous: Previous = FIRST
    written: WrittenRecord | None = None


def finish(
    brief: Brief,
    template: Template,
    placements: Sequence[Placement],
    options: DraftOptions,
    record: Record,
) -> Draft:
    """Assemble, ask for what is missing, write the record, render, and prove the result.

    Raises:
        InternalError: the result does not read back to what was written; nothing is returned.
    """
    shown = with_all_marks(placements, template) if options.marks == "all" else placements
    found = trace(brief, shown)
    document = assemble(template.model, shown)
    document = with_header(document, brief, options, record.previous)
    document, questions = ask_what_is_missing(
        document, record.open_points, record.failed, record.previous
    )
    decided = record.decisions
    if decided is None:
        decided = decisions_of(brief, document, record.previous)
    document = with_record(document, questions, found, record.assumptions, decided)
    markdown = render(document)
    _prove(template, document, markdown)
    beside = sidecar(document, brief, template.name, questions, found, options)
    beside = beside.model_copy(
        update={
            "assumptions": record.assumptions,
            "drafter": OUTLINE if record.written is None else MODEL,
            "written": record.written,
        }
    )
    return Draft(template.name, document, markdown, beside, questions, found, record.assumptions)


def _prove(template: Template, document: Document, markdown: str) -> None:
    if parse(template, markdown) != document:
        raise InternalError(
            "the draft does not read back to what was written",
            "please report this with the requirement document; nothing was written",
        )
