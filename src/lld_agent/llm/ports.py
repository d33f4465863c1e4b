"""What the gateway needs of others: `app` fills these."""

from collections.abc import Mapping
from typing import Any, Protocol

from lld_agent.llm.request import Outcome, Request, T


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
