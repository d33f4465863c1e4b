"""An update with a model: its run, its record, and what it would cost."""

import asyncio
import time
from dataclasses import dataclass
from functools import partial

from lld_agent.app import models
from lld_agent.app.interrupts import Interrupts, recorded_end
from lld_agent.app.writing import Job, require_credentials, started, store
from lld_agent.config.settings import Settings
from lld_agent.draft.sidecar import Sidecar
from lld_agent.draft.update.pipeline import Plan
from lld_agent.draft.update.rewrite import Rewriter, Rewritten
from lld_agent.errors import UsageError
from lld_agent.llm import plan as costs
from lld_agent.llm.counting import count_tokens
from lld_agent.llm.prices import is_local
from lld_agent.store.runs import Run


@dataclass(frozen=True, slots=True)
class RewrittenRun:
    """What a model made of an update, and its run.

    Attributes:
        run_id: "" where nothing was asked.
        command: that goes on where something is missing.
        local: models cost nothing. seconds: of wall clock.
        interrupted: whether a person stopped it.
    """

    rewritten: Rewritten
    run_id: str = ""
    command: tuple[str, ...] = ()
    local: bool = False
    seconds: float = 0.0
    interrupted: bool = False

    @property
    def exit_code(self) -> int:
        """0; 130 when interrupted; 3 when something is missing."""
        if self.rewritten.built is not None:
            return 0
        return 130 if self.interrupted else 3


def rewriter(plan: Plan, record: Sidecar, settings: Settings) -> Rewriter:
    """Return what brings a design along that a model wrote.

    Raises:
        InputError: the record holds no whole one.
    """
    count = partial(count_tokens, model=settings.model)
    return Rewriter(plan, record, count, settings.structured)


def cost(job: Rewriter, settings: Settings) -> costs.Plan:
    """Return the calls of an update and what they may cost; needs neither key nor network."""
    return costs.plan(job.planned(), lambda stage: models.facts_of(settings, stage))


def rewrite(work: Rewriter, job: Job) -> RewrittenRun:
    """Ask a model for what an update needs; nothing is written, and nothing asked without need.

    Raises:
        CredentialsError: no key, or a refused one, at the very first question.
        UsageError: something must be asked and no model is named.
        LldError: the run could not begin.
    """
    if work.asks_nothing:
        return RewrittenRun(work.unasked())
    if not models.is_configured(job.settings):
        raise UsageError(
            f"{job.output} was written with a model, and what changed needs one",
            "name one with --model; --plan shows what it would be asked and what that costs",
        )
    with store().begin(job.brief.source.path) as run:
        run.append(started(job, "update"))
        with recorded_end(run, _command(job)):
            result = asyncio.run(_asked(work, job, run))
            require_credentials(result.rewritten.failed, result.rewritten.usage)
        run.append({"event": "run.finished", "exit_code": result.exit_code})
    return result


async def _asked(work: Rewriter, job: Job, run: Run) -> RewrittenRun:
    asks = models.gateway(job.settings, run, job.how.listener)
    begun = time.monotonic()
    interrupts = Interrupts(asks.stop, job.how.on_interrupt)
    interrupts.listen()
    try:
        rewritten = await work.run(asks)
    finally:
        await asks.aclose()
    return RewrittenRun(
        rewritten,
        run.id,
        command=_command(job),
        local=is_local(job.settings.base_url),
        seconds=time.monotonic() - begun,
        interrupted=bool(interrupts.presses),
    )


def _command(job: Job) -> tuple[str, ...]:
    return ("lld-agent", "update", job.brief.source.path, "-o", job.output or "")
