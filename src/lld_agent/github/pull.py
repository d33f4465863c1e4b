"""A pull request on GitHub behind the port.

Source: GitHub REST API, version 2022-11-28: pulls, pull request reviews and review comments,
issue comments, repository contents; GraphQL for threads.
"""

import base64
import contextlib
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple
from urllib.parse import quote, urlsplit

from lld_agent.forge.errors import ForbiddenError, LimitedError, MissingError, RejectedError
from lld_agent.forge.http import Request, Requests
from lld_agent.forge.values import ChangedFile, InlineComment, Pull, Remark, Thread, Verdict
from lld_agent.github.checks import Checks
from lld_agent.github.client import graphql_path
from lld_agent.github.queries import RESOLVE, THREADS, VIEWER


class _State(NamedTuple):
    """What GraphQL knows of a thread."""

    id: str
    resolved: bool
    resolved_by: str


class GitHubPull:
    """One pull request; see `forge.port`.

    Args:
        requests: to GitHub.
        repo: `owner/name`.
        number: of the pull request.
    """

    def __init__(self, requests: Requests, repo: str, number: int) -> None:
        self.repo = repo
        self.number = number
        self._requests = requests
        self._at = f"repos/{repo}"
        self._checks = Checks(requests, repo)

    async def pull(self) -> Pull:
        """Return the pull request as it is now."""
        data = await self._get(f"{self._at}/pulls/{self.number}")
        head, base = data["head"], data["base"]
        from_fork = head["repo"] is None or head["repo"]["full_name"] != base["repo"]["full_name"]
        return Pull(
            number=self.number,
            is_open=data["state"] == "open",
            is_draft=bool(data.get("draft")),
            head=head["sha"],
            base=base["sha"],
            from_fork=from_fork,
        )

    async def files(self) -> tuple[ChangedFile, ...]:
        """Return the files it changes, all pages."""
        return tuple(
            ChangedFile(
                path=file["filename"],
                previous=file.get("previous_filename") or file["filename"],
                removed=file["status"] == "removed",
                patch=file.get("patch"),
            )
            for file in await self._list(f"{self._at}/pulls/{self.number}/files")
        )

    async def content(self, path: str, ref: str, limit: int) -> bytes | None:
        """Return a file at a commit; None where there is none or it is larger than `limit`."""
        request = Request("GET", f"{self._at}/contents/{quote(path)}", {"ref": ref})
        try:
            data = (await self._requests.send(request)).data
        except MissingError:
            return None
        if not isinstance(data, dict) or data.get("type") != "file" or data["size"] > limit:
            return None
        return base64.b64decode(data["content"]) if data.get("encoding") == "base64" else None

    async def identity(self) -> str:
        """Return the login that writes with this key."""
        return str((await self._ask(VIEWER, {}, "read"))["viewer"]["login"])

    async def threads(self) -> tuple[Thread, ...]:
        """Return the conversations on lines.

        Which of them are resolved is known in GraphQL only; a key that may not ask it is told that
        none is, and can resolve none.
        """
        chains: dict[int, list[Remark]] = {}
        for comment in await self._list(f"{self._at}/pulls/{self.number}/comments"):
            first = comment.get("in_reply_to_id") or comment["id"]
            chains.setdefault(first, []).append(_remark(comment))
        states = await self._states()
        unknown = _State("", resolved=False, resolved_by="")
        return tuple(
            Thread(state.id, state.resolved, tuple(chain), state.resolved_by)
            for first, chain in chains.items()
            for state in (states.get(first, unknown),)
        )

    async def remarks(self) -> tuple[Remark, ...]:
        """Return the comments of the conversation below the pull request."""
        path = f"{self._at}/issues/{self.number}/comments"
        return tuple(_remark(comment) for comment in await self._list(path))

    async def review(
        self, pull: Pull, body: str, comments: Sequence[InlineComment], run: str
    ) -> None:
        """Write comments on lines together, all or none."""
        path = f"{self._at}/pulls/{self.number}"
        data = {
            "commit_id": pull.head,
            "event": "COMMENT",
            "body": body,
            "comments": [_inline(comment) for comment in comments],
        }

        async def find() -> bool | None:
            written = await self._list(f"{path}/{'comments' if comments else 'reviews'}")
            return any(run in (one.get("body") or "") for one in written) or None

        request = Request("POST", f"{path}/reviews", body=data, effect="once", notifies=True)
        await self._requests.once(request, find)

    async def remark(self, body: str, run: str) -> None:
        """Add a comment to the conversation."""
        path = f"{self._at}/issues/{self.number}/comments"

        async def find() -> bool | None:
            return any(run in (one.get("body") or "") for one in await self._list(path)) or None

        request = Request("POST", path, body={"body": body}, effect="once", notifies=True)
        await self._requests.once(request, find)

    async def change_remark(self, remark: Remark, body: str) -> None:
        """Replace the text of a comment of our own."""
        path = f"{self._at}/issues/comments/{remark.id}"
        await self._requests.send(Request("PATCH", path, body={"body": body}, effect="repeat"))

    async def resolve(self, thread: Thread) -> None:
        """Mark a conversation as resolved."""
        await self._ask(RESOLVE, {"thread": thread.id}, "repeat")

    async def begin_check(self, head: str, run: str) -> None:
        """Show beside a commit that a review is under way, where none is shown yet."""
        await self._checks.begin(head, run)

    async def finish_check(self, head: str, verdict: Verdict, run: str) -> bool:
        """Show how the review of a commit ended; False where exactly that stood there already."""
        return await self._checks.finish(head, verdict, run)

    def line_address(self, path: str, ref: str, first: int, last: int) -> str:
        """Return the address of lines at a commit; `plain` shows a document with line numbers."""
        lines = f"#L{first}" + (f"-L{last}" if last > first else "")
        return f"{self._web()}/{self.repo}/blob/{ref}/{quote(path)}?plain=1{lines}"

    async def may_write(self, login: str) -> bool:
        """Return whether a person may push to the repository."""
        path = f"{self._at}/collaborators/{quote(login, safe='')}/permission"
        try:
            return (await self._get(path))["permission"] in {"admin", "write"}
        except MissingError:
            return False

    def _web(self) -> str:
        parts = urlsplit(self._requests.base_url)
        host = "github.com" if parts.netloc == "api.github.com" else parts.netloc
        return f"{parts.scheme}://{host}"

    async def _get(self, path: str) -> Any:
        return (await self._requests.send(Request("GET", path))).data

    async def _list(self, path: str) -> list[Any]:
        found: list[Any] = []
        async for page in self._requests.pages(path, per_page=100):
            found += page
        return found

    async def _states(self) -> dict[int, _State]:
        """Return what is known of each thread by the id of its first comment."""
        owner, _, name = self.repo.partition("/")
        wanted = {"owner": owner, "name": name, "number": self.number}
        states: dict[int, _State] = {}
        after: str | None = None
        with contextlib.suppress(ForbiddenError, RejectedError, MissingError):
            for _ in range(100):
                data = await self._ask(THREADS, {**wanted, "after": after}, "read")
                page = data["repository"]["pullRequest"]["reviewThreads"]
                states |= dict(_state(node) for node in page["nodes"] if node["comments"]["nodes"])
                if not page["pageInfo"]["hasNextPage"]:
                    break
                after = page["pageInfo"]["endCursor"]
        return states

    async def _ask(
        self, query: str, variables: dict[str, Any], effect: Literal["read", "repeat"]
    ) -> Any:
        path = graphql_path(self._requests.base_url)
        body = {"query": query, "variables": variables}
        request = Request("POST", path, body=body, effect=effect, resource="graphql")
        answer = (await self._requests.send(request)).data
        errors = answer.get("errors")
        if not errors:
            return answer["data"]
        text = " ".join(str(errors[0].get("message", "")).split())
        kind = errors[0].get("type", "")
        if kind == "RATE_LIMITED":
            raise LimitedError(f"GraphQL: {text}", 60.0)
        if kind == "FORBIDDEN":
            raise ForbiddenError(f"GraphQL: {text}")
        raise RejectedError(f"GraphQL: {text}")


def _state(node: dict[str, Any]) -> tuple[int, _State]:
    by = (node["resolvedBy"] or {}).get("login", "")
    first = int(node["comments"]["nodes"][0]["fullDatabaseId"])
    return first, _State(node["id"], node["isResolved"], by)


def _remark(data: dict[str, Any]) -> Remark:
    author = (data["user"] or {"login": "ghost"})["login"]
    return Remark(str(data["id"]), author, data["body"] or "", data.get("path", ""))


def _inline(comment: InlineComment) -> dict[str, Any]:
    at = comment.anchor
    start = {"start_line": at.start, "start_side": "RIGHT"} if at.start else {}
    return {"path": at.path, "line": at.line, "side": "RIGHT", **start, "body": comment.body}
