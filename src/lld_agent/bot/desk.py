"""What workers ask of GitHub beside the review itself: rights, answers, open pull requests."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

import httpx

from lld_agent.bot.options import BotOptions
from lld_agent.bot.pull import PullOutcome, PullRef, PullStatus
from lld_agent.bot.queue.ports import OpenPull
from lld_agent.forge.errors import ForbiddenError, MissingError
from lld_agent.forge.http import TIMEOUT, Request
from lld_agent.forge.pace import Pace
from lld_agent.forge.port import Forge
from lld_agent.github.client import API, github_requests
from lld_agent.github.pull import GitHubPull

Review = Callable[[PullRef, Forge, BotOptions], Awaitable[PullOutcome]]
_WRITERS = {"admin", "maintain", "write"}


class Tokens(Protocol):
    """Gives keys: of an app per repository, or one for all."""

    async def token(self, repo: str) -> str:
        """Return a key that holds now."""

    def repositories(self) -> AsyncIterator[str]:
        """Yield the repositories that the bot looks after."""


@dataclass(frozen=True, slots=True)
class PlainToken:
    """One key for all.

    Attributes:
        repos: that are looked at when a worker starts; a plain key does not tell.
    """

    value: str
    repos: tuple[str, ...] = ()

    async def token(self, repo: str) -> str:
        """Return the key."""
        del repo
        return self.value

    async def repositories(self) -> AsyncIterator[str]:
        """Yield what was named."""
        for repo in self.repos:
            yield repo


class GitHubDesk:
    """See `bot.queue.ports.Desk`.

    Args:
        tokens: gives keys.
        options: of reviews.
        review: reviews one pull request.
        base_url: of the API.
        client: to send with, in tests; else one is made for each job.
    """

    def __init__(
        self,
        tokens: Tokens,
        options: BotOptions,
        review: Review,
        base_url: str = API,
        client: httpx.AsyncClient | None = None,
    ) -> None:
        self._tokens = tokens
        self._options = options
        self._review = review
        self._base_url = base_url
        self._client = client
        self._pace = Pace()

    async def review(self, pull: PullRef) -> PullOutcome:
        """Review a pull request as it is now and post what is new."""
        async with self._open(pull) as forge:
            return await self._review(pull, forge, self._options)

    async def may_write(self, pull: PullRef, person: str) -> bool:
        """Return whether a person may write to the repository."""
        path = f"repos/{pull.repo}/collaborators/{person}/permission"
        async with self._connection() as client:
            requests = github_requests(self._key(pull.repo), self._base_url, client=client)
            try:
                data = (await requests.send(Request("GET", path))).data
            except (MissingError, ForbiddenError):
                return False
        return data.get("permission") in _WRITERS

    async def reply(self, pull: PullRef, comment: str, body: str) -> None:
        """Answer a comment once: an answer of ours to it is looked for first."""
        mark = f"<!-- lld-agent reply to={comment} -->"
        async with self._open(pull) as forge:
            own = await forge.identity()
            there = await forge.remarks()
            if not any(mark in one.body and one.author == own for one in there):
                await forge.remark(f"{body.rstrip()}\n\n{mark}\n", mark)

    async def open_pulls(self) -> AsyncIterator[OpenPull]:
        """Yield the open pull requests of all repositories that the bot looks after."""
        async for repo in self._tokens.repositories():
            async with self._connection() as client:
                requests = github_requests(self._key(repo), self._base_url, client=client)
                async for page in requests.pages(f"repos/{repo}/pulls", state="open", per_page=100):
                    for one in page:
                        ref = PullRef("github", repo, int(one["number"]))
                        yield OpenPull(ref, str(one["head"]["sha"]))

    @asynccontextmanager
    async def _open(self, pull: PullRef) -> AsyncIterator[Forge]:
        async with self._connection() as client:
            requests = github_requests(self._key(pull.repo), self._base_url, self._pace, client)
            yield GitHubPull(requests, pull.repo, pull.number)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[httpx.AsyncClient]:
        if self._client is not None:
            yield self._client
            return
        async with httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False) as client:
            yield client

    def _key(self, repo: str) -> Callable[[], Awaitable[str]]:
        async def give() -> str:
            return await self._tokens.token(repo)

        return give


class Desks:
    """One desk for all hosts.

    Args:
        hosts: desk of each host that there is a key for.
    """

    def __init__(self, hosts: Mapping[str, "GitHubDesk"]) -> None:
        self._hosts = hosts

    async def review(self, pull: PullRef) -> PullOutcome:
        """Review a pull request; without a key for its host that is a dead letter."""
        desk = self._hosts.get(pull.host)
        if desk is None:
            return PullOutcome(PullStatus.FAILED, why=f"no key for {pull.host}", exit_code=4)
        return await desk.review(pull)

    async def may_write(self, pull: PullRef, person: str) -> bool:
        """Return whether a person may write to the repository."""
        desk = self._hosts.get(pull.host)
        return desk is not None and await desk.may_write(pull, person)

    async def reply(self, pull: PullRef, comment: str, body: str) -> None:
        """Answer a comment."""
        await self._hosts[pull.host].reply(pull, comment, body)

    async def open_pulls(self) -> AsyncIterator[OpenPull]:
        """Yield the open pull requests of all hosts."""
        for desk in self._hosts.values():
            async for one in desk.open_pulls():
                yield one
