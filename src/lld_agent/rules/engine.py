"""Runs rules over one design and makes findings of what they yield."""

from collections.abc import Iterable
from dataclasses import dataclass

from lld_agent.model.design import Design
from lld_agent.model.finding import Edit, Evidence, Finding, Fix
from lld_agent.model.source import Span
from lld_agent.rules.base import Context, Hit, Place, Repair, Rule, Skipped

QUOTE_LENGTH = 200
"""Code points of a quoted line that are kept."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a run of rules over one design gave.

    Attributes:
        findings: by position in the document, then by rule.
        rules_run: ids of the rules that judged the document.
        rules_skipped: ids of those that could not judge it, and why.
        rules_failed: ids of those that crashed, and the error. A clean result with one of these
            is no clean result: whoever shows it must say so.
    """

    findings: tuple[Finding, ...]
    rules_run: tuple[str, ...]
    rules_skipped: tuple[tuple[str, str], ...] = ()
    rules_failed: tuple[tuple[str, str], ...] = ()


def check(design: Design, rules: Iterable[Rule], context: Context) -> CheckResult:
    """Run rules over a design.

    Args:
        design: the document as read.
        rules: those to run; their order has no influence on the result.
        context: what they may ask beside the design.

    Returns:
        The findings and, for each rule given, whether it ran, was skipped or failed. Never
        raises what a rule raised.
    """
    findings: list[Finding] = []
    run: list[str] = []
    skipped: list[tuple[str, str]] = []
    failed: list[tuple[str, str]] = []
    for rule in sorted(rules, key=lambda rule: rule.id):
        try:
            outcome = _judge(rule, design, context)
        except Exception as error:  # noqa: BLE001 - one broken rule must not silence the others
            failed.append((rule.id, f"{type(error).__name__}: {error}"))
            continue
        if isinstance(outcome, Skipped):
            skipped.append((rule.id, outcome.reason))
        else:
            run.append(rule.id)
            findings.extend(outcome)
    findings.sort(key=position)
    return CheckResult(tuple(findings), tuple(run), tuple(skipped), tuple(failed))


def position(finding: Finding) -> tuple[int, int, str, str]:
    """Return the key that sorts findings of one document: place, then rule, then message."""
    return (finding.location.line, finding.location.column, finding.rule, finding.message)


def to_finding(hit: Hit, rule: Rule, design: Design) -> Finding:
    """Return the finding of a hit: located, quoted, under the rule's severity or its own."""
    return Finding(
        rule=rule.id,
        name=rule.name,
        severity=hit.severity or rule.severity,
        tier=rule.tier,
        path=design.source.path,
        message=" ".join(hit.message.split()),
        evidence=tuple(_evidence(place, design) for place in hit.places),
        subject=hit.subject,
        object=hit.object,
        hint=hit.hint,
        fix=_fix(hit.repair, design) if hit.repair is not None else None,
    )


def _fix(repair: Repair, design: Design) -> Fix:
    edits = sorted(repair.edits, key=lambda edit: edit[0])
    return Fix(
        title=repair.title,
        edits=tuple(Edit(location=design.source.locate(s), text=text) for s, text in edits),
    )


def distinct(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings of one document and rule with fingerprints that differ.

    A fingerprint holds neither line nor message, so two findings about the same pair of names
    share it. Those that also say the same about the same place are one finding. The others are
    told apart by an ordinal in document order (`#2`, `#3`) behind the object: the first keeps
    the plain fingerprint, so that mending any one of them leaves exactly one fewer known to a
    baseline, whichever it was.
    """
    seen: set[tuple[str, int, int, str]] = set()
    count: dict[str, int] = {}
    kept: list[Finding] = []
    for finding in sorted(findings, key=position):
        mark = finding.fingerprint
        same = (mark, finding.location.byte_start, finding.location.byte_end, finding.message)
        if same in seen:
            continue
        seen.add(same)
        count[mark] = count.get(mark, 0) + 1
        if count[mark] > 1:
            numbered = f"{finding.object}#{count[mark]}"
            kept.append(finding.model_copy(update={"object": numbered}))
        else:
            kept.append(finding)
    return kept


def _judge(rule: Rule, design: Design, context: Context) -> list[Finding] | Skipped:
    if rule.templates and design.template not in rule.templates:
        wanted = " and ".join(sorted(rule.templates))
        followed = f"the {design.template} template" if design.template else "no known template"
        return Skipped(f"for the {wanted} template; this document follows {followed}")
    findings: list[Finding] = []
    for outcome in rule.check(design, context):
        if isinstance(outcome, Skipped):
            return outcome
        findings.append(to_finding(outcome, rule, design))
    return distinct(findings)


def _evidence(place: Place, design: Design) -> Evidence:
    span = _tight(place.span, design.source.text)
    section = design.section_at(span).title if design.sections else ""
    return Evidence(
        quote=_quote(span, design),
        location=design.source.locate(span),
        section=section,
        note=place.note,
    )


def _quote(span: Span, design: Design) -> str:
    """Return the line that a place begins on; of a line too long to read, what the place holds."""
    line = design.source.lines[design.source.line_of(span.start) - 1].strip()
    if len(line) <= QUOTE_LENGTH:
        return line
    held = design.source.slice(span).replace("\r", "\n").partition("\n")[0]
    return held.strip()[:QUOTE_LENGTH]


def _tight(span: Span, text: str) -> Span:
    """Return a span without white space at its ends, so that it ends on the line people see."""
    found = text[span.start : span.end]
    start = span.start + len(found) - len(found.lstrip())
    end = span.start + len(found.rstrip())
    return Span(start, end) if start < end else Span(span.start, span.start)
