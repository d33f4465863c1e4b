"""What follows from the outcome of a job: done, again, or a dead letter."""

from dataclasses import dataclass

from lld_agent.bot.pull import PullOutcome, PullStatus


@dataclass(frozen=True, slots=True)
class Done:
    """It is over."""


@dataclass(frozen=True, slots=True)
class Again:
    """The same after some seconds, or at once when a newer delivery comes in."""

    delay: float


@dataclass(frozen=True, slots=True)
class Dead:
    """Nobody tries again before a person says so or a newer delivery comes in."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often, and when.

    Attributes:
        delays: seconds before each further try; their number is the number of further tries.
        crashes: workers that may die on a job before it is taken for their killer.
    """

    delays: tuple[float, ...] = (30.0, 300.0, 1800.0)
    crashes: int = 3

    def after(self, outcome: PullOutcome, attempts: int) -> Done | Again | Dead:
        """Return what to do after an outcome.

        Args:
            outcome: of the try that just ended.
            attempts: how often the job was tried before this time.
        """
        if outcome.retry:
            return Again(self.delays[attempts]) if attempts < len(self.delays) else Dead()
        return Dead() if outcome.status is PullStatus.FAILED else Done()
