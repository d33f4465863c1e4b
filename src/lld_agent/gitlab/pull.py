"""A merge request on GitLab behind the port.

Source: GitLab REST API: merge requests (diffs, `diff_refs`), discussions (positions of text), notes,
repository files, commit statuses.
"""

import base64
from collections.abc import Sequence
from typing import Any, Literal
from urllib.parse import quote

from lld_agent.forge.errors import MissingError, RejectedError
from lld_agent.forge.http import Request, Requests
from lld_agent.forge.values import (
    Anchor,
    ChangedFile,
    InlineComment,
    Pull,
    Remark,
    Thread,
    Verdict,
)

NAME = "lld-agent"
_LONGEST_DESCRIPTION = 255


class GitLabPull:
    """One merge request; see `forge.port`.

    Args:
        requests: to GitLab.
        repo: path of the project, with its groups.
        number: iid of the merge request.
    """

    def __init__(self, requests: Requests, repo: str, number: int) -> None:
        self.repo = repo
        self.number = number
        self._requests = requests
        self._project = f"projects/{quote(repo, safe='')}"
        self._at = f"{self._project}/merge_requests/{number}"
        # GitLab has no review of many comments; what of one is written stays known when it is tried again.
        self._written: set[Anchor] = set()

    async def pull(self) -> Pull:
        """Return the merge request as it is now.

        Configuration is read where the diff starts: a commit of the target branch.
        """
        data = await self._get(self._at)
        refs = data["diff_refs"] or {"head_sha": data["sha"], "base_sha": "", "start_sha": ""}
        return Pull(
            number=self.number,
            is_open=data["state"] == "opened",
            is_draft=bool(data.get("draft")),
            head=refs["head_sha"],
            base=refs["start_sha"] or data["target_branch"],
            from_fork=data["source_project_id"] != data["target_project_id"],
            diff_base=refs["base_sha"],
            start=refs["start_sha"],
        )

    async def files(self) -> tuple[ChangedFile, ...]:
        """Return the files it changes, all pages."""
        return tuple(
            ChangedFile(
                path=file["new_path"],
                previous=file["old_path"],
                removed=file["deleted_file"],
                patch=file["diff"] or None,
            )
            for file in await self._list(f"{self._at}/diffs")
        )

    async def content(self, path: str, ref: str, limit: int) -> bytes | None:
        """Return a file at a commit; None where there is none or it is larger than `limit`."""
        address = f"{self._project}/repository/files/{quote(path, safe='')}"
        try:
            data = (await self._requests.send(Request("GET", address, {"ref": ref}))).data
        except MissingError:
            return None
        return None if data["size"] > limit else base64.b64decode(data["content"])

    async def identity(self) -> str:
        """Return the login that writes with this key."""
        return str((await self._get("user"))["username"])

    async def threads(self) -> tuple[Thread, ...]:
        """Return the discussions on lines."""
        return tuple(
            Thread(
                id=discussion["id"],
                resolved=bool(discussion["notes"][0].get("resolved")),
                remarks=tuple(_remark(note) for note in discussion["notes"]),
                resolved_by=(discussion["notes"][0].get("resolved_by") or {}).get("username", ""),
            )
            for discussion in await self._list(f"{self._at}/discussions")
            if discussion["notes"] and discussion["notes"][0].get("type") == "DiffNote"
        )

    async def remarks(self) -> tuple[Remark, ...]:
        """Return the notes that stand on no line."""
        return tuple(
            _remark(note)
            for note in await self._list(f"{self._at}/notes")
            if not note.get("system") and note.get("type") != "DiffNote"
        )

    async def review(
        self, pull: Pull, body: str, comments: Sequence[InlineComment], run: str
    ) -> None:
        """Begin a discussion for each comment; one that is refused stops no other.

        Raises:
            RejectedError: some were refused; called again, those that were written are left out.
        """
        del body  # it would be one more note: the summary says it
        refused: RejectedError | None = None
        for comment in comments:
            if comment.anchor in self._written:
                continue
            try:
                await self._discuss(pull, comment, run)
            except RejectedError as error:
                refused = error
            else:
                self._written.add(comment.anchor)
        if refused is not None:
            raise refused

    async def remark(self, body: str, run: str) -> None:
        """Add a note."""
        path = f"{self._at}/notes"

        async def find() -> bool | None:
            # Comments on lines are notes too, and hold the name of the run as well.
            return any(run in remark.body for remark in await self.remarks()) or None

        request = Request("POST", path, body={"body": body}, effect="once", notifies=True)
        await self._requests.once(request, find)

    async def change_remark(self, remark: Remark, body: str) -> None:
        """Replace the text of a note of our own."""
        path = f"{self._at}/notes/{remark.id}"
        await self._requests.send(Request("PUT", path, body={"body": body}, effect="repeat"))

    async def resolve(self, thread: Thread) -> None:
        """Mark a discussion as resolved."""
        path = f"{self._at}/discussions/{thread.id}"
        await self._requests.send(Request("PUT", path, body={"resolved": True}, effect="repeat"))

    async def begin_check(self, head: str, run: str) -> None:
        """Show beside a commit that a review is under way, where no status is shown yet."""
        del run
        if await self._status(head) is None:
            await self._set_status(head, "running", "The designs are being reviewed.")

    async def finish_check(self, head: str, verdict: Verdict, run: str) -> bool:
        """Show how the review of a commit ended; False where exactly that stood there already.

        GitLab knows no neutral end: findings below the bar pass, and what was not reviewed at all
        is neither green nor red.
        """
        del run
        state: Literal["success", "failed", "canceled"] = "success"
        if verdict.conclusion == "failure":
            state = "failed"
        elif verdict.conclusion == "neutral" and not verdict.annotations:
            state = "canceled"
        description = verdict.title[:_LONGEST_DESCRIPTION]
        last = await self._status(head)
        if last and (last["status"], last["description"]) == (state, description):
            return False
        await self._set_status(head, state, description)
        return True

    def line_address(self, path: str, ref: str, first: int, last: int) -> str:
        """Return the address of lines at a commit; `plain` shows a document with line numbers."""
        web = self._requests.base_url.partition("/api/")[0]
        lines = f"#L{first}" + (f"-{last}" if last > first else "")
        return f"{web}/{self.repo}/-/blob/{ref}/{quote(path)}?plain=1{lines}"

    async def _discuss(self, pull: Pull, comment: InlineComment, run: str) -> None:
        path, at = f"{self._at}/discussions", comment.anchor
        position = {
            "position_type": "text",
            "base_sha": pull.diff_base,
            "start_sha": pull.start,
            "head_sha": pull.head,
            "new_path": at.path,
            "old_path": at.previous or at.path,
            "new_line": at.line,
            # A line that the change leaves as it is has a number on both sides.
            **({"old_line": at.old} if at.old else {}),
        }

        async def find() -> bool | None:
            written = [n for d in await self._list(path) for n in d["notes"]]
            return any(run in n["body"] and n["body"] == comment.body for n in written) or None

        body = {"body": comment.body, "position": position}
        await self._requests.once(
            Request("POST", path, body=body, effect="once", notifies=True), find
        )

    async def _status(self, head: str) -> dict[str, Any] | None:
        path = f"{self._project}/repository/commits/{head}/statuses"
        found = [one for one in await self._list(path) if one["name"] == NAME]
        return max(found, key=lambda one: int(one["id"]), default=None)

    async def _set_status(self, head: str, state: str, description: str) -> None:
        path = f"{self._project}/statuses/{head}"
        body = {"state": state, "name": NAME, "description": description}
        await self._requests.send(Request("POST", path, body=body, effect="repeat"))

    async def _get(self, path: str) -> Any:
        return (await self._requests.send(Request("GET", path))).data

    async def _list(self, path: str) -> list[Any]:
        found: list[Any] = []
        async for page in self._requests.pages(path, per_page=100):
            found += page
        return found


def _remark(note: dict[str, Any]) -> Remark:
    position = note.get("position") or {}
    path = position.get("new_path") or ""
    return Remark(str(note["id"]), note["author"]["username"], note["body"], path)
