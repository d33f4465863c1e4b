"""Steps of dispatchers, workers and reapers in any order, each as often as it likes.

Walks of pseudo-random steps: a step costs a transaction, so that shrinking a failure would take
longer than reading the walk.
"""

import random

import pytest
from sqlalchemy import event

from lld_agent.bot.pull import PullOutcome, PullRef, PullStatus
from lld_agent.bot.queue.inbox import Inbox
from lld_agent.bot.queue.places import place_of
from lld_agent.bot.queue.policy import RetryPolicy
from lld_agent.bot.queue.tables import DELIVERIES, open_tables
from lld_agent.bot.queue.wishes import Delivery

POLICY = RetryPolicy(delays=(10.0, 20.0))
OUTCOMES = (
    PullOutcome(PullStatus.POSTED, head="a" * 40),
    PullOutcome(PullStatus.INCOMPLETE, retry=True),
    PullOutcome(PullStatus.FAILED),
)
PULLS = [PullRef("github", "o/r", number) for number in (1, 2)]
STEPS = 150


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    folder = tmp_path_factory.mktemp("any")
    engine = open_tables(place_of(f"sqlite:///{folder}/queue.sqlite"))
    # Durability is proved elsewhere, with kills; here it would only cost time.
    event.listen(engine, "checkout", lambda raw, *_: raw.execute("PRAGMA synchronous=OFF"))
    yield engine
    engine.dispose()


class Walk:
    """Every delivery is settled once, and no two jobs hold deliveries of one pull request."""

    def __init__(self, tables, seed):
        self.tables = tables
        self.dice = random.Random(seed)
        self.now = 1_000_000.0
        self.inbox = Inbox(tables, lambda: self.now)
        self.sent, self.settled = set(), {}
        self.handed, self.running = {}, {}

    def record(self, pull):
        name = self.dice.choice("abcdefghijklmnopqrstuvwxyz")
        new = self.inbox.record([Delivery(name, pull)])
        assert (new == set()) == ((name, pull.key) in self.sent)
        self.sent |= new

    def hand_out(self, _):
        for waiting in self.inbox.waiting():
            assert waiting.pull not in self.running
            self.handed[waiting.pull] = waiting

    def note(self, pull):
        if pull.key in self.handed:
            self.inbox.queued(self.handed[pull.key])

    def claim(self, pull):
        # The engine runs one job of a pull request at a time.
        if pull.key in self.handed and pull.key not in self.running:
            waiting = self.handed.pop(pull.key)
            if self.inbox.claim(pull.key, waiting.job):
                self.running[pull.key] = waiting.job

    def lose(self, pull):
        if pull.key in self.running:
            self.inbox.release([self.running.pop(pull.key)])

    def finish(self, pull):
        if pull.key in self.running:
            self.settle(pull.key, self.running.pop(pull.key), self.dice.choice(OUTCOMES))

    def wait(self, _):
        self.now += self.dice.choice([1.0, 15.0])

    def settle(self, pull, job, outcome):
        column = DELIVERIES.c
        mine = DELIVERIES.select().where(
            column.job == job, column.claimed, column.handled.is_(None)
        )
        with self.tables.begin() as connection:
            held = connection.execute(mine).all()
        how = self.inbox.finish(pull, job, outcome, POLICY)
        assert how != "nothing"
        for row in held if how in {"done", "dead"} else ():
            assert (row.id, row.pull) not in self.settled
            assert row.pull == pull
            self.settled[row.id, pull] = how

    def work_off(self):
        self.inbox.release([*self.running.values(), *self.inbox.jobs(older_than=-1)])
        self.now += 10_000
        for waiting in self.inbox.waiting():
            assert self.inbox.claim(waiting.pull, waiting.job)
            self.settle(waiting.pull, waiting.job, OUTCOMES[0])


@pytest.mark.parametrize("seed", range(8))
def test_nothing_is_lost_and_nothing_is_settled_twice(seed, tables):
    with tables.begin() as connection:
        connection.execute(DELIVERIES.delete())
    walk = Walk(tables, seed)
    steps = [walk.record, walk.hand_out, walk.note, walk.claim, walk.lose, walk.finish, walk.wait]
    for step in walk.dice.choices(steps, weights=(4, 4, 3, 4, 1, 3, 2), k=STEPS):
        step(walk.dice.choice(PULLS))
    walk.work_off()
    assert set(walk.settled) == walk.sent
    assert len(walk.sent) > 10
    assert walk.inbox.waiting() == []
