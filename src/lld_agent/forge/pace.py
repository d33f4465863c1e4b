"""How fast a key may write: hosts block whoever notifies people too often.

Source of the figures: GitHub, Best practices for using the REST API (a second between writes);
octokit/plugin-throttling.js (three seconds where people are notified).
"""

import asyncio
import random
import time
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from lld_agent.forge.errors import LimitedError

HOUR = 3600.0


class Clock(Protocol):
    """Time, so that tests need none of it."""

    def now(self) -> float:
        """Return seconds since the epoch."""

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""

    def jitter(self) -> float:
        """Return a number between 0 and 1."""


class RealClock:
    """The clock of the machine."""

    def now(self) -> float:
        """Return seconds since the epoch."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        await asyncio.sleep(seconds)

    def jitter(self) -> float:
        """Return a number between 0 and 1."""
        return random.random()  # noqa: S311 - spreads retries, protects nothing


@dataclass(frozen=True, slots=True)
class Limits:
    """What we allow ourselves.

    Attributes:
        gap: seconds between two writes.
        notify_gap: seconds between two writes that notify people.
        per_hour: writes within an hour that make something new.
        reserve: requests that are left to others of the same key.
        patience: seconds that one review waits for limits, all in all.
        tries: how often one request is sent where a limit or an outage stopped it.
    """

    gap: float = 1.0
    notify_gap: float = 3.0
    per_hour: int = 100
    reserve: int = 50
    patience: float = 600.0
    tries: int = 3


class Pace:
    """One for all that write with the same key.

    Args:
        limits: what we allow ourselves.
        clock: what time it is.
    """

    def __init__(self, limits: Limits | None = None, clock: Clock | None = None) -> None:
        self.limits = limits or Limits()
        self.clock: Clock = clock or RealClock()
        self._writing = asyncio.Lock()
        self._last = float("-inf")
        self._last_notice = float("-inf")
        self._made: deque[float] = deque()
        self._left: dict[str, tuple[int, float]] = {}

    @asynccontextmanager
    async def writing(self, *, notifies: bool, creates: bool) -> AsyncIterator[None]:
        """Hold the turn to write; one at a time, and not too soon after the last.

        Raises:
            LimitedError: enough was made within the last hour.
        """
        async with self._writing:
            now = self.clock.now()
            self._prove_budget(now, creates=creates)
            due = self._last + self.limits.gap
            if notifies:
                due = max(due, self._last_notice + self.limits.notify_gap)
            if due > now:
                await self.clock.sleep(due - now)
            try:
                yield
            finally:
                self._last = self.clock.now()
                if notifies:
                    self._last_notice = self._last
                if creates:
                    self._made.append(self._last)

    def _prove_budget(self, now: float, *, creates: bool) -> None:
        while self._made and self._made[0] <= now - HOUR:
            self._made.popleft()
        if creates and len(self._made) >= self.limits.per_hour:
            wait = self._made[0] + HOUR - now
            raise LimitedError(
                f"{self.limits.per_hour} comments and checks were made within an hour", wait
            )

    def note(self, resource: str, headers: Mapping[str, str]) -> None:
        """Remember what an answer says about requests left."""
        left, reset = _number(headers, "remaining"), _number(headers, "reset")
        if left is not None and reset is not None:
            self._left[resource] = (int(left), reset)

    def prove_left(self, resource: str) -> None:
        """Raise where the requests left belong to others.

        Raises:
            LimitedError: fewer than the reserve are left until the host counts anew.
        """
        left, reset = self._left.get(resource, (self.limits.reserve, 0.0))
        wait = reset - self.clock.now()
        if left < self.limits.reserve and wait > 0:
            raise LimitedError(f"only {left} requests are left to this key", wait + 1)


def _number(headers: Mapping[str, str], name: str) -> float | None:
    """Return a figure of a rate limit header, as GitHub (`x-ratelimit-`) or GitLab names it."""
    text = headers.get(f"x-ratelimit-{name}", headers.get(f"ratelimit-{name}", ""))
    return float(text) if text.isdigit() else None
