"""What calls of language models used, and what that cost."""

from collections.abc import Iterable
from decimal import Decimal

from pydantic import BaseModel, ConfigDict


class Usage(BaseModel):
    """Tokens and money of one call, or of many together.

    Attributes:
        requests: HTTP requests that were answered or refused, re-asks and failures among them.
        tokens_in: of prompts, cached ones included. tokens_cached: those that the provider read
            from its cache; tokens_written: those that it wrote to it, which some charge more for.
            tokens_out: of answers, reasoning included.
        cost: US dollars; None where the price of any part is unknown. Never a made-up zero.
        complete: False where a provider did not report its usage: then all counts are too low.
    """

    model_config = ConfigDict(frozen=True)

    requests: int = 0
    tokens_in: int = 0
    tokens_cached: int = 0
    tokens_written: int = 0
    tokens_out: int = 0
    cost: Decimal | None = Decimal(0)
    complete: bool = True

    def __add__(self, other: "Usage") -> "Usage":
        """Return both together; an unknown cost makes the sum unknown."""
        known = self.cost is not None and other.cost is not None
        return Usage(
            requests=self.requests + other.requests,
            tokens_in=self.tokens_in + other.tokens_in,
            tokens_cached=self.tokens_cached + other.tokens_cached,
            tokens_written=self.tokens_written + other.tokens_written,
            tokens_out=self.tokens_out + other.tokens_out,
            cost=(self.cost or Decimal(0)) + (other.cost or Decimal(0)) if known else None,
            complete=self.complete and other.complete,
        )


NOTHING = Usage()
"""No call at all."""


def total(parts: Iterable[Usage]) -> Usage:
    """Return the sum of usages."""
    return sum(parts, NOTHING)
