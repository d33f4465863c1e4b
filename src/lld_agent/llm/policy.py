"""Which model is asked, how long and how often: settings of the gateway as values."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from lld_agent.llm.request import FailureKind, WireMode

ELSEWHERE = frozenset(
    {
        FailureKind.RATE_LIMIT,
        FailureKind.QUOTA,
        FailureKind.SERVER,
        FailureKind.TIMEOUT,
        FailureKind.CONNECTION,
        FailureKind.CONTEXT,
        FailureKind.FILTERED,
    }
)
"""Failures after which the next model of the fallback list is asked. Not a bad request, a refused
key or an unknown model: a fallback would hide a mistake that is ours or the person's."""


@dataclass(frozen=True, slots=True)
class Models:
    """Which models are asked.

    Attributes:
        default: for stages that name none.
        stages: model by stage.
        fallbacks: asked in this order where a model is not available.
    """

    default: str
    stages: Mapping[str, str] = field(default_factory=dict)
    fallbacks: tuple[str, ...] = ()

    def order(self, stage: str) -> tuple[str, ...]:
        """Return the models for a stage, the first choice first, each once."""
        first = self.stages.get(stage) or self.default
        return tuple(dict.fromkeys((first, *self.fallbacks)))


@dataclass(frozen=True, slots=True)
class Policy:
    """Limits of the gateway.

    Attributes:
        jobs: requests in flight at a time.
        tries: of one request, when it fails for a reason that passes; six span half a minute of
            backoff, as limits per minute need. Timeouts have two.
        timeout: seconds of wall clock for one try. The libraries' own is per read, so that a slow
            drip never ends (evals.md c).
        longest_wait: seconds that a Retry-After may ask for; it is cut to this.
        wire: replaces `auto` of requests; `auto` leaves it to the gateway.
        short_prefix: tokens of prefix under which `auto` is strict: nothing to gain by caching.
    """

    jobs: int = 4
    tries: int = 6
    timeout: float = 600.0
    longest_wait: float = 60.0
    wire: WireMode = "auto"
    short_prefix: int = 4_000


@dataclass(frozen=True, slots=True)
class Clock:
    """Time and chance, so that tests neither wait nor guess."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    jitter: Callable[[], float] = random.random
