"""A limit is kept before a request is sent, with everything that runs counted."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lld_agent.errors import UsageError
from lld_agent.llm import prices
from lld_agent.llm.budget import RunBudget
from lld_agent.llm.prices import facts
from lld_agent.llm.request import FailureKind
from lld_agent.model.usage import Usage

MODEL = "openai/some"
LOCAL = "http://127.0.0.1:1/v1"
MAP = {
    "some": {
        "litellm_provider": "openai",
        "mode": "chat",
        "input_cost_per_token": Decimal("0.00000175"),
        "output_cost_per_token": Decimal("0.000014"),
    }
}


@pytest.fixture(autouse=True, scope="module")
def small_map():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prices, "price_map", lambda: MAP)
        facts.cache_clear()
        yield
    facts.cache_clear()


def used(tokens_in, tokens_out, *, complete=True):
    cost = facts(MODEL).cost(tokens_in, tokens_out)
    return Usage(
        requests=1, tokens_in=tokens_in, tokens_out=tokens_out, cost=cost, complete=complete
    )


def test_without_limits_everything_fits():
    assert RunBudget().reserve("nobody/knows", 10**9, 10**9) is None


def test_the_request_that_could_cross_is_not_sent():
    budget = RunBudget(max_cost=Decimal("0.10"))
    assert budget.reserve(MODEL, 1000, 5000) is None  # at most 0.07175
    failure = budget.reserve(MODEL, 1000, 5000)
    assert failure is not None
    assert failure.kind is FailureKind.BUDGET
    assert "$0.07" in failure.message
    assert "$0.03 of --max-cost $0.10" in failure.message
    budget.settle(MODEL, 1000, 5000, used(1000, 100))
    assert budget.reserve(MODEL, 1000, 5000) is None
    assert budget.spent.cost == Decimal("0.00315")


def test_a_request_may_use_all_that_is_left():
    assert RunBudget(max_cost=Decimal("0.07175")).reserve(MODEL, 1000, 5000) is None
    assert RunBudget(max_cost=Decimal("0.07174")).reserve(MODEL, 1000, 5000) is not None
    assert RunBudget(max_tokens=6000).reserve(MODEL, 1000, 5000) is None
    assert RunBudget(max_tokens=5999).reserve(MODEL, 1000, 5000) is not None


def test_a_refused_request_sets_nothing_aside():
    budget = RunBudget(max_tokens=100)
    assert budget.reserve(MODEL, 60, 60) is not None
    assert budget.reserve(MODEL, 50, 50) is None


def test_tokens_of_local_models_count_and_money_does_not():
    budget = RunBudget(max_cost=Decimal("0.01"), max_tokens=1000, base_url=LOCAL)
    budget.require_prices(["any/model"])
    assert budget.reserve("any/model", 400, 400) is None
    failure = budget.reserve("any/model", 400, 400)
    assert failure is not None
    assert "200 of --max-tokens 1,000" in failure.message


def test_an_unknown_price_is_said_before_the_first_request():
    with pytest.raises(UsageError, match="nobody/knows is unknown") as raised:
        RunBudget(max_cost=Decimal(2)).require_prices([MODEL, "nobody/knows"])
    assert "--max-tokens" in raised.value.hint
    RunBudget().require_prices(["nobody/knows"])
    failure = RunBudget(max_cost=Decimal(2)).reserve("nobody/knows", 1, 1)
    assert failure is not None
    assert "unknown" in failure.message


def test_what_a_provider_did_not_report_counts_as_estimated():
    budget = RunBudget(max_cost=Decimal(1), max_tokens=10_000)
    assert budget.reserve(MODEL, 1000, 500) is None
    budget.settle(MODEL, 1000, 500, Usage(requests=1, complete=False))
    assert budget.spent.tokens_in == 1000
    assert budget.spent.cost == Decimal("0.00175")


@given(
    st.lists(
        st.tuples(st.integers(0, 3000), st.integers(0, 3000), st.floats(0, 1), st.booleans()),
        max_size=40,
    )
)
def test_no_order_of_requests_crosses_a_limit(steps):
    budget = RunBudget(max_cost=Decimal("0.05"), max_tokens=8000)
    running = []
    for tokens_in, max_output, share, now in steps:
        if budget.reserve(MODEL, tokens_in, max_output) is None:
            running.append((tokens_in, max_output, share))
        if running and now:
            begun_in, begun_out, part = running.pop()
            budget.settle(MODEL, begun_in, begun_out, used(begun_in, int(begun_out * part)))
    for tokens_in, max_output, share in running:
        budget.settle(MODEL, tokens_in, max_output, used(tokens_in, int(max_output * share)))
    assert budget.spent.cost is not None
    assert budget.spent.cost <= Decimal("0.05")
    assert budget.spent.tokens_in + budget.spent.tokens_out <= 8000
    # Everything was given back: what is left can be used to the last token.
    assert budget._held_tokens == 0
    assert budget._held_cost == 0
