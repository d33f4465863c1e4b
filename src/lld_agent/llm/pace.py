"""Backoff that all requests to a model share: one 429 slows them all, not each in turn."""

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

    async def ready(self) -> None:
        """Wait until a request may go."""
        while (left := self._not_before - self._clock.now()) > 0:
            await self._clock.sleep(left)

    def slow_down(self, failed: int, retry_after: float | None) -> None:
        """Let nobody go for a while.

        Exponential with jitter of up to half ("equal jitter": AWS Architecture Blog, Exponential
        Backoff And Jitter, 2015), unless the provider says how long.

        Args:
            failed: tries of the request that failed so far.
            retry_after: seconds that the provider asked for; cut to the longest.
        """
        if retry_after is not None:
            wait = min(retry_after, self._longest)
        else:
            step = min(_FIRST * 2.0 ** (failed - 1), _LONGEST)
            wait = step * (0.5 + 0.5 * self._clock.jitter())
        self._not_before = max(self._not_before, self._clock.now() + wait)
