"""TST004."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.names import tokens
from lld_agent.model.design import Design
from lld_agent.model.diagrams import DiagramKind, Edge
from lld_agent.model.finding import Severity
from lld_agent.model.vocabulary import EdgeCaseTest, TestScenario
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.tests_of import test_text
from lld_agent.rules.unfilled import any_unfilled
from lld_agent.rules.wording import listed

_GENERIC = re.compile(
    r"transition|state machine|state change|every state|all states|lifecycle|zustands|状态",
    re.IGNORECASE,
)


class TransitionUntested(Rule):
    """The changes of state are tested.

    ## What it checks
    Edges of state diagrams against edge-case tests, scenarios and sections about testing.

    ## Why
    A forbidden change that is never tried is allowed.

    ## Fires when
    No test speaks of transitions or states in general, and some edges share neither their event
    nor both their states with any: one finding per diagram.

    ## Incorrect
        OPEN --> LOST : report    and tests about returns only

    ## Correct
        | Report a loss | An open loan is reported | LOST |

    ## Known false positives
    Tests in words that the diagram does not use.

    ## Sections read
    State diagrams, tests.

    ## Source
    Own.
    """

    id: ClassVar[str] = "TST004"
    name: ClassVar[str] = "transition-untested"
    severity: ClassVar[Severity] = Severity.INFO

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per diagram."""
        diagrams = design.drawn(DiagramKind.STATE)
        tests = [*design.of(EdgeCaseTest), *design.of(TestScenario)]
        if not diagrams or not tests or any_unfilled(tests):
            yield Skipped("needs a state diagram and tests of single cases")
            return
        text = test_text(design)
        if _GENERIC.search(text):
            return
        words = {word for part in re.findall(r"[\w-]+", text) for word in tokens(part)}
        for diagram in diagrams:
            bare = [edge for edge in diagram.edges if not _is_tested(edge, words)]
            if bare:
                names = listed((f"{edge.source} to {edge.target}" for edge in bare), 4)
                yield Hit(
                    message=f"no test is about the change{'s' if len(bare) > 1 else ''} of state {names}",
                    places=(
                        *(Place(edge.span) for edge in bare),
                        Place(tests[0].span, "the tests"),
                    ),
                    subject=diagram.heading or "states",
                    object=names,
                    hint="test each change that is allowed, and one that is not",
                )


def _is_tested(edge: Edge, words: set[str]) -> bool:
    if "[*]" in {edge.source, edge.target}:
        return True
    event = set(tokens(re.split(r"[(\[/]", edge.label)[0]))
    ends = set(tokens(edge.source)), set(tokens(edge.target))
    return bool(event and event <= words) or bool(ends[1] and ends[1] <= words)
