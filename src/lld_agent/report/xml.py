"""Formats of XML: JUnit for test reports, Checkstyle for everything that reads linters."""

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from lld_agent.model.finding import Finding
from lld_agent.model.review import ReviewResult
from lld_agent.report.escape import visible
from lld_agent.report.options import ReportOptions
from lld_agent.report.places import machine_path
from lld_agent.report.text import MODEL_MARK, marked
from lld_agent.rules.registry import rule

# What XML 1.0 has no way to write, beyond what `visible` has made readable.
_NO_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")


def junit_report(results: Sequence[ReviewResult], options: ReportOptions) -> str:
    """Return a suite per document and a case per rule, those that found nothing included.

    A case fails when a finding of its rule fails the review (`--fail-on`); other findings are its
    output. A rule that could not judge is skipped, one that broke is an error.
    """
    root = ET.Element("testsuites", name="lld-agent")
    for result in results:
        root.append(_suite(result, options))
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    return _text(root)


def _suite(result: ReviewResult, options: ReportOptions) -> ET.Element:
    path = _clean(machine_path(result.path))
    suite = ET.Element("testsuite", name=path)
    by_rule: dict[str, list[Finding]] = {}
    for finding in result.findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    coverage = result.coverage
    skipped = dict((*coverage.rules_skipped, *coverage.critics_skipped))
    failed = dict((*coverage.rules_failed, *coverage.critics_failed))
    for rule_id in sorted({*coverage.rules_run, *skipped, *failed, *by_rule}):
        named = rule(rule_id)
        name = f"{rule_id} {named.name}" if named else rule_id
        case = ET.SubElement(suite, "testcase", classname=path, name=name, file=path)
        if rule_id in failed:
            ET.SubElement(case, "error", message=_clean(failed[rule_id]))
        elif rule_id in by_rule:
            _judge(case, by_rule[rule_id], options)
        elif rule_id in skipped:
            ET.SubElement(case, "skipped", message=_clean(skipped[rule_id]))
    suite.set("tests", str(len(suite)))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(sum(case.find(tag) is not None for case in suite)))
    return suite


def _judge(case: ET.Element, findings: list[Finding], options: ReportOptions) -> None:
    case.set("line", str(findings[0].location.line))
    text = "\n".join(_line(finding) for finding in findings)
    graves = [finding for finding in findings if options.fails.reached_by(finding)]
    if graves:
        more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
        kind = graves[0].severity.value
        failure = ET.SubElement(
            case, "failure", type=kind, message=_clean(graves[0].message) + more
        )
        failure.text = text
    else:
        ET.SubElement(case, "system-out").text = text


def _line(finding: Finding) -> str:
    place = finding.location
    where = f"{finding.path}:{place.line}:{place.column}"
    hint = f"\n  help: {finding.hint}" if finding.hint else ""
    note = f"\n  note: {finding.note}" if finding.note else ""
    return _clean(
        f"{where}: {finding.severity.value} {marked(finding)}\n  {finding.quote}{note}{hint}"
    )


def checkstyle_report(results: Sequence[ReviewResult], _options: ReportOptions) -> str:
    """Return a file element per document."""
    root = ET.Element("checkstyle", version="4.3")
    for result in results:
        file = ET.SubElement(root, "file", name=_clean(machine_path(result.path)))
        for finding in result.findings:
            hint = f" ({finding.hint})" if finding.hint else ""
            mark = MODEL_MARK if finding.origin == "model" else ""
            ET.SubElement(
                file,
                "error",
                line=str(finding.location.line),
                column=str(finding.location.column),
                severity=finding.severity.value,
                message=_clean(mark + finding.message + hint),
                source=f"lld-agent.{finding.rule}",
            )
    return _text(root)


def _text(root: ET.Element) -> str:
    ET.indent(root)
    body = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", visible(text))
