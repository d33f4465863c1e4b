"""Which latency target or timeout holds for a flow, and what the flow calls on the way."""

from typing import NamedTuple

from lld_agent.model.design import Design
from lld_agent.model.diagrams import Diagram, Step, StepKind
from lld_agent.model.quantity import Dimension
from lld_agent.rules import flows, routes
from lld_agent.rules.measures import Measured, one, operation_targets, topic


class Timed(NamedTuple):
    """A flow with what it must keep."""

    diagram: Diagram
    target: Measured


def timed_flows(design: Design, diagrams: tuple[Diagram, ...]) -> tuple[Timed, ...]:
    """Return the flows whose target is known: the one target that is about it, else the timeout of its endpoint."""
    targets = list(operation_targets(design, Dimension.TIME))
    limited = tuple(e for e in routes.declared(design) if "timeout" in e.properties)
    bases = routes.base_paths(design)
    found: list[Timed] = []
    for diagram in diagrams:
        first = flows.first_call(diagram)
        about = topic(f"{diagram.heading} {first.text if first else ''}")
        near = [target for target in targets if topic(target.name) and topic(target.name) <= about]
        if len(near) == 1:
            found.append(Timed(diagram, near[0]))
            continue
        route = routes.of_step(first) if first and not near else None
        endpoint = routes.find(route, limited, bases) if route else None
        limit = one(endpoint.properties["timeout"], Dimension.TIME) if endpoint else None
        if endpoint is not None and limit is not None:
            span = endpoint.properties["timeout"].span
            found.append(
                Timed(
                    diagram, Measured(f"timeout of {routes.text_of(endpoint)}", limit, "max", span)
                )
            )
    return tuple(found)


def waited_for(diagram: Diagram) -> tuple[Step, ...]:
    """Return the calls on the main path that the caller waits for (G10), without blocks that may not run."""
    first = flows.first_call(diagram)
    if first is None:
        return ()
    return tuple(
        step
        for step in flows.before_answer(diagram)
        if step.kind is StepKind.MESSAGE
        and not step.reply
        and not step.failed
        and step.depth == first.depth
    )
