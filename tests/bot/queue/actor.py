"""A worker process for the tests: `python -m tests.bot.queue.actor QUEUE HOST [KILL] [JOBS] [SECONDS]`.

Ends by itself when nothing is open, or kills itself with SIGKILL at a write: before the n-th write
statement of its databases (`s12`), or before the n-th commit of a transaction that wrote (`c12`). What
comes after a commit is what comes before the next statement.
"""

import asyncio
import logging
import os
import signal
import sys
from pathlib import Path

from sqlalchemy import Engine, event
from tests.bot.queue.hosts import Host

from lld_agent.bot.queue.crew import Crew
from lld_agent.bot.queue.dispatch import Pace
from lld_agent.bot.queue.places import place_of
from lld_agent.bot.queue.policy import RetryPolicy
from lld_agent.bot.queue.tables import open_tables
from lld_agent.bot.queue.worker import Work, WorkerOptions, run_worker, stop_on_signals

_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
PACE = Pace(hand_out=0.05, take_over=0.2, sweep=5.0, lease=0.4)


def die_at(point: str) -> None:
    """Kill this process at a write."""
    kind, number = point[0], int(point[1:])
    count = {"s": 0, "c": 0}

    def seen(what):
        count[what] += 1
        if what == kind and count[what] == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def before_statement(connection, _cursor, statement, *_):
        if statement.lstrip().upper().startswith(_WRITES):
            connection.info["wrote"] = True
            seen("s")

    def before_commit(connection):
        if connection.info.pop("wrote", False):
            seen("c")

    event.listen(Engine, "before_cursor_execute", before_statement)
    event.listen(Engine, "commit", before_commit)


def page_of(rule: str) -> str:
    return f"page of {rule}"


async def analyse(asked: dict) -> dict:
    return asked


async def work(queue: str, host: str, kill: str, jobs: int, seconds: float) -> None:
    place = place_of(queue)
    tables = open_tables(place)
    desk = Host(Path(host), worker=str(os.getpid()), seconds=seconds)
    if kill != "-":
        die_at(kill)
    stop = asyncio.Event()
    stop_on_signals(asyncio.get_running_loop(), stop)
    options = WorkerOptions(
        jobs, patience=0, reconcile=False, policy=RetryPolicy((0.1, 0.1)), pace=PACE
    )
    worker = asyncio.create_task(run_worker(place, Work(desk, page_of, analyse), options, stop))
    onlooker = Crew(tables)
    while not worker.done() and not stop.is_set():
        await asyncio.sleep(0.05)
        if not (await asyncio.to_thread(onlooker.figures)).open:
            stop.set()
    await worker


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    given = [*sys.argv[1:], *("-", "2", "0")[len(sys.argv) - 3 :]]
    asyncio.run(work(given[0], given[1], given[2], int(given[3]), float(given[4])))
