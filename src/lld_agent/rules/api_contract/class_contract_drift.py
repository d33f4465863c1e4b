"""API002."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.diagrams import ClassBox, DiagramKind
from lld_agent.model.finding import Severity
from lld_agent.rules import routes
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_ROUTE = re.compile(r"(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\s+(/\S*)")


class ClassContractDrift(Rule):
    """The routes of a controller class are those of the API contract.

    ## What it checks
    Members of class diagrams that are routes (`+PUT /orders/:id(...)`) against the declared
    endpoints, both ways.

    ## Why
    Class diagram and contract are read by different people; each implements its own half.

    ## Fires when
    A route stands in only one of the two: one finding per class and direction.

    ## Incorrect
        class OrderController { +PUT /orders/:id(): Response }
        and a contract with POST and GET only

    ## Correct
        The same routes in both.

    ## Known false positives
    A class that shows some of its routes on purpose: the finding about the other direction is left
    out when the class shows less than half of the contract.

    ## Sections read
    Class diagrams, all endpoints.

    ## Source
    Own.
    """

    id: ClassVar[str] = "API002"
    name: ClassVar[str] = "class-contract-drift"
    severity: ClassVar[Severity] = Severity.ERROR

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield up to two hits per class with routes."""
        known = routes.declared(design)
        boxes = [
            (box, found)
            for diagram in design.drawn(DiagramKind.CLASS)
            for box in diagram.classes
            if (found := _routes(box))
        ]
        if not known or not boxes:
            yield Skipped("needs a class with routes and a declared contract")
            return
        bases = routes.base_paths(design)
        contract = routes.Contract(known, bases)
        for box, found in boxes:
            undeclared = [route for route in found if contract.find(route) is None]
            if undeclared:
                texts = ", ".join(route.text for route in undeclared)
                yield Hit(
                    message=f"class {box.label} has {texts}, which the contract does not declare",
                    places=(
                        *(Place(route.span, "in the class") for route in undeclared),
                        Place(known[0].span, "the contract"),
                    ),
                    subject=box.id,
                    object="contract",
                    hint="declare them in the contract or take them out of the class",
                )
            drawn = [e for e in known if any(routes.find(r, (e,), bases) for r in found)]
            missing = [e for e in known if e not in drawn]
            if missing and len(drawn) * 2 >= len(known):
                texts = ", ".join(f"{e.method} {e.path}" for e in missing)
                yield Hit(
                    message=f"the contract declares {texts}, which class {box.label} does not have",
                    places=(
                        *(Place(e.span, "in the contract") for e in missing),
                        Place(box.span, "the class"),
                    ),
                    subject="contract",
                    object=box.id,
                    hint="draw them in the class or take them out of the contract",
                )


def _routes(box: ClassBox) -> list[routes.Route]:
    return [
        routes.Route(found[1], found[2], member.span, f"class {box.label}")
        for member in box.members
        if (found := _ROUTE.match(member.name))
    ]
