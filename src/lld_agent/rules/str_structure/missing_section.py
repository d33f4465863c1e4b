"""STR001."""

from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.source import Span
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.str_structure.unanswered import missing_slots
from lld_agent.template.manifest import SlotInfo
from lld_agent.template.registry import TEMPLATES


class MissingSection(Rule):
    """A design that follows a template has all its sections.

    ## What it checks
    The headings of level 2 and 3 of the template that the document follows, by number, title,
    alias or near title; a table that stands elsewhere counts for its section.

    ## Why
    The sections are the questions that reviewers want answered; a missing one was not asked.

    ## Fires when
    At least one is missing: one finding lists all. Of a missing section the subsections are not
    listed. `N/A - reason` under a heading answers for all below it.

    ## Incorrect
    A service design that ends its chapter 12 with `### 12.3 CI/CD Pipeline`.

    ## Correct
        ### 12.4 Rollback Strategy

        N/A - the job is stateless and runs again from the start.

    ## Known false positives
    A section under a title of its own that is not near any alias.

    ## Sections read
    Headings; silent in a document that follows no template.

    ## Source
    KEP template (`keps/NNNN-kep-template`): every section stays, or says why it does not apply.
    """

    id: ClassVar[str] = "STR001"
    name: ClassVar[str] = "missing-section"
    severity: ClassVar[Severity] = Severity.WARNING
    templates: ClassVar[frozenset[str]] = frozenset({"service", "module"})

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit with all missing sections."""
        slots = TEMPLATES[design.template].manifest
        missing = list(missing_slots(slots, design))
        if not missing:
            return
        names = [" ".join(part for part in (slot.number, slot.title) if part) for slot in missing]
        noun = "sections" if len(names) > 1 else "section"
        yield Hit(
            message=f"{len(names)} {noun} of the {design.template} template missing: "
            + ", ".join(names),
            places=(
                Place(_title(design)),
                *(Place(span, "missing here") for span in _above(missing, design)),
            ),
            subject=design.template,
            object=", ".join(sorted(slot.address for slot in missing)),
            hint="add the heading, or write `N/A - reason` under it",
        )


def _above(missing: list[SlotInfo], design: Design) -> list[Span]:
    """Return the headings of the chapters that lack a section."""
    chapters = {slot.address.partition(".")[0] for slot in missing}
    return [s.heading_span for s in design.sections if s.level > 1 and s.slot in chapters]


def _title(design: Design) -> Span:
    """Return the first heading, or the first line that is not blank."""
    for section in design.sections:
        if section.level:
            return section.heading_span
    text = design.source.text
    start = len(text) - len(text.lstrip())
    return Span(start, max(start, text.find("\n", start)))
