from collections.abc import Iterator

import pytest

from lld_agent.model.design import Design, Section
from lld_agent.model.finding import Severity
from lld_agent.model.source import SourceText, Span
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.engine import QUOTE_LENGTH, check

TEXT = "# Hubs\r\n\r\nfirst line  \r\nsecond line\r\n" + "x" * 300


def design(template: str = "") -> Design:
    source = SourceText(TEXT, "hubs.md")
    whole = Section("Hubs", "", 1, "", 0.0, Span(0, len(TEXT)), Span(0, 6), 0, 0, -1)
    return Design(source, (), (whole,), template=template)


def made(*outcomes: Hit | Skipped | Exception, rule_id: str = "TST901", **more: object) -> Rule:
    class Made(Rule):
        """A rule that yields what it is told."""

        id = rule_id
        name = rule_id.lower()
        severity = Severity.WARNING

        def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
            for outcome in outcomes:
                if isinstance(outcome, Exception):
                    raise outcome
                yield outcome

    for name, value in more.items():
        setattr(Made, name, value)
    return Made()


def hit(start: int, end: int, message: str = "m", subject: str = "s", **more: object) -> Hit:
    return Hit(message, (Place(Span(start, end)),), subject, **more)


def run(*rules: Rule, template: str = ""):
    return check(design(template), rules, None)


def test_a_hit_is_located_and_quoted_without_the_blanks_around_it():
    result = run(made(hit(8, 37, "two\nlines", object="o", hint="h")))
    (finding,) = result.findings
    assert (finding.rule, finding.path, finding.message) == ("TST901", "hubs.md", "two lines")
    assert finding.quote == "first line"
    at = finding.location
    assert (at.line, at.column, at.end_line, at.end_column) == (3, 1, 4, 12)
    assert finding.evidence[0].section == "Hubs"
    assert (finding.subject, finding.object, finding.hint) == ("s", "o", "h")


def test_a_quote_is_cut():
    start = TEXT.index("xxx")
    (finding,) = run(made(hit(start, start + 300))).findings
    assert finding.quote == "x" * QUOTE_LENGTH


def test_a_blank_place_stays_where_it_is():
    (finding,) = run(made(hit(6, 8))).findings
    assert (finding.quote, finding.location.line) == ("# Hubs", 1)


def test_the_severity_of_a_hit_goes_before_the_rule_s():
    found = run(made(hit(0, 1), hit(2, 3, subject="t", severity=Severity.ERROR))).findings
    assert [finding.severity.value for finding in found] == ["warning", "error"]


def test_findings_are_sorted_by_place_then_rule():
    first = made(hit(10, 12), hit(0, 6, subject="t"), rule_id="TST902")
    second = made(hit(10, 12), rule_id="TST901")
    found = [(f.location.line, f.rule) for f in run(first, second).findings]
    assert found == [(1, "TST902"), (3, "TST901"), (3, "TST902")]
    assert found == [(f.location.line, f.rule) for f in run(second, first).findings]


def test_the_same_hit_twice_is_one_finding():
    assert len(run(made(hit(0, 6), hit(0, 6))).findings) == 1


def test_findings_about_the_same_names_get_fingerprints_that_differ():
    found = run(made(hit(22, 33, object="O"), hit(0, 6, object="o"), hit(10, 12, object="o")))
    assert [finding.object for finding in found.findings] == ["o", "o#2", "O#3"]
    assert len({finding.fingerprint for finding in found.findings}) == 3


def test_the_first_of_several_keeps_the_fingerprint_of_a_single_one():
    several = run(made(hit(0, 6), hit(10, 12))).findings
    single = run(made(hit(10, 12))).findings
    assert several[0].fingerprint == single[0].fingerprint


@pytest.mark.parametrize("error", [ValueError("bad cell"), RecursionError("deep")])
def test_a_rule_that_crashes_is_listed_and_silences_no_other(error: Exception):
    result = run(made(hit(0, 6), error, rule_id="TST901"), made(hit(0, 6), rule_id="TST902"))
    assert [finding.rule for finding in result.findings] == ["TST902"]
    assert result.rules_run == ("TST902",)
    assert result.rules_failed == (("TST901", f"{type(error).__name__}: {error}"),)


def test_a_rule_that_cannot_judge_says_why():
    result = run(made(Skipped("no table")))
    assert result.rules_skipped == (("TST901", "no table"),)
    assert result.rules_run == ()


def test_a_rule_for_a_template_runs_on_that_template_only():
    rule = made(hit(0, 6), templates=frozenset({"module"}))
    assert run(rule, template="module").rules_run == ("TST901",)
    reasons = [run(rule, template=name).rules_skipped[0][1] for name in ("service", "")]
    assert reasons == [
        "for the module template; this document follows the service template",
        "for the module template; this document follows no known template",
    ]
