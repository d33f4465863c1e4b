"""The housekeeping of a queue: jobs handed out, dead workers' jobs given to others, old rows purged."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lld_agent.bot.queue.crew import LEASE, Crew
from lld_agent.bot.queue.engine import Jobs
from lld_agent.bot.queue.inbox import Inbox
from lld_agent.bot.queue.policy import RetryPolicy

LOG = logging.getLogger("lld_agent.bot.queue")
_STALE = 120.0
_KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Housekeeping:
    """What one leading worker does for all.

    Every part looks at the tables only and may be done by two workers at once or again after a kill.
    """

    inbox: Inbox
    crew: Crew
    jobs: Jobs
    policy: RetryPolicy

    def hand_out(self) -> int:
        """Queue a job for each pull request that waits for one; return how many."""
        count = 0
        for waiting in self.inbox.waiting():
            # Killed between the two: the next round hands out the same name, which changes nothing.
            if self.jobs.hand_out(waiting.job, waiting.pull):
                self.inbox.queued(waiting)
                count += 1
        return count

    def take_over(self) -> None:
        """Give the jobs of dead workers to the living."""
        for worker in self.crew.missing():
            for queue, jobs in self.jobs.of_worker(worker).items():
                killers = [job for job in jobs if self.inbox.crashed(job, self.policy)]
                for job in killers:
                    self.jobs.cancel(job)
                    LOG.error("job given up: its workers die", extra={"job": job})
                left = [job for job in jobs if job not in killers]
                if left:
                    self.jobs.resume(queue, left)
                    LOG.warning(
                        "jobs of a dead worker taken over",
                        extra={"worker": worker, "jobs": len(left)},
                    )
            self.crew.forget(worker)

    def sweep(self) -> None:
        """Take deliveries back from jobs that the engine gave up, and forget what is old."""
        waiting = self.inbox.jobs(_STALE)
        lost = self.jobs.over(waiting) if waiting else []
        if lost:
            LOG.warning("deliveries of lost jobs queued again", extra={"jobs": len(lost)})
            self.inbox.release(lost)
        self.inbox.purge()
        self.jobs.purge((datetime.now(UTC) - _KEPT).isoformat())


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between two rounds of each kind of housekeeping; `lease` is for who does it."""

    hand_out: float = 0.25
    take_over: float = 5.0
    sweep: float = 60.0
    lease: float = LEASE


async def keep_house(house: Housekeeping, stop: asyncio.Event, pace: Pace | None = None) -> None:
    """Keep house until told to stop; what goes wrong in a round is logged and tried again."""
    rhythm = pace or Pace()
    loop = asyncio.get_running_loop()
    rounds = (
        (house.take_over, rhythm.take_over),
        (house.sweep, rhythm.sweep),
    )
    due = {0: loop.time(), 1: loop.time() + rhythm.sweep}
    while not stop.is_set():
        try:
            if await asyncio.to_thread(house.crew.leads):
                await asyncio.to_thread(house.hand_out)
                for number, (part, seconds) in enumerate(rounds):
                    if loop.time() >= due[number]:
                        await asyncio.to_thread(part)
                        due[number] = loop.time() + seconds
        except Exception as error:  # noqa: BLE001 - the database may be away for a while
            LOG.warning("housekeeping failed", extra={"why": f"{type(error).__name__}: {error}"})
        await _pause(stop, rhythm.hand_out)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
