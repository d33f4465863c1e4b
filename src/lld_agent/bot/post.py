"""Says what was found, once: comments on lines, threads resolved, the summary, the check.

Each of the four is tried whatever became of the others. Stopped between any two writes, the next
run writes what is missing and nothing twice: what stands there is read from the host, not from a
record of ours.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from lld_agent.bot.bodies import Account, Writer
from lld_agent.bot.conversation import (
    FINDING,
    REVIEW,
    SUMMARY,
    Decision,
    Judged,
    Ours,
    Standing,
    State,
    decide,
)
from lld_agent.bot.findings import Point
from lld_agent.bot.markers import Signer, pack
from lld_agent.bot.safety import LONGEST_SUMMARY, fitted
from lld_agent.forge.errors import (
    ForbiddenError,
    ForgeError,
    LimitedError,
    MissingError,
    RefusedKeyError,
    RejectedError,
)
from lld_agent.forge.port import Forge
from lld_agent.forge.values import ChangedFile, InlineComment, Pull, Remark
from lld_agent.model.review import Bars

Rejudge = Callable[[Sequence[ChangedFile]], Judged]
"""Places the findings anew, on the diff as it is now."""


@dataclass(frozen=True, slots=True)
class Posted:
    """What was written.

    Attributes:
        inline: comments on lines. resolved: threads.
        summary, check: whether it stands there now, written by this run or before.
        wrote: whether anything was written.
        refused: what the host did not let us write, and why.
        text: the summary.
    """

    inline: int = 0
    resolved: int = 0
    summary: bool = False
    check: bool = False
    wrote: bool = False
    refused: tuple[str, ...] = ()
    text: str = ""

    @property
    def shown(self) -> bool:
        """Return whether people see the findings on the host."""
        return self.summary or self.check


@dataclass(frozen=True, slots=True)
class Poster:
    """Writes for one run.

    Attributes:
        bars: from which severity on the check fails.
        cap: comments that may stand open on lines.
    """

    forge: Forge
    pull: Pull
    signer: Signer
    run: str
    writer: Writer
    bars: Bars
    cap: int

    async def post(
        self, judged: Judged, there: Standing, account: Account, rejudge: Rejudge
    ) -> Posted:
        """Write what is not there yet.

        Raises:
            RefusedKeyError, LimitedError, UnreachableError: it cannot go on now.
        """
        decision, trouble = await self._comment(judged, there, rejudge)
        done = Posted(inline=len(decision.new), wrote=bool(decision.new))
        if trouble:
            done = replace(done, refused=(trouble,))
            account = replace(account, trouble=trouble)
        resolved = await self._resolve(decision.resolve)
        done = replace(done, resolved=resolved, wrote=done.wrote or bool(resolved))
        since = there.state.since(self.pull.head)
        text = self.writer.summary(judged.points, decision, account, since)
        done = await self._summarise(replace(done, text=text), judged, there, since)
        verdict = self.writer.verdict(judged.points, account, text, self.bars)
        try:
            changed = await self.forge.finish_check(self.pull.head, verdict, self.run)
        except (ForbiddenError, RejectedError) as error:
            return replace(done, refused=(*done.refused, f"no check: {error}"))
        return replace(done, check=True, wrote=done.wrote or changed)

    async def _comment(
        self, judged: Judged, there: Standing, rejudge: Rejudge
    ) -> tuple[Decision, str]:
        """Write the comments on lines; return what stands where then, and what went wrong."""
        decision = decide(judged, there, self.signer, self.cap)
        for last in (False, True):
            if not decision.new:
                return decision, ""
            try:
                await self._review(decision)
            except ForbiddenError as error:
                return _moved(decision), f"No comments on lines: {error}"
            except RejectedError as error:
                if last:
                    # Which of the comments is at fault is not said, and asking costs a write each.
                    return _moved(decision), f"The host takes no comments on lines: {error}"
                judged = rejudge(await self.forge.files())
                decision = decide(judged, there, self.signer, self.cap)
            else:
                break
        return decision, ""

    async def _review(self, decision: Decision) -> None:
        comments = [
            InlineComment(point.at, self.writer.comment(point, self._mark(point)))
            for point in decision.new
            if point.at is not None
        ]
        mark = self.signer.write(REVIEW, run=self.run)
        await self.forge.review(self.pull, self.writer.opening(decision, mark), comments, self.run)

    def _mark(self, point: Point) -> str:
        return self.signer.write(
            FINDING,
            fp=".".join(point.fingerprints),
            rule=point.first.rule,
            run=self.run,
            q=pack(point.quote),
        )

    async def _resolve(self, threads: Sequence[Ours]) -> int:
        """Resolve threads of what is mended; one that cannot be stays open, which harms nobody."""
        done = 0
        for one in threads:
            try:
                await self.forge.resolve(one.thread)
            except (RefusedKeyError, LimitedError):
                raise
            except ForgeError:
                continue
            done += 1
        return done

    async def _summarise(
        self, done: Posted, judged: Judged, there: Standing, since: Sequence[str]
    ) -> Posted:
        """Write the summary, or change the one that stands there where it says something else."""
        prints = tuple(f for point in judged.points for f in point.fingerprints)
        state = pack(State(self.pull.head, prints, tuple(since)).data())
        old = there.summary
        try:
            if old is not None:
                mark = self.signer.read(old)
                run = mark.fields.get("run", "") if mark is not None else ""
                body = self._body(done.text, run or self.run, state)
                if body == old.body:
                    return replace(done, summary=True)
                if await self._changed(old, body):
                    return replace(done, summary=True, wrote=True)
            await self.forge.remark(self._body(done.text, self.run, state), self.run)
        except (ForbiddenError, MissingError, RejectedError) as error:
            return replace(done, refused=(*done.refused, f"no summary: {error}"))
        return replace(done, summary=True, wrote=True)

    async def _changed(self, old: Remark, body: str) -> bool:
        """Change a comment; return False where somebody has deleted it meanwhile."""
        try:
            await self.forge.change_remark(old, body)
        except (ForbiddenError, MissingError):
            if any(remark.id == old.id for remark in await self.forge.remarks()):
                raise
            return False
        return True

    def _body(self, text: str, run: str, state: str) -> str:
        mark = self.signer.write(SUMMARY, head=self.pull.head, run=run, state=state)
        return fitted(text, LONGEST_SUMMARY, mark)


def _moved(decision: Decision) -> Decision:
    """Return a decision whose comments stand in the summary."""
    return replace(decision, new=(), rest=(*decision.new, *decision.rest))
