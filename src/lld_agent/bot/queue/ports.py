"""What a worker asks of a host: the border between the queue and those who read and write there."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from lld_agent.bot.pull import PullOutcome, PullRef


@dataclass(frozen=True, slots=True)
class OpenPull:
    """An open pull request and its head."""

    pull: PullRef
    head: str


class Desk(Protocol):
    """A host of pull requests, as a worker sees it. Every method may be called again after a kill.

    Errors that pass (limits, outages) may be raised: the job is tried again.
    """

    async def review(self, pull: PullRef) -> PullOutcome:
        """Review a pull request as it is now and post what is new."""

    async def may_write(self, pull: PullRef, person: str) -> bool:
        """Return whether a person may write to the repository of a pull request."""

    async def reply(self, pull: PullRef, comment: str, body: str) -> None:
        """Answer a comment, once, however often this is called for the comment."""

    def open_pulls(self) -> AsyncIterator[OpenPull]:
        """Yield the open pull requests of all repositories that the bot is asked to look after."""
