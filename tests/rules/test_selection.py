import pytest

from lld_agent.errors import UsageError
from lld_agent.model.finding import Severity, Tier
from lld_agent.rules.base import Rule
from lld_agent.rules.selection import Selection, choose, severity_of


def made(rule_id: str, rule_name: str, rule_tier: Tier = Tier.STABLE) -> Rule:
    class Made(Rule):
        """One of a few."""

        id = rule_id
        name = rule_name
        severity = Severity.WARNING
        tier = rule_tier

        def check(self, design, context):
            yield from ()

    return Made()


RULES = (
    made("API001", "undeclared-endpoint"),
    made("API002", "class-contract-drift"),
    made("API010", "operational-gap", Tier.PREVIEW),
    made("DAT001", "fk-undeclared"),
)


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(), "API001 API002 DAT001"),
        (Selection(preview=True), "API001 API002 API010 DAT001"),
        (Selection(select=("ALL",)), "API001 API002 DAT001"),
        (Selection(select=("API",)), "API001 API002"),
        (Selection(select=("API",), preview=True), "API001 API002 API010"),
        (Selection(select=("API00",)), "API001 API002"),
        (Selection(select=("API010",)), "API010"),
        (Selection(select=("operational-gap",)), "API010"),
        (Selection(select=("api001", " Fk-Undeclared ")), "API001 DAT001"),
        (Selection(select=("DAT",), extend_select=("API002",)), "API002 DAT001"),
        (Selection(extend_select=("API010",)), "API001 API002 API010 DAT001"),
        (Selection(ignore=("API",)), "DAT001"),
        (Selection(ignore=("API00",), preview=True), "API010 DAT001"),
        (Selection(select=("API001",), ignore=("API",)), "API001"),
        (Selection(select=("API",), ignore=("API001",)), "API002"),
        (Selection(select=("API",), ignore=("API",)), ""),
        (Selection(ignore=("ALL",)), ""),
        (Selection(ignore=("ALL",), extend_select=("DAT",)), "DAT001"),
    ],
)
def test_choose(selection: Selection, expected: str):
    assert " ".join(rule.id for rule in choose(selection, RULES)) == expected


@pytest.mark.parametrize("role", ["select", "ignore", "extend_select"])
@pytest.mark.parametrize(
    ("selector", "hint"),
    [
        ("API009", "did you mean API0"),
        ("undeclared-endpoints", "did you mean undeclared-endpoint?"),
        ("DTA", "did you mean DAT?"),
        ("A", "families are API, DAT"),
        ("", "families are API, DAT"),
        ("%", "families are API, DAT"),
    ],
)
def test_an_unknown_selector_is_an_error_that_names_the_nearest(role, selector, hint):
    with pytest.raises(UsageError) as caught:
        choose(Selection(**{role: (selector,)}), RULES)
    assert repr(selector) in caught.value.message
    assert caught.value.hint.startswith(hint)


def test_an_unknown_selector_of_a_severity_is_an_error_too():
    with pytest.raises(UsageError):
        choose(Selection(severities={"XYZ": Severity.INFO}), RULES)


@pytest.mark.parametrize(
    ("severities", "expected"),
    [
        ({}, None),
        ({"DAT": Severity.INFO}, None),
        ({"ALL": Severity.INFO}, Severity.INFO),
        ({"API": Severity.INFO, "API001": Severity.ERROR}, Severity.ERROR),
        ({"undeclared-endpoint": Severity.ERROR, "API00": Severity.INFO}, Severity.ERROR),
    ],
)
def test_the_most_specific_severity_wins(severities, expected):
    assert severity_of(RULES[0], severities) is expected
