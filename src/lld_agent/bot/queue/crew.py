"""The workers of a queue: who is alive, and which of them does the housekeeping."""

import os
import socket
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lld_agent.bot.queue.tables import COUNTS, DELIVERIES, LEASES, WORKERS

SILENCE = 60.0
"""Seconds without a heartbeat after which a worker counts as dead; it beats every five."""
BEAT = 5.0
LEASE = 6.0
"""Seconds after which another worker may do the housekeeping of one that died."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The state of a queue, for metrics and readiness."""

    open: int
    oldest: float
    dead: int
    workers: int
    counts: dict[str, int]


class Crew:
    """The workers that share a queue.

    Args:
        engine: of its database, tables made.
        name: of this worker, never used before; None for an onlooker.
    """

    def __init__(
        self,
        engine: Engine,
        name: str | None = None,
        clock: Callable[[], float] = time.time,
        silence: float = SILENCE,
        lease: float = LEASE,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._silence = silence
        self._lease = lease
        self._leads_until = 0.0
        self.name = name or ""
        self._host = socket.gethostname()

    def beat(self) -> None:
        """Say that this worker is alive."""
        row = {"name": self.name, "host": self._host, "pid": os.getpid(), "beat": self._clock()}
        statement = (
            self._insert(WORKERS)
            .values(**row)
            .on_conflict_do_update(index_elements=[WORKERS.c.name], set_={"beat": row["beat"]})
        )
        with self._engine.begin() as connection:
            connection.execute(statement)

    def leave(self) -> None:
        """Say that this worker has ended: what it did not end others take at once."""
        with self._engine.begin() as connection:
            connection.execute(update(WORKERS).where(WORKERS.c.name == self.name).values(beat=0.0))

    def forget(self, name: str) -> None:
        """Strike a worker out whose jobs have been given to others."""
        with self._engine.begin() as connection:
            connection.execute(WORKERS.delete().where(WORKERS.c.name == name))

    def missing(self) -> list[str]:
        """Return workers that are dead: silent for long, or a process of this machine that is gone.

        A process that was only stopped for long is taken for dead too: its job is then done twice,
        which reviews are made for.
        """
        before = self._clock() - self._silence
        with self._engine.begin() as connection:
            rows = connection.execute(select(WORKERS).where(WORKERS.c.name != self.name)).all()
        return [row.name for row in rows if row.beat < before or self._is_gone(row)]

    def leads(self) -> bool:
        """Return whether this worker does the housekeeping now.

        Only a saving of work: two leaders at once do no harm, jobs have names.
        """
        now = self._clock()
        if now < self._leads_until - self._lease / 2:
            return True  # renewed in time, not with every question
        free = or_(LEASES.c.holder == self.name, LEASES.c.until < now)
        lease = {"holder": self.name, "until": now + self._lease}
        statement = (
            self._insert(LEASES)
            .values(name="housekeeping", **lease)
            .on_conflict_do_update(index_elements=[LEASES.c.name], set_=lease, where=free)
            .returning(LEASES.c.holder)
        )
        with self._engine.begin() as connection:
            leads = connection.execute(statement).scalar() == self.name
        self._leads_until = now + self._lease if leads else 0.0
        return leads

    def figures(self) -> Figures:
        """Return the state of the queue."""
        still = DELIVERIES.c.handled.is_(None)
        dead = func.count(DELIVERIES.c.pull.distinct())
        now = self._clock()
        with self._engine.begin() as connection:
            waiting, first = connection.execute(
                select(func.count(), func.min(DELIVERIES.c.received)).where(still)
            ).one()
            given_up = connection.execute(
                select(dead).where(DELIVERIES.c.outcome == "dead")
            ).scalar_one()
            alive = connection.execute(
                select(func.count()).where(WORKERS.c.beat >= now - self._silence)
            ).scalar_one()
            counts = {row.name: int(row.value) for row in connection.execute(select(COUNTS)).all()}
        return Figures(waiting, max(0.0, now - first) if first else 0.0, given_up, alive, counts)

    @property
    def _insert(self) -> Any:
        return postgresql.insert if self._engine.dialect.name == "postgresql" else sqlite.insert

    def _is_gone(self, row: Any) -> bool:
        if row.host != self._host:
            return False
        # The same number in a container that was started again: the old process is gone.
        return row.pid == os.getpid() or not is_running(row.pid)


def new_name() -> str:
    """Return a name for a worker that none had before."""
    return f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"


def is_running(pid: int) -> bool:
    """Return whether a process of this machine runs."""
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # it is somebody else's
    return True
