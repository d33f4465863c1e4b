"""Check runs: one per commit and review, annotated in batches that GitHub appends.

Source: GitHub, REST API endpoints for check runs (50 annotations per request; each request appends).
"""

import hashlib
import json
from dataclasses import asdict
from typing import Any

from lld_agent.forge.http import Answer, Request, Requests
from lld_agent.forge.values import Annotation, Verdict

NAME = "lld-agent"
BATCH = 50


class Checks:
    """The check run of a pull request's head.

    Args:
        requests: to GitHub.
        repo: `owner/name`.
    """

    def __init__(self, requests: Requests, repo: str) -> None:
        self._requests = requests
        self._path = f"repos/{repo}/check-runs"
        self._commits = f"repos/{repo}/commits"

    async def begin(self, head: str, run: str) -> None:
        """Show that a review is under way, where no check is shown yet."""
        if await self._latest(head) is None:
            await self._create(head, run)

    async def finish(self, head: str, verdict: Verdict, run: str) -> bool:
        """Say how the review ended; False where the last check says exactly that already.

        A check that was left half annotated is not gone on with: GitHub shows the newer one.
        """
        digest = _digest(verdict)
        last = await self._latest(head)
        if last and last["status"] == "completed" and last["external_id"] == digest:
            return False
        usable = (
            last is not None
            and last["status"] != "completed"
            and not last["output"]["annotations_count"]
        )
        number = last["id"] if last is not None and usable else await self._create(head, run)
        batches = [
            verdict.annotations[at : at + BATCH]
            for at in range(0, max(1, len(verdict.annotations)), BATCH)
        ]
        for count, batch in enumerate(batches[:-1], 1):
            await self._change(number, {"output": _output(verdict, batch)}, count * BATCH)
        end = {"status": "completed", "conclusion": verdict.conclusion, "external_id": digest}
        await self._change(number, {**end, "output": _output(verdict, batches[-1])}, None)
        return True

    async def _latest(self, head: str) -> dict[str, Any] | None:
        path = f"{self._commits}/{head}/check-runs"
        found: list[dict[str, Any]] = []
        async for page in self._requests.pages(path, check_name=NAME, filter="all", per_page=100):
            found += page["check_runs"]
        return max(found, key=lambda check: int(check["id"]), default=None)

    async def _create(self, head: str, run: str) -> int:
        body = {"name": NAME, "head_sha": head, "status": "in_progress", "external_id": run}

        async def find() -> int | None:
            last = await self._latest(head)
            return int(last["id"]) if last and last["external_id"] == run else None

        made = await self._requests.once(
            Request("POST", self._path, body=body, effect="once"), find
        )
        return int(made.data["id"]) if isinstance(made, Answer) else made

    async def _change(self, number: int, body: dict[str, Any], annotated: int | None) -> None:
        """Change a check; `annotated` is how many annotations it has then, None where it ends."""
        path = f"{self._path}/{number}"

        async def find() -> bool | None:
            check = (await self._requests.send(Request("GET", path))).data
            ended = check["status"] == "completed"
            done = ended if annotated is None else check["output"]["annotations_count"] >= annotated
            return True if done else None

        await self._requests.once(Request("PATCH", path, body=body, effect="once"), find)


def _output(verdict: Verdict, batch: tuple[Annotation, ...]) -> dict[str, Any]:
    return {
        "title": verdict.title,
        "summary": verdict.summary,
        "annotations": [
            {
                "path": one.path,
                "start_line": one.first,
                "end_line": one.last,
                "annotation_level": one.level,
                "title": one.title,
                "message": one.message,
            }
            for one in batch
        ],
    }


def _digest(verdict: Verdict) -> str:
    text = json.dumps(asdict(verdict), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
