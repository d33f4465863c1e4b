"""SARIF 2.1.0, as code scanning services read it.

Source: OASIS, Static Analysis Results Interchange Format Version 2.1.0; GitHub, SARIF support for
code scanning (which properties are shown, `primaryLocationLineHash` as the key for duplicates).
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from lld_agent import __version__
from lld_agent.model.finding import Evidence, Finding, Fix, Severity
from lld_agent.model.review import ReviewResult
from lld_agent.model.source import Location
from lld_agent.report.escape import visible
from lld_agent.report.options import ReportOptions
from lld_agent.report.places import uri
from lld_agent.report.text import MODEL_MARK
from lld_agent.rules.base import Rule
from lld_agent.rules.pages import page_of, summary_of
from lld_agent.rules.registry import rule

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_BASE = "%SRCROOT%"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_HOST_LEVELS = {"error": "error", "warning": "warning", "note": "recommendation"}
_LINK = re.compile(r"\[(?=[^\]]*\]\()")


def sarif_report(results: Sequence[ReviewResult], options: ReportOptions) -> str:
    """Return one SARIF log with one run.

    Findings that are set aside are there too, with their suppressions: `inSource` for the
    document's own, `external` for those of a baseline.
    """
    rules = sorted({f.rule for result in results for f in _all(result)} | _ran(results))
    index = {rule_id: number for number, rule_id in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "lld-agent",
                "version": __version__,
                "semanticVersion": __version__,
                **({"informationUri": options.page("README")} if options.rule_url else {}),
                "rules": [_descriptor(rule_id, options) for rule_id in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {
            _BASE: {"description": {"text": "The folder in which the review ran."}}
        },
        "artifacts": [
            {"location": _artifact(result.path, None), "sourceLanguage": "markdown"}
            for result in results
        ],
        "invocations": [_invocation(results)],
        "results": [
            _result(finding, result, number, index)
            for number, result in enumerate(results)
            for finding in _all(result)
        ],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _all(result: ReviewResult) -> Iterator[Finding]:
    yield from result.findings
    yield from result.suppressed
    yield from result.baselined


def _ran(results: Sequence[ReviewResult]) -> set[str]:
    return {rule_id for result in results for rule_id in result.coverage.rules_run}


def _descriptor(rule_id: str, options: ReportOptions) -> dict[str, Any]:
    found = rule(rule_id)
    described: dict[str, Any] = {"id": rule_id}
    if found is not None:
        described |= _described(found)
    page = options.page(rule_id)
    return described | ({"helpUri": page} if page else {})


def _described(found: Rule) -> dict[str, Any]:
    level = _LEVELS[found.severity]
    page = page_of(found)
    return {
        "name": "".join(part.capitalize() for part in found.name.split("-")),
        "shortDescription": {"text": summary_of(found)},
        "fullDescription": {"text": summary_of(found)},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": level},
        "properties": {
            "tags": [found.id[:3], found.tier.value],
            "problem.severity": _HOST_LEVELS[level],
        },
    }


def _invocation(results: Sequence[ReviewResult]) -> dict[str, Any]:
    broken = [
        {
            "level": "error",
            "message": {"text": f"{rule_id} broke: {visible(reason)}"},
            "associatedRule": {"id": rule_id},
            "locations": [{"physicalLocation": {"artifactLocation": _artifact(result.path, None)}}],
        }
        for result in results
        for rule_id, reason in result.coverage.rules_failed
    ]
    broken += [
        {
            "level": "error",
            "message": {"text": f"{critic} did not finish: {visible(reason)}"},
            "locations": [{"physicalLocation": {"artifactLocation": _artifact(result.path, None)}}],
        }
        for result in results
        for critic, reason in result.coverage.critics_failed
    ]
    notes = {"toolExecutionNotifications": broken} if broken else {}
    return {"executionSuccessful": not broken, **notes}


def _result(
    finding: Finding, result: ReviewResult, number: int, index: dict[str, int]
) -> dict[str, Any]:
    first, *others = finding.evidence
    found: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index[finding.rule],
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(finding)},
        "locations": [_location(first, result, number)],
        "partialFingerprints": {
            "lldFinding/v1": finding.fingerprint,
            "primaryLocationLineHash": f"{finding.fingerprint}:1",
        },
    }
    if others:
        found["relatedLocations"] = [
            {
                "id": ordinal,
                **_location(evidence, result, number),
                "message": {"text": _plain(evidence.note or evidence.quote)},
            }
            for ordinal, evidence in enumerate(others, start=1)
        ]
    if finding.origin == "model":
        found["properties"] = {"origin": "model"}
    if finding.fix is not None:
        found["fixes"] = [_fix(finding.fix, result, number)]
    if finding.suppressed is not None:
        kind = "external" if finding in result.baselined else "inSource"
        found["suppressions"] = [
            {"kind": kind, "status": "accepted", "justification": visible(finding.suppressed)}
        ]
    if result.unchanged is not None:
        found["baselineState"] = "new"
    return found


def _fix(fix: Fix, result: ReviewResult, number: int) -> dict[str, Any]:
    replacements = [
        {"deletedRegion": _region(edit.location), "insertedContent": {"text": edit.text}}
        for edit in fix.edits
    ]
    change = {"artifactLocation": _artifact(result.path, number), "replacements": replacements}
    return {"description": {"text": _plain(fix.title)}, "artifactChanges": [change]}


def _message(finding: Finding) -> str:
    parts = [(MODEL_MARK if finding.origin == "model" else "") + finding.message]
    parts += [f"Note: {finding.note}"] if finding.note else []
    parts += [f"Help: {finding.hint}"] if finding.hint else []
    return "\n".join(_plain(part) for part in parts)


def _plain(text: str) -> str:
    """Return text that holds no link of SARIF's own: a document's words must not become one."""
    return _LINK.sub(r"\\[", visible(text.replace("\\", "\\\\") if "](" in text else text))


def _location(evidence: Evidence, result: ReviewResult, number: int) -> dict[str, Any]:
    located: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": _artifact(result.path, number),
            "region": _region(evidence.location) | {"snippet": {"text": visible(evidence.quote)}},
        }
    }
    if evidence.section:
        located["logicalLocations"] = [{"name": visible(evidence.section), "kind": "section"}]
    return located


def _region(place: Location) -> dict[str, int]:
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }


def _artifact(path: str, number: int | None) -> dict[str, Any]:
    address = uri(path)
    base = {} if address.startswith("file:") else {"uriBaseId": _BASE}
    return {"uri": address, **base, **({} if number is None else {"index": number})}
