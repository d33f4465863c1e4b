"""Markdown, for comments and summaries: the words of a document stay words."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from lld_agent.model.finding import Evidence, Finding, Severity
from lld_agent.model.review import ReviewResult
from lld_agent.report.escape import one_line
from lld_agent.report.options import ReportOptions
from lld_agent.report.text import summary
from lld_agent.text.escape import code_span

_SPECIAL = re.compile(r"[\\`*\[\]<>#|~&]|(?<!\w)_|_(?!\w)")
# What code hosts make links of after Markdown is done, so that no backslash helps.
_LIVE = re.compile(
    r"@[\w/-]+|(?:\b[\w-]+)?[#!]\d+|\bGH-\d+|(?:https?://|www\.)\S+|\b[0-9a-f]{7,40}\b",
    re.IGNORECASE,
)
_MOST_PLACES = 4
_LONGEST_QUOTE = 300


def markdown_report(results: Sequence[ReviewResult], options: ReportOptions) -> str:
    """Return headings per document and a list of findings, the gravest first."""
    parts = ["# Design review\n", f"{words(summary(results))}\n"]
    for result in results:
        if result.findings:
            parts += _document(result, options)
    return "\n".join(parts)


def _document(result: ReviewResult, options: ReportOptions) -> Iterator[str]:
    counts = Counter(finding.severity for finding in result.findings)
    listed = ", ".join(f"{counts[s]} {s.value}" for s in reversed(Severity) if counts[s])
    yield f"## {code_span(one_line(result.path))}: {listed}\n"
    for finding in sorted(result.findings, key=lambda finding: -finding.severity.rank):
        yield "\n".join(_finding(finding, options)) + "\n"


def _finding(finding: Finding, options: ReportOptions) -> Iterator[str]:
    page = options.page(finding.rule)
    name = f"[{finding.rule}](<{page}>)" if page else finding.rule
    mark = "*model:* " if finding.origin == "model" else ""
    yield f"- **{finding.severity.value}** {name} {mark}{words(finding.message)}"
    for evidence in finding.evidence[:_MOST_PLACES]:
        yield f"  - {_place(evidence)}"
    more = len(finding.evidence) - _MOST_PLACES
    if more > 0:
        yield f"  - {more} more place{'s' if more > 1 else ''}"
    if finding.note:
        yield f"  - note: {words(finding.note)}"
    if finding.hint:
        yield f"  - help: {words(finding.hint)}"


def _place(evidence: Evidence) -> str:
    quote = one_line(evidence.quote)
    if len(quote) > _LONGEST_QUOTE:
        quote = quote[:_LONGEST_QUOTE] + " ..."
    note = f" ({words(evidence.note)})" if evidence.note else ""
    return f"line {evidence.location.line}: {code_span(quote) if quote else 'empty'}{note}"


def words(text: str) -> str:
    """Return text, on one line, in which nothing is markup, mention, reference or address."""
    flat, parts, position = one_line(text), [], 0
    for live in _LIVE.finditer(flat):
        parts += [_SPECIAL.sub(r"\\\g<0>", flat[position : live.start()]), code_span(live[0])]
        position = live.end()
    return "".join([*parts, _SPECIAL.sub(r"\\\g<0>", flat[position:])])
