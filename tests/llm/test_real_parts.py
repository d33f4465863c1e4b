"""The gateway with the real cache, run record, budget, counter and progress, over real HTTP."""

import asyncio
import io
from decimal import Decimal

import pytest
from tests.llm.fake_server import CANARY, FakeServer, Fault
from tests.llm.rig import question

from lld_agent.cli.progress import progress
from lld_agent.llm import prices
from lld_agent.llm.budget import RunBudget
from lld_agent.llm.counting import TokenCounter
from lld_agent.llm.gateway import Gateway
from lld_agent.llm.openai_transport import OpenAITransport
from lld_agent.llm.policy import Models, Policy
from lld_agent.llm.ports import Ports
from lld_agent.llm.prices import MapPrices, facts
from lld_agent.llm.request import FailureKind
from lld_agent.model.redaction import redactor
from lld_agent.store.cache import FileCache
from lld_agent.store.runs import RunStore, summary_of

ENVIRON = {"LLD_AGENT_API_KEY": CANARY}
ANSWER = {"rows": [], "note": "n" * 400}
PRICE = {
    "litellm_provider": "openai",
    "mode": "chat",
    "input_cost_per_token": Decimal("0.001"),
    "output_cost_per_token": Decimal("0.01"),
}


@pytest.fixture(autouse=True)
def priced(monkeypatch):
    monkeypatch.setattr(prices, "price_map", lambda: {"priced": PRICE})
    facts.cache_clear()
    yield
    facts.cache_clear()


def ask(folder, server, *requests, model="some-model", mode="plain", jobs=1, **limits):
    """Ask, and return outcomes, the run's summary and what was shown."""
    shown = io.StringIO()
    clean = redactor(ENVIRON)
    with (
        RunStore(folder, clean).begin("prd.md") as run,
        progress(mode, stream=shown, environ={}, redact=clean) as watching,
    ):
        budget = RunBudget(base_url=server.base_url, **limits)
        ports = Ports(
            FileCache(folder / "cache"),
            run,
            TokenCounter(),
            MapPrices(server.base_url),
            budget,
            watching.listen,
        )
        transport = OpenAITransport(server.base_url, CANARY)
        gateway = Gateway(transport, Models(model), ports, Policy(jobs=jobs, tries=1, timeout=20))

        async def work():
            try:
                return await asyncio.gather(*map(gateway.ask, requests))
            finally:
                await gateway.aclose()

        outcomes = asyncio.run(work())
    assert budget._held_tokens == 0
    assert budget.spent == gateway.used
    return outcomes, summary_of(run), shown.getvalue()


def questions(count):
    return [question(subject=f"a{n}", messages=question().messages * (n + 1)) for n in range(count)]


@pytest.mark.parametrize("mode", ["plain", "json", "live"])
@pytest.mark.parametrize(
    "given",
    [
        ANSWER,
        {"rows": [], "note": f"the key is {CANARY}"},
        Fault("status", 401, message=f"Incorrect API key provided: {CANARY}"),
        Fault("status", 400, message=f"bad header Authorization: Bearer {CANARY}"),
        Fault("status", 500, message=CANARY),
        Fault("reply", reply={"content": "", "refusal": f"I will not tell {CANARY}"}),
        f"not JSON {CANARY}",
    ],
    ids=["answer", "echo", "401", "400", "500", "refusal", "malformed"],
)
def test_the_key_lands_in_no_record_and_on_no_stream(tmp_path, capfd, given, mode):
    with FakeServer(answer=lambda _body: given) as server:
        _, summary, shown = ask(tmp_path, server, question(), mode=mode)
        assert server.keys[0] == CANARY  # it was sent where it belongs
    assert CANARY not in shown
    assert CANARY not in "".join(capfd.readouterr())
    records = [path for path in (tmp_path / ".lld-agent").rglob("*") if path.is_file()]
    assert len(records) == 2
    assert all(CANARY not in path.read_text() for path in records)
    assert CANARY not in summary.model_dump_json()


def test_a_limit_of_tokens_stops_before_the_request(tmp_path):
    with FakeServer(answer=lambda _body: ANSWER) as server:
        outcomes, summary, shown = ask(tmp_path, server, *questions(4), max_tokens=400)
        sent = len(server.bodies)
    failed = [one.failure for one in outcomes if one.failure is not None]
    assert 0 < sent < 4
    assert [failure.kind for failure in failed] == [FailureKind.BUDGET] * (4 - sent)
    assert (summary.requests, summary.failures) == (sent, 4 - sent)
    assert summary.usage.tokens_in + summary.usage.tokens_out <= 400
    assert "--max-tokens 400" in shown


def test_a_limit_of_money_counts_what_runs_at_the_same_time(tmp_path):
    # Each may cost a dollar of answer and something for the prompt: two fit, four are asked at once.
    with FakeServer(answer=lambda _body: ANSWER) as server:
        server.latency = 0.2
        outcomes, summary, _ = ask(
            tmp_path, server, *questions(4), model="priced", jobs=4, max_cost=Decimal("3.2")
        )
        sent = len(server.bodies)
    assert 0 < sent < 4
    assert sum(one.failure is not None for one in outcomes) == 4 - sent
    assert summary.usage.cost is not None
    assert 0 < summary.usage.cost <= Decimal("3.2")


def test_a_request_waits_for_what_others_hold(tmp_path):
    # Together they could cost twice what is there; what they do cost fits one after the other.
    short = {"rows": [], "note": ""}
    with FakeServer(answer=lambda _body: short) as server:
        server.latency = 0.05
        outcomes, summary, _ = ask(
            tmp_path, server, *questions(4), model="priced", jobs=4, max_cost=Decimal(2)
        )
    assert [one.failure for one in outcomes] == [None] * 4
    assert summary.usage.cost is not None
    assert summary.usage.cost <= 2


def test_what_was_answered_is_not_paid_for_again(tmp_path):
    with FakeServer(answer=lambda _body: ANSWER) as server:
        first, _, _ = ask(tmp_path, server, *questions(2))
        again, summary, shown = ask(tmp_path, server, *questions(3))
        assert len(server.bodies) == 3
    assert [one.value for one in again[:2]] == [one.value for one in first]
    assert (summary.requests, summary.cached) == (1, 2)
    assert shown.count(": kept") == 2


def test_a_local_server_costs_nothing_and_an_unknown_price_is_unknown(tmp_path):
    with FakeServer(answer=lambda _body: ANSWER) as server:
        (local,), _, _ = ask(tmp_path, server, question())
        assert local.usage.cost == 0
        (priced,), _, _ = ask(tmp_path, server, question(), model="priced")
        assert (
            priced.usage.cost
            == Decimal("0.001") * priced.usage.tokens_in + Decimal("0.01") * priced.usage.tokens_out
        )
