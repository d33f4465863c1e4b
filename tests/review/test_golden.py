"""The two templates themselves hold defects: a design that follows them to the letter shows them all.

`golden/module.md` has the structure of the original module template, filled once with a neutral entity,
in our words; `tools/check_seeds.py` proves the same on the originals.
"""

from pathlib import Path

from lld_agent.model.finding import Finding, Severity
from lld_agent.review.pipeline import ReviewSettings, review
from lld_agent.rules.selection import Selection
from lld_agent.sources.design import load_design

HERE = Path(__file__).parent / "golden"
MODULE = {
    "API002",
    "API006",
    "API009",
    "API012",
    "DAT006",
    "DAT008",
    "DAT012",
    "DAT014",
    "FLO002",
    "FLO004",
    "FLO005",
    "STA004",
    "STA008",
    "STA010",
    "TST005",
}


def findings(name: str) -> tuple[Finding, ...]:
    settings = ReviewSettings(selection=Selection(preview=True))
    result = review(load_design(HERE / name), settings)
    assert result.coverage.rules_failed == ()
    return result.findings


def test_the_module_template_shows_its_defects_and_nothing_else():
    found = findings("module.md")
    # Suggestions, no defects: the template has no place for threats and for kinds of dependencies.
    beside = {"SEC001", "SEC019"}
    assert {f.severity for f in found if f.rule in beside} == {Severity.INFO}
    assert {f.rule for f in found} - beside == MODULE
    assert {f.rule for f in found if f.severity is Severity.ERROR} == {"API002", "DAT008", "STA010"}


def test_the_service_template_counts_accelerators_twice():
    found = findings("service.md")
    assert [(f.rule, f.location.line) for f in found if f.rule.startswith("AIM")] == [
        ("AIM001", 12)
    ]
