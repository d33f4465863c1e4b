"""One limit of money for many runs that go on at the same time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal


@dataclass
class Share:
    """What one run may spend, and what it did spend (None: not known, then all of it)."""

    amount: Decimal | None
    used: Decimal | None = None


class Purse:
    """Lends each run its share of what is left, and takes back what it did not spend.

    The shares of runs under way are set aside, so that all together never cross the limit.

    Args:
        limit: for all runs; None for no limit.
        runs: how many there will be.
    """

    def __init__(self, limit: Decimal | None, runs: int) -> None:
        self._left = limit
        self._runs = max(1, runs)

    @contextmanager
    def lent(self) -> Iterator[Share]:
        """Yield the share of one run; it says in `used` what it spent."""
        if self._left is None:
            yield Share(None)
            return
        amount = self._left / self._runs
        self._left -= amount
        self._runs = max(1, self._runs - 1)
        share = Share(amount)
        try:
            yield share
        finally:
            spent = amount if share.used is None else share.used
            self._left += max(Decimal(0), amount - spent)
