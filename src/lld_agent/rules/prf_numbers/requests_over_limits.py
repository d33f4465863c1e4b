"""PRF003."""

from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.containers import Amount, amounts


class RequestsOverLimits(Rule):
    """A container requests no more than its limit.

    ## What it checks
    CPU and memory requests against the limits of the same container.

    ## Why
    Kubernetes rejects such a pod: the design cannot be deployed.

    ## Fires when
    A request is above the limit.

    ## Incorrect
        | Resource Requests | CPU: 2 | and | Resource Limits | CPU: 1 |

    ## Correct
        | Resource Requests | CPU: 500m | and | Resource Limits | CPU: 1 |

    ## Known false positives
    None known.

    ## Sections read
    Container specifications, tables of requests and limits.

    ## Source
    Kubernetes documentation, Resource Management for Pods and Containers.
    """

    id: ClassVar[str] = "PRF003"
    name: ClassVar[str] = "requests-over-limits"
    severity: ClassVar[Severity] = Severity.ERROR

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per container and resource."""
        pairs: dict[tuple[str, str], dict[bool, list[Amount]]] = {}
        for amount in amounts(design):
            sides = pairs.setdefault((amount.owner, amount.resource), {})
            sides.setdefault(amount.limit, []).append(amount)
        whole = {key: sides for key, sides in pairs.items() if len(sides) == 2}
        if not whole:
            yield Skipped("no container has requests and limits")
            return
        for (owner, resource), sides in whole.items():
            requests, limits = sides[False], sides[True]
            if len(requests) == len(limits) == 1 and requests[0].value > limits[0].value:
                yield Hit(
                    message=f"{owner} requests {resource} {requests[0].raw} and is limited to {limits[0].raw}",
                    places=(Place(requests[0].cell.span), Place(limits[0].cell.span, "the limit")),
                    subject=owner,
                    object=resource,
                    hint="request at most the limit",
                )
