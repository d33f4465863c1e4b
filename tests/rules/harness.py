"""Reads rule tests from Markdown: cases under headings, expected findings marked on their lines.

A file is `# API001 undeclared-endpoint` (all ids in it are run; the first is under test), then
`## Fires: ...` and `## Silent: ...`, each with one fence of four or more backticks tagged `md`.
Its info string may say `path=x.md`, `template=service` (taken as detected) and `checkout` (the
document has a file system around it). Further fences: `prd` (given as --prd) and
`neighbour path=x.mmd`. `<!-- expect: API001 -->` or `<!-- expect: API001:error, STA002 -->` at a
line's end expects findings reported there, in diagrams `%% expect: API001`; the marks are cut out before reading.
"""

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

from lld_agent.model.finding import Finding
from lld_agent.model.review import ReviewResult
from lld_agent.model.source import SourceText
from lld_agent.review.pipeline import ReviewSettings, review
from lld_agent.rules.selection import Selection
from lld_agent.sources.brief import load_brief
from lld_agent.template.reader import read_design

_ID = re.compile(r"\b[A-Z]{3}\d{3}\b")
_EXPECT = re.compile(r"[ \t]*(?:<!-- expect: ([^>]*?) -->|%% expect: (\S.*)$)")
_FENCE = re.compile(r"(`{4,})(\w*)[ ]?(.*)")

Mark = tuple[int, str, str]
"""Line, rule, severity ("" where any will do)."""


@dataclass
class Case:
    """One heading of a rule test file."""

    file: str
    name: str
    rules: tuple[str, ...]
    fires: bool
    text: str = ""
    info: dict[str, str] = field(default_factory=dict)
    prd: str = ""
    neighbours: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return f"{self.rules[0]}-{'fires' if self.fires else 'silent'}-{self.name}"


def read_cases(path: Path) -> list[Case]:
    """Return the cases of one file."""
    cases: list[Case] = []
    rules: tuple[str, ...] = ()
    lines = path.read_text(encoding="utf-8").split("\n")
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if line.startswith("# "):
            rules = tuple(_ID.findall(line))
        elif line.startswith(("## Fires:", "## Silent:")):
            verdict, _, name = line[3:].partition(":")
            cases.append(Case(path.name, name.strip(), rules, verdict == "Fires"))
        elif fence := _FENCE.fullmatch(line):
            end = lines.index(fence[1], at)
            _add(cases[-1], fence[2], fence[3], "\n".join(lines[at:end]) + "\n")
            at = end + 1
    return cases


def _add(case: Case, kind: str, info: str, text: str) -> None:
    words = dict(word.partition("=")[::2] for word in info.split())
    if kind == "md":
        assert not case.text, f"{case.id} has two documents"
        case.text, case.info = text, words
    elif kind == "prd":
        case.prd = text
    elif kind == "neighbour":
        case.neighbours[words["path"]] = text
    else:
        raise AssertionError(f"{case.id}: unknown fence {kind!r}")


def expected(text: str) -> tuple[str, list[Mark]]:
    """Return a document without its marks, and the marks."""
    marks: list[Mark] = []
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        for found in _EXPECT.finditer(line):
            for one in (found[1] or found[2]).split(","):
                rule, _, severity = one.strip().partition(":")
                marks.append((number, rule, severity))
        lines[number - 1] = _EXPECT.sub("", line)
    return "\n".join(lines), marks


def run(case: Case) -> tuple[list[Mark], ReviewResult]:
    """Review the document of a case; return the marks expected and what came."""
    text, marks = expected(case.text)
    around = case.neighbours if case.neighbours or "checkout" in case.info else None
    design = read_design(SourceText(text, case.info.get("path", "design.md")), around)
    design = replace(design, in_checkout=around is not None)
    if "template" in case.info:
        design = replace(design, template=case.info["template"], template_confidence=1.0)
    brief = load_brief(SourceText(case.prd, "prd.md")) if case.prd else None
    settings = ReviewSettings(selection=Selection(select=case.rules))
    return marks, review(design, settings, brief)


def complaint(case: Case, marks: list[Mark], result: ReviewResult) -> str:
    """Return what differs between expected and got, as people read it; "" for nothing."""
    if result.coverage.rules_failed:
        return f"{case.id}: failed: {result.coverage.rules_failed}"
    if bool(marks) != case.fires:
        return f"{case.id}: `Fires` needs an expect mark, `Silent` has none"
    exact = {(line, rule) for line, rule, severity in marks if severity}
    got = Counter(_mark(finding, exact) for finding in result.findings)
    if got == Counter(marks):
        return ""
    rows = [f"{case.file}: {case.name}"]
    rows += [f"  expected, did not come: {mark}" for mark in Counter(marks) - got]
    rows += [f"  came, not expected:     {mark}" for mark in got - Counter(marks)]
    rows += [f"  line {f.location.line} {f.rule} {f.message}" for f in result.findings]
    rows += [f"  skipped {rule}: {why}" for rule, why in result.coverage.rules_skipped]
    return "\n".join(rows)


def _mark(finding: Finding, exact: set[tuple[int, str]]) -> Mark:
    line = finding.location.line
    severity = finding.severity.value if (line, finding.rule) in exact else ""
    return (line, finding.rule, severity)
