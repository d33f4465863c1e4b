"""Deliveries: written down once, given to one job at a time, never lost.

Each method is one transaction, and each may be repeated: after a kill in the middle of anything the
same call again leads to the same rows. A job names exactly the rows that it took, so that a delivery
that comes in while the job runs is not among them, whatever order the rows were committed in.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, and_, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lld_agent.bot.pull import PullOutcome
from lld_agent.bot.queue.policy import Again, Dead, RetryPolicy
from lld_agent.bot.queue.tables import COUNTS, DELIVERIES, REVIEWS
from lld_agent.bot.queue.wishes import Delivery, Wish, ref_of

_D = DELIVERIES.c
_OPEN = _D.handled.is_(None)
_KEPT = 30 * 86_400.0
"""Seconds for which a handled delivery is kept; GitHub redelivers for three days."""
_WHY = 500


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row that a job took."""

    seq: int
    delivery: Delivery


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pull request with deliveries that no job has yet; `job` is the name for it."""

    pull: str
    job: str
    seqs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A pull request that was given up."""

    pull: str
    why: str
    at: float
    deliveries: int


class Inbox:
    """The deliveries of one queue.

    Args:
        engine: of its database, tables made.
        clock: seconds since the epoch; machines that share a queue need clocks that agree to
            some seconds.
    """

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._clock = clock

    def record(self, deliveries: Sequence[Delivery]) -> frozenset[tuple[str, str]]:
        """Write deliveries down, all or none; return (id, pull) of those that are new."""
        if not deliveries:
            return frozenset()
        now = self._clock()
        rows = [
            {
                "id": one.id,
                "pull": one.pull.key,
                "wish": one.wish.value,
                "rule": one.rule,
                "asker": one.asker,
                "comment": one.comment,
                "received": now,
                "due": now,
            }
            for one in deliveries
        ]
        statement = self._insert(DELIVERIES).values(rows).on_conflict_do_nothing()
        with self._engine.begin() as connection:
            new = connection.execute(statement.returning(_D.id, _D.pull)).all()
        return frozenset((row.id, row.pull) for row in new)

    def waiting(self, limit: int = 200) -> list[Waiting]:
        """Return pull requests that need a job: due, and no job of theirs is at work."""
        busy = select(_D.pull).where(_OPEN, _D.job.is_not(None))
        new = and_(_OPEN, _D.job.is_(None))
        due = (
            select(_D.pull, func.min(_D.due).label("first"))
            .where(new, _D.due <= self._clock(), _D.pull.not_in(busy))
            .group_by(_D.pull)
            .order_by("first")
            .limit(limit)
        )
        with self._engine.begin() as connection:
            pulls = [row.pull for row in connection.execute(due)]
            rows = connection.execute(
                select(_D.pull, _D.seq, _D.round).where(new, _D.pull.in_(pulls)).order_by(_D.seq)
            ).all()
        found = []
        for pull in pulls:
            own = [row for row in rows if row.pull == pull]
            if own:
                # Never the name of a job that was there before: rounds and numbers only grow.
                name = f"{pull}@{own[-1].seq}.{own[-1].round}"
                found.append(Waiting(pull, name, tuple(row.seq for row in own)))
        return found

    def queued(self, waiting: Waiting) -> None:
        """Note that the engine has the job now."""
        self._change(
            update(DELIVERIES)
            .where(_D.seq.in_(waiting.seqs), _OPEN, _D.job.is_(None))
            .values(job=waiting.job)
        )

    def claim(self, pull: str, job: str) -> list[Claimed]:
        """Give a job every open delivery of its pull request, however new; return those it has."""
        free = or_(_D.claimed.is_(False), _D.job == job)
        statement = (
            update(DELIVERIES)
            .where(_D.pull == pull, _OPEN, free)
            .values(job=job, claimed=True)
            .returning(DELIVERIES)
        )
        with self._engine.begin() as connection:
            rows = connection.execute(statement).all()
        return sorted((_claimed(row) for row in rows), key=lambda one: one.seq)

    def finish(self, pull: str, job: str, outcome: PullOutcome, policy: RetryPolicy) -> str:
        """Settle what a job has claimed; return `done`, `again`, `dead` or `nothing`."""
        mine = and_(_D.job == job, _D.claimed.is_(True), _OPEN)
        with self._engine.begin() as connection:
            # A delivery that came in while an older one was being retried has all its tries.
            tries = connection.execute(select(func.min(_D.attempts)).where(mine)).scalar()
            if tries is None:
                return "nothing"
            step = policy.after(outcome, int(tries))
            now, why = self._clock(), outcome.why[:_WHY]
            if isinstance(step, Again):
                values: dict[str, Any] = {
                    "job": None,
                    "claimed": False,
                    "attempts": _D.attempts + 1,
                    "round": _D.round + 1,
                    "due": now + step.delay,
                    "why": why,
                }
            else:
                ended = "dead" if isinstance(step, Dead) else outcome.status.value
                values = {"handled": now, "outcome": ended, "why": why}
            connection.execute(update(DELIVERIES).where(mine).values(**values))
            self._settle(connection, pull, outcome, step, now)
        return {Again: "again", Dead: "dead"}.get(type(step), "done")

    def refuse(self, job: str, seqs: Iterable[int], why: str) -> None:
        """Settle commands of people who may not give them; nothing is done for these."""
        self._change(
            update(DELIVERIES)
            .where(_D.seq.in_(list(seqs)), _D.job == job, _OPEN)
            .values(handled=self._clock(), outcome="refused", why=why[:_WHY])
        )

    def crashed(self, job: str, policy: RetryPolicy) -> bool:
        """Count a worker that died on a job; return whether the job is a dead letter now."""
        mine = and_(_D.job == job, _OPEN)
        with self._engine.begin() as connection:
            connection.execute(update(DELIVERIES).where(mine).values(crashes=_D.crashes + 1))
            most = connection.execute(select(func.max(_D.crashes)).where(mine)).scalar()
            if most is None or int(most) < policy.crashes:
                return False
            connection.execute(
                update(DELIVERIES)
                .where(mine)
                .values(
                    handled=self._clock(), outcome="dead", why=f"{most} workers died on this job"
                )
            )
            _count(connection, self._insert, "jobs_dead", 1)
        return True

    def release(self, jobs: Iterable[str]) -> None:
        """Take deliveries back from jobs that the engine gave up, for a job of another name."""
        self._change(
            update(DELIVERIES)
            .where(_D.job.in_(list(jobs)), _OPEN)
            .values(job=None, claimed=False, round=_D.round + 1)
        )

    def jobs(self, older_than: float) -> list[str]:
        """Return jobs whose deliveries wait for longer than some seconds."""
        before = self._clock() - older_than
        statement = (
            select(_D.job).where(_OPEN, _D.job.is_not(None), _D.received < before).distinct()
        )
        with self._engine.begin() as connection:
            return [str(job) for job in connection.execute(statement).scalars()]

    def dead(self) -> list[DeadLetter]:
        """Return the dead letters, the oldest first."""
        statement = (
            select(
                _D.pull,
                func.max(_D.why).label("why"),
                func.max(_D.handled).label("at"),
                func.count().label("deliveries"),
            )
            .where(_D.outcome == "dead")
            .group_by(_D.pull)
            .order_by("at")
        )
        with self._engine.begin() as connection:
            rows = connection.execute(statement).all()
        return [DeadLetter(row.pull, row.why, row.at, row.deliveries) for row in rows]

    def requeue(self, pulls: Sequence[str] | None = None) -> int:
        """Try dead letters again, all or those of some pull requests; return how many of these."""
        which = [_D.outcome == "dead"]
        if pulls is not None:
            which.append(_D.pull.in_(list(pulls)))
        with self._engine.begin() as connection:
            found = set(connection.execute(select(_D.pull).where(*which)).scalars())
            connection.execute(
                update(DELIVERIES)
                .where(*which)
                .values(
                    handled=None,
                    outcome="",
                    why="",
                    job=None,
                    claimed=False,
                    attempts=0,
                    crashes=0,
                    round=_D.round + 1,
                    due=self._clock(),
                )
            )
        return len(found)

    def heads(self) -> dict[str, str]:
        """Return the head of each pull request that was read last."""
        with self._engine.begin() as connection:
            rows = connection.execute(select(REVIEWS.c.pull, REVIEWS.c.head)).all()
        return {row.pull: row.head for row in rows}

    def purge(self) -> int:
        """Forget deliveries that were handled long ago, dead letters excepted; return how many."""
        old = and_(_D.handled < self._clock() - _KEPT, _D.outcome != "dead")
        with self._engine.begin() as connection:
            return int(connection.execute(DELIVERIES.delete().where(old)).rowcount)

    def ping(self) -> None:
        """Raise where the database does not answer."""
        with self._engine.begin() as connection:
            connection.execute(select(1))

    @property
    def _insert(self) -> Any:
        return postgresql.insert if self._engine.dialect.name == "postgresql" else sqlite.insert

    def _change(self, statement: Any) -> None:
        with self._engine.begin() as connection:
            connection.execute(statement)

    def _settle(
        self, connection: Connection, pull: str, outcome: PullOutcome, step: object, now: float
    ) -> None:
        if isinstance(step, Again):
            _count(connection, self._insert, "jobs_again", 1)
            return
        if isinstance(step, Dead):
            _count(connection, self._insert, "jobs_dead", 1)
            return
        _count(connection, self._insert, f"jobs_{outcome.status.value}", 1)
        # What was given up before is made good by a review of the pull request as it is now.
        connection.execute(
            update(DELIVERIES)
            .where(_D.pull == pull, _D.outcome == "dead", _D.wish == Wish.REVIEW.value)
            .values(outcome="made_good")
        )
        row = {"pull": pull, "head": outcome.head, "status": outcome.status.value, "at": now}
        if outcome.head:
            statement = self._insert(REVIEWS).values(**row)
            connection.execute(
                statement.on_conflict_do_update(
                    index_elements=[REVIEWS.c.pull],
                    set_={"head": row["head"], "status": row["status"], "at": now},
                )
            )


def _count(connection: Connection, insert: Any, name: str, by: int) -> None:
    if by:
        statement = insert(COUNTS).values(name=name, value=by)
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=[COUNTS.c.name], set_={"value": COUNTS.c.value + by}
            )
        )


def _claimed(row: Any) -> Claimed:
    delivery = Delivery(row.id, ref_of(row.pull), Wish(row.wish), row.rule, row.asker, row.comment)
    return Claimed(row.seq, delivery)
