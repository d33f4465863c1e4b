"""Backoff that all requests to a model share: one 429 slows them all, not each in turn."""

import asyncio

from lld_agent.llm.policy import Clock

_FIRST = 1.0
_LONGEST = 30.0


class Pace:
    """When the next request to a model may go.

    Args:
        clock: to wait by.
        longest: seconds that a provider may make us wait.
    """

    def __init__(self, clock: Clock, longest: float) -> None:
        self._clock = clock
        self._longest = longest
        self._not_before = 0.0

    async def ready(self, stopped: asyncio.Event) -> None:
        """Wait until a request may go, or the run is stopped."""
        while (left := self._not_before - self._clock.now()) > 0 and not stopped.is_set():
            waiting = {
                asyncio.ensure_future(self._clock.sleep(left)),
                asyncio.ensure_future(stopped.wait()),
            }
            try:
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in waiting:
                    task.cancel()

    def slow_down(self, failed: int, retry_after: float | None) -> None:
        """Let nobody go for a while.

        Exponential with jitter of up to half ("equal jitter": AWS Architecture Blog, Exponential
        Backoff And Jitter, 2015), unless the provider says how long.

        Args:
            failed: tries of the request that failed so far.
            retry_after: seconds that the provider asked for; cut to the longest.
        """
        step = min(_FIRST * 2.0 ** (failed - 1), _LONGEST)
        wait = step * (0.5 + 0.5 * self._clock.jitter())
        if retry_after is not None:
            # A second refusal says that what the provider asked for was too short.
            wait = min(max(retry_after, wait if failed > 1 else 0.0), self._longest)
        self._not_before = max(self._not_before, self._clock.now() + wait)
