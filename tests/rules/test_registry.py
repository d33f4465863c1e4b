import pytest

from lld_agent.errors import InternalError
from lld_agent.rules import registry
from lld_agent.rules.registry import TABLE, all_rules, rule


def test_all_rules_are_in_the_order_of_their_ids():
    ids = [one.id for one in all_rules()]
    assert ids == sorted(TABLE)


@pytest.mark.parametrize("wanted", ["STR003", "str003", "open-marker", "Open-Marker"])
def test_a_rule_is_found_by_id_and_name(wanted: str):
    found = rule(wanted)
    assert found is not None
    assert found.id == "STR003"


def test_an_unknown_rule_is_none():
    assert rule("STR999") is None
    assert rule("") is None


def test_a_retired_id_leads_to_the_rule_that_took_over(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(registry, "RETIRED", {"STR099": "STR003"})
    found = rule("str099")
    assert found is not None
    assert found.id == "STR003"


def test_a_table_that_names_the_wrong_class_is_our_own_mistake(monkeypatch: pytest.MonkeyPatch):
    wrong = {**TABLE, "STR998": TABLE["STR003"]}
    monkeypatch.setattr(registry, "TABLE", wrong)
    registry.all_rules.cache_clear()
    try:
        with pytest.raises(InternalError, match="STR998"):
            all_rules()
    finally:
        registry.all_rules.cache_clear()
