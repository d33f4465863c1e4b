"""API001."""

from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.rules import routes
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped


class UndeclaredEndpoint(Rule):
    """Every route that the design uses has a contract in it.

    ## What it checks
    Routes that component inputs, flows, performance targets and test scenarios name, against the
    endpoints that the document declares.

    ## Why
    A route without a contract is implemented by guess: no status codes, no authentication, no
    limits.

    ## Fires when
    Method and path are used and no declared endpoint has them. Names of parameters, a base path
    and a query make no difference.

    ## Incorrect
        | Refresh token | HTTP POST `/auth/refresh` | ... |
        and a contract for `POST /auth/login` only

    ## Correct
        A contract for `POST /auth/refresh` too, or a line that says where it is.

    ## Known false positives
    Routes of another service that is drawn without a name of its own. Health, metrics and
    documentation routes are exempt.

    ## Sections read
    Component inputs, sequence diagrams, performance targets, test scenarios, all endpoints.

    ## Source
    Own.
    """

    id: ClassVar[str] = "API001"
    name: ClassVar[str] = "undeclared-endpoint"
    severity: ClassVar[Severity] = Severity.ERROR

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per route, listing every place that uses it."""
        known = routes.declared(design)
        if not known:
            yield Skipped("the document declares no endpoint")
            return
        bases = routes.base_paths(design)
        contract = routes.Contract(known, bases)
        listed = _listed([f"{e.method} {e.path}" for e in known])
        missing: dict[tuple[str, str], list[routes.Route]] = {}
        for route in routes.mentions(design, context.resolver, contract):
            exempt = routes.is_exempt(route.path, context.lexicons)
            if not exempt and contract.find(route) is None:
                missing.setdefault(route.key, []).append(route)
        for found in missing.values():
            first = found[0]
            yield Hit(
                message=(
                    f"{first.text} is used in {first.where}, but no contract declares it; "
                    f"declared are {listed}"
                ),
                places=(
                    *(Place(r.span, "used here") for r in found),
                    Place(known[0].span, "declared here"),
                ),
                subject=" ".join(first.key),
                hint=f"declare {first.text} with its errors, or say which service answers it",
            )


def _listed(texts: list[str]) -> str:
    shown = list(dict.fromkeys(texts))
    return ", ".join(shown[:3]) + (f" and {len(shown) - 3} more" if len(shown) > 3 else "")
