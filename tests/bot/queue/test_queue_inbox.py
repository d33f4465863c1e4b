"""Deliveries: written once, claimed by one job, settled, tried again, given up, never lost."""

import pytest

from lld_agent.bot.pull import PullOutcome, PullRef, PullStatus
from lld_agent.bot.queue.inbox import Inbox
from lld_agent.bot.queue.policy import RetryPolicy
from lld_agent.bot.queue.wishes import Delivery, Wish

PULL = PullRef("github", "octo/tales", 7)
OTHER = PullRef("github", "octo/tales", 8)
POSTED = PullOutcome(PullStatus.POSTED, head="a" * 40)
LIMIT = PullOutcome(PullStatus.INCOMPLETE, why="rate limit", retry=True)
BROKEN = PullOutcome(PullStatus.FAILED, why="no such key", exit_code=4)
POLICY = RetryPolicy(delays=(10.0, 20.0), crashes=2)


class Clock:
    now = 1_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def inbox(tables, clock):
    return Inbox(tables, clock)


def record(inbox, *ids, pull=PULL):
    return inbox.record([Delivery(one, pull) for one in ids])


def begin(inbox, pull=PULL):
    """Hand out and claim, as dispatcher and worker do; return the job and ids that it has."""
    (waiting,) = [one for one in inbox.waiting() if one.pull == pull.key]
    inbox.queued(waiting)
    return waiting.job, [one.delivery.id for one in inbox.claim(pull.key, waiting.job)]


def end(inbox, job, outcome, pull=PULL):
    return inbox.finish(pull.key, job, outcome, POLICY)


def test_an_id_is_written_down_once_per_pull_request(inbox):
    assert record(inbox, "a", "b") == {("a", PULL.key), ("b", PULL.key)}
    assert record(inbox, "b", "c", "c") == {("c", PULL.key)}
    assert record(inbox, "a", pull=OTHER) == {("a", OTHER.key)}
    assert inbox.record([]) == frozenset()


def test_one_job_takes_all_deliveries_of_a_pull_request_and_only_those(inbox):
    record(inbox, "a", "b")
    record(inbox, "x", pull=OTHER)
    job, ids = begin(inbox)
    assert ids == ["a", "b"]
    assert [one.pull for one in inbox.waiting()] == [OTHER.key]
    assert end(inbox, job, POSTED) == "done"
    assert [one.pull for one in inbox.waiting()] == [OTHER.key]


def test_what_comes_in_before_the_claim_is_in_the_job(inbox):
    record(inbox, "a")
    (waiting,) = inbox.waiting()
    inbox.queued(waiting)
    record(inbox, "b")
    assert inbox.waiting() == []
    assert [one.delivery.id for one in inbox.claim(PULL.key, waiting.job)] == ["a", "b"]


def test_what_comes_in_while_the_job_runs_is_one_more_job(inbox):
    record(inbox, "a")
    job, _ = begin(inbox)
    record(inbox, "b", "c")
    assert inbox.waiting() == []
    end(inbox, job, POSTED)
    again, ids = begin(inbox)
    assert again != job
    assert ids == ["b", "c"]
    end(inbox, again, POSTED)
    assert inbox.waiting() == []


def test_every_step_may_be_repeated(inbox):
    record(inbox, "a")
    (waiting,) = inbox.waiting()
    assert inbox.waiting() == [waiting]
    inbox.queued(waiting)
    inbox.queued(waiting)
    first = inbox.claim(PULL.key, waiting.job)
    assert inbox.claim(PULL.key, waiting.job) == first
    assert end(inbox, waiting.job, POSTED) == "done"
    assert end(inbox, waiting.job, POSTED) == "nothing"
    assert inbox.claim(PULL.key, waiting.job) == []


def test_a_job_that_was_finished_before_it_was_noted_stays_finished(inbox):
    record(inbox, "a")
    (waiting,) = inbox.waiting()
    inbox.claim(PULL.key, waiting.job)
    end(inbox, waiting.job, POSTED)
    record(inbox, "b")
    inbox.queued(waiting)
    (next_one,) = inbox.waiting()
    assert next_one.job != waiting.job


def test_a_limit_is_tried_again_later_and_later_then_given_up(inbox, clock):
    record(inbox, "a")
    names = []
    for delay in POLICY.delays:
        job, _ = begin(inbox)
        names.append(job)
        assert end(inbox, job, LIMIT) == "again"
        assert inbox.waiting() == []
        clock.now += delay - 1
        assert inbox.waiting() == []
        clock.now += 1
    job, _ = begin(inbox)
    assert end(inbox, job, LIMIT) == "dead"
    assert len({*names, job}) == 3
    clock.now += 10_000
    assert inbox.waiting() == []
    (letter,) = inbox.dead()
    assert (letter.pull, letter.why, letter.deliveries) == (PULL.key, "rate limit", 1)


def test_what_cannot_succeed_is_given_up_at_once(inbox):
    record(inbox, "a")
    job, _ = begin(inbox)
    assert end(inbox, job, BROKEN) == "dead"


def test_a_newer_delivery_does_not_wait_for_the_retry_and_has_all_its_tries(inbox):
    record(inbox, "a")
    job, _ = begin(inbox)
    end(inbox, job, LIMIT)
    record(inbox, "b")
    job, ids = begin(inbox)
    assert ids == ["a", "b"]
    assert end(inbox, job, LIMIT) == "again"


def test_dead_letters_come_back_when_a_person_says_so(inbox):
    record(inbox, "a", "b")
    job, _ = begin(inbox)
    end(inbox, job, BROKEN)
    assert inbox.requeue([OTHER.key]) == 0
    assert inbox.requeue([PULL.key]) == 1
    assert inbox.dead() == []
    again, ids = begin(inbox)
    assert again != job
    assert ids == ["a", "b"]
    end(inbox, again, BROKEN)
    assert inbox.requeue() == 1
    third, _ = begin(inbox)
    assert len({job, again, third}) == 3


def test_a_later_review_makes_a_dead_letter_good(inbox):
    record(inbox, "a")
    job, _ = begin(inbox)
    end(inbox, job, BROKEN)
    record(inbox, "b")
    job, _ = begin(inbox)
    end(inbox, job, POSTED)
    assert inbox.dead() == []


def test_refused_commands_are_settled_and_others_stay(inbox):
    inbox.record([Delivery("a", PULL), Delivery("b", PULL, asker="eve", comment="1")])
    (waiting,) = inbox.waiting()
    rows = inbox.claim(PULL.key, waiting.job)
    inbox.refuse(waiting.job, [one.seq for one in rows if one.delivery.asker], "no right")
    assert [one.delivery.id for one in inbox.claim(PULL.key, waiting.job)] == ["a"]


def test_a_delivery_keeps_all_that_it_asks_for(inbox):
    wish = Delivery("a", PULL, Wish.EXPLAIN, "SEC003", "mona", "99")
    inbox.record([wish])
    (waiting,) = inbox.waiting()
    (row,) = inbox.claim(PULL.key, waiting.job)
    assert row.delivery == wish


def test_a_job_that_kills_its_workers_is_given_up(inbox):
    record(inbox, "a")
    job, _ = begin(inbox)
    assert not inbox.crashed(job, POLICY)
    assert inbox.crashed(job, POLICY)
    (letter,) = inbox.dead()
    assert letter.why == "2 workers died on this job"
    assert not inbox.crashed(job, POLICY)


def test_deliveries_of_a_lost_job_go_to_another(inbox, clock):
    record(inbox, "a")
    job, _ = begin(inbox)
    assert inbox.jobs(older_than=60) == []
    clock.now += 61
    assert inbox.jobs(older_than=60) == [job]
    inbox.release([job])
    again, ids = begin(inbox)
    assert again != job
    assert ids == ["a"]


def test_heads_are_kept_for_the_next_start(inbox):
    record(inbox, "a")
    job, _ = begin(inbox)
    end(inbox, job, POSTED)
    record(inbox, "b")
    job, _ = begin(inbox)
    end(inbox, job, PullOutcome(PullStatus.UNCHANGED, head="b" * 40))
    assert inbox.heads() == {PULL.key: "b" * 40}


def test_old_rows_are_forgotten_open_and_dead_ones_are_not(inbox, clock):
    for number, outcome in enumerate((POSTED, BROKEN)):
        pull = PullRef("github", "octo/tales", 20 + number)
        record(inbox, "a", pull=pull)
        job, _ = begin(inbox, pull)
        end(inbox, job, outcome, pull)
    record(inbox, "a")
    clock.now += 31 * 86_400
    assert inbox.purge() == 1
    assert len(inbox.dead()) == 1
    assert [one.pull for one in inbox.waiting()] == [PULL.key]
