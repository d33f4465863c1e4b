"""What a strict GitHub knows and refuses; the HTTP around it is in `fake.py`.

Texts of refusals are GitHub's. Which lines may be commented is asked of unidiff, not of our code.
"""

import base64
import difflib
import hashlib
from dataclasses import dataclass, field
from typing import Any

import unidiff

ME = "lld-agent[bot]"
LONGEST = 65_536
ANNOTATIONS = 50
CONCLUSIONS = {
    "action_required", "cancelled", "failure", "neutral", "success", "skipped", "stale", "timed_out",
}  # fmt: skip


class RefusalError(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, message: str, errors: list[Any] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"message": message, "documentation_url": "https://docs.github.com/rest"}
        if errors is not None:
            self.body["errors"] = errors


def unprocessable(*errors: str) -> RefusalError:
    return RefusalError(422, "Unprocessable Entity", list(errors))


@dataclass
class Host:
    """One repository with one pull request, whose branch may move."""

    repo: str = "octo/plans"
    number: int = 7
    commits: dict[str, dict[str, bytes]] = field(default_factory=dict)
    base: str = ""
    head: str = ""
    renamed: dict[str, str] = field(default_factory=dict)
    state: str = "open"
    draft: bool = False
    head_repo: str | None = "octo/plans"
    reviews: list[dict[str, Any]] = field(default_factory=list)
    comments: list[dict[str, Any]] = field(default_factory=list)
    remarks: list[dict[str, Any]] = field(default_factory=list)
    checks: list[dict[str, Any]] = field(default_factory=list)
    resolved: dict[int, str] = field(default_factory=dict)
    writers: set[str] = field(default_factory=lambda: {"ada"})
    without_patch: set[str] = field(default_factory=set)
    context: int = 3
    _ids: int = 3_000_000_000  # GitHub's are past 32 bits

    # -- what people do ------------------------------------------------------------------------

    def commit(self, files: dict[str, str | bytes]) -> str:
        tree = {p: t.encode() if isinstance(t, str) else t for p, t in files.items()}
        parts = [str(len(self.commits)), *(f"{p}\0{t!r}" for p, t in sorted(tree.items()))]
        sha = hashlib.sha1("\0".join(parts).encode()).hexdigest()
        self.commits[sha] = tree
        return sha

    def open(self, base: dict[str, str | bytes], head: dict[str, str | bytes]) -> "Host":
        self.base, self.head = self.commit(base), self.commit(head)
        return self

    def push(self, head: dict[str, str | bytes], renamed: dict[str, str] | None = None) -> None:
        self.head = self.commit(head)
        self.renamed |= renamed or {}

    def reply(self, comment: int, author: str, body: str) -> None:
        first = next(c for c in self.comments if c["id"] == comment)
        self.comments.append(
            {**first, "id": self.next_id(), "user": {"login": author}, "body": body, "in_reply_to_id": comment}
        )  # fmt: skip

    def say(self, author: str, body: str) -> None:
        self.remarks.append({"id": self.next_id(), "user": {"login": author}, "body": body})

    def next_id(self) -> int:
        self._ids += 1
        return self._ids

    # -- what is read --------------------------------------------------------------------------

    def pull(self) -> dict[str, Any]:
        repo = {"full_name": self.repo}
        head_repo = None if self.head_repo is None else {"full_name": self.head_repo}
        return {
            "number": self.number, "state": self.state, "draft": self.draft, "merged": False,
            "head": {"sha": self.head, "ref": "work", "repo": head_repo},
            "base": {"sha": self.base, "ref": "main", "repo": repo},
        }  # fmt: skip

    def files(self) -> list[dict[str, Any]]:
        before, after = self.commits[self.base], self.commits[self.head]
        found = []
        moved = {new: old for new, old in self.renamed.items() if new in after and old in before}
        for path in sorted({*before, *after}):
            old = moved.get(path, path)
            if path in moved.values() or (before.get(old) == after.get(path) and old == path):
                continue
            status = "renamed" if path in moved else "added" if path not in before else "modified"
            entry: dict[str, Any] = {"filename": path, "status": status, "sha": "0" * 40}
            if path not in after:
                entry["status"] = "removed"
            if path in moved:
                entry["previous_filename"] = old
            patch = self._patch(before.get(old, b""), after.get(path, b""))
            if patch and path not in self.without_patch:
                entry["patch"] = patch
            found.append(entry)
        return found

    def _patch(self, before: bytes, after: bytes) -> str:
        def lines(data: bytes) -> list[str]:
            text = data.decode("utf-8", "replace")
            return text.removesuffix("\n").split("\n") if text else []

        found = difflib.unified_diff(lines(before), lines(after), lineterm="", n=self.context)
        return "\n".join(list(found)[2:])

    def shown(self, path: str) -> dict[int, int]:
        """Return line → hunk for the lines of the new side, as unidiff reads the patch."""
        file = next((f for f in self.files() if f["filename"] == path), None)
        if file is None or "patch" not in file:
            return {}
        patch = unidiff.PatchSet(f"--- a/{path}\n+++ b/{path}\n{file['patch']}\n")
        return {
            line.target_line_no: number
            for number, hunk in enumerate(patch[0])
            for line in hunk
            if line.is_added or line.is_context
        }

    def content(self, path: str, ref: str) -> Any:
        tree = self.commits.get(ref)
        if tree is None:
            raise RefusalError(404, f"No commit found for the ref {ref}")
        if path not in tree:
            below = [{"name": p, "type": "file"} for p in tree if p.startswith(f"{path}/")]
            if below:
                return below
            raise RefusalError(404, "Not Found")
        data = tree[path]
        big = len(data) > 1_000_000
        return {
            "type": "file", "size": len(data), "path": path, "sha": hashlib.sha1(data).hexdigest(),
            "encoding": "none" if big else "base64",
            "content": "" if big else base64.encodebytes(data).decode(),
        }  # fmt: skip

    def threads(self) -> list[dict[str, Any]]:
        return [
            {
                "id": f"PRRT_{c['id']}",
                "isResolved": c["id"] in self.resolved,
                "resolvedBy": {"login": self.resolved[c["id"]]} if c["id"] in self.resolved else None,
                "comments": {"nodes": [{"fullDatabaseId": str(c["id"])}]},
            }
            for c in self.comments
            if not c.get("in_reply_to_id")
        ]  # fmt: skip

    # -- what is written -----------------------------------------------------------------------

    def review(self, body: dict[str, Any]) -> dict[str, Any]:
        only(body, "commit_id", "event", "body", "comments")
        if body.get("event") not in {"COMMENT", "REQUEST_CHANGES", "APPROVE"}:
            raise unprocessable(
                "Variable $event of type PullRequestReviewEvent was provided invalid value"
            )
        if body.get("commit_id", self.head) not in self.commits:
            raise RefusalError(
                422, "Validation Failed", [{"message": "commit_id is not part of the pull request"}]
            )
        text(body, "body")
        for comment in body.get("comments", []):
            self._prove_anchor(comment)
        review = {
            "id": self.next_id(),
            "user": {"login": ME},
            "body": body["body"],
            "state": "COMMENTED",
        }
        self.reviews.append(review)
        for comment in body.get("comments", []):
            self.comments.append(
                {
                    "id": self.next_id(),
                    "user": {"login": ME},
                    "body": comment["body"],
                    "path": comment["path"],
                    "line": comment["line"],
                    "start_line": comment.get("start_line"),
                    "commit_id": body["commit_id"],
                    "pull_request_review_id": review["id"],
                }
            )
        return review

    def _prove_anchor(self, comment: dict[str, Any]) -> None:
        only(comment, "path", "line", "side", "start_line", "start_side", "body")
        text(comment, "body")
        if comment.get("path") not in {f["filename"] for f in self.files()}:
            raise unprocessable("Pull request review thread path is invalid")
        line, start = comment.get("line"), comment.get("start_line")
        if type(line) is not int or type(start) not in {int, type(None)}:
            raise RefusalError(422, "Invalid request.", ["line is not an integer."])
        shown = self.shown(comment["path"])
        if line not in shown:
            raise unprocessable(
                "Pull request review thread line must be part of the diff",
                "Pull request review thread diff hunk can't be blank",
            )
        if start is None:
            return
        if start >= line:
            raise unprocessable("Pull request review thread start line must precede the end line.")
        if shown.get(start) != shown[line]:
            raise unprocessable(
                "Pull request review thread start line must be part of the same hunk as the line."
            )

    def remark(self, body: dict[str, Any]) -> dict[str, Any]:
        only(body, "body")
        text(body, "body")
        self.remarks.append({"id": self.next_id(), "user": {"login": ME}, "body": body["body"]})
        return self.remarks[-1]

    def change_remark(self, number: int, body: dict[str, Any]) -> dict[str, Any]:
        only(body, "body")
        text(body, "body")
        found = next((r for r in self.remarks if r["id"] == number), None)
        if found is None:
            raise RefusalError(404, "Not Found")
        if found["user"]["login"] != ME:
            raise RefusalError(403, "Resource not accessible by integration")
        found["body"] = body["body"]
        return found

    def create_check(self, body: dict[str, Any]) -> dict[str, Any]:
        only(body, "name", "head_sha", "status", "external_id", "output", "conclusion")
        text(body, "name")
        text(body, "head_sha")
        if body["head_sha"] not in self.commits:
            raise RefusalError(422, f"No commit found for SHA: {body['head_sha']}")
        check = {
            "id": self.next_id(), "name": body["name"], "head_sha": body["head_sha"], "status": "queued",
            "external_id": "", "conclusion": None, "annotations": [],
            "output": {"title": None, "summary": None, "annotations_count": 0},
        }  # fmt: skip
        self._fill(check, body)
        self.checks.append(check)
        return check

    def change_check(self, number: int, body: dict[str, Any]) -> dict[str, Any]:
        only(body, "status", "external_id", "output", "conclusion")
        found = next((c for c in self.checks if c["id"] == number), None)
        if found is None:
            raise RefusalError(404, "Not Found")
        self._fill(found, body)
        return found

    def _fill(self, check: dict[str, Any], body: dict[str, Any]) -> None:
        if body.get("status", "queued") not in {"queued", "in_progress", "completed"}:
            raise RefusalError(422, "Invalid request.", ["status is not included in the list"])
        if body.get("conclusion") not in {*CONCLUSIONS, None}:
            raise RefusalError(422, "Invalid request.", ["conclusion is not included in the list"])
        if body.get("status") == "completed" and not body.get("conclusion"):
            raise RefusalError(422, "Invalid request.", ["conclusion is missing"])
        output = body.get("output")
        if output is not None:
            only(output, "title", "summary", "text", "annotations")
            self._annotate(check, output)
        for name in ("status", "external_id", "conclusion"):
            check[name] = body.get(name, check[name])

    def _annotate(self, check: dict[str, Any], output: dict[str, Any]) -> None:
        if len(output["summary"]) > LONGEST - 1:
            raise RefusalError(
                422, "Invalid request.", ["summary exceeds a maximum bytesize of 65535"]
            )
        if len(output.get("annotations", [])) > ANNOTATIONS:
            raise RefusalError(
                422, "Invalid request.", ['No subschema in "anyOf" matched. More than 50 items.']
            )
        for one in output.get("annotations", []):
            only(
                one,
                "path",
                "start_line",
                "end_line",
                "annotation_level",
                "message",
                "title",
                "start_column",
                "end_column",
            )
            if one["annotation_level"] not in {"notice", "warning", "failure"}:
                raise RefusalError(
                    422, "Invalid request.", ["annotation_level is not included in the list"]
                )
            if (
                one["end_line"] < one["start_line"]
                or len(one["message"].encode()) > 65_536
                or len(one["title"]) > 255
            ):
                raise RefusalError(422, "Invalid request.", ["annotation is invalid"])
        check["annotations"] += output.get("annotations", [])
        check["output"] = {
            "title": output["title"], "summary": output["summary"], "annotations_count": len(check["annotations"]),
        }  # fmt: skip

    def resolve(self, thread: str) -> dict[str, Any]:
        number = int(thread.removeprefix("PRRT_"))
        self.resolved[number] = ME.removesuffix("[bot]")
        return {"resolveReviewThread": {"thread": {"id": thread, "isResolved": True}}}


def only(body: dict[str, Any], *names: str) -> None:
    more = sorted(set(body) - set(names))
    if more:
        raise RefusalError(422, "Invalid request.", [f"{more[0]} is not a permitted key."])


def text(body: dict[str, Any], name: str) -> None:
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        raise RefusalError(422, "Validation Failed", [{"message": f"{name} can't be blank"}])
    if len(value) > LONGEST:
        raise RefusalError(
            422,
            "Validation Failed",
            [{"message": f"Body is too long (maximum is {LONGEST} characters)"}],
        )
