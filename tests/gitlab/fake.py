"""A strict fake of the GitLab endpoints that are used; its state is that of the fake of GitHub.

Positions are held against the diff as GitLab documents it: an added line has a new line only, one
that the change leaves as it is has both, all three commits are those of `diff_refs`.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import unidiff
from tests.github.fake import TOKEN, FakeGitHub
from tests.github.state import RefusalError

ME = "project_7_bot"
STATES = {"pending", "running", "success", "failed", "canceled", "skipped"}


def wrong(message: str) -> RefusalError:
    return RefusalError(400, message)


@dataclass
class FakeGitLab(FakeGitHub):
    """The server; a context manager. `host.repo` is the path of the project, with groups."""

    discussions: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[dict[str, Any]] = field(default_factory=list)

    def _prove_headers(self, sent: Any) -> None:
        if sent.get("private-token") != TOKEN:
            raise RefusalError(401, "401 Unauthorized")

    def _routes(self) -> list[tuple[str, str, str, Callable[..., Any]]]:
        at = f"/api/v4/projects/{self.host.repo.replace('/', '%2F')}"
        merge = f"{at}/merge_requests/{self.host.number}"
        return [
            ("GET", "/api/v4/user", "", lambda **_: {"username": ME}),
            ("GET", merge, "", lambda **_: self._merge()),
            ("GET", f"{merge}/diffs", "", lambda **_: self._diffs()),
            (
                "GET",
                f"{at}/repository/files/([^/]+)",
                "",
                lambda path, query, **_: self._file(path, query["ref"]),
            ),
            ("GET", f"{merge}/discussions", "", lambda **_: self.discussions),
            ("POST", f"{merge}/discussions", "pulls", lambda body, **_: self._discuss(body)),
            (
                "PUT",
                f"{merge}/discussions/(\\w+)",
                "pulls",
                lambda n, body, **_: self._resolve(n, body),
            ),
            (
                "GET",
                f"{merge}/notes",
                "",
                lambda **_: [*(n for d in self.discussions for n in d["notes"]), *self.notes],
            ),
            ("POST", f"{merge}/notes", "issues", lambda body, **_: self._note(body)),
            (
                "PUT",
                f"{merge}/notes/(\\d+)",
                "issues",
                lambda n, body, **_: self._change(int(n), body),
            ),
            (
                "GET",
                f"{at}/repository/commits/(\\w+)/statuses",
                "",
                lambda sha, **_: [s for s in self.statuses if s["sha"] == sha],
            ),
            (
                "POST",
                f"{at}/statuses/(\\w+)",
                "checks",
                lambda sha, body, **_: self._set(sha, body),
            ),
        ]

    def _merge(self) -> dict[str, Any]:
        host = self.host
        return {
            "iid": host.number, "state": {"open": "opened"}.get(host.state, host.state), "draft": host.draft, "sha": host.head,
            "source_project_id": 1, "target_project_id": 1, "target_branch": "main",
            "diff_refs": {"head_sha": host.head, "base_sha": host.base, "start_sha": host.base},
        }  # fmt: skip

    def _diffs(self) -> list[dict[str, Any]]:
        return [
            {
                "new_path": f["filename"], "old_path": f.get("previous_filename", f["filename"]), "diff": f.get("patch", ""),
                "new_file": f["status"] == "added", "renamed_file": f["status"] == "renamed", "deleted_file": f["status"] == "removed",
            }
            for f in self.host.files()
        ]  # fmt: skip

    def _file(self, path: str, ref: str) -> dict[str, Any]:
        tree = self.host.commits.get(ref, {})
        if unquote(path) not in tree:
            raise RefusalError(404, "404 File Not Found")
        data = tree[unquote(path)]
        return {"size": len(data), "content": base64.b64encode(data).decode(), "encoding": "base64"}

    def _discuss(self, body: dict[str, Any]) -> dict[str, Any]:
        known(body, "body", "position")
        at = body["position"]
        known(
            at,
            "position_type",
            "base_sha",
            "start_sha",
            "head_sha",
            "new_path",
            "old_path",
            "new_line",
            "old_line",
        )
        refs = self._merge()["diff_refs"]
        if any(at[name] != refs[name] for name in refs) or at["position_type"] != "text":
            raise wrong('400 (Bad request) "Note {:position=>["is incomplete"]}" not given')
        file = next(
            (
                f
                for f in self._diffs()
                if (f["new_path"], f["old_path"]) == (at["new_path"], at["old_path"])
            ),
            None,
        )
        lines = {} if file is None else shown(file["diff"])
        if at["new_line"] not in lines or lines[at["new_line"]] != at.get("old_line"):
            raise wrong(
                '400 Bad request - Note {:line_code=>["can\'t be blank", "must be a valid line code"]}'
            )
        note = {
            **self._made(body),
            "type": "DiffNote",
            "resolvable": True,
            "resolved": False,
            "position": at,
        }
        self.discussions.append({"id": f"d{note['id']}", "individual_note": False, "notes": [note]})
        return self.discussions[-1]

    def _made(self, body: dict[str, Any]) -> dict[str, Any]:
        if not body["body"].strip() or len(body["body"]) > 1_000_000:
            raise wrong('400 Bad request - Note {:note=>["can\'t be blank"]}')
        assert not any(line.startswith("/") for line in body["body"].splitlines()), "a quick action"
        return {
            "id": self.host.next_id(),
            "author": {"username": ME},
            "body": body["body"],
            "system": False,
            "type": None,
        }

    def _note(self, body: dict[str, Any]) -> dict[str, Any]:
        known(body, "body")
        self.notes.append(self._made(body))
        return self.notes[-1]

    def _change(self, number: int, body: dict[str, Any]) -> dict[str, Any]:
        known(body, "body")
        note = next(n for n in self.notes if n["id"] == number)
        note["body"] = body["body"]
        return note

    def _resolve(self, number: str, body: dict[str, Any]) -> dict[str, Any]:
        known(body, "resolved")
        found = next(d for d in self.discussions if d["id"] == number)
        found["notes"][0] |= {"resolved": body["resolved"], "resolved_by": {"username": ME}}
        return found

    def _set(self, sha: str, body: dict[str, Any]) -> dict[str, Any]:
        known(body, "state", "name", "description")
        if (
            body["state"] not in STATES
            or len(body["description"]) > 255
            or sha not in self.host.commits
        ):
            raise wrong("state does not have a valid value")
        self.statuses.append(
            {"id": self.host.next_id(), "sha": sha, "status": body["state"], **body}
        )
        return self.statuses[-1]


def known(body: dict[str, Any], *names: str) -> None:
    more = set(body) - set(names)
    if more:
        raise wrong(f"{min(more)} is invalid")


def shown(diff: str) -> dict[int, int | None]:
    """Return new line → old line (None for an added one), as unidiff reads a diff."""
    if not diff:
        return {}
    (file,) = unidiff.PatchSet(f"--- a/x\n+++ b/x\n{diff}\n")
    return {
        line.target_line_no: line.source_line_no if line.is_context else None
        for hunk in file
        for line in hunk
        if line.is_added or line.is_context
    }
