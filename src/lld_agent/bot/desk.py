"""What workers ask of GitHub and GitLab beside the review itself: rights, answers, open pull requests."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

import httpx

from lld_agent.bot.options import BotOptions
from lld_agent.bot.pull import PullOutcome, PullRef, PullStatus
from lld_agent.bot.queue.ports import Desk, OpenPull
from lld_agent.forge.errors import ForbiddenError, MissingError
from lld_agent.forge.http import TIMEOUT, Request, Requests
from lld_agent.forge.pace import Pace
from lld_agent.forge.port import Forge
from lld_agent.github.client import github_requests
from lld_agent.github.pull import GitHubPull
from lld_agent.gitlab.client import gitlab_requests
from lld_agent.gitlab.pull import GitLabPull

Review = Callable[[PullRef, Forge, BotOptions], Awaitable[PullOutcome]]
_DEVELOPER = 30
"""GitLab's access level of those who may push; guests, planners and reporters are below."""


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


class _Desk(ABC):
    """What is the same on both hosts; see `bot.queue.ports.Desk`.

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
        base_url: str,
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
        async with self._requests(pull.repo) as requests:
            return await self._review(pull, self._forge(requests, pull), self._options)

    async def may_write(self, pull: PullRef, person: str) -> bool:
        """Return whether a person may write to the repository."""
        async with self._requests(pull.repo) as requests:
            try:
                data = (await requests.send(Request("GET", self._right(pull, person)))).data
            except (MissingError, ForbiddenError):
                return False
        return self._writes(data)

    async def reply(self, pull: PullRef, comment: str, body: str) -> None:
        """Answer a comment once: an answer of ours to it is looked for first."""
        mark = f"<!-- lld-agent reply to={comment} -->"
        async with self._requests(pull.repo) as requests:
            forge = self._forge(requests, pull)
            own = await forge.identity()
            there = await forge.remarks()
            if not any(mark in one.body and one.author == own for one in there):
                await forge.remark(f"{body.rstrip()}\n\n{mark}\n", mark)

    async def open_pulls(self) -> AsyncIterator[OpenPull]:
        """Yield the open pull requests of all repositories that the bot looks after."""
        async for repo in self._tokens.repositories():
            # A pace of its own: this runs in another event loop than the jobs.
            async with self._requests(repo, Pace()) as requests:
                path, state = self._listing(repo)
                async for page in requests.pages(path, state=state, per_page=100):
                    for one in page:
                        yield self._open_pull(repo, one)

    @abstractmethod
    def _sender(self, repo: str, pace: Pace, client: httpx.AsyncClient) -> Requests: ...

    @abstractmethod
    def _forge(self, requests: Requests, pull: PullRef) -> Forge: ...

    @abstractmethod
    def _right(self, pull: PullRef, person: str) -> str: ...

    @abstractmethod
    def _writes(self, data: dict[str, Any]) -> bool: ...

    @abstractmethod
    def _listing(self, repo: str) -> tuple[str, str]: ...

    @abstractmethod
    def _open_pull(self, repo: str, data: dict[str, Any]) -> OpenPull: ...

    @asynccontextmanager
    async def _requests(self, repo: str, pace: Pace | None = None) -> AsyncIterator[Requests]:
        if self._client is not None:
            yield self._sender(repo, pace or self._pace, self._client)
            return
        async with httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False) as client:
            yield self._sender(repo, pace or self._pace, client)


class GitHubDesk(_Desk):
    """GitHub, with the key of an app or a plain one."""

    def _sender(self, repo: str, pace: Pace, client: httpx.AsyncClient) -> Requests:
        async def give() -> str:
            return await self._tokens.token(repo)

        return github_requests(give, self._base_url, pace, client)

    def _forge(self, requests: Requests, pull: PullRef) -> Forge:
        return GitHubPull(requests, pull.repo, pull.number)

    def _right(self, pull: PullRef, person: str) -> str:
        return f"repos/{pull.repo}/collaborators/{person}/permission"

    def _writes(self, data: dict[str, Any]) -> bool:
        return data.get("permission") in {"admin", "maintain", "write"}

    def _listing(self, repo: str) -> tuple[str, str]:
        return f"repos/{repo}/pulls", "open"

    def _open_pull(self, repo: str, data: dict[str, Any]) -> OpenPull:
        return OpenPull(PullRef("github", repo, int(data["number"])), str(data["head"]["sha"]))


class GitLabDesk(_Desk):
    """GitLab, with an access token; a person is named by the id that GitLab's notes give."""

    def __init__(
        self,
        token: PlainToken,
        options: BotOptions,
        review: Review,
        base_url: str,
        client: httpx.AsyncClient | None = None,
    ) -> None:
        super().__init__(token, options, review, base_url, client)
        self._token = token.value

    def _sender(self, repo: str, pace: Pace, client: httpx.AsyncClient) -> Requests:
        del repo
        return gitlab_requests(self._token, self._base_url, pace, client)

    def _forge(self, requests: Requests, pull: PullRef) -> Forge:
        return GitLabPull(requests, pull.repo, pull.number)

    def _right(self, pull: PullRef, person: str) -> str:
        return f"projects/{quote(pull.repo, safe='')}/members/all/{person}"

    def _writes(self, data: dict[str, Any]) -> bool:
        return int(data.get("access_level") or 0) >= _DEVELOPER and data.get("state") == "active"

    def _listing(self, repo: str) -> tuple[str, str]:
        return f"projects/{quote(repo, safe='')}/merge_requests", "opened"

    def _open_pull(self, repo: str, data: dict[str, Any]) -> OpenPull:
        return OpenPull(PullRef("gitlab", repo, int(data["iid"])), str(data["sha"]))


class Desks:
    """One desk for all hosts.

    Args:
        hosts: desk of each host that there is a key for.
    """

    def __init__(self, hosts: Mapping[str, Desk]) -> None:
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
