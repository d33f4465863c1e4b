"""The port: one pull request on one host, as the reviewing core sees it."""

from collections.abc import Sequence
from typing import Protocol

from lld_agent.forge.values import ChangedFile, InlineComment, Pull, Remark, Thread, Verdict


class Forge(Protocol):
    """One pull request. Every method may raise a `ForgeError`.

    Writes are carried out once: where an answer is lost, an implementation looks with `run`, the
    mark of this review that stands in every text it writes, whether the host carried it out.
    """

    repo: str
    number: int

    async def pull(self) -> Pull:
        """Return the pull request as it is now."""

    async def files(self) -> tuple[ChangedFile, ...]:
        """Return the files it changes, all pages."""

    async def content(self, path: str, ref: str, limit: int) -> bytes | None:
        """Return a file at a commit; None where there is none or it is larger than `limit`."""

    async def identity(self) -> str:
        """Return the login that writes with this key."""

    async def threads(self) -> tuple[Thread, ...]:
        """Return the conversations on lines."""

    async def remarks(self) -> tuple[Remark, ...]:
        """Return the comments of the conversation below the pull request."""

    async def review(
        self, pull: Pull, body: str, comments: Sequence[InlineComment], run: str
    ) -> None:
        """Write comments on lines together, all or none.

        Raises:
            RejectedError: the host takes one of them not; none was written.
        """

    async def remark(self, body: str, run: str) -> None:
        """Add a comment to the conversation."""

    async def change_remark(self, remark: Remark, body: str) -> None:
        """Replace the text of a comment of our own."""

    async def resolve(self, thread: Thread) -> None:
        """Mark a conversation as resolved."""

    async def begin_check(self, head: str, run: str) -> None:
        """Show beside a commit that a review is under way, where none is shown yet."""

    async def finish_check(self, head: str, verdict: Verdict, run: str) -> bool:
        """Show how the review of a commit ended; False where exactly that stood there already."""

    def line_address(self, path: str, ref: str, first: int, last: int) -> str:
        """Return the address of lines at a commit, for links."""
