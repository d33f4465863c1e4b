"""A host of pull requests in a database file, shared by workers that may die at any moment.

It keeps what the core promises to the queue: a review looks at what stands there first and writes
what is missing in one go; a comment is answered once.
"""

import asyncio
import time
from pathlib import Path

from sqlalchemy import Column, Integer, MetaData, Table, Text, create_engine, event, select

from lld_agent.bot.pull import PullOutcome, PullStatus

METADATA = MetaData()
HEADS = Table("heads", METADATA, Column("pull", Text, primary_key=True), Column("head", Text))
POSTS = Table("posts", METADATA, Column("n", Integer, primary_key=True), Column("what", Text))
STARTS = Table(
    "starts",
    METADATA,
    Column("n", Integer, primary_key=True),
    Column("pull", Text),
    Column("worker", Text),
)


def _set_up(connection, _):
    connection.isolation_level = "IMMEDIATE"
    for pragma in ("journal_mode=WAL", "synchronous=OFF", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


class Host:
    """See `bot.queue.ports.Desk`."""

    def __init__(self, file: Path, worker: str = "", seconds: float = 0.0):
        self.engine = create_engine(f"sqlite:///{file}")
        event.listen(self.engine, "connect", _set_up)
        METADATA.create_all(self.engine)
        self.worker = worker
        self.seconds = seconds

    def push(self, pull, head):
        with self.engine.begin() as connection:
            connection.execute(HEADS.delete().where(HEADS.c.pull == pull.key))
            connection.execute(HEADS.insert().values(pull=pull.key, head=head))

    async def review(self, pull):
        with self.engine.begin() as connection:
            connection.execute(STARTS.insert().values(pull=pull.key, worker=self.worker))
            head = connection.execute(
                select(HEADS.c.head).where(HEADS.c.pull == pull.key)
            ).scalar_one()
        if self.seconds:
            await asyncio.sleep(self.seconds)
        posted = self._once(f"{pull.key} {head}")
        return PullOutcome(PullStatus.POSTED if posted else PullStatus.UNCHANGED, head)

    async def may_write(self, pull, person):
        return person == "mona"

    async def reply(self, pull, comment, body):
        self._once(f"{pull.key} reply {comment}: {body}")

    async def open_pulls(self):
        return
        yield

    def _once(self, what):
        with self.engine.begin() as connection:
            there = connection.execute(select(POSTS.c.n).where(POSTS.c.what == what)).first()
            if there is None:
                connection.execute(POSTS.insert().values(what=what))
        return there is None

    def posts(self):
        with self.engine.begin() as connection:
            return sorted(connection.execute(select(POSTS.c.what)).scalars())

    def starts(self):
        with self.engine.begin() as connection:
            return connection.execute(select(STARTS.c.pull, STARTS.c.worker)).all()


def wait_until(true, seconds=60.0, pause=0.02):
    """Wait for something that other processes bring about; fail when it does not come."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError("it did not come")
        time.sleep(pause)
