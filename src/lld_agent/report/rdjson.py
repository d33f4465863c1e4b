"""Reviewdog Diagnostic Format. Source: reviewdog, proto/rdf (columns count bytes of UTF-8)."""

import json
from collections.abc import Sequence
from typing import Any

from lld_agent.model.finding import Evidence, Finding, Severity
from lld_agent.model.review import ReviewResult
from lld_agent.model.source import Location
from lld_agent.report.escape import one_line
from lld_agent.report.options import ReportOptions
from lld_agent.report.places import byte_columns, machine_path
from lld_agent.report.text import marked

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.INFO: "INFO"}


def rdjson_report(results: Sequence[ReviewResult], options: ReportOptions) -> str:
    """Return one diagnostic result with a diagnostic per finding."""
    found = {
        "source": {"name": "lld-agent"},
        "diagnostics": [
            _diagnostic(finding, result, options)
            for result in results
            for finding in result.findings
        ],
    }
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def _diagnostic(finding: Finding, result: ReviewResult, options: ReportOptions) -> dict[str, Any]:
    first, *others = finding.evidence
    page = options.page(finding.rule)
    diagnostic: dict[str, Any] = {
        "message": marked(finding) + (f" ({one_line(finding.hint)})" if finding.hint else ""),
        "location": _location(first, result),
        "severity": _SEVERITIES[finding.severity],
        "code": {"value": finding.rule, **({"url": page} if page else {})},
    }
    if others:
        diagnostic["related_locations"] = [
            {"message": one_line(e.note or e.quote), "location": _location(e, result)}
            for e in others
        ]
    if finding.fix:
        diagnostic["suggestions"] = [
            {"range": _range(edit.location, result), "text": edit.text}
            for edit in finding.fix.edits
        ]
    return diagnostic


def _location(evidence: Evidence, result: ReviewResult) -> dict[str, Any]:
    return {"path": machine_path(result.path), "range": _range(evidence.location, result)}


def _range(place: Location, result: ReviewResult) -> dict[str, Any]:
    start, end = byte_columns(result, place)
    return {
        "start": {"line": place.line, "column": start},
        "end": {"line": place.end_line, "column": end},
    }
