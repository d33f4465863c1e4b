"""Reviews with critics: run record, cache, interruption and replay, as in drafting."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from lld_agent import __version__
from lld_agent.app import models
from lld_agent.app.interrupts import Interrupts, recorded_end
from lld_agent.app.writing import require_credentials, store
from lld_agent.config.settings import Settings
from lld_agent.critics.canaries import canaries
from lld_agent.critics.candidates import Document
from lld_agent.critics.pipeline import Asking, Criticism, criticise, questions
from lld_agent.critics.requests import verify_request
from lld_agent.llm.counting import count_tokens
from lld_agent.llm.gateway import Gateway
from lld_agent.llm.plan import PlannedCall
from lld_agent.llm.prices import is_local
from lld_agent.llm.recorded import RecordedTransport, read_recording
from lld_agent.llm.request import Failure, Request
from lld_agent.model.brief import Brief
from lld_agent.model.design import Design
from lld_agent.model.events import Event, Listener, ignore
from lld_agent.model.review import ReviewResult
from lld_agent.model.usage import Usage, total
from lld_agent.review.pipeline import ReviewSettings, checked, critics_chosen, known, settled
from lld_agent.rules.engine import CheckResult
from lld_agent.rules.selection import Selection
from lld_agent.store.runs import Run, read_events

# What of the settings decides the answers, so that a replay asks the same.
_KEPT = (
    "model",
    "models",
    "fallbacks",
    "base_url",
    "structured",
    "critics",
    "critic_samples",
)

# Tokens of answers, least and most: an assumption until real runs are recorded.
_FINDINGS = (20, 2_500)
_VERDICT = (60, 250)
_MOST_VERDICTS = 12
"""Second readings that a plan allows for, per document."""


@dataclass(frozen=True, slots=True)
class Models:
    """How models are asked in a review.

    Attributes:
        listener: hears what happens.
        on_interrupt: called at the first Ctrl-C.
        replay: id or path of a run to reproduce, offline; "" for none.
    """

    listener: Listener = ignore
    on_interrupt: Callable[[], None] = field(default=lambda: None)
    replay: str = ""


@dataclass(frozen=True, slots=True)
class CriticRun:
    """The run behind a review with models.

    Attributes:
        local: models cost nothing. seconds: of wall clock.
        failures: questions without an answer: what, and why.
        interrupted: whether a person stopped it.
        replayed: the run that was replayed, and prompts that are others now; None otherwise.
    """

    run_id: str
    usage: Usage
    local: bool
    seconds: float
    failures: tuple[tuple[str, Failure], ...] = ()
    interrupted: bool = False
    replayed: tuple[str, tuple[str, ...]] | None = None


def reviewed(
    designs: Sequence[Design],
    chosen: ReviewSettings,
    settings: Settings,
    brief: Brief | None,
    how: Models,
) -> tuple[list[ReviewResult], CriticRun]:
    """Review designs with rules and critics, one after the other.

    Raises:
        CredentialsError: no key, or a refused one.
        InterruptedRunError: it was stopped at once.
        LldError: no model is named, a limit cannot be held, the run to replay is not there.
    """
    critics_chosen(chosen)  # a wrong name, before anything is asked
    runs = store()
    recording = read_recording(runs.open(how.replay).path) if how.replay else None
    if how.replay:
        settings = _as_then(settings, runs.open(how.replay))
    path = designs[0].source.path if designs else "nothing"
    with runs.begin(path) as run:
        run.append(_started(designs, settings, how))
        command = ("lld-agent", "review", *(design.source.path for design in designs), "--llm")
        begun = time.monotonic()
        with recorded_end(run, command):
            found, interrupted = asyncio.run(
                _criticised(designs, chosen, settings, brief, _Run(run, how, recording))
            )
        failures = tuple(failure for _, one in found for failure in one.failures)
        run.append(
            {"event": "run.finished", "exit_code": 130 if interrupted else 3 if failures else 0}
        )
    usage = total(one.usage for _, one in found)
    require_credentials(failures, usage)
    results = [
        settled(design, chosen, rules, one)
        for design, (rules, one) in zip(designs, found, strict=True)
    ]
    replayed = (how.replay, tuple(recording.drifted)) if recording is not None else None
    local, seconds = is_local(settings.base_url), time.monotonic() - begun
    return results, CriticRun(run.id, usage, local, seconds, failures, interrupted, replayed)


@dataclass(frozen=True, slots=True)
class _Run:
    record: Run
    how: Models
    recording: RecordedTransport | None

    def gateway(self, settings: Settings) -> Gateway:
        if self.recording is not None:
            return models.replaying(settings, self.recording, self.record, self.how.listener)
        return models.gateway(settings, self.record, self.how.listener)


async def _criticised(
    designs: Sequence[Design],
    chosen: ReviewSettings,
    settings: Settings,
    brief: Brief | None,
    run: _Run,
) -> tuple[list[tuple[CheckResult, Criticism]], bool]:
    asks = run.gateway(settings)
    interrupts = Interrupts(asks.stop, run.how.on_interrupt)
    interrupts.listen()
    asking = Asking(asks, _counter(settings), brief, settings.critic_samples)
    found = []
    try:
        for design in designs:
            rules = checked(design, chosen, brief)
            told = rules.findings if chosen.selection == Selection() else known(design, brief)
            one = await criticise(design, told, critics_chosen(chosen), asking)
            run.record.append(_told(design, one))
            run.how.listener(_summary(design, one))
            found.append((rules, one))
    finally:
        await asks.aclose()
    return found, bool(interrupts.presses)


def _counter(settings: Settings) -> Callable[[str], int]:
    return partial(count_tokens, model=settings.model)


def _started(designs: Sequence[Design], settings: Settings, how: Models) -> dict[str, object]:
    return {
        "event": "run.started",
        "command": "review",
        "version": __version__,
        "source": ", ".join(design.source.path for design in designs),
        "output": "",
        "local": is_local(settings.base_url),
        "settings": settings.model_dump(mode="json", include=set(_KEPT)),
        "replays": how.replay,
    }


def _told(design: Design, one: Criticism) -> dict[str, object]:
    """Return what the record says about a document: what stands, and what does not and why."""
    return {
        "event": "critics.finished",
        "subject": design.source.path,
        "findings": [
            f"{f.rule} {f.severity.value} {f.fingerprint} {f.message}" for f in one.findings
        ],
        **one.report.model_dump(mode="json"),
    }


def _summary(design: Design, one: Criticism) -> Event:
    report = one.report
    reasons: dict[str, int] = {}
    for rejected in report.rejected:
        reasons[rejected.reason] = reasons.get(rejected.reason, 0) + 1
    why = ", ".join(f"{count} {name}" for name, count in sorted(reasons.items()))
    message = f"critics raised {report.raised}, {report.confirmed} stand" + (
        f" ({why})" if why else ""
    )
    return Event(kind="critics.finished", subject=design.source.path, message=message)


def _as_then(settings: Settings, run: Run) -> Settings:
    """Return settings with those of the run that is replayed, where the person says nothing else."""
    events = (event for event in read_events(run.path) if event is not None)
    began = next((e.model_extra or {} for e in events if e.event == "run.started"), {})
    held, default = began.get("settings", {}), Settings()
    changed = {
        key: held[key]
        for key in _KEPT
        if key in held and getattr(settings, key) == getattr(default, key)
    }
    return Settings.model_validate({**settings.model_dump(), **changed})


def requests(
    designs: Sequence[Design], chosen: ReviewSettings, settings: Settings, brief: Brief | None
) -> Iterator[Request[Any]]:
    """Yield the questions of critics that a review is going to put; those that follow depend on answers."""
    for design in designs:
        document = Document(design, known(design, brief))
        for question in questions(
            document, critics_chosen(chosen), _counter(settings), brief, settings.critic_samples
        ):
            yield question.request


def planned(
    designs: Sequence[Design], chosen: ReviewSettings, settings: Settings, brief: Brief | None
) -> Iterator[PlannedCall]:
    """Yield the calls of a review: critics as they will be asked, second readings as an allowance."""
    for request in requests(designs, chosen, settings, brief):
        kept = models.is_known(settings, request)
        yield PlannedCall.of(request, _FINDINGS, known=kept)
    for design in designs:
        sample = canaries()[0]
        request = verify_request(sample.candidate, sample.document)
        # Sixty lines around each of two quotes, and the lines that hold the words of the claim.
        later = min(count_tokens(design.source.text, settings.model), 5_000)
        times = (0, _MOST_VERDICTS + len(canaries()))
        subject = f"findings of {design.source.path}"
        plan = PlannedCall.of(request, _VERDICT, later=later, times=times)
        yield PlannedCall(
            plan.stage, subject, plan.prefix, plan.messages, plan.schema, plan.output, later, times
        )
