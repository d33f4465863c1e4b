"""A worker: a process that does the jobs of a queue until it is told to stop."""

import asyncio
import logging
import signal
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from dbos import DBOS
from sqlalchemy import Engine

from lld_agent.bot.queue import crew as crews
from lld_agent.bot.queue import engine, jobs
from lld_agent.bot.queue.dispatch import Housekeeping, Pace, keep_house
from lld_agent.bot.queue.inbox import Inbox
from lld_agent.bot.queue.places import Place
from lld_agent.bot.queue.policy import RetryPolicy
from lld_agent.bot.queue.ports import Desk
from lld_agent.bot.queue.tables import open_tables
from lld_agent.bot.queue.wishes import Delivery

LOG = logging.getLogger("lld_agent.bot.worker")


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """How a worker works.

    Attributes:
        jobs: pull requests at a time, and documents at a time.
        pulls: whether pull requests are reviewed, or documents of `review --queue` only.
        patience: seconds that running jobs get to end when the worker is told to stop.
        reconcile: whether open pull requests that were not read at their head are queued at the
            start: hosts do not send again what they could not deliver.
    """

    jobs: int = 2
    pulls: bool = True
    patience: int = 30
    reconcile: bool = True
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    pace: Pace = field(default_factory=Pace)


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker can do; see `jobs.Office`."""

    desk: Desk
    explain: Callable[[str], str]
    analyse: Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]


async def run_worker(
    place: Place,
    work: Work,
    options: WorkerOptions,
    stop: asyncio.Event,
) -> None:
    """Work until `stop` is set; then end what runs, or leave it to the others.

    Raises:
        LldError: the queue cannot be opened.
    """
    tables = await asyncio.to_thread(open_tables, place)
    inbox, crew = Inbox(tables), _crew(tables, options.pace)
    jobs.open_office(jobs.Office(inbox, work.desk, work.explain, work.analyse, options.policy))
    async with _alive(crew):
        await asyncio.to_thread(engine.launch, place, crew.name, options.jobs, _queues(options))
        handing = await asyncio.to_thread(engine.Jobs, place)
        house = Housekeeping(inbox, crew, handing, options.policy)
        LOG.info("worker started", extra={"worker": crew.name, "queue": place.shown})
        started = asyncio.create_task(_reconciled(work.desk, inbox)) if options.reconcile else None
        try:
            await keep_house(house, stop, options.pace)
        finally:
            if started is not None:
                started.cancel()
            await asyncio.to_thread(DBOS.destroy, workflow_completion_timeout_sec=options.patience)
            handing.close()
    tables.dispose()
    LOG.info("worker ended", extra={"worker": crew.name})


async def run_until_stopped(place: Place, work: Work, options: WorkerOptions) -> None:
    """Work until the process is asked to end.

    Raises:
        LldError: the queue cannot be opened.
    """
    stop = asyncio.Event()
    stop_on_signals(asyncio.get_running_loop(), stop)
    await run_worker(place, work, options, stop)


def _queues(options: WorkerOptions) -> tuple[str, ...]:
    return (engine.PULLS, engine.DOCUMENTS) if options.pulls else (engine.DOCUMENTS,)


def _crew(tables: Engine, pace: Pace) -> crews.Crew:
    return crews.Crew(tables, crews.new_name(), lease=pace.lease)


async def reconcile(desk: Desk, inbox: Inbox) -> int:
    """Queue every open pull request whose head was not read yet; return how many."""
    known = await asyncio.to_thread(inbox.heads)
    count = 0
    async for one in desk.open_pulls():
        if known.get(one.pull.key) == one.head:
            continue
        delivery = Delivery(f"reconcile:{one.head}", one.pull)
        count += len(await asyncio.to_thread(inbox.record, [delivery]))
    return count


async def _reconciled(desk: Desk, inbox: Inbox) -> None:
    try:
        count = await reconcile(desk, inbox)
    except Exception as error:  # noqa: BLE001 - deliveries are served all the same
        LOG.warning("reconciliation failed", extra={"why": f"{type(error).__name__}: {error}"})
    else:
        LOG.info("reconciled", extra={"queued": count})


@asynccontextmanager
async def _alive(crew: crews.Crew) -> AsyncIterator[None]:
    """Beat in a thread of its own: a long computation must not look like a death."""
    ended = threading.Event()
    await asyncio.to_thread(crew.beat)

    def beat() -> None:
        while not ended.wait(crews.BEAT):
            try:
                crew.beat()
            except Exception as error:  # noqa: BLE001 - tried again with the next beat
                LOG.warning("no heartbeat", extra={"why": f"{type(error).__name__}: {error}"})

    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        await asyncio.to_thread(crew.leave)


def stop_on_signals(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Set an event when the process is asked to end."""
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
