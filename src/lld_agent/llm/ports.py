"""What the gateway needs of others: `app` fills these."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from lld_agent.llm.request import Failure, Outcome, Request, T
from lld_agent.model.events import Listener, ignore
from lld_agent.model.usage import Usage


class Asks(Protocol):
    """Something that answers requests: the gateway, or a scripted stand-in in tests."""

    async def ask(self, request: Request[T]) -> Outcome[T]:
        """Return the answer or why there is none; raises nothing that a model or network does."""
        ...


class AnswerCache(Protocol):
    """Finished answers by content address; what makes resume a replay of hits."""

    def get(self, key: str) -> Mapping[str, Any] | None:
        """Return the entry of a key, None where there is none."""
        ...

    def put(self, key: str, entry: Mapping[str, Any]) -> None:
        """Keep an entry; atomic, so that kill -9 leaves it whole or absent."""
        ...


class RunLog(Protocol):
    """The append-only record of a run."""

    def append(self, event: Mapping[str, Any]) -> None:
        """Write one event, redacted, durable when this returns."""
        ...


class Counter(Protocol):
    """Counts tokens; never fails, an estimate where the tokenizer of a model is not known."""

    def count(self, model: str, text: str) -> int:
        """Return how many tokens a text is for a model."""
        ...


class Prices(Protocol):
    """What models cost."""

    def cost(self, model: str, usage: Usage) -> Decimal | None:
        """Return what the tokens of a usage cost in US dollars, None where no price is known."""
        ...


class Budget(Protocol):
    """What a run may spend. Asked before every HTTP request, told after it."""

    def reserve(self, model: str, tokens_in: int, max_output: int) -> Failure | None:
        """Set the most that a request can cost aside.

        Returns:
            None where it fits; a failure of kind BUDGET, and nothing set aside, where it would
            cross the limit together with what is spent and what other requests have set aside.
        """
        ...

    def settle(self, model: str, tokens_in: int, max_output: int, usage: Usage) -> None:
        """Give back what `reserve` with the same numbers set aside, and count what was used.

        Called once for each `reserve` that returned None, also when the request failed, timed out
        or was cancelled. `usage.complete` is False where the provider did not say what was used:
        then `tokens_in` is the better estimate.
        """
        ...


class _Nothing:
    """Keeps nothing, limits nothing, knows no price; counts tokens by length."""

    def get(self, _key: str) -> None:
        return None

    def put(self, _key: str, _entry: Mapping[str, Any]) -> None:
        return None

    def append(self, _event: Mapping[str, Any]) -> None:
        return None

    def count(self, _model: str, text: str) -> int:
        return round(len(text) / 3.5)

    def cost(self, _model: str, _usage: Usage) -> None:
        return None

    def reserve(self, _model: str, _tokens_in: int, _max_output: int) -> None:
        return None

    def settle(self, _model: str, _tokens_in: int, _max_output: int, _usage: Usage) -> None:
        return None


_NOTHING = _Nothing()


@dataclass(frozen=True, slots=True)
class Ports:
    """What the gateway works with, each part optional: see the protocols of this module."""

    cache: AnswerCache = _NOTHING
    log: RunLog = _NOTHING
    counter: Counter = _NOTHING
    prices: Prices = _NOTHING
    budget: Budget = _NOTHING
    listener: Listener = ignore
