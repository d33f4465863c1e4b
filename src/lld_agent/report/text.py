"""Findings for people: where, what, the words it is about, and the other side."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lld_agent.model.finding import Evidence, Finding, Severity
from lld_agent.model.review import ReviewResult
from lld_agent.report.escape import one_line, visible

_COLOURS = {Severity.ERROR: "31;1", Severity.WARNING: "33;1", Severity.INFO: "36"}
_MOST_PLACES = 4
MODEL_MARK = "[model] "
"""Stands before what a language model says, so that nobody takes it for a rule's finding."""


@dataclass(frozen=True, slots=True)
class Style:
    """Colours, or none."""

    colour: bool = False

    def paint(self, text: str, code: str) -> str:
        """Return text in an ANSI colour."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour else text


def concise_report(results: Iterable[ReviewResult], style: Style | None = None) -> str:
    """Return one line per finding: `path:line:col: severity ID message`."""
    return "".join(f"{_head(f, style or Style())}\n" for result in results for f in result.findings)


def text_report(results: Iterable[ReviewResult], style: Style | None = None) -> str:
    """Return each finding with its quoted line, the other places it rests on, and a hint."""
    blocks = (
        "\n".join(_lines(finding, style or Style()))
        for result in results
        for finding in result.findings
    )
    return "".join(f"{block}\n\n" for block in blocks)


def _head(finding: Finding, style: Style) -> str:
    place = finding.location
    where = style.paint(f"{visible(finding.path)}:{place.line}:{place.column}", "1")
    severity = style.paint(finding.severity.value, _COLOURS[finding.severity])
    return f"{where}: {severity} {finding.rule} {marked(finding)}"


def marked(finding: Finding) -> str:
    """Return the message on one line; of a finding of a model, with a mark that says so."""
    mark = MODEL_MARK if finding.origin == "model" else ""
    return f"{mark}{one_line(finding.message)}"


def _lines(finding: Finding, style: Style) -> Iterator[str]:
    yield _head(finding, style)
    # Places on the same line (attributes of one picture) would only repeat it.
    lines = {evidence.location.line: evidence for evidence in reversed(finding.evidence)}
    places = [e for e in finding.evidence if lines[e.location.line] is e]
    width = max(len(str(evidence.location.line)) for evidence in places[:_MOST_PLACES])
    for number, evidence in enumerate(places[:_MOST_PLACES]):
        yield _quoted(evidence, width, style, first=number == 0)
    more = len(places) - _MOST_PLACES
    if more > 0:
        yield f"  {' ' * width} = {more} more place{'s' if more > 1 else ''}"
    if finding.note:
        yield f"  {' ' * width} = {style.paint('note', '36')}: {one_line(finding.note)}"
    if finding.hint:
        yield f"  {' ' * width} = {style.paint('help', '36')}: {one_line(finding.hint)}"
    if finding.fix:
        title = one_line(finding.fix.title)
        yield f"  {' ' * width} = {style.paint('fix', '36')}: {title} (`lld-agent fix`)"


def _quoted(evidence: Evidence, width: int, style: Style, *, first: bool) -> str:
    note = f"   <- {one_line(evidence.note)}" if evidence.note and not first else ""
    bar = style.paint("|", "34")
    return f"  {evidence.location.line:>{width}} {bar} {one_line(evidence.quote)}{note}"


def statistics_report(results: Iterable[ReviewResult]) -> str:
    """Return a line per rule: how often it fired, most often first."""
    found = [f for result in results for f in result.findings]
    counts = Counter((f.rule, f.severity.value, f.name) for f in found)
    ranked = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return "".join(
        f"{count:>6}  {rule}  {severity:<7}  {name}\n" for (rule, severity, name), count in ranked
    )


def summary(results: Iterable[ReviewResult]) -> str:
    """Return one line that says what was found and what was looked at."""
    found = list(results)
    findings = [f for result in found for f in result.findings]
    suppressed = sum(len(result.suppressed) for result in found)
    parts = [
        _count(sum(f.severity is severity for f in findings), severity.value)
        for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO)
        if any(f.severity is severity for f in findings)
    ]
    documents = _count(len(found), "document")
    run = len(
        {
            rule
            for result in found
            for rule in result.coverage.rules_run
            if rule not in result.coverage.critics_run
        }
    )
    skipped = len(
        {rule for result in found for rule, _ in result.coverage.rules_skipped}
        - {rule for result in found for rule in result.coverage.rules_run}
    )
    what = f"{_count(len(findings), 'finding')} ({', '.join(parts)})" if findings else "no findings"
    baselined = sum(len(result.baselined) for result in found)
    unchanged = sum(result.unchanged or 0 for result in found)
    tail = f", {suppressed} suppressed" if suppressed else ""
    tail += f", {baselined} in the baseline" if baselined else ""
    tail += f", {unchanged} not new" if unchanged else ""
    looked = f"{_count(run, 'rule')} ran" + (f", {skipped} had nothing to judge" if skipped else "")
    asked = {one for result in found for one in result.coverage.critics_run}
    if any(result.critics is not None for result in found):
        modelled = sum(finding.origin == "model" for finding in findings)
        looked += f"; {_count(len(asked), 'critic')} ran and left {_count(modelled, 'finding')}"
    broken = sorted({name for result in found for name, _ in result.coverage.critics_failed})
    looked += f"; not finished: {', '.join(broken)}" if broken else ""
    return f"{what}{tail} in {documents}; {looked}"


def _count(number: int, noun: str) -> str:
    plural = noun if number == 1 or noun == "info" else f"{noun}s"
    return f"{number} {plural}"
