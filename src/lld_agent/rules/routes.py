"""Routes as keys that compare: what a document declares, and where it mentions one."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from lld_agent.language.lexicon import Lexicons
from lld_agent.language.names import Resolver, canonical_name
from lld_agent.model.design import Design, Endpoint
from lld_agent.model.diagrams import Diagram, DiagramKind, Participant, Step, StepKind
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import (
    ComponentInput,
    Dependency,
    PerformanceTarget,
    TestScenario,
)

_METHODS = "GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS"
_ROUTE = re.compile(
    rf"(?<![A-Za-z])(?P<method>{_METHODS})[\s`*]+(?:https?://[^/\s`]+)?(?P<path>/[^\s`|,;\"'*()]*)"
)
_PARAMETER = re.compile(r"\{[^{}/]*\}|:[A-Za-z_]\w*|<[^<>/]*>|\$\{[^{}/]*\}")
_CLIENT = re.compile(
    r"client|user|browser|front-?end|\bui\b|caller|consumer|admin|customer|mobile|\bapp\b|\bcli\b|\bsdk\b|operator|developer",
    re.IGNORECASE,
)
_GATEWAY = re.compile(
    r"gateway|\bgw\b|ingress|load ?balancer|proxy|\bapi\b|router|controller", re.IGNORECASE
)

_PUBLIC = re.compile(r"(?:none|no\b|not required|public|anonymous|open\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Route:
    """A route as written, and where: `where` says in which part of the design."""

    method: str
    path: str
    span: Span
    where: str

    @property
    def key(self) -> tuple[str, str]:
        """Method and normal path."""
        return self.method, normal_path(self.path)

    @property
    def text(self) -> str:
        """Method and path as written."""
        return f"{self.method} {self.path}"


def normal_path(path: str) -> str:
    """Return a path without query, parameters' names and the slash at its end."""
    plain = _PARAMETER.sub("{}", without_query(path))
    return plain.rstrip("/.:") or "/"


def declared(design: Design, *, classes: bool = False) -> tuple[Endpoint, ...]:
    """Return the endpoints that the document's own contract declares.

    Args:
        design: the document.
        classes: take in those of class diagrams too.
    """
    return design.declared(classes=classes)


def without_query(path: str) -> str:
    """Return a path as written, up to its query: `/loans/{id}?fields={names}` names one thing by id."""
    return path.partition("?")[0].partition("#")[0]


def base_paths(design: Design) -> tuple[str, ...]:
    """Return the base paths (`**Base Path:** `/api/v1``) that contracts may leave out."""
    found = {
        normal_path(endpoint.properties["base_path"].text)
        for endpoint in design.endpoints
        if "base_path" in endpoint.properties
    }
    found |= {
        normal_path(match[1])
        for block in design.blocks
        if block.kind.value == "paragraph" and "ase" in block.text
        for match in re.finditer(
            r"[Bb]ase (?:[Pp]ath|URL)[:*\s`]+(?:https?://[^/\s`]+)?(/[^\s`*]*)", block.text
        )
    }
    return tuple(sorted(found, key=len, reverse=True))


class Contract:
    """Declared endpoints, ready to be asked for many routes.

    Args:
        endpoints: what the document declares.
        bases: base paths that either side may leave out.
    """

    def __init__(self, endpoints: tuple[Endpoint, ...], bases: tuple[str, ...] = ()) -> None:
        self._bases = bases
        self._whole: dict[tuple[str, str], Endpoint] = {}
        self._by_end: dict[tuple[str, str], dict[str, Endpoint]] = {}
        for endpoint in endpoints:
            path = _without_base(normal_path(endpoint.path), bases)
            self._whole.setdefault((endpoint.method, path), endpoint)
            for end in _ends(path):
                longer = self._by_end.setdefault((endpoint.method, end), {})
                longer.setdefault(path, endpoint)

    def find(self, route: Route) -> Endpoint | None:
        """Return the endpoint that a route means: the same key, or one path the only end of the other."""
        path = _without_base(normal_path(route.path), self._bases)
        same = self._whole.get((route.method, path))
        if same is not None:
            return same
        near = list(self._by_end.get((route.method, path), {}).values())
        shorter = (self._whole.get((route.method, end)) for end in _ends(path))
        near += [endpoint for endpoint in shorter if endpoint is not None]
        return near[0] if len(near) == 1 else None


def find(
    route: Route, endpoints: tuple[Endpoint, ...], bases: tuple[str, ...] = ()
) -> Endpoint | None:
    """Return the endpoint that one route means; `Contract` for many routes."""
    return Contract(endpoints, bases).find(route)


def _ends(path: str) -> Iterator[str]:
    """Yield the ends of a path that are paths themselves: `/a/b/c` ends in `/b/c` and `/c`."""
    at = path.find("/", 1)
    while at > 0:
        if path[at:] != "/":
            yield path[at:]
        at = path.find("/", at + 1)


def _without_base(path: str, bases: tuple[str, ...]) -> str:
    for base in bases:
        if base != "/" and (path == base or path.startswith(base + "/")):
            return path[len(base) :] or "/"
    return path


def is_exempt(path: str, lexicons: Lexicons) -> bool:
    """Return whether a path is a probe, metrics or documentation route."""
    plain = normal_path(path)
    # `/clusters/{id}/health` tells the health of a cluster, not of this service
    return "{}" not in plain and plain.rpartition("/")[2].lower() in lexicons.words(
        "values", "exempt_routes"
    )


def mentions(
    design: Design, resolver: Resolver, contract: "Contract | None" = None
) -> Iterator[Route]:
    """Yield the routes of this service that other parts of the design name (G6).

    Component inputs, flows, targets and test scenarios; calls to somebody else are left out. Who
    answers a route of the `contract` in some flow is this service, whatever it is called.
    """
    ours = _answering(design, contract)
    for row in design.of(ComponentInput):
        for name in ("input", "source", "format"):
            yield from _in_text(row[name].raw, row[name].span, f"the inputs of {row.heading}")
    for row in design.of(PerformanceTarget):
        yield from _in_text(row["operation"].raw, row["operation"].span, "the performance targets")
    for row in design.of(TestScenario):
        yield from _in_text(row["scenario"].raw, row["scenario"].span, "the test scenarios")
    for diagram in design.drawn(DiagramKind.SEQUENCE):
        yield from _in_flow(design, diagram, resolver, ours)


def of_step(step: Step) -> Route | None:
    """Return the route that a message begins with, None if it begins otherwise."""
    found = _ROUTE.match(step.text.strip())
    return Route(found["method"], found["path"].rstrip("."), step.span, "") if found else None


def _in_text(raw: str, span: Span, where: str) -> Iterator[Route]:
    for found in _ROUTE.finditer(raw):
        at = Span(span.start + found.start(), span.start + found.end())
        yield Route(found["method"], found["path"].rstrip("."), at, where)


def _answering(design: Design, contract: "Contract | None") -> frozenset[str]:
    """Return the labels of the participants that answer a declared route."""
    found = set()
    for diagram in design.drawn(DiagramKind.SEQUENCE) if contract else ():
        people = {participant.id: participant.label for participant in diagram.participants}
        for step in diagram.steps:
            route = _of_step(step)
            if route and contract and contract.find(route):
                found.add(people.get(step.target, step.target))
    return frozenset(found)


def _of_step(step: Step, where: str = "a flow") -> Route | None:
    if step.kind is not StepKind.MESSAGE or step.reply or step.source == step.target:
        return None
    found = _ROUTE.match(step.text.strip())
    return Route(found["method"], found["path"].rstrip("."), step.span, where) if found else None


def _in_flow(
    design: Design, diagram: Diagram, resolver: Resolver, ours: frozenset[str]
) -> Iterator[Route]:
    people = {participant.id: participant for participant in diagram.participants}
    where = f"the flow {diagram.heading}" if diagram.heading else "a flow"
    for step in diagram.steps:
        route = _of_step(step, where)
        if route is None:
            continue
        label = people[step.target].label if step.target in people else step.target
        if label in ours or _is_ours(design, people, step.source, step.target, resolver):
            yield route


def _is_ours(
    design: Design, people: dict[str, Participant], source: str, target: str, resolver: Resolver
) -> bool:
    receiver = people[target].label if target in people else target
    sender = people.get(source)
    title = design.sections[1].title if len(design.sections) > 1 else design.sections[0].title
    name = re.split(r"\s+[-–—:]\s+", title)[0]
    if resolver.same(receiver, name) or canonical_name(name) in canonical_name(receiver):
        return True
    foreign = [row["dependency"].text for row in design.of(Dependency)]
    if resolver.resolve(receiver, foreign).match:
        return False
    from_client = sender is not None and (sender.actor or bool(_CLIENT.search(sender.label)))
    return from_client and bool(_GATEWAY.search(receiver) or not sender or sender.actor)


def bodies(design: Design) -> dict[Span, str]:
    """Return place of each endpoint → the source that belongs to it.

    That is up to the next endpoint or the end of its section; of an endpoint in a table its row.
    """
    found: dict[Span, str] = {}
    starts = [section.span.start for section in design.sections]
    spans = sorted({endpoint.span for endpoint in design.endpoints})
    for number, span in enumerate(spans):
        home = max(0, bisect_right(starts, span.start) - 1)
        end = spans[number + 1].start if number + 1 < len(spans) else len(design.source.text)
        for section in design.sections[home + 1 :]:
            if section.span.start >= end:
                break
            if section.level <= design.sections[home].level:
                end = section.span.start
                break
        found[span] = design.source.text[span.start : end]
    for endpoint in design.endpoints:
        if endpoint.notation in {"table", "class"}:
            found[endpoint.span] = design.source.slice(endpoint.span)
    return found


def text_of(endpoint: Endpoint) -> str:
    """Return method and path as written."""
    return f"{endpoint.method} {endpoint.path}"


def is_public(endpoint: Endpoint, lexicons: Lexicons) -> bool:
    """Return whether the contract says that no authentication is needed."""
    given = endpoint.properties.get("authentication")
    if given is not None and given.text.strip().lower().startswith("required"):
        return False
    return given is not None and (
        lexicons.is_none(given.text) or _PUBLIC.match(given.text.strip()) is not None
    )
