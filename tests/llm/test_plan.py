"""A plan counts and prices calls before any of them is sent."""

import json
from decimal import Decimal

import pytest
from tests.llm.rig import question

from lld_agent.llm.counting import count_messages, count_tokens
from lld_agent.llm.plan import PlannedCall, plan
from lld_agent.llm.prices import NO_CHARGE, ModelFacts, Rates
from lld_agent.llm.request import Message
from lld_agent.report.plan import plan_json, plan_text

RATES = Rates(Decimal("0.000002"), Decimal("0.0000002"), Decimal("0.0000025"), Decimal("0.00001"))
PRICED = ModelFacts("m", rates=RATES, caching=True)
LONG = (Message("user", "The locker opens within two seconds. " * 300),)
SHORT = (Message("user", "Be brief."),)


def call(subject, prefix=LONG, **more):
    return PlannedCall(
        "section",
        subject,
        prefix,
        (Message("user", subject),),
        '{"type": "object"}',
        (100, 400),
        **more,
    )


def test_a_call_alone_is_priced_exactly():
    found = plan([call("a")], lambda _stage: PRICED)
    tokens = (
        count_messages(LONG, "m")
        + count_messages([Message("user", "a")], "m")
        + count_tokens('{"type": "object"}', "m")
    )
    assert found.rows[0].tokens_in == tokens
    assert found.cost == (
        tokens * Decimal("0.000002") + Decimal("0.001"),
        tokens * Decimal("0.0000025") + Decimal("0.004"),
    )


def test_a_shared_prefix_is_cacheable_from_the_second_call_on():
    found = plan(
        [call("a"), call("b"), call("c", later=10), call("d", SHORT), call("e", SHORT)],
        lambda _stage: PRICED,
    )
    prefix = count_messages(LONG, "m")
    assert [row.cacheable for row in found.rows] == [0, prefix, 0, 0, 0]
    assert found.cacheable == (prefix, prefix)
    low = found.rows[0].cost[0] - found.rows[1].cost[0]
    assert low == prefix * Decimal("0.0000018")


def test_another_model_has_not_seen_the_prefix():
    models = {"section": PRICED, "critic": ModelFacts("other", rates=RATES)}
    other = PlannedCall("critic", "", LONG, (), "", (1, 1))
    assert plan([call("a"), other], models.__getitem__).rows[1].cacheable == 0


def test_thinking_widens_the_upper_bound_only():
    found = plan([call("a")], lambda _stage: ModelFacts("m", rates=RATES, reasoning=True))
    assert found.tokens_out == (100, 800)


def test_calls_that_may_not_happen():
    found = plan([call("a", times=(0, 2))], lambda _stage: PRICED)
    row = found.rows[0]
    assert found.calls == (0, 2)
    assert found.tokens_in == (0, 2 * row.tokens_in)
    assert found.cost[0] == 0


def test_what_is_in_the_cache_costs_nothing():
    found = plan([call("a", known=True), call("b")], lambda _stage: PRICED)
    assert found.rows[0].cost == (0, 0)
    assert found.rows[1].cacheable == 0  # nobody sent the prefix
    assert found.calls == (1, 1)
    assert "kept: the answer is in the cache" in plan_text(found)


def test_one_unknown_price_makes_the_sum_unknown():
    models = {"section": PRICED, "critic": ModelFacts("nobody/knows")}
    found = plan([call("a"), PlannedCall("critic", "x", LONG, (), "", (1, 1))], models.__getitem__)
    assert found.cost is None
    text = plan_text(found)
    assert text.splitlines()[-2].endswith("?")
    assert text.splitlines()[-1] == "? the price of nobody/knows is unknown"
    assert "$0.00" not in text
    assert json.loads(plan_json(found))["cost"] is None


def test_local_models_are_local():
    found = plan([call("a")], lambda _stage: ModelFacts("m", local=True, rates=NO_CHARGE))
    assert plan_text(found).splitlines()[-1].endswith("local")


def test_nothing_to_ask():
    found = plan([], lambda _stage: PRICED)
    assert (found.calls, found.cost) == ((0, 0), (0, 0))
    assert plan_text(found).splitlines()[-1].endswith("$0.00")


def test_the_table_lines_up_and_hostile_names_do_not_break_it():
    found = plan([call("a\x1b[2J\nb"), call("section with a long name")], lambda _stage: PRICED)
    lines = plan_text(found).splitlines()
    assert "\x1b" not in plan_text(found)
    assert lines[1] == lines[-2]
    assert len({len(line) for line in lines}) == 1


@pytest.mark.parametrize("amount", ["0.1", "2"])
def test_json_amounts_are_exact_text(amount):
    rates = Rates(Decimal(amount), None, None, Decimal(0))
    data = json.loads(
        plan_json(plan([call("a", SHORT)], lambda _stage: ModelFacts("m", rates=rates)))
    )
    assert Decimal(data["cost"][0]) == Decimal(amount) * data["rows"][0]["tokens_in"]


def test_a_request_that_can_be_made_is_planned_as_it_is():
    request = question()
    one = PlannedCall.of(request, (10, 20), times=(0, 1))
    assert (one.stage, one.subject, one.prefix, one.messages) == (
        "section",
        "a1",
        request.prefix,
        request.messages,
    )
    assert '"additionalProperties":false' in one.schema
    assert (one.output, one.times) == ((10, 20), (0, 1))
