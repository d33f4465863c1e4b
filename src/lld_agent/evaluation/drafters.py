"""What drafts the documents of an evaluation: code, a recorded run, or a model."""

import time
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from lld_agent.app import generator, models
from lld_agent.config.settings import Settings
from lld_agent.draft.options import DraftOptions
from lld_agent.draft.pipeline import draft_outline
from lld_agent.draft.written import Writing, draft_written
from lld_agent.errors import InputError, LldError
from lld_agent.evaluation.drafted import Drafted
from lld_agent.evaluation.golden import Golden
from lld_agent.evaluation.purse import Purse
from lld_agent.llm.counting import count_tokens
from lld_agent.llm.gateway import Gateway
from lld_agent.llm.recorded import read_recording
from lld_agent.model.events import ignore
from lld_agent.model.run import RunEvent
from lld_agent.store.cache import default_cache_folder

_RECORDED = "recorded/run"
_FIRST = ("extract", "spine")


class Drafter(Protocol):
    """Drafts a design for the input of a golden document."""

    @property
    def name(self) -> str:
        """Its name in results."""
        ...

    def suits(self, golden: Golden) -> bool:
        """Return whether it can draft this document at all."""
        ...

    async def draft(self, golden: Golden, repeat: int) -> Drafted:
        """Return a draft. What it raises counts as a crash of the run.

        Args:
            golden: what is drafted for; only its input and template may be looked at.
            repeat: number of the run on this document, from 0.
        """
        ...


class Outline:
    """Code, no model: the outline."""

    name = "outline"

    def suits(self, _golden: Golden) -> bool:
        """Return True: every document has an outline."""
        return True

    async def draft(self, golden: Golden, _repeat: int) -> Drafted:
        """Return the outline."""
        begun = time.monotonic()
        made = draft_outline(golden.brief, _options(golden))
        return Drafted(
            golden.brief, made.document, made.markdown, made.sidecar, (), time.monotonic() - begun
        )


class Recorded:
    """The recorded run beside a golden document, replayed offline."""

    name = "recorded"

    def suits(self, golden: Golden) -> bool:
        """Return whether there is a recorded run."""
        return golden.recording is not None

    async def draft(self, golden: Golden, _repeat: int) -> Drafted:
        """Return what the recorded answers give today.

        Raises:
            InputError: nothing is recorded.
        """
        if golden.recording is None:
            raise InputError(f"{golden.slug} has no recorded run", "draft it with a model")
        log = _Log()
        settings = Settings(model=_RECORDED)
        asks = models.replaying(settings, read_recording(golden.recording), log, ignore)
        return await _written(golden, settings, asks, log)


class Model:
    """A model, through the gateway, with the cache and run records of every draft.

    Args:
        settings: models and limits; `max_cost` is for all runs of the evaluation together.
        runs: how many there will be.
    """

    def __init__(self, settings: Settings, runs: int) -> None:
        self._settings = settings
        self._purse = Purse(settings.max_cost, runs)
        self.name = settings.model or ", ".join(sorted(set(settings.models.values())))

    def suits(self, _golden: Golden) -> bool:
        """Return True: a model drafts anything."""
        return True

    async def draft(self, golden: Golden, repeat: int) -> Drafted:
        """Return the draft. Each repeat has a cache of its own: answers of another are not its."""
        from lld_agent.app.writing import store  # noqa: PLC0415 - an outline needs none of it

        with (
            self._purse.lent() as share,
            store().begin(f"eval-{golden.slug}-{repeat}") as record,
        ):
            settings = self._settings.model_copy(
                update={"max_cost": share.amount, "cache_dir": str(self._cache(repeat))}
            )
            log = _Log(record)
            asks = models.gateway(settings, log, ignore)
            try:
                return await _written(golden, settings, asks, log)
            finally:
                share.used = asks.used.cost
                await asks.aclose()

    def _cache(self, repeat: int) -> Path:
        folder = Path(self._settings.cache_dir or default_cache_folder()).expanduser()
        return folder / f"sample-{repeat}" if repeat else folder


class _Log:
    """The record of a run in memory, and in a file where there is one."""

    def __init__(self, also: Any = None) -> None:
        self.events: list[RunEvent] = []
        self._also = also

    def append(self, event: Mapping[str, Any]) -> None:
        self.events.append(RunEvent.model_validate(dict(event)))
        if self._also is not None:
            self._also.append(event)


async def _written(golden: Golden, settings: Settings, asks: Gateway, log: _Log) -> Drafted:
    begun = time.monotonic()
    writing = Writing(asks, partial(count_tokens, model=settings.model), settings.structured)
    written = await draft_written(golden.brief, _options(golden), writing)
    for what, failure in written.failed:
        if what.startswith(_FIRST):  # then no section was asked for: an outline, not a draft
            raise LldError(f"{what}: {failure.message}", failure.hint)
    draft = written.built.draft
    return Drafted(
        written.built.brief,
        draft.document,
        draft.markdown,
        draft.sidecar,
        tuple(log.events),
        time.monotonic() - begun,
        tuple(f"{what}: {failure.message}" for what, failure in written.failed),
    )


def _options(golden: Golden) -> DraftOptions:
    return replace(DraftOptions(template=golden.meta.template), generator=generator())
