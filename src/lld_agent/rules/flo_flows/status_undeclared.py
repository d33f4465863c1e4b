"""FLO007."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design, Endpoint
from lld_agent.model.diagrams import Diagram, DiagramKind, Step, StepKind
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.model.vocabulary import ErrorResponse
from lld_agent.rules import routes
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_ROUTE = re.compile(r"(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\s+(/[^\s{]*(?:\{[^}]*\}[^\s{]*)*)")
_STATUS = re.compile(r"(?<!\d)([45]\d\d)(?![\d.]|\s*(?:ms|s\b|MB|KB))")


class FlowStatusUndeclared(Rule):
    """An error that a flow answers with is in the contract of its endpoint.

    ## What it checks
    Error statuses in sequence diagrams against the error table of the endpoint that the flow starts
    with.

    ## Why
    Clients are written from the table; they do not know what to do with the answer.

    ## Fires when
    The flow's endpoint has an error table, and neither it nor a table of common errors has the
    status.

    ## Incorrect
        C->>S: GET /orders/{id} ... S-->>C: 404 Not Found    and a table with 401 and 500 only

    ## Correct
        | 404 | `NOT_FOUND` | No such order |

    ## Known false positives
    A flow that goes through several endpoints; only answers to its first caller are read.

    ## Sections read
    Sequence diagrams, endpoints and their error tables, error tables outside endpoints.

    ## Source
    Own.
    """

    id: ClassVar[str] = "FLO007"
    name: ClassVar[str] = "flow-status-undeclared"
    severity: ClassVar[Severity] = Severity.ERROR

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per flow and status."""
        with_errors = tuple(e for e in routes.declared(design) if e.errors)
        diagrams = design.drawn(DiagramKind.SEQUENCE)
        if not with_errors or not diagrams:
            yield Skipped("needs sequence diagrams, and endpoints with error tables")
            return
        common = _common(design)
        bases = routes.base_paths(design)
        for diagram in diagrams:
            endpoint, first = _endpoint(diagram, with_errors, bases)
            if endpoint is not None and first is not None:
                yield from _judge(diagram, endpoint, first, common)


def _common(design: Design) -> set[str]:
    """Return the statuses of error tables that belong to no endpoint."""
    owned = {row.span for endpoint in design.endpoints for row in endpoint.errors}
    rows = [row for row in design.of(ErrorResponse) if row.span not in owned]
    return {status for row in rows for status in _statuses(row)}


def _statuses(row: ReadRow) -> list[str]:
    return _STATUS.findall(row["status"].text)


def _endpoint(
    diagram: Diagram, known: tuple[Endpoint, ...], bases: tuple[str, ...]
) -> tuple[Endpoint | None, Step | None]:
    for step in diagram.steps:
        if step.kind is StepKind.MESSAGE and not step.reply:
            found = _ROUTE.match(step.text.strip())
            if found is None:
                return None, None
            route = routes.Route(found[1], found[2], step.span, "")
            return routes.Contract(known, bases).find(route), step
    return None, None


def _judge(diagram: Diagram, endpoint: Endpoint, first: Step, common: set[str]) -> Iterator[Hit]:
    declared = {status for row in endpoint.errors for status in _statuses(row)} | common
    told: set[str] = set()
    for step in diagram.steps:
        to_caller = step.kind is StepKind.MESSAGE and step.reply and step.target == first.source
        for status in _STATUS.findall(step.text[:24]) if to_caller else ():
            if status in declared or status in told:
                continue
            told.add(status)
            yield Hit(
                message=(
                    f"the flow answers {status} to {endpoint.method} {endpoint.path}, whose contract has "
                    f"{', '.join(sorted(declared)) or 'no error'} only"
                ),
                places=(
                    Place(step.span, "answered here"),
                    Place(endpoint.errors[0].span, "the contract"),
                ),
                subject=f"{endpoint.method} {routes.normal_path(endpoint.path)}",
                object=status,
                hint=f"add {status} to the errors of the endpoint",
            )
