"""The review of one pull request, step by step (what a step may do when it fails is in `forge.http`)."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from lld_agent import app
from lld_agent.bot.analysis import Analyse, AnalysisError, Reply, analyse_apart, task
from lld_agent.bot.bodies import Account, Writer, not_reviewed
from lld_agent.bot.conversation import Judged, standing
from lld_agent.bot.documents import (
    Changed,
    Material,
    gather,
    settings_at_base,
    without_known,
)
from lld_agent.bot.findings import grounded, points
from lld_agent.bot.markers import Signer, new_run
from lld_agent.bot.options import BotOptions
from lld_agent.bot.post import Posted, Poster
from lld_agent.bot.pull import PullOutcome, PullRef, PullStatus
from lld_agent.config.settings import Settings
from lld_agent.errors import LldError
from lld_agent.forge.errors import ForgeError, LimitedError, RefusedKeyError
from lld_agent.forge.patch import DiffLines, diff_lines
from lld_agent.forge.port import Forge
from lld_agent.forge.values import ChangedFile, Pull
from lld_agent.model.review import Bars, ReviewResult, total
from lld_agent.model.usage import total as used_together

_SUPPRESSION = re.compile(r"<!--\s{0,9}lld(?:-agent)?:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PullReport:
    """What came of a review, also where it could not be posted.

    Attributes:
        results: reviews of the documents, without what has no quote in them.
        settings: that held; None where they could not be read.
    """

    outcome: PullOutcome
    results: tuple[ReviewResult, ...] = ()
    posted: Posted = field(default_factory=Posted)
    settings: Settings | None = None


async def review_pull(
    ref: PullRef, forge: Forge, options: BotOptions, analyse: Analyse = analyse_apart
) -> PullOutcome:
    """Review a pull request and say on it what was found; see `report_on`."""
    return (await report_on(ref, forge, options, analyse)).outcome


async def report_on(
    ref: PullRef, forge: Forge, options: BotOptions, analyse: Analyse = analyse_apart
) -> PullReport:
    """Review a pull request, say on it what was found, and return all of it.

    Args:
        ref: which one.
        forge: that one on its host.
        options: how.
        analyse: reads the documents; by default in a process of its own.

    Returns:
        The outcome. Nothing that a host or a repository does raises.
    """
    review = _Review(ref, forge, options, analyse)
    try:
        outcome = await review.run()
    except RefusedKeyError as error:
        outcome = PullOutcome(PullStatus.FAILED, review.head, str(error), exit_code=4)
    except LimitedError as error:
        why = f"{error}; again in {error.seconds:.0f} s"
        outcome = PullOutcome(PullStatus.INCOMPLETE, review.head, why, retry=True, exit_code=3)
    except ForgeError as error:
        outcome = PullOutcome(
            PullStatus.FAILED, review.head, str(error), retry=error.later, exit_code=3
        )
    return PullReport(outcome, review.results, review.posted, review.settings)


class _Review:
    """One run; what it knows so far stays readable when it is stopped."""

    def __init__(self, ref: PullRef, forge: Forge, options: BotOptions, analyse: Analyse) -> None:
        self.ref = ref
        self.forge = forge
        self.options = options
        self.analyse = analyse
        self.mark = new_run()
        self.head = ""
        self.results: tuple[ReviewResult, ...] = ()
        self.posted = Posted()
        self.settings: Settings | None = None

    async def run(self) -> PullOutcome:
        """Return the outcome.

        Raises:
            ForgeError: the host stopped it.
        """
        pull = await self.forge.pull()
        self.head = pull.head
        if not pull.is_open:
            return self._skipped("it is closed")
        try:
            settings = await settings_at_base(self.forge, pull, self.options.flags, os.environ)
            self.settings = settings
            if pull.is_draft and not settings.bot_drafts:
                return self._skipped("it is a draft")
            material = await gather(self.forge, pull, await self.forge.files(), settings)
        except LldError as error:
            return await self._not_reviewed(pull, error.message, error.exit_code)
        if not material.documents and not material.unread:
            return self._skipped("no design in it")
        return await self._reviewed(pull, material)

    async def _reviewed(self, pull: Pull, material: Material) -> PullOutcome:
        await self._begin_check(pull)
        if not material.documents:
            path, why = material.unread[0]
            return await self._not_reviewed(pull, f"{path}: {why}", 3)
        try:
            asked = task(material.for_analysis(), material.settings)
            reply = await self.analyse(asked, self.options.seconds)
        except AnalysisError as error:
            return await self._not_reviewed(pull, str(error), 3)
        judgement = _Judgement(material, reply)
        self.results = judgement.results
        if not self.results:
            return await self._not_reviewed(pull, reply.documents[0].error, 3)
        signer = await self._signer()
        there = standing(await self.forge.threads(), await self.forge.remarks(), signer)
        now = await self.forge.pull()
        if now.head != pull.head or not now.is_open:
            await self._check_not_reviewed(pull, "the pull request has moved on")
            return PullOutcome(
                PullStatus.SUPERSEDED,
                pull.head,
                f"its head is {now.head} now",
                retry=True,
                exit_code=3,
            )
        writer = Writer(self.forge, pull.head, material.settings.rule_url)
        bars = app.failing(material.settings)
        poster = Poster(
            self.forge, pull, signer, self.mark, writer, bars, material.settings.bot_inline
        )
        account = judgement.account()
        self.posted = await poster.post(judgement.judged(), there, account, judgement.judged_on)
        return self._ended(account, bars)

    def _ended(self, account: Account, bars: Bars) -> PullOutcome:
        found = [finding for result in self.results for finding in result.findings]
        why = "; ".join(self.posted.refused)
        if not self.posted.shown:
            code = 3 if found else 0
            return PullOutcome(PullStatus.FAILED, self.head, why, exit_code=code)
        status = PullStatus.POSTED if self.posted.wrote else PullStatus.UNCHANGED
        code = int(any(bars.reached_by(finding) for finding in found))
        if not account.is_whole:
            status, why = PullStatus.INCOMPLETE, why or "not everything was reviewed"
        if self.options.strict and (why or not account.is_whole):
            code = 3
        return PullOutcome(status, self.head, why, exit_code=code)

    def _skipped(self, why: str) -> PullOutcome:
        return PullOutcome(PullStatus.SKIPPED, self.head, why)

    async def _not_reviewed(self, pull: Pull, why: str, code: int) -> PullOutcome:
        await self._check_not_reviewed(pull, why)
        return PullOutcome(PullStatus.FAILED, pull.head, why, exit_code=code)

    async def _signer(self) -> Signer:
        own = self.options.identities or frozenset({await self.forge.identity()})
        lower = frozenset(login.casefold() for login in own)
        return Signer(
            f"{self.ref.repo.casefold()}|{self.ref.number}", self.options.signing_key, lower
        )

    async def _begin_check(self, pull: Pull) -> None:
        """Show that a review is under way, where that is allowed: it is a courtesy."""
        try:
            await self.forge.begin_check(pull.head, self.mark)
        except RefusedKeyError:
            raise
        except ForgeError:
            return

    async def _check_not_reviewed(self, pull: Pull, why: str) -> None:
        try:
            await self.forge.finish_check(pull.head, not_reviewed(why), self.mark)
        except (RefusedKeyError, LimitedError):
            raise
        except ForgeError:
            return


class _Judgement:
    """What the analysis said, held against the documents: its answer is not believed blindly."""

    def __init__(self, material: Material, reply: Reply) -> None:
        self._material = material
        self._replies = {one.path: one for one in reply.documents}
        self._ungrounded = 0
        self._errors = tuple((one.path, one.error) for one in reply.documents if one.error)
        by_path = {one.file.path: one for one in material.documents}
        kept = []
        for one in reply.documents:
            result = one.result()
            if result is not None:
                found, dropped = grounded(result.findings, by_path[one.path])
                self._ungrounded += dropped
                kept.append(replace(result, findings=found))
        self.results = without_known(material, kept)

    def judged(self) -> Judged:
        """Return what there is to say, on the diff as it was read."""
        return self._on(self._material.documents)

    def judged_on(self, files: Sequence[ChangedFile]) -> Judged:
        """Return what there is to say, on the diff as it is now."""
        patches = {file.path: diff_lines(file.patch) for file in files}
        return self._on(
            tuple(
                replace(one, lines=patches.get(one.file.path, DiffLines()))
                for one in self._material.documents
            )
        )

    def _on(self, documents: tuple[Changed, ...]) -> Judged:
        found = {result.path: result.findings for result in self.results}
        return Judged(
            points=points(found, documents, self._replies),
            documents=documents,
            ran={result.path: result.coverage.rules_run for result in self.results},
            seen={
                path: {finding.fingerprint for finding in one.findings}
                for path, one in self._replies.items()
            },
        )

    def account(self) -> Account:
        """Return what was done and what was not."""
        used = [result.usage for result in self.results if result.usage is not None]
        return Account(
            documents=tuple(result.path for result in self.results),
            unread=(*self._material.unread, *self._errors),
            coverage=total(result.coverage for result in self.results),
            usage=used_together(used) if used else None,
            ungrounded=self._ungrounded,
            suppressed=sum(len(result.suppressed) for result in self.results),
            suppressions_added=sum(_added_suppressions(one) for one in self._material.documents),
            baselined=sum(len(result.baselined) for result in self.results),
            notes=self._material.notes,
        )


def _added_suppressions(document: Changed) -> int:
    """Return how many comments that set findings aside stand on lines that are new."""
    lines = document.text.replace("\r\n", "\n").split("\n")
    shown = document.lines
    return sum(
        len(_SUPPRESSION.findall(lines[number - 1]))
        for number in shown.hunks
        if number not in shown.unchanged and 0 < number <= len(lines)
    )
