"""Defects that only somebody who reads finds: MU56 to MU62, MU64."""

import re
from collections.abc import Iterator
from itertools import pairwise

from lld_agent.evaluation.mutations.base import Edit, Kind, Operator, Patch
from lld_agent.evaluation.mutations.nodes import own, rows, steps, whole_lines
from lld_agent.model.blocks import BlockKind
from lld_agent.model.design import Design
from lld_agent.model.diagrams import DiagramKind
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import (
    ConcurrencyConcern,
    ConcurrencyRule,
    EdgeCase,
    EdgeCaseTest,
    TestScenario,
)

_MUST = re.compile(
    r"\b(?:must|is|are) (?=not\b)|\bmust\b(?! not)|\bnever\b|\bdarf nicht\b|\bmuss\b|必须"
)
_OPPOSITE = {
    "must": "need not",
    "never": "sometimes",
    "darf nicht": "darf",
    "muss": "muss nicht",
    "必须": "不必",
}
_GUARD = re.compile(r"check|valid|verify|reject|lock|prüf|校验", re.IGNORECASE)
_RELEASE = re.compile(r"commit|release|unlock|freigeben|提交", re.IGNORECASE)
_HASHED = re.compile(
    r"(?:SHA-?256|HMAC|hash|signature|signed)\w* (?:over|of) [^.|\n]*?(?P<field>,? ?\w+(?: and) )",
    re.IGNORECASE,
)


def _negated(design: Design) -> Iterator[Edit]:
    for _, block in design.prose():
        for found in _MUST.finditer(design.source.slice(block.span)):
            new = _OPPOSITE.get(found[0])
            if new:
                start = block.span.start + found.start()
                yield Edit((Patch(Span(start, start + len(found[0])), new),))


def _step_lines(design: Design) -> Iterator[list[Span]]:
    """Yield the lines of each algorithm: numbered steps, or statements of pseudocode."""
    for section in design.sections:
        if (
            not section.slot.startswith(("algorithms", "logic", "algorithm"))
            and "lgorithm" not in section.title
        ):
            continue
        for block in design.blocks[section.first : section.last]:
            if block.kind is BlockKind.LIST and block.items and block.items[0].ordered:
                yield [whole_lines(design, item.span) for item in block.items]


def _swapped(design: Design) -> Iterator[Edit]:
    """Use before what is checked: swap a step that checks with the next."""
    for lines in _step_lines(design):
        for one, other in pairwise(lines):
            first, second = design.source.slice(one), design.source.slice(other)
            if _GUARD.search(first) and one.end == other.start:
                number, _, rest = first.partition(" ")
                after, _, behind = second.partition(" ")
                yield Edit((Patch(Span(one.start, other.end), f"{number} {behind}{after} {rest}"),))


def _step_gone(design: Design) -> Iterator[Edit]:
    for lines in _step_lines(design):
        for line in lines[1:]:
            if _RELEASE.search(design.source.slice(line)):
                yield Edit((Patch(line, ""),))


def _guard_gone(design: Design) -> Iterator[Edit]:
    """Remove an edge case and the test that has its words."""
    tests = [*rows(design, EdgeCaseTest), *rows(design, TestScenario)]
    for case in rows(design, EdgeCase):
        words = set(re.findall(r"\w{4,}", case.key.text.casefold()))
        near = [
            t for t in tests if len(words & set(re.findall(r"\w{4,}", t.key.text.casefold()))) > 2
        ]
        if len(near) == 1:
            lines = {whole_lines(design, case.span), whole_lines(design, near[0].span)}
            yield Edit(tuple(Patch(line, "") for line in sorted(lines)))


def _weaker_isolation(design: Design) -> Iterator[Edit]:
    for found in re.finditer(
        r"SERIALIZABLE|REPEATABLE READ|FOR UPDATE(?: SKIP LOCKED)?", design.source.text
    ):
        new = "FOR SHARE" if found[0].startswith("FOR") else "READ COMMITTED"
        yield Edit(
            (Patch(Span(found.start(), found.end()), new),),
            tuple(r.span for r in rows(design, ConcurrencyConcern, ConcurrencyRule)),
        )


def _less_hashed(design: Design) -> Iterator[Edit]:
    for found in _HASHED.finditer(design.source.text):
        yield Edit((Patch(Span(found.start("field"), found.end("field")), " "),))


def _other_end(design: Design) -> Iterator[Edit]:
    """Let a failure lead to another state in a flow than in the diagram of states."""
    states = [s.id for d in design.drawn(DiagramKind.STATE) for s in d.states if not s.pseudo]
    for diagram in design.drawn(DiagramKind.SEQUENCE):
        for step in diagram.steps if own(diagram) else ():
            named = [s for s in states if re.search(rf"(?<!\w){re.escape(s)}(?!\w)", step.text)]
            others = [s for s in states if s not in named]
            if len(named) == 1 and others and step.span != diagram.span:
                text = design.source.slice(step.span)
                new = re.sub(rf"(?<!\w){re.escape(named[0])}(?!\w)", others[-1], text, count=1)
                if new != text:
                    yield Edit((Patch(step.span, new),), (diagram.span,))


def _late_check(design: Design) -> Iterator[Edit]:
    """Check the caller behind the write."""
    for diagram in design.drawn(DiagramKind.SEQUENCE):
        messages = steps(diagram) if own(diagram) else []
        for one, other in pairwise(messages):
            checks = re.search(r"verif|authoriz|token|signature|role", one.text, re.IGNORECASE)
            first, second = whole_lines(design, one.span), whole_lines(design, other.span)
            if checks and not other.reply and first.end == second.start:
                text = design.source.slice(second) + design.source.slice(first)
                yield Edit((Patch(Span(first.start, second.end), text),), (diagram.span,))


OPERATORS = (
    Operator(
        "MU56", "say the opposite in one sentence", "contradiction", (), _negated, Kind.CRITICS
    ),
    Operator("MU57", "use something before it is checked", "edge", (), _swapped, Kind.CRITICS),
    Operator(
        "MU58",
        "leave out the step that commits or releases",
        "concurrency",
        (),
        _step_gone,
        Kind.CRITICS,
    ),
    Operator(
        "MU59",
        "delete an edge case and its test",
        "edge",
        (),
        _guard_gone,
        Kind.CRITICS,
        everywhere=True,
        also=("TST001", "TST002", "TST003", "TST006"),
    ),
    Operator("MU60", "weaken the isolation", "concurrency", (), _weaker_isolation, Kind.CRITICS),
    Operator("MU61", "leave a field out of what is hashed", "data", (), _less_hashed, Kind.CRITICS),
    Operator(
        "MU62",
        "let a failure end in another state",
        "contradiction",
        ("TXT003",),
        _other_end,
        Kind.CRITICS,
        also=("STA001", "FLO007"),
    ),
    Operator(
        "MU64", "check the caller behind the write", "security", (), _late_check, Kind.CRITICS
    ),
)
