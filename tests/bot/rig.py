"""A pull request with designs on a fake GitHub, and reviews of it that take no time."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from tests.github.fake import TOKEN, FakeGitHub
from tests.github.state import Host

from lld_agent.bot.analyse import analyse
from lld_agent.bot.analysis import Reply, Task
from lld_agent.bot.options import BotOptions
from lld_agent.bot.pull import PullRef
from lld_agent.bot.review import PullReport, report_on
from lld_agent.forge.pace import Pace
from lld_agent.github.client import fixed, github_requests
from lld_agent.github.pull import GitHubPull

KEY = b"a key of the tests"
PATH = "docs/design/lockers.md"
HEAD = "# lockers - Low-Level Design\n\n## 8. Configuration\n\n### 8.1 Environment Variables\n\n"
TABLE = "| Variable | Required | Default | Description | Sensitive |\n|---|---|---|---|---|\n"
CONFIG = 'select = ["CFG002"]\n'
FINE = "| `PORT` | No | `8080` | Port | No |\n"


def row(name: str, default: str = "changeme") -> str:
    return f"| `{name}` | No | `{default}` | Signs codes | Yes |\n"


def design(*rows: str, before: str = "", after: str = "") -> str:
    """Return a design in which every row is a finding, but the last, without which the rule is mute."""
    return HEAD + before + TABLE + "".join(rows) + FINE + after


@dataclass
class FakeClock:
    """Time that passes when somebody sleeps."""

    time: float = 1_800_000_000.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds

    def jitter(self) -> float:
        return 0.5


_ANSWERS: dict[str, str] = {}


async def analyse_here(task: Task, _seconds: float) -> Reply:
    asked = task.model_dump_json()
    if asked not in _ANSWERS:
        _ANSWERS[asked] = analyse(task).model_dump_json()
    return Reply.model_validate_json(_ANSWERS[asked])


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Rig:
    """A pull request and what reviews it."""

    github: FakeGitHub
    clock: FakeClock = field(default_factory=FakeClock)
    options: BotOptions = field(default_factory=lambda: BotOptions(signing_key=KEY))

    def review(self, kill_after: int | None = None, analyse: Any = analyse_here) -> PullReport:
        """Review it; the process may be killed when a number of writes have taken effect."""
        return asyncio.run(self._review(kill_after, analyse))

    async def _review(self, kill_after: int | None, analyse: Any) -> PullReport:
        host = self.github.host
        seen = len(self.github.calls)

        async def watch(_response: httpx.Response) -> None:
            writes = sum(call.is_write and call.status < 300 for call in self.github.calls[seen:])
            if kill_after is not None and writes >= kill_after:
                raise Killed

        hooks: dict[str, list[Callable[..., Any]]] = {"response": [watch]}
        async with httpx.AsyncClient(event_hooks=hooks, timeout=10, verify=False) as client:
            pace = Pace(clock=self.clock)
            requests = github_requests(fixed(TOKEN), self.github.base_url, pace, client)
            forge = GitHubPull(requests, host.repo, host.number)
            ref = PullRef("github", host.repo, host.number)
            return await report_on(ref, forge, self.options, analyse)


def pull_request(base: dict[str, str], head: dict[str, str], config: str = CONFIG) -> Host:
    files: dict[str, str | bytes] = {"lld-agent.toml": config, **base}
    return Host().open(files, {**files, **head})


def open_bodies(host: Host) -> list[str]:
    """Return the bodies of our comments on lines whose threads are open."""
    return [
        c["body"]
        for c in host.comments
        if not c.get("in_reply_to_id") and c["id"] not in host.resolved and "v1 kind=" in c["body"]
    ]
