"""API006."""

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.diagrams import DiagramKind
from lld_agent.model.finding import Severity
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import ErrorClass, ErrorResponse
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_STATUS = re.compile(r"(?<![\w.])([45]\d\d)(?![\w.%]|\s*(?:ms|s|MB|KB|GB|rps|/s))")
_WORDS: Mapping[str, tuple[str, ...]] = {
    "validation": ("400", "422"),
    "bad request": ("400",),
    "unauthorized": ("401",),
    "authentication": ("401",),
    "forbidden": ("403",),
    "authorization": ("403",),
    "not found": ("404",),
    "notfound": ("404",),
    "conflict": ("409",),
    "rate": ("429",),
    "throttl": ("429",),
    "external": ("502", "503", "504"),
    "upstream": ("502", "503", "504"),
    "timeout": ("408", "504"),
    "unavailable": ("503",),
    "internal": ("500",),
    "unexpected": ("500",),
}


class StatusUnclassified(Rule):
    """Every error status that the API answers has a class, and every class a use.

    ## What it checks
    Error statuses of endpoints and flows against the statuses of the error classes.

    ## Why
    The class says whether an error is retried, logged and alerted. A status without one is
    handled differently in each handler.

    ## Fires when
    An endpoint or flow answers with a status that no class has (warning), or a class has a status
    that nothing answers (info): one finding each.

    ## Incorrect
        An endpoint with 422, classes for 400, 404 and 500 only

    ## Correct
        | BusinessRuleError | 422 | No | INFO | No |

    ## Known false positives
    Classes named by words alone; the rule needs at least two classes with a status.

    ## Sections read
    Error tables of endpoints, sequence diagrams, error classes.

    ## Source
    Own.
    """

    id: ClassVar[str] = "API006"
    name: ClassVar[str] = "status-unclassified"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit for each direction."""
        classes = _classes(design)
        used = _used(design)
        if len(classes) < 2 or not used:
            yield Skipped("needs error classes with statuses, and endpoints with error statuses")
            return
        worded = {
            status
            for row in design.of(ErrorClass)
            for word, statuses in _WORDS.items()
            if word in row["category"].text.lower()
            for status in statuses
        }
        unclassified = {s: span for s, span in used.items() if s not in classes and s not in worded}
        if unclassified:
            texts = ", ".join(sorted(unclassified))
            yield Hit(
                message=f"status {texts} is answered but has no error class; classes are {', '.join(sorted(classes))}",
                places=(
                    *(Place(span, "answered here") for _, span in sorted(unclassified.items())),
                    Place(next(iter(classes.values())), "the classes"),
                ),
                subject="status",
                object=texts,
                hint="add a class for it, or answer with a status that has one",
            )
        unused = {s: span for s, span in classes.items() if s not in used and s != "500"}
        if unused:
            texts = ", ".join(sorted(unused))
            yield Hit(
                message=f"error class status {texts} is answered by no endpoint and no flow",
                places=tuple(Place(span) for _, span in sorted(unused.items())),
                subject="class",
                object=texts,
                severity=Severity.INFO,
            )


def _classes(design: Design) -> dict[str, Span]:
    found: dict[str, Span] = {}
    for row in design.of(ErrorClass):
        for status in _STATUS.findall(f"{row['http_status'].text} {row['category'].text}"):
            found.setdefault(status, row.span)
    return found


def _used(design: Design) -> dict[str, Span]:
    found: dict[str, Span] = {}
    for row in design.of(ErrorResponse):
        for status in _STATUS.findall(row["status"].text):
            found.setdefault(status, row.span)
    for diagram in design.drawn(DiagramKind.SEQUENCE):
        for step in diagram.steps:
            if step.reply:
                for status in _STATUS.findall(step.text[:12]):
                    found.setdefault(status, step.span)
    return found
