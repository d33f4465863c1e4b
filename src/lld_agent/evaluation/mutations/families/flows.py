"""Defects of flows and states: MU22 to MU28, MU78 to MU88."""

import re
from collections.abc import Iterator

from lld_agent.evaluation.mutations.base import Edit, Operator, Patch
from lld_agent.evaluation.mutations.builders import blank, both, filled, matching, write
from lld_agent.evaluation.mutations.nodes import (
    line_text,
    own,
    replaced,
    rows,
    section_heading,
    steps,
    subtree,
    whole_lines,
    without,
)
from lld_agent.language.roles import role
from lld_agent.model.design import Design
from lld_agent.model.diagrams import Diagram, DiagramKind, Edge
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import AuthorizationRule, Column, Dependency, StateTransition

_ERROR = re.compile(r"(?<!\d)[45]\d\d(?!\d)")
_FAILURE = re.compile(r"failure|fehler|失败|异常", re.IGNORECASE)
_REMOTE = {"queue", "mail", "payment", "identity", "model"}
_END = "[*]"


def _drawn(design: Design, kind: DiagramKind) -> list[Diagram]:
    return [diagram for diagram in design.drawn(kind) if own(diagram)]


def _fall_through(design: Design) -> Iterator[Edit]:
    """Put an alternative before the second call that refuses, and go on behind it."""
    for diagram in _drawn(design, DiagramKind.SEQUENCE):
        messages = steps(diagram)
        calls = [m for m in messages if not m.reply]
        if len(calls) < 2 or calls[1].source != calls[0].target or calls[1].depth:
            continue
        at = whole_lines(design, calls[1].span).start
        head = re.match(r"\s*", line_text(design, calls[1].span))
        pad = head[0] if head else ""
        text = (
            f"{pad}alt caller is blocked\n"
            f"{pad}    {calls[0].target}-->>{calls[0].source}: 403 Forbidden\n{pad}end\n"
        )
        yield Edit((Patch(Span(at, at), text),), (diagram.span,))


def _failure_gone(design: Design) -> Iterator[Edit]:
    for diagram in _drawn(design, DiagramKind.SEQUENCE):
        section = design.section_at(diagram.span)
        if _FAILURE.search(section.title) and section.level > 2:
            flow = re.split(r" [-–—] ", section.title)[0]
            others = tuple(
                s.heading_span for s in design.sections if s is not section and flow in s.title
            )
            spans = tuple(
                d.span for d in design.diagrams if d.heading != section.title and flow in d.heading
            )
            yield Edit((without(design, subtree(design, section)),), (*others, *spans))


def _into_transaction(design: Design) -> Iterator[Edit]:
    """Call somebody else between BEGIN and COMMIT."""
    listed = [r.key.text for r in rows(design, Dependency) if role(r.key.text) in _REMOTE]
    for diagram in _drawn(design, DiagramKind.SEQUENCE):
        begun = [m for m in steps(diagram) if re.match(r"BEGIN\b", m.text)]
        ends = [m for m in steps(diagram) if re.search(r"\bCOMMIT\b", m.text)]
        if not begun or not ends or not listed or begun[0].span >= ends[-1].span:
            continue
        line = whole_lines(design, begun[0].span)
        head = re.match(r"\s*", line_text(design, begun[0].span))
        text = f"{head[0] if head else ''}{begun[0].source}->>{listed[0]}: ask about the payer\n"
        yield Edit((Patch(Span(line.end, line.end), text),), (diagram.span,))


def _unlisted(design: Design) -> Iterator[Edit]:
    """Let a flow send mail that no dependency carries."""
    if re.search(r"smtp|mail|sendgrid|postmark", design.source.text, re.IGNORECASE):
        return
    for diagram in _drawn(design, DiagramKind.SEQUENCE):
        calls = [step for step in steps(diagram) if not step.reply and step.depth == 0]
        if calls:
            line = whole_lines(design, calls[-1].span)
            indent = re.match(r"\s*", line_text(design, calls[-1].span))
            space = indent[0] if indent else ""
            text = f"{space}{calls[-1].target}->>SMTP server: send the receipt\n"
            yield Edit((Patch(Span(line.end, line.end), text),), (diagram.span,), ("SMTP",))


def _stranger(design: Design) -> Iterator[Edit]:
    """Misspell a participant in one message."""
    for diagram in _drawn(design, DiagramKind.SEQUENCE):
        declared = {p.id for p in diagram.participants}
        for step in steps(diagram):
            if len(step.target) > 3 and step.target in declared and step.source != step.target:
                text = design.source.slice(step.span)
                head, seam, rest = text.partition(":")
                wrong = step.target[:-1]
                if wrong not in declared and head.endswith(step.target):
                    new = f"{head[: -len(step.target)]}{wrong}{seam}{rest}"
                    yield Edit((Patch(step.span, new),), (diagram.span,))


def _bypass(design: Design) -> Iterator[Edit]:
    """Send the answer of the innermost call to who began the flow."""
    for diagram in _drawn(design, DiagramKind.SEQUENCE):
        messages = steps(diagram)
        first = messages[0].source if messages else ""
        callers = {(m.source, m.target) for m in messages if not m.reply}
        for step in messages:
            if step.reply and step.target != first and (first, step.source) not in callers:
                text = design.source.slice(step.span)
                head, seam, rest = text.partition(":")
                if head.endswith(step.target):
                    new = f"{head[: -len(step.target)]}{first}{seam}{rest}"
                    yield Edit((Patch(step.span, new),), (diagram.span,))


def _undeclared_status(design: Design) -> Iterator[Edit]:
    """Answer with an error that the contract of the flow's endpoint lacks."""
    for diagram in _drawn(design, DiagramKind.SEQUENCE):
        messages = steps(diagram)
        if not messages or not re.match(r"(?:GET|POST|PUT|PATCH|DELETE) /", messages[0].text):
            continue
        for step in messages:
            found = _ERROR.search(step.text)
            if step.reply and found and step.target == messages[0].source:
                patch = replaced(design, step.span, found[0], "418")
                if patch and "418" not in design.source.text:
                    yield Edit((patch,), (diagram.span,), (messages[0].text,))


def _unknown_method(design: Design) -> Iterator[Edit]:
    """Call a method by a name that the class does not have."""
    classes = {
        box.label for d in design.drawn(DiagramKind.CLASS) for box in d.classes if box.members
    }
    for diagram in _drawn(design, DiagramKind.SEQUENCE):
        labels = {p.id: p.label for p in diagram.participants}
        for step in steps(diagram):
            found = re.match(r"(\w+)\(", step.text)
            if found and not step.reply and labels.get(step.target, "") in classes:
                patch = replaced(design, step.span, f"{found[1]}(", f"{found[1]}Later(")
                if patch:
                    yield Edit((patch,), (diagram.span,), (found[1],))


def _state_renamed(design: Design) -> Iterator[Edit]:
    """Rename a state on all lines of its diagram, and nowhere else."""
    for diagram in _drawn(design, DiagramKind.STATE):
        for state in diagram.states:
            if state.pseudo or not re.fullmatch(r"\w{3,}", state.id):
                continue
            text = design.source.slice(diagram.span)
            word = re.compile(rf"(?<!\w){re.escape(state.id)}(?!\w)")
            places = list(word.finditer(text))
            if places:
                start, end = places[0].start(), places[-1].end()
                new = word.sub(
                    f"{state.id}_X" if state.id.isupper() else f"{state.id}_x", text[start:end]
                )
                span = Span(diagram.span.start + start, diagram.span.start + end)
                enums = tuple(
                    e.span for e in design.enums if any(v.text == state.id for v in e.values)
                )
                moves = tuple(
                    r.span
                    for r in rows(design, StateTransition)
                    if state.id in {r["source"].text, r["target"].text}
                )
                yield Edit((Patch(span, new),), (diagram.span, *enums, *moves))


def _edges(design: Design) -> Iterator[tuple[Diagram, Edge]]:
    for diagram in _drawn(design, DiagramKind.STATE):
        if not any(state.composite for state in diagram.states):
            for edge in diagram.edges:
                if edge.span != diagram.span and edge.source != edge.target:
                    yield diagram, edge


def _entry_gone(design: Design) -> Iterator[Edit]:
    for diagram, edge in _edges(design):
        others = [e for e in diagram.edges if e.target == edge.target and e.source != e.target]
        leaves = any(e.source == edge.target and e.target != e.source for e in diagram.edges)
        if _END not in {edge.target, edge.source} and len(others) == 1 and leaves:
            yield Edit((without(design, edge.span),), (diagram.span,), ())


def _exit_gone(design: Design) -> Iterator[Edit]:
    for diagram, edge in _edges(design):
        others = [e for e in diagram.edges if e.source == edge.source and e.source != e.target]
        reached = any(e.target == edge.source and e.source != e.target for e in diagram.edges)
        kept = [e for e in diagram.edges if e.target == edge.target and e is not edge]
        if edge.source != _END and len(others) == 1 and reached and (kept or edge.target == _END):
            yield Edit((without(design, edge.span),), (diagram.span,))


def _edge_added(design: Design) -> Iterator[Edit]:
    """Let one event lead from a state to a second one."""
    for diagram, edge in _edges(design):
        names = [
            s.id for s in diagram.states if not s.pseudo and s.id not in {edge.source, edge.target}
        ]
        taken = {e.target for e in diagram.edges if e.source == edge.source}
        free = [name for name in names if name not in taken]
        if edge.label and _END not in {edge.source, edge.target} and free:
            line = line_text(design, edge.span)
            end = whole_lines(design, edge.span).end
            new = re.sub(rf"-->\s*{re.escape(edge.target)}(?!\w)", f"--> {free[0]}", line)
            if new != line:
                yield Edit((Patch(Span(end, end), f"{new}\n"),), (diagram.span,))


def _silent_trigger(design: Design) -> Iterator[Edit]:
    """Let something trigger a change that nothing else names."""
    for row in rows(design, StateTransition):
        if re.search(r"\w", row["trigger"].text):
            cell = row["trigger"]
            code = "`" if cell.raw.startswith("`") else ""
            yield Edit(
                (Patch(cell.span, f"{code}quarantine(){code}"),),
                (section_heading(design, row.span),),
            )


def _failing_gone(design: Design) -> Iterator[Edit]:
    """Remove the way out of a state that takes a while for when it fails."""
    ends = re.compile(r"fail|error|cancel|reject|timeout|expire|abort|dead", re.IGNORECASE)
    for diagram, edge in _edges(design):
        out = [e for e in diagram.edges if e.source == edge.source]
        failing = [e for e in out if ends.search(f"{e.target} {e.label}")]
        transient = re.search(r"ing$|(?<!PEND)ING$", edge.source)
        if transient and failing == [edge] and len(out) > 1:
            yield Edit((without(design, edge.span),), (diagram.span,))


def _guard_drawn(design: Design) -> Iterator[Edit]:
    for diagram, edge in _edges(design):
        found = re.search(r"\[[^\[\]]+\]", edge.label)
        patch = found and replaced(design, edge.span, found[0], "[role Comptroller]")
        if patch and design.of(AuthorizationRule):
            yield Edit((patch,), (diagram.span,))


def _state_column_gone(design: Design) -> Iterator[Edit]:
    drawn = [
        d
        for d in _drawn(design, DiagramKind.STATE)
        if len([s for s in d.states if not s.pseudo]) > 2
    ]
    states = r"(?i)state|status|phase"
    held = [r for r in rows(design, Column) if re.search(states, r["column"].text)]
    for row in held if len(held) == 1 else ():
        if drawn and re.fullmatch(r"state|status|phase", row["column"].text, re.IGNORECASE):
            near = tuple(d.span for d in drawn)
            yield Edit(
                (without(design, row.span),),
                (*near, section_heading(design, row.span)),
                (row.heading,),
            )


_UNKNOWN_ROLE = "role `COMPTROLLER`"
OPERATORS = (
    Operator(
        "MU22",
        "let what was an else follow an error answer",
        "flow",
        ("FLO004",),
        _fall_through,
        also=("FLO007", "API006"),
    ),
    Operator(
        "MU23",
        "delete the failure path of a flow",
        "failure",
        ("FLO003", "STR001"),
        _failure_gone,
        also=("STR010", "API006", "STA008", "DAT004", "FLO002"),
    ),
    Operator(
        "MU24",
        "call somebody else inside a transaction",
        "flow",
        ("FLO006",),
        _into_transaction,
        also=("FLO001", "FLO002"),
    ),
    Operator(
        "MU25",
        "rename a state in its diagram only",
        "state",
        ("STA001", "STA004"),
        _state_renamed,
        also=("TST004", "STA010", "STA009", "STA003"),
    ),
    Operator(
        "MU26",
        "delete the only way into a state",
        "state",
        ("STA002", "STA004"),
        _entry_gone,
        also=("TST004", "STA003"),
    ),
    Operator(
        "MU27",
        "delete the only way out of a state",
        "state",
        ("STA003", "STA004"),
        _exit_gone,
        also=("STA009", "STA001"),
    ),
    Operator(
        "MU28",
        "guard a change of state with a role that nobody has",
        "security",
        ("STA007",),
        write(
            StateTransition,
            "guard",
            _UNKNOWN_ROLE,
            lambda d, r: bool(d.of(AuthorizationRule)) and filled("guard")(d, r),
        ),
        also=("SEC007",),
    ),
    Operator(
        "MU78",
        "send mail through a server that nothing lists",
        "failure",
        ("FLO002",),
        _unlisted,
        also=("FLO001", "FLO003"),
    ),
    Operator(
        "MU79",
        "misspell a participant in one message",
        "flow",
        ("FLO001",),
        _stranger,
        also=("FLO005",),
    ),
    Operator("MU80", "let an answer jump over its caller", "flow", ("FLO005",), _bypass),
    Operator(
        "MU81",
        "answer with an error that the contract lacks",
        "api",
        ("FLO007",),
        _undeclared_status,
        also=("API006",),
    ),
    Operator("MU82", "call a method that the class lacks", "flow", ("FLO008",), _unknown_method),
    Operator(
        "MU83", "let one event lead to two states", "state", ("STA005", "STA004"), _edge_added
    ),
    Operator(
        "MU28b",
        "guard a change of state in its diagram with a role that nobody has",
        "security",
        ("STA007",),
        _guard_drawn,
        also=("TST004", "STA008", "SEC007"),
    ),
    Operator(
        "MU84",
        "blank the guard of a change of state",
        "security",
        ("STA006",),
        blank(
            StateTransition,
            "guard",
            both(
                matching("guard", r"role|admin|owner|manager|only|rolle|角色"),
                matching("source", r"^\w"),
            ),
        ),
    ),
    Operator(
        "MU85",
        "let something trigger a change that cannot be called",
        "state",
        ("STA008",),
        _silent_trigger,
    ),
    Operator(
        "MU86",
        "delete the way out for when it fails",
        "state",
        ("STA009", "STA004"),
        _failing_gone,
        also=("STA001", "STA002"),
    ),
    Operator(
        "MU87",
        "delete the column of the states",
        "data",
        ("STA010",),
        _state_column_gone,
        also=("STA001", "DAT003", "DAT005", "DAT006", "API015", "SEC013"),
    ),
)
