"""FLO008."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.diagrams import ClassBox, Diagram, DiagramKind, Member, Step
from lld_agent.model.finding import Severity
from lld_agent.rules import flows
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_CALL = re.compile(r"\s*(?:\w+\.)?(?P<name>[A-Za-z_]\w*)\s*\((?P<given>[^()]*)\)\s*\Z")
_GENERIC = {"init", "constructor", "new", "call", "__init__", "__call__"}


class FlowMethodUnknown(Rule):
    """A method that a flow calls is one that the class has.

    ## What it checks
    Messages in the form `name(...)` against the methods of the class that receives them.

    ## Why
    Flow and class diagram are two drawings of one interface; code can follow only one.

    ## Fires when
    A participant has the name of a class with methods, and neither that class nor one it extends
    has the method, or it takes another number of arguments. One finding per class.

    ## Incorrect
        C->>L: approve(loan)        and class Loans without approve

    ## Correct
        class Loans { +approve(loan) }

    ## Known false positives
    Class diagrams that show the public part only. Labels in prose do not count, nor do calls with
    `...` or without arguments for their number.

    ## Sections read
    Sequence diagrams, class diagrams.

    ## Source
    Own.
    """

    id: ClassVar[str] = "FLO008"
    name: ClassVar[str] = "flow-method-unknown"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per class."""
        drawn = design.drawn(DiagramKind.CLASS)
        boxes = [box for d in drawn for box in d.classes if any(m.method for m in box.members)]
        diagrams = design.drawn(DiagramKind.SEQUENCE)
        if not boxes or not diagrams:
            yield Skipped("needs sequence diagrams, and classes with methods")
            return
        edges = [edge for d in drawn for edge in d.edges if edge.kind in {"extension", "lollipop"}]
        family = {frozenset((edge.source, edge.target)) for edge in edges}
        wrong: dict[str, tuple[ClassBox, list[tuple[Step, str]]]] = {}
        for diagram in diagrams:
            for box, step, why in _calls(diagram, boxes, family, context):
                wrong.setdefault(box.id, (box, []))[1].append((step, why))
        for box, found in wrong.values():
            texts = "; ".join(dict.fromkeys(why for _, why in found))
            yield Hit(
                message=f"flows call what class {box.label} does not have: {texts}",
                places=(
                    *(Place(step.span, "the call") for step, _ in found),
                    Place(box.span, "the class"),
                ),
                subject=box.id,
                object=texts,
                hint="give the class the method, or name in the flow the one it has",
            )


def _calls(
    diagram: Diagram, boxes: list[ClassBox], family: set[frozenset[str]], context: Context
) -> Iterator[tuple[ClassBox, Step, str]]:
    names = flows.labels(diagram)
    ids = {name: box for box in boxes for name in (box.id, box.label)}
    for step in flows.messages(diagram):
        found = _CALL.match(step.text) if not step.reply else None
        if found is None or found["name"].lower() in _GENERIC:
            continue
        match = context.resolver.resolve(names.get(step.target, step.target), ids).match
        if match is None:
            continue
        box = ids[match]
        related = [b for b in boxes if b is box or frozenset((b.id, box.id)) in family]
        same = [m for b in related for m in b.members if _bare(m) == found["name"].lower()]
        if not same:
            yield box, step, f"{found['name']}()"
        elif not any(_fits(m, found["given"]) for m in same):
            yield box, step, f"{found['name']}({found['given']}) instead of {same[0].text}"


def _bare(member: Member) -> str:
    return re.split(r"[\s(~<]", member.name.strip(), maxsplit=1)[0].lower()


def _fits(member: Member, given: str) -> bool:
    """Return whether a method takes as many arguments as a call gives; unknown counts as yes."""
    inside = member.text.partition("(")[2].rpartition(")")[0]
    if not member.method or not given.strip() or not inside.strip() or "..." in given + inside:
        return True
    if any(mark in given + inside for mark in "{<~[="):
        return True
    # a flow shows what matters of a call, and parameters may have defaults: only too many are wrong
    return given.count(",") <= inside.count(",")
