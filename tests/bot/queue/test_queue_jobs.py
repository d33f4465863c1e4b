"""The job of a pull request: who is served, and what becomes of everything that goes wrong."""

import asyncio

import pytest

from lld_agent.bot.pull import PullOutcome, PullRef, PullStatus
from lld_agent.bot.queue import jobs
from lld_agent.bot.queue.inbox import Inbox
from lld_agent.bot.queue.policy import RetryPolicy
from lld_agent.bot.queue.wishes import Delivery, Wish
from lld_agent.errors import CredentialsError, InputError

PULL = PullRef("github", "octo/tales", 7)
POSTED = PullOutcome(PullStatus.POSTED, head="a" * 40)


class Desk:
    """A host that says what it is told to say."""

    def __init__(self, outcome=POSTED, writers=("mona",)):
        self.outcome, self.writers, self.done = outcome, writers, []

    async def review(self, pull):
        self.done.append("review")
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        if self.outcome is None:
            await asyncio.sleep(60)
        return self.outcome

    async def may_write(self, pull, person):
        self.done.append(f"may {person}")
        return person in self.writers

    async def reply(self, pull, comment, body):
        self.done.append(f"reply {comment} {body}")


async def no_documents(asked):
    raise InputError("no such document")


@pytest.fixture
def inbox(tables):
    return Inbox(tables)


def do(inbox, desk, *deliveries, longest=5.0):
    """Claim, work and finish as the job does; return how it ended and the outcome."""
    inbox.record(deliveries)
    office = jobs.Office(
        inbox, desk, lambda rule: f"page {rule}", no_documents, RetryPolicy((0.0,)), longest
    )
    jobs.open_office(office)
    (waiting,) = inbox.waiting()

    async def run():
        rows = await jobs.claim(PULL.key, waiting.job)
        outcome = await jobs.work(PULL.key, waiting.job, rows)
        return await jobs.finish(PULL.key, waiting.job, outcome), outcome

    return asyncio.run(run())


def command(number, wish=Wish.REVIEW, who="mona", rule=""):
    return Delivery(f"d-{number}", PULL, wish, rule, who, str(number))


def test_many_deliveries_are_one_review(inbox):
    desk = Desk()
    how, outcome = do(inbox, desk, Delivery("a", PULL), Delivery("b", PULL), command(1))
    assert (how, outcome["status"]) == ("done", "posted")
    assert desk.done == ["may mona", "review"]


def test_a_command_of_somebody_without_rights_does_nothing(inbox):
    desk = Desk()
    how, _ = do(inbox, desk, command(1, who="eve"), command(2, Wish.EXPLAIN, "eve", "SEC003"))
    assert how == "nothing"
    assert desk.done == ["may eve"]
    assert inbox.waiting() == []


def test_their_commands_do_not_stop_what_others_ask_for(inbox):
    desk = Desk()
    do(
        inbox,
        desk,
        command(1, who="eve"),
        command(2, Wish.EXPLAIN, rule="SEC003"),
        Delivery("a", PULL),
    )
    assert desk.done == ["may eve", "may mona", "reply 2 page SEC003", "review"]


def test_an_explanation_alone_reviews_nothing(inbox):
    desk = Desk()
    how, outcome = do(inbox, desk, command(2, Wish.EXPLAIN, rule="SEC003"))
    assert (how, outcome["status"]) == ("done", "unchanged")
    assert desk.done == ["may mona", "reply 2 page SEC003"]


@pytest.mark.parametrize(
    ("trouble", "how", "why"),
    [
        (ConnectionError("away"), "again", "ConnectionError: away"),
        (InputError("odd document"), "again", "odd document"),
        (CredentialsError("refused key"), "dead", "refused key"),
        (None, "again", "not done after 0 seconds"),
        (PullOutcome(PullStatus.SUPERSEDED, retry=True), "again", ""),
        (PullOutcome(PullStatus.FAILED, why="no"), "dead", "no"),
        (PullOutcome(PullStatus.INCOMPLETE, why="part"), "done", "part"),
        (PullOutcome(PullStatus.SKIPPED), "done", ""),
    ],
    ids=str,
)
def test_whatever_goes_wrong_is_an_outcome(trouble, how, why, inbox):
    ended, outcome = do(inbox, Desk(trouble), Delivery("a", PULL), longest=0.05)
    assert (ended, outcome["why"]) == (how, why)
    assert bool(inbox.waiting()) == (how == "again")
    assert bool(inbox.dead()) == (how == "dead")


def test_a_document_that_cannot_be_analysed_is_an_answer(inbox):
    jobs.open_office(jobs.Office(inbox, Desk(), str, no_documents))
    assert asyncio.run(jobs.analyse({})) == {"error": "no such document"}
