"""Housekeeping: what is handed out, taken over, taken back."""

import asyncio
import logging

import pytest

from lld_agent.bot.pull import PullRef
from lld_agent.bot.queue.crew import Crew
from lld_agent.bot.queue.dispatch import Housekeeping, Pace, keep_house
from lld_agent.bot.queue.inbox import Inbox
from lld_agent.bot.queue.policy import RetryPolicy
from lld_agent.bot.queue.tables import WORKERS
from lld_agent.bot.queue.wishes import Delivery

PULL = PullRef("github", "octo/tales", 7)


class Engine:
    """Jobs as the engine keeps them."""

    def __init__(self):
        self.queued, self.pending, self.resumed, self.cancelled, self.done = [], {}, [], [], set()
        self.purged = 0

    def hand_out(self, name, pull):
        if any(other != name for other, _ in self.queued):
            return False
        self.queued.append((name, pull))
        return True

    def of_worker(self, worker):
        return self.pending.get(worker, {})

    def resume(self, queue, names):
        self.resumed.append((queue, names))

    def cancel(self, name):
        self.cancelled.append(name)

    def over(self, names):
        return [name for name in names if name in self.done]

    def purge(self, before):
        self.purged += 1


class Clock:
    now = 1_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def house(tables, clock):
    crew = Crew(tables, "leader", clock)
    crew.beat()
    return Housekeeping(Inbox(tables, clock), crew, Engine(), RetryPolicy(crashes=2))


def put(tables, name):
    with tables.begin() as connection:
        connection.execute(WORKERS.insert().values(name=name, host="elsewhere", pid=1, beat=0.0))


def test_a_pull_request_is_handed_out_once(house):
    house.inbox.record([Delivery("a", PULL)])
    assert house.hand_out() == 1
    house.inbox.record([Delivery("b", PULL)])
    assert house.hand_out() == 0
    assert len(house.jobs.queued) == 1


def test_killed_between_engine_and_note_the_same_name_is_handed_out_again(house):
    house.inbox.record([Delivery("a", PULL)])
    (waiting,) = house.inbox.waiting()
    house.jobs.hand_out(waiting.job, waiting.pull)
    assert house.hand_out() == 1
    assert {name for name, _ in house.jobs.queued} == {waiting.job}
    assert house.inbox.waiting() == []


def test_what_the_engine_refuses_waits(house):
    house.inbox.record([Delivery("a", PULL)])
    house.jobs.queued.append(("another", PULL.key))
    assert house.hand_out() == 0
    assert len(house.inbox.waiting()) == 1
    house.jobs.queued.clear()
    assert house.hand_out() == 1


def test_jobs_of_a_dead_worker_go_back_to_their_queues(house, tables):
    put(tables, "dead")
    house.jobs.pending["dead"] = {"pulls": ["one"], "documents": ["two", "three"]}
    house.take_over()
    assert house.jobs.resumed == [("pulls", ["one"]), ("documents", ["two", "three"])]
    assert house.crew.missing() == []


def test_a_job_that_kills_its_workers_is_given_up(house, tables):
    house.inbox.record([Delivery("a", PULL)])
    (waiting,) = house.inbox.waiting()
    house.inbox.claim(PULL.key, waiting.job)
    for name in ("first", "second"):
        put(tables, name)
        house.jobs.pending = {name: {"pulls": [waiting.job, "other"]}}
        house.take_over()
    assert house.jobs.cancelled == [waiting.job]
    assert house.jobs.resumed == [("pulls", [waiting.job, "other"]), ("pulls", ["other"])]
    assert [one.pull for one in house.inbox.dead()] == [PULL.key]


def test_deliveries_of_a_lost_job_are_handed_out_anew(house, clock):
    house.inbox.record([Delivery("a", PULL)])
    house.hand_out()
    ((lost, _),) = house.jobs.queued
    clock.now += 121
    house.sweep()
    assert house.inbox.waiting() == []
    house.jobs.done.add(lost)
    house.sweep()
    (waiting,) = house.inbox.waiting()
    assert waiting.job != lost
    assert house.jobs.purged == 2


def test_a_round_that_fails_is_logged_and_tried_again(house, caplog):
    stop = asyncio.Event()
    rounds = []

    def take_over():
        rounds.append(1)
        if len(rounds) == 1:
            raise ConnectionError("away")
        stop.set()

    class Broken(Housekeeping):
        def take_over(self):
            take_over()

    broken = Broken(house.inbox, house.crew, house.jobs, house.policy)
    with caplog.at_level(logging.WARNING):
        asyncio.run(asyncio.wait_for(keep_house(broken, stop, Pace(0.001, 0.0)), 20))
    assert "housekeeping failed" in caplog.text
    assert len(rounds) == 2
