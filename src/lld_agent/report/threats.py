"""What the threat engine says, for people and for scripts."""

import json
from collections.abc import Iterator

from pydantic import BaseModel

from lld_agent.model.design import Design
from lld_agent.model.threats import (
    BOUNDARY_NAMES,
    Expected,
    LedgerLine,
    Outcome,
    Stride,
    ThreatReport,
)
from lld_agent.report.escape import one_line
from lld_agent.text.escape import encode_cell
from lld_agent.threats.drawing import draw_model, told

_NOT = "not considered"
_ORDER = (
    Outcome.GAP,
    Outcome.CONTROL_ONLY,
    Outcome.ASSUMED,
    Outcome.ACCEPTED,
    Outcome.COVERED,
    Outcome.NOT_APPLICABLE,
)


class ElementData(BaseModel):
    """An element of the data-flow model."""

    name: str
    kind: str
    technology: str
    data: tuple[str, ...]
    line: int


class FlowData(BaseModel):
    """A flow of the data-flow model."""

    source: str
    target: str
    boundary: str
    what: tuple[str, ...]
    data: tuple[str, ...]
    protocol: str
    auth: str
    encrypted: bool | None
    sync: bool | None
    line: int


class ExpectedData(BaseModel):
    """An expected threat and its outcome. `line` is 0 where its prerequisite does not hold."""

    id: str
    threat: str
    stride: str
    owasp: tuple[str, ...]
    cwe: tuple[int, ...]
    outcome: str
    reason: str
    subject: str
    line: int
    quote: str
    row: str
    weak: tuple[str, ...]
    priority: float
    proposal: str


class LedgerData(BaseModel):
    """A line of the ledger: letter → ids and outcomes that answer it; empty is "not considered"."""

    name: str
    kind: str
    cells: dict[str, tuple[str, ...]]


class ThreatsData(BaseModel):
    """Everything the threat engine says about one document."""

    path: str
    elements: tuple[ElementData, ...]
    flows: tuple[FlowData, ...]
    expected: tuple[ExpectedData, ...]
    ledger: tuple[LedgerData, ...]
    other_rows: tuple[str, ...]


def threats_data(design: Design, report: ThreatReport) -> ThreatsData:
    """Return the report of a document as data."""
    line = design.source.line_of
    return ThreatsData(
        path=design.source.path,
        elements=tuple(
            ElementData(
                name=e.name,
                kind=e.kind.value,
                technology=e.technology,
                data=tuple(sorted(kind.value for kind in e.data)),
                line=line(e.span.start),
            )
            for e in report.model.elements
        ),
        flows=tuple(
            FlowData(
                source=f.source,
                target=f.target,
                boundary=f.boundary.value,
                what=f.what,
                data=tuple(sorted(kind.value for kind in f.data)),
                protocol=f.protocol,
                auth=f.auth,
                encrypted=f.encrypted,
                sync=f.sync,
                line=line(f.span.start),
            )
            for f in report.model.flows
        ),
        expected=tuple(_expected(one, design) for one in report.expected),
        ledger=tuple(_ledger(one) for one in report.ledger),
        other_rows=tuple(row["threat"].text for row in report.other),
    )


def _expected(one: Expected, design: Design) -> ExpectedData:
    at = design.source.line_of(one.ground.span.start) if one.ground else 0
    return ExpectedData(
        id=one.template.id,
        threat=_phrase(one),
        stride="".join(letter.value for letter in one.template.stride),
        owasp=one.template.owasp,
        cwe=one.template.cwe,
        outcome=one.outcome.value,
        reason=one.reason,
        subject=one.ground.subject if one.ground else "",
        line=at,
        quote=design.source.lines[at - 1].strip() if at else "",
        row=one.row["threat"].text if one.row else "",
        weak=tuple(row["threat"].text for row in one.weak),
        priority=round(one.priority, 2),
        proposal=one.proposal,
    )


def _phrase(one: Expected) -> str:
    subject = one.ground.subject if one.ground else "..."
    return one.template.title.replace("{subject}", subject)


def _ledger(line: LedgerLine) -> LedgerData:
    cells = {
        letter.value: tuple(f"{e.template.id} {e.outcome.value}" for e in found)
        for letter, found in line.cells.items()
    }
    return LedgerData(name=line.name, kind=line.kind, cells=cells)


def threats_json(design: Design, report: ThreatReport) -> str:
    """Return the report of a document as one JSON object."""
    data = threats_data(design, report).model_dump(mode="json")
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def threats_text(design: Design, report: ThreatReport) -> str:
    """Return model, outcomes with reasons and ledger for a terminal."""
    return "\n".join(_text(design, report)) + "\n"


def _text(design: Design, report: ThreatReport) -> Iterator[str]:
    yield f"{one_line(design.source.path)}: threats"
    yield ""
    yield "elements"
    for element in report.model.elements:
        data = (
            f"  [{', '.join(sorted(kind.value for kind in element.data))}]" if element.data else ""
        )
        yield f"  {element.kind.value:<9} {one_line(element.name)}{data}"
    yield "flows"
    for flow in report.model.flows:
        yield f"  {flow.boundary.value or '--':<3} {one_line(flow.name)}  ({told(flow)})"
    for outcome in _ORDER:
        found = report.of(outcome)
        if found:
            yield outcome.value
            yield from (_line(one, design) for one in found)
    if report.other:
        yield "rows about nothing that is expected here: kept as threats of this document"
        yield from (f"  {one_line(row['threat'].text)}" for row in report.other)
    yield "ledger"
    for line in report.ledger:
        cells = "  ".join(f"{letter.value}: {_cell(line, letter)}" for letter in line.cells)
        yield f"  {one_line(line.name)} ({line.kind})  {cells}"


def _line(one: Expected, design: Design) -> str:
    if one.ground is None:
        return f"  {one.template.id} {one.template.title.replace('{subject}', '...')}: {one.reason}"
    at = design.source.line_of(one.ground.span.start)
    return f"  {one.template.id} {one_line(_phrase(one))} (line {at}): {one_line(one.reason)}"


def _cell(line: LedgerLine, letter: Stride) -> str:
    return ", ".join(f"{e.template.id} {e.outcome.value}" for e in line.cells[letter]) or _NOT


def threats_markdown(design: Design, report: ThreatReport) -> str:
    """Return the report of a document as Markdown: diagram, outcomes, ledger."""
    lines = [f"# Threats of {_cell_text(design.source.path)}", "", "```mermaid"]
    lines += [
        draw_model(report.model).rstrip("\n"),
        "```",
        "",
        "| Boundary | What it parts |",
        "|---|---|",
    ]
    lines += [f"| {key.value} | {name} |" for key, name in BOUNDARY_NAMES.items() if key.value]
    lines += ["", "## Expected threats", "", "| Id | Threat | Outcome | Why |", "|---|---|---|---|"]
    lines += [
        f"| {one.template.id} | {_cell_text(_phrase(one))} | {outcome.value} | {_cell_text(one.reason)} |"
        for outcome in _ORDER
        for one in report.of(outcome)
    ]
    lines += ["", "## Ledger", "", "| Element | " + " | ".join(s.value for s in Stride) + " |"]
    lines.append("|---" * (len(Stride) + 1) + "|")
    for line in report.ledger:
        cells = (_cell(line, letter) if letter in line.cells else "" for letter in Stride)
        lines.append(f"| {_cell_text(line.name)} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _cell_text(text: str) -> str:
    """Return words of a document as the inside of a cell: no markup of theirs takes effect."""
    line = one_line(text)
    for mark in "\\`*_[]<>#":
        line = line.replace(mark, f"\\{mark}")
    return encode_cell(line.replace("|", "/"))
