"""Prices come from litellm's map; what it does not say is unknown."""

from decimal import Decimal

import pytest

from lld_agent.llm import bundled, prices
from lld_agent.llm.prices import MapPrices, dollars, facts, is_local, per_million
from lld_agent.model.usage import Usage

MAP = {
    "big": {
        "litellm_provider": "openai", "mode": "chat", "max_input_tokens": 900_000, "max_output_tokens": 64_000,
        "input_cost_per_token": Decimal("0.000002"), "output_cost_per_token": Decimal("0.00001"),
        "cache_read_input_token_cost": Decimal("0.0000002"), "cache_creation_input_token_cost": Decimal("0.0000025"),
        "input_cost_per_token_above_272k_tokens": Decimal("0.000004"), "supports_response_schema": True,
    },
    "plain": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": Decimal("0.000001"), "output_cost_per_token": Decimal("0.000004")},
    "zero": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": Decimal("0.0"), "output_cost_per_token": 0},
    "half": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": Decimal("0.000001"), "output_cost_per_token": Decimal("0.0")},
    "thinks": {"litellm_provider": "x", "mode": "chat", "input_cost_per_token": Decimal("0.000001"), "output_cost_per_token": Decimal("0.000002"), "output_cost_per_reasoning_token": Decimal("0.000003")},
    "draws": {"litellm_provider": "openai", "mode": "image_generation", "input_cost_per_token": Decimal("0.000001")},
    "ollama/llama3": {"litellm_provider": "ollama", "mode": "chat", "input_cost_per_token": Decimal("0.0"), "output_cost_per_token": Decimal("0.0"), "max_input_tokens": 8192},
}  # fmt: skip


@pytest.fixture(autouse=True)
def small_map(request, monkeypatch):
    if "real" not in request.node.name:
        monkeypatch.setattr(prices, "price_map", lambda: MAP)
    facts.cache_clear()
    yield
    facts.cache_clear()


def test_the_real_map_is_where_we_look_for_it():
    # Fails when a new litellm moves its files: then bundled.py must follow.
    assert len(bundled.price_map()) > 1000
    assert bundled.tokenizer_tables() is not None
    found = facts("openai/gpt-5.2")
    assert (found.provider, found.rates.known, found.schemas) == ("openai", True, True)


def test_real_vendors_that_the_map_lists_without_their_prefix():
    assert facts("anthropic/claude-sonnet-5").rates.written is not None
    assert facts("vertex_ai/gemini-2.5-pro").provider == "vertex_ai"


def test_without_litellm_everything_is_unknown(monkeypatch):
    monkeypatch.setattr(prices, "price_map", dict)
    facts.cache_clear()
    assert facts("big").cost(1000, 1000) is None
    assert facts("big").window is None


def test_exact_money():
    found = facts("openai/big")
    assert found.cost(1_000_000 // 4, 10_000) == Decimal("0.6")
    assert found.cost(10_000, 0, cached=8_000) == Decimal("0.0056")
    assert found.cost(10_000, 0, written=10_000) == Decimal("0.025")
    assert found.most(10_000, 100) == Decimal("0.026")
    assert facts("plain").most(10_000, 100) == Decimal("0.0104")


def test_long_prompts_have_their_own_price():
    assert facts("big").rates_for(272_000).fresh == Decimal("0.000002")
    assert facts("big").cost(300_000, 1000) == Decimal("1.21")


def test_a_cached_token_without_a_price_costs_what_others_cost():
    assert facts("plain").cost(1000, 0, cached=1000) == Decimal("0.001")


@pytest.mark.parametrize("name", ["zero", "half", "openai/gpt-99", "draws", "azure/big", ""])
def test_an_unknown_price_is_none_and_never_zero(name):
    found = facts(name)
    assert found.cost(1000, 1000) is None
    assert found.most(1000, 1000) is None
    assert dollars(found.cost(1000, 1000), local=found.local) == "?"


def test_thoughts_count_at_the_dearer_price():
    assert facts("thinks").rates.output == Decimal("0.000003")


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://localhost:11434/v1", True),
        ("http://127.0.0.1:8080", True),
        ("http://[::1]:8080/v1", True),
        ("http://192.168.1.7/v1", True),
        ("http://gpu-box:8000/v1", True),
        ("http://vllm.lan/v1", True),
        ("https://api.openai.com/v1", False),
        ("https://8.8.8.8/v1", False),
        ("https://localhost.example.com/v1", False),
        ("not an address", False),
        ("http://[broken", False),
    ],
)
def test_what_counts_as_local(url, local):
    assert is_local(url) is local


def test_a_local_server_costs_nothing_and_says_so():
    found = facts("qwen3:14b", "http://127.0.0.1:9/v1")
    assert found.local
    assert dollars(found.cost(10**6, 10**6), local=found.local) == "local"
    assert facts("ollama/llama3").local
    assert facts("ollama/llama3").window == 8192


def test_a_proxy_in_front_of_a_vendor_costs_what_the_vendor_does():
    for address in (
        "http://127.0.0.1:4000",
        "https://gateway.example.com/v1",
        "https://api.openai.com/v1",
    ):
        found = facts("openai/big", address)
        assert not found.local
        assert found.cost(1000, 0) == Decimal("0.002")


def test_an_unknown_name_elsewhere_is_unknown():
    assert facts("ollama/llama3", "https://ollama.example.com").cost(1, 1) is None
    assert facts("openai/gpt-99", "https://gateway.example.com/v1").cost(1, 1) is None


def test_usage_is_priced():
    used = Usage(requests=1, tokens_in=10_000, tokens_cached=8_000, tokens_out=100)
    assert MapPrices().cost("big", used) == Decimal("0.0066")
    assert MapPrices().cost("openai/gpt-99", used) is None


def test_amounts_for_people():
    assert dollars(Decimal("0.4251")) == "$0.43"
    assert dollars(Decimal("0.0001")) == "<$0.01"
    assert dollars(Decimal(0)) == "$0.00"
    assert dollars(None) == dollars(None, local=True) == "?"
    assert dollars(Decimal("0.5"), local=True) == "$0.50"
    assert per_million(Decimal("0.000002")) == "$2"
    assert per_million(Decimal("1.75E-7")) == "$0.175"
    assert per_million(None) == "?"
