"""Which keys of code hosts the environment holds, and what a worker can do with them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lld_agent.bot.analysis import Task, analyse_apart
from lld_agent.bot.app_auth import AppAuth
from lld_agent.bot.desk import Desks, GitHubDesk, GitLabDesk, PlainToken, Tokens
from lld_agent.bot.options import BotOptions
from lld_agent.bot.queue.ports import Desk
from lld_agent.bot.queue.worker import Work
from lld_agent.bot.review import review_pull
from lld_agent.errors import CredentialsError, UsageError
from lld_agent.github.client import API
from lld_agent.gitlab.client import API as GITLAB
from lld_agent.rules.pages import page_of
from lld_agent.rules.registry import rule

_LONGEST = 900.0
_GITLAB = "gitlab:"


def work_without_hosts() -> Work:
    """Return the work of a worker that has no key of a code host: documents."""
    return Work(Desks({}), explanation, analysed)


def work_from(environ: Mapping[str, str], repos: tuple[str, ...], options: BotOptions) -> Work:
    """Return what a worker can do.

    Args:
        environ: keys of hosts. GitHub: an App (LLD_AGENT_APP_ID with LLD_AGENT_APP_KEY or
            LLD_AGENT_APP_KEY_FILE), or GITHUB_TOKEN or GH_TOKEN. GitLab: GITLAB_TOKEN.
        repos: that are looked at when the worker starts, where the key does not tell: owner/name,
            or gitlab:group/project.
        options: of reviews.

    Raises:
        CredentialsError: there is no key, or it cannot be read. UsageError: a repository of a host
            without a key, or beside an App.
    """
    of_gitlab = tuple(one.removeprefix(_GITLAB) for one in repos if one.startswith(_GITLAB))
    of_github = tuple(one for one in repos if not one.startswith(_GITLAB))
    desks: dict[str, Desk] = {}
    base_url = environ.get("GITHUB_API_URL", "") or API
    tokens = github_tokens(environ, of_github, base_url)
    if tokens is not None:
        desks["github"] = GitHubDesk(tokens, options, review_pull, base_url)
    key = environ.get("GITLAB_TOKEN", "")
    if key:
        there = environ.get("CI_API_V4_URL", "") or GITLAB
        desks["gitlab"] = GitLabDesk(PlainToken(key, of_gitlab), options, review_pull, there)
    elif of_gitlab:
        raise UsageError(f"no key for {_GITLAB}{of_gitlab[0]}", "set GITLAB_TOKEN")
    if not desks:
        raise CredentialsError(
            "no key of a code host",
            "set LLD_AGENT_APP_ID and LLD_AGENT_APP_KEY_FILE, GITHUB_TOKEN or GITLAB_TOKEN",
        )
    return Work(Desks(desks), explanation, analysed)


def github_tokens(
    environ: Mapping[str, str], repos: tuple[str, ...], base_url: str
) -> Tokens | None:
    """Return what gives keys of GitHub: an app where one is set up, else one key for all, or None.

    Raises:
        CredentialsError: the key cannot be read. UsageError: repositories are named that no key is
            for, or that an app knows by itself.
    """
    app = environ.get("LLD_AGENT_APP_ID", "")
    if app and repos:
        raise UsageError(
            "--repo is for plain tokens", "an app looks after the repositories it is on"
        )
    if app:
        return AppAuth(app, _private_key(environ), base_url)
    token = environ.get("GITHUB_TOKEN", "") or environ.get("GH_TOKEN", "")
    if not token and repos:
        raise UsageError(f"no key for {repos[0]}", "set GITHUB_TOKEN")
    return PlainToken(token, repos) if token else None


def explanation(rule_id: str) -> str:
    """Return the page of a rule, or a line that says that there is none."""
    found = rule(rule_id)
    # An id has the form of an id: the server lets nothing else through.
    return f"There is no rule `{rule_id}`." if found is None else page_of(found)


async def analysed(asked: dict[str, Any]) -> dict[str, Any]:
    """Review the documents of a task in a process of its own, as plain data.

    Raises:
        AnalysisError: nothing usable came.
    """
    reply = await analyse_apart(Task.model_validate(asked), _LONGEST)
    return reply.model_dump(mode="json")


def _private_key(environ: Mapping[str, str]) -> str:
    text, path = environ.get("LLD_AGENT_APP_KEY", ""), environ.get("LLD_AGENT_APP_KEY_FILE", "")
    if text:
        return text.replace("\\n", "\n")
    if not path:
        raise CredentialsError(
            "LLD_AGENT_APP_ID is set, but no private key", "set LLD_AGENT_APP_KEY_FILE"
        )
    try:
        return Path(path).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise CredentialsError(
            f"the private key {path} cannot be read: {error}", "check LLD_AGENT_APP_KEY_FILE"
        ) from None
