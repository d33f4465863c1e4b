"""Every format against what its readers ask for."""

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from markdown_it import MarkdownIt
from tests.report.samples import DESIGN, HOSTILE, reviewed

from lld_agent.model.finding import Severity
from lld_agent.model.review import Bars
from lld_agent.report.formats import FORMATS, render_report
from lld_agent.report.options import ReportOptions

OPTIONS = ReportOptions(rule_url="https://docs.example.org/rules/{id}.md")
SARIF = json.loads((Path(__file__).parent / "fixtures" / "sarif-2.1.0.json").read_text("utf-8"))
BOTH = pytest.mark.parametrize("text", [DESIGN, HOSTILE])


def report(name: str, *results, options: ReportOptions = OPTIONS) -> str:
    return render_report(name, results or (reviewed(),), options)


def sarif_run(*results, options: ReportOptions = OPTIONS):
    log = json.loads(report("sarif", *results, options=options))
    jsonschema.validators.validator_for(SARIF)(
        SARIF, format_checker=jsonschema.FormatChecker()
    ).validate(log)
    return log["runs"][0]


@pytest.mark.parametrize("name", FORMATS)
@BOTH
def test_each_format_is_the_same_twice_and_works_without_the_document(name: str, text: str):
    result = reviewed(text)
    assert report(name, result) == report(name, reviewed(text))
    assert report(name, replace(result, design=None))
    assert render_report(name, (), OPTIONS) is not None


@pytest.mark.parametrize(
    "name", [name for name in FORMATS if name not in {"html", "json", "jsonl"}]
)
def test_in_what_people_read_nothing_moves_the_cursor_or_turns_the_line(name: str):
    text = report(name, reviewed(HOSTILE))
    assert "\x1b" not in text
    assert "\u202e" not in text


# SARIF


@BOTH
def test_sarif_is_valid_against_the_published_schema(text: str):
    run = sarif_run(reviewed(text))
    assert len(run["results"]) > 2


def test_the_schema_can_fail():
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validators.validator_for(SARIF)(SARIF).validate({"version": "2.1.0"})


def test_sarif_places_are_those_of_the_finding():
    result = reviewed()
    run = sarif_run(result)
    for finding, shown in zip(result.findings, run["results"], strict=False):
        place = shown["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "docs/bell%20design.md"
        region = place["region"]
        lines = DESIGN.split("\n")
        assert region["startLine"] == finding.location.line
        assert region["endColumn"] <= len(lines[region["endLine"] - 1]) + 1
        assert region["snippet"]["text"] == finding.quote
        assert shown["partialFingerprints"]["lldFinding/v1"] == finding.fingerprint
        assert run["tool"]["driver"]["rules"][shown["ruleIndex"]]["id"] == shown["ruleId"]


def test_sarif_rules_carry_their_page():
    rules = {rule["id"]: rule for rule in sarif_run()["tool"]["driver"]["rules"]}
    assert "## What it checks" in rules["CFG002"]["help"]["markdown"]
    assert rules["CFG002"]["helpUri"] == "https://docs.example.org/rules/CFG002.md"
    assert rules["CFG002"]["defaultConfiguration"]["level"] == "error"
    assert "STR004" in rules, "a rule that ran and found nothing is listed too"
    bare = sarif_run(options=ReportOptions())["tool"]["driver"]["rules"]
    assert all("helpUri" not in rule for rule in bare)


def test_sarif_tells_both_kinds_of_suppression_apart():
    result = reviewed()
    known = replace(
        result,
        findings=(),
        baselined=tuple(f.model_copy(update={"suppressed": "later"}) for f in result.findings),
    )
    found = Counter(
        (s["kind"], s["justification"])
        for r in sarif_run(known)["results"]
        for s in r.get("suppressions", [])
    )
    assert found == {("inSource", "in May"): 1, ("external", "later"): len(result.findings)}


def test_sarif_says_what_is_new_and_what_broke():
    assert "baselineState" not in sarif_run()["results"][0]
    result = replace(reviewed(), unchanged=2)
    broken = replace(result, coverage=replace(result.coverage, rules_failed=(("API001", "x\x1b"),)))
    run = sarif_run(broken)
    assert run["results"][0]["baselineState"] == "new"
    assert run["invocations"][0]["executionSuccessful"] is False


def test_a_link_of_a_document_is_no_link_of_sarif():
    result = reviewed()
    first = result.findings[0].model_copy(update={"message": "see [here](https://evil.example)"})
    shown = sarif_run(replace(result, findings=(first,)))["results"][0]
    assert shown["message"]["text"].startswith(r"see \[here](https://evil.example)")


# GitHub


def unescaped(text: str) -> str:
    for code, character in (("%0A", "\n"), ("%0D", "\r"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text


@BOTH
def test_github_is_one_command_per_line_and_reads_back(text: str):
    result = reviewed(text)
    lines = report("github", result).splitlines()
    assert len(lines) == len(result.findings)
    seen = set()
    for line in lines:
        found = re.fullmatch(r"::(error|warning|notice) ([^:]*)::(.*)", line)
        assert found
        properties = dict(part.split("=", 1) for part in found[2].split(","))
        assert unescaped(properties["file"]) == "docs/bell design.md"
        seen.add((int(properties["line"]), unescaped(found[3]).split("\n")[0]))
    assert len(seen) == len(lines)


def test_github_shows_the_gravest_first_and_escapes():
    result = reviewed()
    levels = [line.split(" ")[0] for line in report("github", result).splitlines()]
    assert levels == sorted(levels, key=["::error", "::warning", "::notice"].index)
    odd = result.findings[0].model_copy(update={"message": "50% a,b::c\r\nd", "hint": ""})
    line = report("github", replace(result, path="a,b:c.md", findings=(odd,)))
    assert line.endswith("::50%25 a,b::c\\r%0Ad\n")
    assert line.count("\n") == 1


# GitLab, rdjson, XML, Markdown


@BOTH
def test_gitlab_has_what_it_asks_for_and_no_two_alike(text: str):
    one, two = reviewed(text), reviewed(text, "other.md")
    found = json.loads(report("gitlab", one, two))
    assert len({entry["fingerprint"] for entry in found}) == len(found) == 2 * len(one.findings)
    for entry in found:
        assert {"check_name", "description", "fingerprint", "severity", "location"} == entry.keys()
        assert entry["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert entry["location"]["lines"]["begin"] >= 1


def test_rdjson_columns_count_bytes():
    result = reviewed()
    found = json.loads(report("rdjson", result))["diagnostics"]
    assert {d["severity"] for d in found} <= {"ERROR", "WARNING", "INFO"}
    lines = [line.encode() for line in DESIGN.split("\n")]
    for finding, shown in zip(result.findings, found, strict=True):
        start, end = (shown["location"]["range"][side] for side in ("start", "end"))
        if start["line"] == end["line"]:
            words = lines[start["line"] - 1][start["column"] - 1 : end["column"] - 1].decode()
            begin = finding.location.column - 1
            assert (
                words
                == DESIGN.split("\n")[start["line"] - 1][begin : finding.location.end_column - 1]
            )
    assert found[0]["code"]["url"] == f"https://docs.example.org/rules/{result.findings[0].rule}.md"


@BOTH
def test_junit_has_a_case_per_rule(text: str):
    result = reviewed(text)
    root = ET.fromstring(report("junit", result))
    (suite,) = root
    cases = {case.get("name").split()[0]: case for case in suite}
    assert set(cases) == {"STR003", "STR004", "CFG002"}
    failing = {finding.rule for finding in result.findings if finding.severity.value == "error"}
    assert {name for name, case in cases.items() if case.find("failure") is not None} == failing
    assert root.get("failures") == suite.get("failures") == str(len(failing))
    others = {finding.rule for finding in result.findings} - failing
    assert others
    assert all(cases[name].find("system-out") is not None for name in others)
    strict = replace(OPTIONS, fails=Bars(Severity.WARNING))
    again = ET.fromstring(report("junit", result, options=strict))
    assert int(again.get("failures")) > len(failing)


def test_junit_names_what_broke_and_what_could_not_judge():
    result = reviewed()
    coverage = replace(
        result.coverage, rules_failed=(("API001", "x"),), rules_skipped=(("API002", "no API"),)
    )
    root = ET.fromstring(report("junit", replace(result, coverage=coverage)))
    assert (root.get("errors"), root.get("skipped")) == ("1", "1")


@BOTH
def test_checkstyle_has_an_error_per_finding(text: str):
    result = reviewed(text)
    (file,) = ET.fromstring(report("checkstyle", result))
    assert file.get("name") == "docs/bell design.md"
    assert [(e.get("source"), e.get("line")) for e in file] == [
        (f"lld-agent.{f.rule}", str(f.location.line)) for f in result.findings
    ]


def test_markdown_of_a_hostile_document_has_neither_markup_nor_addresses_of_it():
    text = report("markdown", reviewed(HOSTILE), options=ReportOptions())
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    inline = [child for token in tokens for child in token.children or ()]
    assert {t.type for t in tokens} & {"html_block", "fence"} == set()
    assert {t.type for t in inline} & {"html_inline", "link_open", "image"} == set()
    words = "".join(child.content for child in inline if child.type == "text")
    assert "@someone" not in words
    assert "https://" not in words
    assert "#12" not in words


def test_markdown_links_rules_when_it_knows_where():
    assert "[CFG002](<https://docs.example.org/rules/CFG002.md>)" in report("markdown")
