"""The job of a pull request: three steps on DBOS, each of which may be done again after a kill.

Claim: the job takes every open delivery of the pull request. Work: rights are asked for, commands
answered, the pull request reviewed as it is now. Finish: the claimed deliveries are settled. A kill
in the middle of a step repeats that step only; a delivery that comes in after the claim waits for
the next job.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from dbos import DBOS

from lld_agent.bot.pull import PullOutcome, PullRef, PullStatus
from lld_agent.bot.queue.inbox import Claimed, Inbox
from lld_agent.bot.queue.policy import RetryPolicy
from lld_agent.bot.queue.ports import Desk
from lld_agent.bot.queue.wishes import Delivery, Wish, ref_of
from lld_agent.errors import CredentialsError, LldError

LOG = logging.getLogger("lld_agent.bot.jobs")
LONGEST = 1800.0
"""Seconds after which a job is given up for this time."""


@dataclass(frozen=True, slots=True)
class Office:
    """What the jobs of this process work with.

    Attributes:
        explain: the page of a rule as Markdown, or a line that says there is none.
        analyse: reviews the document of a task, both as plain data.
    """

    inbox: Inbox
    desk: Desk
    explain: Callable[[str], str]
    analyse: Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    longest: float = LONGEST


_office: list[Office] = []


def open_office(office: Office) -> None:
    """Set what the jobs of this process work with, before the engine is launched."""
    _office[:] = [office]


@DBOS.workflow(name="pull")
async def pull_job(pull: str) -> str:
    """Do what the deliveries of a pull request ask for; return how it ended."""
    job = str(DBOS.workflow_id)
    rows = await claim(pull, job)
    if not rows:
        return "nothing"
    outcome = await work(pull, job, rows)
    return await finish(pull, job, outcome)


@DBOS.step(name="claim")
async def claim(pull: str, job: str) -> list[dict[str, Any]]:
    """Take the deliveries."""
    claimed = await asyncio.to_thread(_office[0].inbox.claim, pull, job)
    return [_plain(one) for one in claimed]


@DBOS.step(name="work")
async def work(pull: str, job: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Do what they ask for; failures are outcomes, never exceptions."""
    office = _office[0]
    ref = ref_of(pull)
    try:
        async with asyncio.timeout(office.longest):
            outcome = await _served(office, ref, job, [_claimed(row, ref) for row in rows])
    except TimeoutError:
        why = f"not done after {office.longest:.0f} seconds"
        outcome = PullOutcome(PullStatus.FAILED, why=why, retry=True)
    except CredentialsError as error:
        outcome = PullOutcome(PullStatus.FAILED, why=error.message, exit_code=4)
    except Exception as error:  # noqa: BLE001 - whatever goes wrong, the delivery is not lost
        why = error.message if isinstance(error, LldError) else f"{type(error).__name__}: {error}"
        LOG.warning("job failed", extra={"pull": pull, "job": job, "why": why})
        outcome = PullOutcome(PullStatus.FAILED, why=why, retry=True)
    return asdict(outcome)


@DBOS.step(name="finish")
async def finish(pull: str, job: str, outcome: dict[str, Any]) -> str:
    """Settle them."""
    office = _office[0]
    ended = PullOutcome(**{**outcome, "status": PullStatus(outcome["status"])})
    how = await asyncio.to_thread(office.inbox.finish, pull, job, ended, office.policy)
    facts = {"pull": pull, "job": job, "status": ended.status.value, "then": how, "why": ended.why}
    LOG.info("job ended", extra=facts)
    return how


@DBOS.workflow(name="document")
async def document_job(asked: dict[str, Any]) -> dict[str, Any]:
    """Review a document that `review --queue` handed out; return what came of it."""
    return await analyse(asked)


@DBOS.step(name="analyse")
async def analyse(asked: dict[str, Any]) -> dict[str, Any]:
    """Review it; a failure is an answer too: `{"error": ...}`."""
    office = _office[0]
    try:
        return await office.analyse(asked)
    except Exception as error:  # noqa: BLE001 - it belongs to the document, not to the worker
        why = error.message if isinstance(error, LldError) else f"{type(error).__name__}: {error}"
        return {"error": why}


async def _served(
    office: Office, pull: PullRef, job: str, claimed: Sequence[Claimed]
) -> PullOutcome:
    granted, refused = await _granted(office.desk, pull, claimed)
    if refused:
        why = "commanded by somebody without write access"
        await asyncio.to_thread(office.inbox.refuse, job, [one.seq for one in refused], why)
    for one in granted:
        if one.delivery.wish is Wish.EXPLAIN:
            text = await asyncio.to_thread(office.explain, one.delivery.rule)
            await office.desk.reply(pull, one.delivery.comment, text)
    if any(one.delivery.wish is Wish.REVIEW for one in granted):
        return await office.desk.review(pull)
    return PullOutcome(PullStatus.UNCHANGED)


async def _granted(
    desk: Desk, pull: PullRef, claimed: Sequence[Claimed]
) -> tuple[list[Claimed], list[Claimed]]:
    """Return the deliveries to be served and the commands of people who may not give them."""
    people = {one.delivery.asker for one in claimed if one.delivery.asker}
    rights = {person: await desk.may_write(pull, person) for person in sorted(people)}
    granted = [one for one in claimed if rights.get(one.delivery.asker, True)]
    refused = [one for one in claimed if not rights.get(one.delivery.asker, True)]
    return granted, refused


def _plain(claimed: Claimed) -> dict[str, Any]:
    one = claimed.delivery
    return {
        "seq": claimed.seq,
        "id": one.id,
        "wish": one.wish.value,
        "rule": one.rule,
        "asker": one.asker,
        "comment": one.comment,
    }


def _claimed(row: dict[str, Any], pull: PullRef) -> Claimed:
    delivery = Delivery(
        row["id"], pull, Wish(row["wish"]), row["rule"], row["asker"], row["comment"]
    )
    return Claimed(row["seq"], delivery)
