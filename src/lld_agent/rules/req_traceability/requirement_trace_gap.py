"""REQ002."""

from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.brief import Brief, Requirement, RequirementKind
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.source import Span
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.req_traceability.ids import Key, cited_ids, own_ids

_EXEMPT = frozenset(
    {RequirementKind.SCOPE_OUT, RequirementKind.ASSUMPTION, RequirementKind.ACCEPTANCE}
)
_SHOWN = 8


class RequirementTraceGap(Rule):
    """Every numbered requirement is cited, and every one cited exists.

    ## What it checks
    With `--prd`: the ids that the requirements document gives its own requirements (REQ-7, FR-03)
    against those that stand in the design; `REQ-3 to REQ-6` cites all four.

    ## Why
    A requirement that no section names is the one that is not built; a citation that leads
    nowhere makes the others doubtful.

    ## Fires when
    A requirement is cited nowhere: one finding lists all. An id with a prefix of the requirements
    document is not in it: one finding lists all. What is out of scope, assumptions and acceptance
    criteria need no citation.

    ## Incorrect
    A PRD with REQ-1 to REQ-7 and a design that names REQ-1 to REQ-6 and REQ-9.

    ## Correct
    A design that names REQ-1 to REQ-7, or says of REQ-7 that it is out of scope.

    ## Known false positives
    Ids that are bare numbers are not compared. A requirement that was removed from the PRD while
    the design still says so.

    ## Sections read
    All; silent without `--prd` and where the PRD numbers nothing itself.

    ## Source
    Own; bidirectional traceability (ISO/IEC/IEEE 29148).
    """

    id: ClassVar[str] = "REQ002"
    name: ClassVar[str] = "requirement-trace-gap"
    severity: ClassVar[Severity] = Severity.ERROR

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit for requirements not cited, and one for citations of unknown ones."""
        if context.brief is None:
            yield Skipped("no requirements document was given (--prd)")
            return
        own = own_ids(context.brief.requirements)
        if not own:
            yield Skipped("the requirements document gives its requirements no ids")
            return
        prefixes = frozenset(prefix for prefix, _ in own)
        cited = cited_ids(design.source.text, prefixes)
        yield from _not_cited(own, cited, design, context.brief)
        yield from _unknown(own, cited, context.brief)


def _not_cited(
    own: dict[Key, Requirement], cited: dict[Key, Span], design: Design, brief: Brief
) -> Iterator[Hit]:
    due = {key: one for key, one in own.items() if one.kind not in _EXEMPT}
    missing = [one.id for key, one in due.items() if key not in cited]
    if not missing:
        return
    section = design.slot("overview.references") or next(
        (section for section in design.sections if section.level), None
    )
    place = section.heading_span if section else design.source.line_span(0, 1)
    yield Hit(
        message=f"{len(missing)} of {len(due)} requirements of {brief.source.path} are cited"
        f" nowhere: {_list(missing)}",
        places=(Place(place),),
        subject="requirements not cited",
        object=", ".join(missing),
        hint="name the id where the design answers it, or say that it is out of scope",
    )


def _unknown(own: dict[Key, Requirement], cited: dict[Key, Span], brief: Brief) -> Iterator[Hit]:
    # one letter is too little to say whose number it is
    # what the requirements document mentions itself (a group, another document) is no invention
    known = own.keys() | cited_ids(brief.source.text, frozenset(prefix for prefix, _ in own)).keys()
    unknown = {key: span for key, span in cited.items() if key not in known and len(key[0]) > 1}
    if unknown:
        names = [f"{prefix.upper()}-{'.'.join(map(str, numbers))}" for prefix, numbers in unknown]
        yield Hit(
            message=f"{_list(names)} cited, and {brief.source.path} has no such requirement",
            places=tuple(Place(span) for span in unknown.values()),
            subject="unknown requirements",
            object=", ".join(sorted(names)),
        )


def _list(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
