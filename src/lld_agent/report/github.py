"""Workflow commands of GitHub Actions: annotations on the lines of a pull request.

Source: GitHub, Workflow commands for GitHub Actions; escapes as in actions/toolkit.
"""

from collections.abc import Sequence

from lld_agent.model.finding import Finding, Severity
from lld_agent.model.review import ReviewResult
from lld_agent.report.escape import visible
from lld_agent.report.options import ReportOptions
from lld_agent.report.places import machine_path
from lld_agent.report.text import MODEL_MARK

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def github_report(results: Sequence[ReviewResult], _options: ReportOptions) -> str:
    """Return one command per finding, the gravest first: a step shows ten of each level."""
    found = [finding for result in results for finding in result.findings]
    ranked = sorted(found, key=lambda finding: -finding.severity.rank)
    return "".join(f"{_command(finding)}\n" for finding in ranked)


def _command(finding: Finding) -> str:
    place = finding.location
    properties = {
        "title": f"{finding.rule} {finding.name}",
        "file": machine_path(finding.path),
        "line": str(place.line),
        "endLine": str(place.end_line),
    }
    if place.line == place.end_line:
        # Columns are only understood within one line.
        properties |= {"col": str(place.column), "endColumn": str(place.end_column)}
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    lines = [
        (MODEL_MARK if finding.origin == "model" else "") + finding.message,
        finding.note and f"note: {finding.note}",
        finding.hint and f"help: {finding.hint}",
    ]
    text = "\n".join(visible(line) for line in lines if line)
    return f"::{_LEVELS[finding.severity]} {listed}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(visible(text)).replace(":", "%3A").replace(",", "%2C")
