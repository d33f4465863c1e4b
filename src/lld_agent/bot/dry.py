"""A pull request that is read and not written: what would be posted is kept instead."""

from collections.abc import Sequence

from lld_agent.forge.port import Forge
from lld_agent.forge.values import ChangedFile, InlineComment, Pull, Remark, Thread, Verdict


class DryForge:
    """Reads from another forge; writes go to `said`, in Markdown.

    Args:
        forge: to read from.
    """

    def __init__(self, forge: Forge) -> None:
        self.repo = forge.repo
        self.number = forge.number
        self.said: list[str] = []
        self._forge = forge

    async def pull(self) -> Pull:
        """Return the pull request as it is now."""
        return await self._forge.pull()

    async def files(self) -> tuple[ChangedFile, ...]:
        """Return the files it changes."""
        return await self._forge.files()

    async def content(self, path: str, ref: str, limit: int) -> bytes | None:
        """Return a file at a commit."""
        return await self._forge.content(path, ref, limit)

    async def identity(self) -> str:
        """Return the login that writes with this key."""
        return await self._forge.identity()

    async def threads(self) -> tuple[Thread, ...]:
        """Return the conversations on lines."""
        return await self._forge.threads()

    async def remarks(self) -> tuple[Remark, ...]:
        """Return the comments of the conversation."""
        return await self._forge.remarks()

    async def review(
        self, pull: Pull, body: str, comments: Sequence[InlineComment], run: str
    ) -> None:
        """Keep comments on lines."""
        del pull, run
        self._keep("review", body)
        for comment in comments:
            at = comment.anchor
            first = f"{at.start}-" if at.start else ""
            self._keep(f"comment on {at.path}:{first}{at.line}", comment.body)

    async def remark(self, body: str, run: str) -> None:
        """Keep a comment."""
        del run
        self._keep("summary", body)

    async def change_remark(self, remark: Remark, body: str) -> None:
        """Keep a new text of a comment."""
        self._keep(f"summary, in place of comment {remark.id}", body)

    async def resolve(self, thread: Thread) -> None:
        """Keep that a thread would be resolved."""
        self._keep(f"resolve thread of comment {thread.remarks[0].id}", "")

    async def begin_check(self, head: str, run: str) -> None:
        """Keep nothing: the end says it."""

    async def finish_check(self, head: str, verdict: Verdict, run: str) -> bool:
        """Keep the end of a check."""
        del run
        title = f"check of {head}: {verdict.conclusion}, {len(verdict.annotations)} annotations"
        self._keep(title, verdict.title)
        return True

    def line_address(self, path: str, ref: str, first: int, last: int) -> str:
        """Return the address of lines at a commit."""
        return self._forge.line_address(path, ref, first, last)

    def _keep(self, what: str, text: str) -> None:
        self.said.append(f"=== {what}\n{text}\n" if text else f"=== {what}\n")
