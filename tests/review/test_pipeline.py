from dataclasses import replace

import pytest

from lld_agent.errors import UsageError
from lld_agent.model.finding import Severity
from lld_agent.model.review import Bars, total
from lld_agent.model.source import SourceText
from lld_agent.review.pipeline import ReviewSettings, newer, review
from lld_agent.rules.selection import Selection
from lld_agent.template.reader import read_design

TEXT = """# Hubs

Boxes: TBD

Codes: TBD <!-- lld: ignore STR003 -- bought in May -->

## Limits
"""


def settings(*select: str, **more: object) -> ReviewSettings:
    severities = more.pop("severities", {})
    return ReviewSettings(selection=Selection(select=select, severities=severities), **more)


def test_findings_suppressed_and_coverage():
    result = review(read_design(SourceText(TEXT, "hubs.md")), settings("STR003", "STR004"))
    assert [(f.rule, f.location.line) for f in result.findings] == [("STR003", 3), ("STR004", 7)]
    assert result.path == "hubs.md"
    assert result.coverage.documents == 1
    assert result.coverage.rules_run == ("STR003", "STR004")
    assert result.coverage.words == len(TEXT.split())
    assert result.usage is None


def test_a_suppressed_finding_keeps_its_reason():
    text = "Boxes: TBD <!-- lld: ignore STR003 -- bought in May -->\n"
    result = review(read_design(SourceText(text)), settings("STR003"))
    assert result.findings == ()
    assert [finding.suppressed for finding in result.suppressed] == ["bought in May"]


def test_severities_of_the_settings_go_before_everything():
    changed = settings("STR003", "STR004", severities={"STR": Severity.INFO})
    result = review(read_design(SourceText(TEXT)), changed)
    assert {finding.severity for finding in result.findings} == {Severity.INFO}


def test_the_lowest_severity_is_judged_after_they_are_set():
    kept = settings(
        "STR003",
        "STR004",
        severities={"STR003": Severity.ERROR},
        min_severity=Severity.ERROR,
    )
    result = review(read_design(SourceText(TEXT)), kept)
    assert [finding.rule for finding in result.findings] == ["STR003"]


def test_an_unknown_selector_is_a_usage_error():
    with pytest.raises(UsageError):
        review(read_design(SourceText(TEXT)), settings("NOPE"))


def test_every_rule_is_accounted_for():
    coverage = review(read_design(SourceText(TEXT))).coverage
    listed = [*coverage.rules_run, *(rule for rule, _ in coverage.rules_skipped)]
    assert coverage.rules_failed == ()
    assert len(listed) == len(set(listed)) > 0


def test_the_same_document_gives_the_same_result():
    first, second = (review(read_design(SourceText(TEXT))) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("fail_on", "expected"),
    [(Severity.ERROR, False), (Severity.WARNING, True), (Severity.INFO, True), (None, False)],
)
def test_failed(fail_on: Severity | None, expected: bool):
    result = review(read_design(SourceText(TEXT)), settings("STR004"))
    assert any(map(Bars(fail_on).reached_by, result.findings)) is expected


def test_findings_of_models_have_a_bar_of_their_own():
    (finding,) = review(read_design(SourceText(TEXT)), settings("STR004")).findings
    said = finding.model_copy(update={"origin": "model"})
    assert not Bars(Severity.INFO).reached_by(said)
    assert Bars(None, Severity.WARNING).reached_by(said)
    assert not Bars(None, Severity.WARNING).reached_by(finding)


def test_a_finding_of_a_model_is_new_when_a_line_of_it_is():
    """No model is asked about the earlier state."""
    before = review(read_design(SourceText(TEXT)), settings("STR003"))
    after = review(read_design(SourceText(TEXT + "\nKeys: TBD\n")), settings("STR003"))
    said = tuple(f.model_copy(update={"origin": "model", "rule": "CRI001"}) for f in after.findings)
    left = newer(replace(after, findings=said), before)
    assert [f.quote for f in left.findings] == ["Keys: TBD"]
    assert left.unchanged == 1


def test_total_of_two_documents():
    one = review(read_design(SourceText(TEXT)), settings("STR003")).coverage
    other = replace(
        one,
        template="module",
        tables_typed=2,
        rules_run=(),
        rules_skipped=(("STR003", "x"), ("STR006", "y")),
    )
    both = total([one, other])
    assert (both.documents, both.words, both.tables_typed) == (2, 2 * one.words, 2)
    assert both.template == "mixed"
    assert both.rules_run == ("STR003",)
    assert both.rules_skipped == (("STR006", "y"),)


def test_total_of_nothing():
    assert (total([]).documents, total([]).template) == (0, "")
