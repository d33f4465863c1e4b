"""Code Quality reports of GitLab. Source: GitLab, Code Quality report format."""

import hashlib
import json
from collections.abc import Sequence

from lld_agent.model.finding import Severity
from lld_agent.model.review import ReviewResult
from lld_agent.report.options import ReportOptions
from lld_agent.report.places import machine_path
from lld_agent.report.text import marked

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def gitlab_report(results: Sequence[ReviewResult], _options: ReportOptions) -> str:
    """Return a JSON array of findings.

    Of equal fingerprints GitLab shows one only, so they hold the path too.
    """
    found = [
        {
            "check_name": finding.rule,
            "description": f"{finding.rule} {marked(finding)}",
            "fingerprint": _fingerprint(machine_path(finding.path), finding.fingerprint),
            "severity": _SEVERITIES[finding.severity],
            "location": {
                "path": machine_path(finding.path),
                "lines": {"begin": finding.location.line, "end": finding.location.end_line},
            },
        }
        for result in results
        for finding in result.findings
    ]
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def _fingerprint(path: str, fingerprint: str) -> str:
    return hashlib.sha256(f"{path}\x1f{fingerprint}".encode("utf-8", "replace")).hexdigest()
