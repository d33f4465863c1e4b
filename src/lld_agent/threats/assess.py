"""The expected threats of a design and what became of each."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from lld_agent.language.lexicon import Lexicons
from lld_agent.model.design import Design
from lld_agent.model.rows import NOWHERE, ReadRow
from lld_agent.model.threats import (
    Boundary,
    DataClass,
    Expected,
    Ground,
    Outcome,
    Stride,
    ThreatReport,
    ThreatTemplate,
)
from lld_agent.model.vocabulary import Threat
from lld_agent.threats.controls import control, phrase_of
from lld_agent.threats.facts import Facts
from lld_agent.threats.flows import data_flow, unresolved
from lld_agent.threats.ledger import ledger
from lld_agent.threats.matching import (
    ACCEPTED,
    Row,
    best,
    concepts_of,
    read_rows,
    score,
    weak_rows,
)
from lld_agent.threats.passages import passages
from lld_agent.threats.prerequisites import PREREQUISITES
from lld_agent.threats.proposal import columns_of, proposal
from lld_agent.threats.templates import templates

MOST_SHOWN = 7
"""Gaps that people see at once; more are counted."""

_BOUNDARY: Mapping[Boundary, float] = {
    Boundary.INTERNET: 5,
    Boundary.THIRD_PARTY: 4,
    Boundary.TENANT: 3,
    Boundary.PEER: 2,
    Boundary.SUPPLY: 2,
    Boundary.STORE: 2,
    Boundary.NONE: 1,
}
_DATA: Mapping[DataClass, float] = {
    DataClass.CREDENTIAL: 3,
    DataClass.SECRET: 3,
    DataClass.PERSONAL: 3,
    DataClass.TENANT: 2,
    DataClass.PROMPT: 2,
    DataClass.MODEL: 2,
}
_LETTER: Mapping[Stride, float] = {
    Stride.ELEVATION: 1.5,
    Stride.SPOOFING: 1.3,
    Stride.TAMPERING: 1.3,
    Stride.DISCLOSURE: 1.3,
    Stride.DENIAL: 1.0,
    Stride.REPUDIATION: 0.9,
}
_LEFT = re.compile(
    r"\b(?:handled|enforced|terminated|managed|done|performed|provided|owned|implemented|delegated)\s(?:by|at|in|to)\s"
    r"(?:the\s)?(?P<who>[\w-]{2,40}(?:\s(?:gateway|service|team|proxy|layer|mesh))?)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Case:
    """What all templates are judged against."""

    facts: Facts
    rows: tuple[Row, ...]
    columns: tuple[str, ...]


def assess(design: Design, lexicons: Lexicons | None = None) -> ThreatReport:
    """Return the data-flow model of a design, its expected threats with their outcomes, the ledger.

    Args:
        design: the document as read; whatever it says, nothing is raised.
        lexicons: None for the shipped ones.
    """
    lexicons = lexicons or Lexicons()
    model = data_flow(design, lexicons)
    table = tuple(row for row in design.of(Threat) if row.confidence >= 0.5)
    rows = read_rows(table, lexicons)
    case = _Case(Facts(design, model, passages(design), lexicons), rows, columns_of(design, table))
    expected = tuple(_judge(template, case) for template in templates())
    return ThreatReport(
        model=model,
        expected=expected,
        ledger=ledger(model, expected),
        rows=table,
        other=tuple(row.row for row in rows if not _answers(row, expected)),
        unknown=tuple(unresolved(model)),
    )


def accepting(report: ThreatReport, reasons: Mapping[str, str]) -> ThreatReport:
    """Return a report in which gaps are accepted for a reason that a person gave.

    Args:
        report: of a document.
        reasons: template id → reason.
    """
    expected = tuple(
        replace(one, outcome=Outcome.ACCEPTED, reason=reasons[one.template.id], priority=0.0)
        if one.outcome is Outcome.GAP and one.template.id in reasons
        else one
        for one in report.expected
    )
    return replace(report, expected=expected, ledger=ledger(report.model, expected))


def _answers(row: Row, expected: tuple[Expected, ...]) -> bool:
    """Return whether a row is about any of the threats that the design has to expect."""
    return any(
        score(row, one.template, one.ground) >= ACCEPTED
        for one in expected
        if one.ground is not None
    )


def _judge(template: ThreatTemplate, case: _Case) -> Expected:
    ground = PREREQUISITES[template.id](case.facts)
    if ground is None:
        return Expected(template, Outcome.NOT_APPLICABLE, f"there is no {template.needs}")
    row = best(case.rows, template, ground)
    if row is not None:
        name = row.row["threat"].text
        return Expected(template, Outcome.COVERED, f"row {name}", ground, row.row)
    weak = weak_rows(case.rows, template)
    offer = proposal(template, ground, case.columns)
    found = replace(_unanswered(template, case), ground=ground, weak=weak, proposal=offer)
    if found.outcome is Outcome.GAP:
        return replace(found, priority=priority(template, ground))
    return found


def _unanswered(template: ThreatTemplate, case: _Case) -> Expected:
    """Return what a threat without a row is: controlled, accepted, left to somebody, or a gap."""
    told = case.facts.told
    left = phrase_of(template, told.left)
    if left is not None:
        line = told.left.line(left.start).strip(" -*•")
        who = _LEFT.search(line)
        to = f" to {who['who']}" if who else ""
        return Expected(template, Outcome.ASSUMED, f"out of scope, left{to}", answer=left)
    span = control(template, case.facts)
    if span is not None:
        who = _LEFT.search(told.answered.line(span.start))
        if who and re.search(r"gateway|proxy|mesh|ingress", who["who"], re.IGNORECASE):
            return Expected(template, Outcome.ASSUMED, f"left to {who['who']}", answer=span)
        words = " ".join(case.facts.design.source.slice(span).split())[:80]
        return Expected(template, Outcome.CONTROL_ONLY, f"no row, but {words}", answer=span)
    asked = phrase_of(template, told.open)
    if asked is not None:
        return Expected(template, Outcome.ASSUMED, "still an open question", answer=asked)
    limit = _limitation(template, case.facts)
    if limit is not None:
        return Expected(
            template, Outcome.ACCEPTED, f"known limitation {limit.key.text}", answer=limit.span
        )
    return Expected(template, Outcome.GAP, "neither a row nor a control", answer=NOWHERE)


def _limitation(template: ThreatTemplate, facts: Facts) -> ReadRow | None:
    """Return the known limitation that speaks of a threat or of what would control it."""
    for row in facts.told.limits:
        text = " ".join(cell.text for cell in row.cells.values())
        about = concepts_of(text, facts.lexicons) & set(template.concepts)
        if about or any(not c.startswith("~") and _holds(c, text) for c in template.controls):
            return row
    return None


@lru_cache(maxsize=2048)
def _word(phrase: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(phrase)}(?!\w)", re.IGNORECASE)


def _holds(phrase: str, text: str) -> bool:
    return phrase.casefold() in text.casefold() and _word(phrase).search(text) is not None


def priority(template: ThreatTemplate, ground: Ground) -> float:
    """Return how urgent a gap is: its boundary, the most precious data, its gravest letter."""
    data = max((_DATA[kind] for kind in ground.data), default=1.0)
    letter = max(_LETTER[one] for one in template.stride)
    return _BOUNDARY[ground.boundary] * data * letter
