"""Which pull request a workflow runs for, from the event that GitHub Actions lays down as a file."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lld_agent.bot.pull import Host, PullRef
from lld_agent.errors import UsageError

_REPO = re.compile(r"[\w.-]+(?:/[\w.-]+)+")


def named_pull(
    host: Host, repo: str | None, number: int | None, environ: Mapping[str, str]
) -> PullRef:
    """Return the pull request that is meant by options, else by the event, else by the job.

    Args:
        host: where it is.
        repo: `owner/name`, or None.
        number: of the pull request, or None.
        environ: of a GitHub workflow or a GitLab job.

    Raises:
        UsageError: none is meant.
    """
    if host == "gitlab":
        repo = repo or environ.get("CI_PROJECT_PATH")
        iid = environ.get("CI_MERGE_REQUEST_IID", "")
        number = number if number is not None else int(iid) if iid.isdigit() else None
    elif number is None:
        event = _event(environ.get("GITHUB_EVENT_PATH", ""))
        number = _number(event)
        repo = repo or (event.get("repository") or {}).get("full_name")
    repo = repo or environ.get("GITHUB_REPOSITORY")
    if not repo or number is None or number < 1:
        raise UsageError(
            "no pull request is named", "give --repo OWNER/NAME and --pr NUMBER, or run it for one"
        )
    if not _REPO.fullmatch(repo) or ".." in repo:
        raise UsageError(f"{repo!r} is no repository", "it looks like owner/name")
    return PullRef(host, repo, number)


def _event(path: str) -> dict[str, Any]:
    if not path:
        return {}
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(
            f"the event file cannot be read: {error}", "give --repo and --pr"
        ) from None
    return data if isinstance(data, dict) else {}


def _number(event: dict[str, Any]) -> int | None:
    """Return the number of the pull request of an event of pull requests, comments or workflow runs."""
    pull = event.get("pull_request")
    if not isinstance(pull, dict):
        issue = event.get("issue")
        pull = issue if isinstance(issue, dict) and "pull_request" in issue else None
    if pull is None:
        # Empty for pull requests from forks: those hand their number on (docs/bot.md).
        runs = (event.get("workflow_run") or {}).get("pull_requests") or [{}]
        pull = runs[0]
    number = pull.get("number")
    return number if isinstance(number, int) else None
