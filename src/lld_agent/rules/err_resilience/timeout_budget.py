"""ERR005."""

from collections.abc import Callable, Iterator
from typing import ClassVar, NamedTuple

from lld_agent.language.quantity import find_quantities
from lld_agent.model.design import Design, Endpoint
from lld_agent.model.diagrams import Diagram, DiagramKind, Step, StepKind
from lld_agent.model.finding import Severity
from lld_agent.model.quantity import Dimension
from lld_agent.rules import flows, resilience, routes
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_SLACK = 1.05


class _Call(NamedTuple):
    """A call with the longest time that it may take, and what says so."""

    name: str
    worst: float
    text: str
    policy: resilience.Policy


_Calls = tuple[_Call, ...]


class TimeoutBudget(Rule):
    """Who waits, waits at least as long as what they wait for.

    ## What it checks
    The timeout of an endpoint against the calls of its flow: timeout of one try, times the tries,
    plus the pauses between them.

    ## Why
    The caller gives up and retries while the first request is still retrying.

    ## Fires when
    The sum over the calls before the answer is more than the endpoint's timeout. Of parallel calls
    the longest counts. Calls without both a timeout and a number of retries count nothing.

    ## Incorrect
        Timeout 10 s; one call with 5 s and 2 retries: 15 s and more

    ## Correct
        Timeout 20 s, or 3 s and 1 retry

    ## Known false positives
    A deadline that is passed on to the calls: say so in the retry strategy.

    ## Sections read
    Endpoints, sequence diagrams, retry strategy, integrations, `X_TIMEOUT_MS` variables.

    ## Source
    AWS Well-Architected REL05-BP05; Google SRE book, chapter 22, on deadlines.
    """

    id: ClassVar[str] = "ERR005"
    name: ClassVar[str] = "timeout-budget"
    severity: ClassVar[Severity] = Severity.ERROR

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per flow."""
        limited = tuple(e for e in routes.declared(design) if _timeout(e) is not None)
        allowed = resilience.timeouts(design)
        policies = [p for p in resilience.stated(design) if p.retries is not None]
        if not limited or not allowed or not policies:
            yield Skipped("needs an endpoint with a timeout, and calls with timeout and retries")
            return
        bases = routes.base_paths(design)
        for diagram in design.drawn(DiagramKind.SEQUENCE):
            first = flows.first_call(diagram)
            route = routes.of_step(first) if first else None
            endpoint = routes.find(route, limited, bases) if route else None
            if endpoint is None:
                continue
            calls = _calls(diagram, allowed, policies)
            total, budget = sum(call.worst for call in calls), _timeout(endpoint) or 0.0
            if total > budget * _SLACK:
                yield _hit(endpoint, diagram, calls, total)


def _timeout(endpoint: Endpoint) -> float | None:
    cell = endpoint.properties.get("timeout")
    times = [q for q in find_quantities(cell.text) if q.dimension is Dimension.TIME] if cell else []
    return times[0].high if len(times) == 1 else None


def _calls(
    diagram: Diagram,
    allowed: tuple[resilience.Policy, ...],
    policies: list[resilience.Policy],
) -> list[_Call]:
    """Return the calls that the caller waits for on the slowest way to an answer."""
    first = flows.first_call(diagram)
    if first is None:
        return []
    names = flows.labels(diagram)

    def call_of(step: Step) -> _Call | None:
        outgoing = step.source == first.target != step.target
        asked = step.kind is StepKind.MESSAGE and not step.reply and outgoing
        return _call(names.get(step.target, step.target), allowed, policies) if asked else None

    walk = _Walk(diagram.steps, first, call_of)
    calls, _ = walk.until_answer(0, ())
    return list(calls) if walk.answered else []


class _Walk:
    """Goes through a flow; of branches it takes the slowest, of a loop one round."""

    def __init__(
        self, steps: tuple[Step, ...], first: Step, call_of: Callable[[Step], _Call | None]
    ) -> None:
        self._steps = steps
        self._first = first
        self._call_of = call_of
        self.answered = False

    def until_answer(self, at: int, made: _Calls) -> tuple[_Calls, int]:
        """Return the calls from a step to the end of its branch or the answer, and where that is."""
        while at < len(self._steps):
            step = self._steps[at]
            if step.kind in {StepKind.BLOCK_BRANCH, StepKind.BLOCK_END}:
                return made, at
            if step.kind is StepKind.BLOCK_START:
                made, at = self._block(at, made)
                continue
            if step.kind is StepKind.MESSAGE and step.reply and step.target == self._first.source:
                self.answered = True
                return made, self._skipped(at)
            call = self._call_of(step)
            made = (*made, call) if call is not None else made
            at += 1
        return made, at

    def _block(self, at: int, made: _Calls) -> tuple[_Calls, int]:
        """Return the calls of the slowest branch of a block, and the step behind the block."""
        ways: list[_Calls] = []
        at += 1
        while at < len(self._steps):
            way, at = self.until_answer(at, made)
            ways.append(way)
            if at >= len(self._steps) or self._steps[at].kind is StepKind.BLOCK_END:
                break
            at += 1
        slowest = max(ways, key=lambda way: sum(call.worst for call in way), default=made)
        return slowest, at + 1

    def _skipped(self, at: int) -> int:
        """Return the end of the branch that a step stands in."""
        depth = 0
        while at < len(self._steps):
            kind = self._steps[at].kind
            if depth == 0 and kind in {StepKind.BLOCK_BRANCH, StepKind.BLOCK_END}:
                return at
            depth += (kind is StepKind.BLOCK_START) - (kind is StepKind.BLOCK_END)
            at += 1
        return at


def _call(
    name: str, allowed: tuple[resilience.Policy, ...], policies: list[resilience.Policy]
) -> _Call | None:
    limits = [p for p in allowed if p.subject and resilience.covers(p, name)]
    retried = [p for p in policies if p.subject and resilience.covers(p, name)]
    if len(limits) != 1 or len(retried) != 1:
        return None
    one, tries = limits[0].timeout or 0.0, (retried[0].retries or 0) + (not retried[0].loose)
    pause = retried[0].pause()
    text = f"{name} {one:g} s x {tries}" + (f" + {pause:g} s of pauses" if pause else "")
    return _Call(name, one * tries + pause, text, retried[0])


def _hit(endpoint: Endpoint, diagram: Diagram, calls: list[_Call], total: float) -> Hit:
    cell = endpoint.properties["timeout"]
    return Hit(
        message=(
            f"{routes.text_of(endpoint)} times out after {cell.text}, while its calls may take {total:g} s: "
            f"{'; '.join(call.text for call in calls)}"
        ),
        places=(
            Place(cell.span, "the timeout"),
            *(Place(call.policy.span, "the retries") for call in calls),
            Place(diagram.span, "the flow"),
        ),
        subject=routes.text_of(endpoint),
        object=",".join(call.name for call in calls),
        hint="give the endpoint more time, or the calls less",
    )
