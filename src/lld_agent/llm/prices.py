"""What a model costs and takes, from the map that litellm brings along.

There is no price table of our own. A price that the map does not say, or says to be zero for a
hosted model, is unknown (`None`, shown as `?`), never zero.

A name that the map has a price for costs that price, also at another address: a proxy in front of
the vendor, even one on this machine, is paid for by somebody. Any other name is `local`, costs
nothing and is shown so, where it is asked on the person's own machine or network.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from lld_agent.llm.bundled import price_map
from lld_agent.model.usage import Usage

FREE = Decimal(0)
_MILLION = 1_000_000
_CHAT_MODES = {"chat", "responses", "completion"}
_ABOVE = re.compile(r"input_cost_per_token_above_(\d{1,6})k_tokens")

_OWN_MACHINE = {
    "hosted_vllm", "llamafile", "lm_studio", "ollama", "ollama_chat", "oobabooga", "petals",
    "triton", "vllm", "xinference",
}  # fmt: skip
"""Prefixes of servers that people run themselves."""


@dataclass(frozen=True, slots=True)
class Rates:
    """US dollars per token; None where unknown.

    A cached token without a price of its own costs what others cost; so does one that is written
    to the provider's cache.
    """

    fresh: Decimal | None = None
    cached: Decimal | None = None
    written: Decimal | None = None
    output: Decimal | None = None

    def of(
        self, tokens_in: int, tokens_out: int, cached: int = 0, written: int = 0
    ) -> Decimal | None:
        """Return the cost of a call; None where a price that it needs is unknown.

        `cached` and `written` are parts of `tokens_in`.
        """
        if self.fresh is None or self.output is None:
            return None
        read = self.fresh if self.cached is None else self.cached
        write = self.fresh if self.written is None else self.written
        plain = max(0, tokens_in - cached - written)
        return plain * self.fresh + cached * read + written * write + tokens_out * self.output

    @property
    def known(self) -> bool:
        """Whether a call can be priced at all."""
        return self.fresh is not None and self.output is not None


UNKNOWN = Rates()
NO_CHARGE = Rates(FREE, FREE, FREE, FREE)


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What is known about a model without asking it.

    Attributes:
        model: as it was named.
        provider: as litellm names it; "" where nobody knows.
        local: runs on the person's own machine or network; costs nothing.
        rates: prices; `longer` those for prompts of more tokens than its key says.
        window: tokens of prompt that it takes; `longest_answer` tokens of answer. None: unknown.
        schemas, caching, reasoning: whether it takes a JSON schema, caches prompts, thinks before
            it answers (which costs output tokens). None: unknown.
    """

    model: str
    provider: str = ""
    local: bool = False
    rates: Rates = UNKNOWN
    longer: Mapping[int, Rates] = field(default_factory=dict)
    window: int | None = None
    longest_answer: int | None = None
    schemas: bool | None = None
    caching: bool | None = None
    reasoning: bool | None = None

    def rates_for(self, tokens_in: int) -> Rates:
        """Return the prices of a call with a prompt of so many tokens."""
        passed = [above for above in self.longer if tokens_in > above]
        return self.longer[max(passed)] if passed else self.rates

    def cost(
        self, tokens_in: int, tokens_out: int, cached: int = 0, written: int = 0
    ) -> Decimal | None:
        """Return what a call costs, None where that is unknown; see `Rates.of`."""
        return self.rates_for(tokens_in).of(tokens_in, tokens_out, cached, written)

    def most(self, tokens_in: int, tokens_out: int) -> Decimal | None:
        """Return what a call can cost at most: all of the prompt written to the cache."""
        dear = self.rates_for(tokens_in)
        write_costs_more = (dear.written or FREE) > (dear.fresh or FREE)
        return dear.of(tokens_in, tokens_out, written=tokens_in if write_costs_more else 0)


@cache
def facts(model: str, base_url: str = "") -> ModelFacts:
    """Return what is known about a model.

    Args:
        model: as litellm names it, `provider/name` or `name`.
        base_url: of an OpenAI-compatible server; "" for the provider's own.
    """
    key, entry = _entry(model)
    prefix = model.partition("/")[0] if "/" in model else ""
    provider = _provider(prefix, str(entry.get("litellm_provider", "")))
    rates = _rates(entry, "")
    own = is_local(base_url) if base_url else prefix in _OWN_MACHINE
    local = own and not rates.known
    return ModelFacts(
        model=model,
        provider=provider or ("openai" if base_url else ""),
        local=local,
        rates=NO_CHARGE if local else rates,
        longer=_longer(entry),
        window=_count(entry.get("max_input_tokens") or entry.get("max_tokens")),
        longest_answer=_count(entry.get("max_output_tokens") or entry.get("max_tokens")),
        schemas=_flag(key, entry, "supports_response_schema"),
        caching=_flag(key, entry, "supports_prompt_caching"),
        reasoning=_flag(key, entry, "supports_reasoning"),
    )


@dataclass(frozen=True, slots=True)
class MapPrices:
    """What models cost by the map; `base_url` as in `facts`."""

    base_url: str = ""

    def cost(self, model: str, usage: Usage) -> Decimal | None:
        """Return what the tokens of a usage cost in US dollars, None where no price is known."""
        found = facts(model, self.base_url)
        return found.cost(
            usage.tokens_in, usage.tokens_out, usage.tokens_cached, usage.tokens_written
        )


def is_local(base_url: str) -> bool:
    """Return whether an address is on this machine or a private network."""
    try:
        host = urlsplit(base_url).hostname or ""
    except ValueError:
        return False
    if host in {"localhost", "host.docker.internal"} or host.endswith(
        (".localhost", ".local", ".internal", ".lan")
    ):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        # A name without a dot is one of the person's own network, or of their compose file.
        return bool(host) and "." not in host
    return address.is_loopback or address.is_private or address.is_link_local


def dollars(amount: Decimal | None, *, local: bool = False) -> str:
    """Return an amount for people: `$0.43`, `<$0.01`, `?` where unknown, `local` for nothing."""
    if local and amount == FREE:
        return "local"
    if amount is None:
        return "?"
    if FREE < amount < Decimal("0.01"):
        return "<$0.01"
    return f"${amount:.2f}"


def per_million(rate: Decimal | None) -> str:
    """Return a price per token as dollars per million tokens, `?` where unknown."""
    return "?" if rate is None else f"${(rate * _MILLION).normalize():f}"


def _entry(model: str) -> tuple[str, Mapping[str, Any]]:
    known = price_map()
    prefix, _, rest = model.partition("/")
    candidates = [model]
    # `openai/gpt-5.2` stands in the map as `gpt-5.2` of openai.
    if rest and _same_provider(prefix, str(known.get(rest, {}).get("litellm_provider", ""))):
        candidates.append(rest)
    for name in candidates:
        found = known.get(name)
        if found is not None and found.get("mode", "chat") in _CHAT_MODES:
            return name, found
    return "", {}


def _same_provider(prefix: str, provider: str) -> bool:
    return (
        provider == prefix
        or (prefix == "vertex_ai" and provider.startswith("vertex_ai-"))
        or (prefix == "bedrock" and provider == "bedrock_converse")
    )


def _provider(prefix: str, listed: str) -> str:
    if listed.startswith("vertex_ai"):
        return "vertex_ai"
    if listed == "bedrock_converse":
        return "bedrock"
    return listed or prefix


def _rates(entry: Mapping[str, Any], suffix: str) -> Rates:
    def price(name: str) -> Decimal | None:
        value = entry.get(name + suffix)
        usable = isinstance(value, Decimal | int) and not isinstance(value, bool) and value > 0
        return Decimal(value) if usable and value is not None else None

    output, thinking = price("output_cost_per_token"), price("output_cost_per_reasoning_token")
    # Answers and thoughts are counted together, so the dearer price is the one that holds.
    dearer = max(output, thinking) if output is not None and thinking is not None else output
    return Rates(
        fresh=price("input_cost_per_token"),
        cached=price("cache_read_input_token_cost"),
        written=price("cache_creation_input_token_cost"),
        output=dearer,
    )


def _longer(entry: Mapping[str, Any]) -> dict[int, Rates]:
    found: dict[int, Rates] = {}
    base = _rates(entry, "")
    for name in entry:
        matched = _ABOVE.fullmatch(name)
        if matched is not None:
            own = _rates(entry, f"_above_{matched[1]}k_tokens")
            found[int(matched[1]) * 1000] = Rates(
                own.fresh or base.fresh,
                own.cached or base.cached,
                own.written or base.written,
                own.output or base.output,
            )
    return found


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and value > 0 else None


def _flag(key: str, entry: Mapping[str, Any], name: str) -> bool | None:
    return bool(entry.get(name, False)) if key else None
