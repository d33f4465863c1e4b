"""From a brief to a design without a language model: the outline."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from lld_agent.draft.assemble import assemble
from lld_agent.draft.choose import choose_template
from lld_agent.draft.open_points import open_points
from lld_agent.draft.options import DraftOptions
from lld_agent.draft.place import module, service
from lld_agent.draft.placement import Placement
from lld_agent.draft.questions import ask_what_is_missing
from lld_agent.draft.record import with_header, with_record
from lld_agent.draft.sidecar import Sidecar, sidecar
from lld_agent.draft.trace import Trace, trace
from lld_agent.errors import InternalError
from lld_agent.model.brief import Brief
from lld_agent.model.provenance import OpenQuestion
from lld_agent.template.kit import Document
from lld_agent.template.parse import parse
from lld_agent.template.registry import Template
from lld_agent.template.render import render

_PLACERS: Mapping[str, Callable[[Brief], Iterator[Placement]]] = {
    "service": service.place,
    "module": module.place,
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft, proved: its Markdown reads back to exactly its document."""

    template: str
    document: Document
    markdown: str
    sidecar: Sidecar
    questions: tuple[OpenQuestion, ...]
    trace: Trace


def draft_outline(brief: Brief, options: DraftOptions) -> Draft:
    """Put what a brief says into the slots where it belongs; ask for the rest.

    Raises:
        UsageError: the options name no template.
        InternalError: the result does not read back to what was written; nothing is returned.
    """
    template = choose_template(brief, options.template)
    placements = tuple(_PLACERS[template.name](brief))
    found = trace(brief, placements)
    document = assemble(template.model, placements)
    document = with_header(document, brief, options)
    document, questions = ask_what_is_missing(document, open_points(brief))
    document = with_record(document, brief, questions, found)
    markdown = render(document)
    _prove(template, document, markdown)
    record = sidecar(document, brief, template.name, questions, found, options.generator)
    return Draft(template.name, document, markdown, record, questions, found)


def _prove(template: Template, document: Document, markdown: str) -> None:
    if parse(template, markdown) != document:
        raise InternalError(
            "the draft does not read back to what was written",
            "please report this with the requirement document; nothing was written",
        )
