"""API014."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design, Endpoint
from lld_agent.model.diagrams import DiagramKind
from lld_agent.model.finding import Severity
from lld_agent.model.source import Span
from lld_agent.rules import flows, routes
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.text import payload

_ID = re.compile(
    r"(?P<noun>workflow|job|task|operation|execution|run|process|export|import|batch|ticket)(?:_?id|_uuid|_key)",
    re.IGNORECASE,
)
_ACCEPTED = re.compile(
    r"(?<![\d.])202[ *`-]{1,3}accepted|(?:HTTP|status|response|returns?|answers?)\W{0,12}202(?![\d.])",
    re.IGNORECASE,
)
_PLAN = re.compile(
    r"steps|stages|tasks|progress|_?links|meta(?:data)?|errors|warnings", re.IGNORECASE
)
_TOLD = re.compile(
    r"callback|webhook|\bpoll|\bevent|notif|subscri|stream|\bsse\b|websocket|pub/?sub|topic|\bstatus\b.{0,40}\b(?:via|from|endpoint|api)",
    re.IGNORECASE,
)


class AsyncWithoutStatus(Rule):
    """Who starts something that takes a while can find out how it ended.

    ## What it checks
    Endpoints that answer 202, or with the id of a job, task, workflow or run.

    ## Why
    The client has a number and nothing to do with it, so it asks again and starts a second one.

    ## Fires when
    No GET route is about that thing or about what the endpoint made, and the document says nowhere
    that its end is told by an event, a callback or polling.

    ## Incorrect
        POST /imports answers {"job_id": "..."}     and no GET /jobs/{id}

    ## Correct
        GET /jobs/{id}, or "a `job.finished` event tells the end"

    ## Known false positives
    An answer that holds a list or an object beside the id has its result already and does not
    count. The id is for another service that the document names elsewhere.

    ## Sections read
    Methods, responses and bodies of endpoints, all text.

    ## Source
    Google AIP-151.
    """

    id: ClassVar[str] = "API014"
    name: ClassVar[str] = "async-no-status"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per endpoint."""
        known = routes.declared(design)
        bodies = routes.bodies(design)
        started = [
            (e, noun, span)
            for e in known
            if e.method in {"POST", "PUT", "PATCH"}
            for noun, span in _starts(e, bodies[e.span])
        ]
        if not started:
            yield Skipped("no endpoint answers 202 or with the id of a job")
            return
        reads = [e for e in known if e.method == "GET"]
        for endpoint, noun, span in started:
            if any(_answers(read, endpoint, noun) for read in reads):
                continue
            told = _TOLD.search(bodies[endpoint.span]) or _is_told(design, noun)
            if told or _is_drawn(design, endpoint):
                continue
            what = f"answers with a {noun} id" if noun else "answers 202"
            yield Hit(
                message=f"{routes.text_of(endpoint)} {what}, and no route or event tells how it ended",
                places=(Place(span, "the answer"), Place(endpoint.span, "the endpoint")),
                subject=f"{endpoint.method} {routes.normal_path(endpoint.path)}",
                object=noun or "202",
                hint="add a GET route for its status, or name the event or callback",
            )


def _starts(endpoint: Endpoint, body: str) -> Iterator[tuple[str, Span]]:
    sample = payload.members(endpoint.response)
    for member in sample:
        found = _ID.fullmatch(member.key)
        if found and not any(_is_result(other, member) for other in sample):
            yield found["noun"].lower(), member.span
            return
    if endpoint.notation != "table" and (found := _ACCEPTED.search(body)):
        start = endpoint.span.start + found.start()
        yield "", Span(start, start + 3)


def _is_result(other: payload.Member, member: payload.Member) -> bool:
    """Return whether an answer holds, beside the id, what the job has made already."""
    return (
        other.value == ""
        and not _PLAN.fullmatch(other.key)
        and (other.depth, other.parent) == (member.depth, member.parent)
    )


def _answers(read: Endpoint, endpoint: Endpoint, noun: str) -> bool:
    """Return whether a GET route is about the job, its status, or the thing that was made."""
    path = routes.normal_path(read.path).lower()
    made = routes.normal_path(endpoint.path).lower()
    around = made.rpartition("/")[0]
    return (
        (noun != "" and noun in path)
        or "status" in path
        or path.startswith(made + "/{}")
        or path == made
        or (around != "" and path.removesuffix("/{}") == around)
    )


def _is_drawn(design: Design, endpoint: Endpoint) -> bool:
    """Return whether the flow of an endpoint shows how its caller learns of the end."""
    for diagram in design.drawn(DiagramKind.SEQUENCE):
        first = flows.first_call(diagram)
        route = routes.of_step(first) if first else None
        own = route is not None and routes.find(route, (endpoint,)) is not None
        if own and any(_TOLD.search(step.text) for step in diagram.steps):
            return True
    return False


def _is_told(design: Design, noun: str) -> bool:
    """Return whether some line speaks of the thing and of how its end is told."""
    if not noun:
        return _TOLD.search(design.source.text) is not None
    about = re.compile(rf"(?<![A-Za-z]){noun}", re.IGNORECASE)
    return any(
        about.search(line) and (_TOLD.search(line) or re.search(r"\bGET\b", line))
        for line in design.source.text.split("\n")
    )
