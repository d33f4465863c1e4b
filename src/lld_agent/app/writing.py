"""Drafting with a model, from files to files: run record, cache, interruption, resume and replay."""

import asyncio
import hashlib
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from lld_agent import __version__
from lld_agent.app import models
from lld_agent.app.interrupts import Interrupts, recorded_end
from lld_agent.config.settings import Settings
from lld_agent.draft.answers import Answer, with_answers
from lld_agent.draft.options import DraftOptions
from lld_agent.draft.stages.spine import SpineQuestion
from lld_agent.draft.written import Writing, Written, draft_written
from lld_agent.errors import (
    CredentialsError,
    InputError,
    UsageError,
)
from lld_agent.llm.counting import count_tokens
from lld_agent.llm.prices import is_local
from lld_agent.llm.recorded import RecordedTransport, read_recording
from lld_agent.llm.request import Failure, FailureKind
from lld_agent.model.brief import Brief
from lld_agent.model.events import Listener, ignore
from lld_agent.model.finding import Finding
from lld_agent.model.run import RunEvent, RunState
from lld_agent.model.usage import Usage
from lld_agent.store.runs import Run, RunStore, project_folder, read_events

Ask = Callable[[Sequence[SpineQuestion]], Sequence[Answer]]
"""Puts questions to a person and returns what was answered."""

# What of the settings decides the text of a draft, so that a resumed run ends in the same bytes.
_KEPT = (
    "model",
    "models",
    "fallbacks",
    "base_url",
    "structured",
    "template",
    "author",
    "project",
    "reviewers",
    "draft_critics",
)


@dataclass(frozen=True, slots=True)
class How:
    """How a draft is written with a model.

    Attributes:
        resume: go on with the last unfinished run of this source and output.
        replay: id or path of a run to reproduce, offline; "" for none.
        ask: puts the spine's questions to a person; None where nobody is asked.
        listener: hears what happens.
        on_interrupt: called at the first Ctrl-C.
    """

    resume: bool = False
    replay: str = ""
    ask: Ask | None = None
    listener: Listener = ignore
    on_interrupt: Callable[[], None] = field(default=lambda: None)


@dataclass(frozen=True, slots=True)
class WrittenRun:
    """A draft that a model wrote, and its run.

    Attributes:
        command: that goes on where something is missing.
        local: models cost nothing. seconds: of wall clock.
        interrupted: whether a person stopped it.
        replayed: what was replayed: the run, and the prompts that are others now; None otherwise.
    """

    written: Written
    run_id: str
    command: tuple[str, ...]
    local: bool
    seconds: float
    interrupted: bool = False
    replayed: tuple[str, tuple[str, ...]] | None = None

    @property
    def exit_code(self) -> int:
        """0; 130 when interrupted; 3 when something is missing."""
        if self.interrupted:
            return 130
        return 3 if self.written.failed else 0


@dataclass(frozen=True, slots=True)
class Job:
    """What is drafted with a model.

    Attributes:
        brief: what it is made from.
        output: where it will go, for the record; None for standard output.
        options: header and template.
        settings: models and limits.
        how: resume, replay, questions.
        answers: of a person, to questions of an earlier draft.
    """

    brief: Brief
    output: str | None
    options: DraftOptions
    settings: Settings
    how: How
    answers: tuple[Answer, ...] = ()

    @property
    def command(self) -> tuple[str, ...]:
        """What goes on with it."""
        output = ("-o", self.output) if self.output else ()
        return ("lld-agent", "draft", self.brief.source.path, *output, "--resume")


def store() -> RunStore:
    """Return the runs of the project that the person is in."""
    import os  # noqa: PLC0415 - one caller

    from lld_agent.model.redaction import redactor  # noqa: PLC0415

    return RunStore(project_folder(Path.cwd()), redactor(os.environ))


def write(job: Job) -> WrittenRun:
    """Draft a design with a model.

    Raises:
        CredentialsError: no key, or a refused one, at the very first question.
        InterruptedRunError: it was stopped at once, or at a question.
        LldError: the options do not fit; the run to resume or replay is not there.
    """
    runs = store()
    earlier = _earlier(runs, job)
    if earlier:
        job = _as_then(job, earlier)
    job = replace(job, brief=with_answers(job.brief, job.answers))
    recording = read_recording(runs.open(job.how.replay).path) if job.how.replay else None
    with runs.begin(job.brief.source.path) as run:
        run.append(started(job))
        with recorded_end(run, job.command):
            result = asyncio.run(_written(job, run, recording))
            require_credentials(result.written.failed, result.written.usage)
        run.append(
            {
                "event": "run.finished",
                "exit_code": result.exit_code,
                "coverage": result.written.built.draft.trace.coverage,
                "weights": _weights(result.written),
            }
        )
    return result


def _weights(written: Written) -> dict[str, Any]:
    """Return what findings weigh before and after repairs: of rules, and together with critics."""
    found = written.critique
    both: dict[str, Any] = {"rules": [written.before.weight, written.after.weight]}
    if found is not None:
        both["with_critics"] = list(found.weights)
        both["kept"] = found.kept
        both["critics"] = [[_listed(f) for f in part] for part in (found.before, found.after)]
    return both


def _listed(finding: Finding) -> str:
    return f"{finding.rule} {finding.severity.value} {finding.fingerprint} {finding.message}"


async def _written(job: Job, run: Run, recording: RecordedTransport | None) -> WrittenRun:
    how, settings = job.how, job.settings
    if recording is not None:
        asks = models.replaying(settings, recording, run, how.listener)
    else:
        asks = models.gateway(settings, run, how.listener)
    begun = time.monotonic()
    interrupts = Interrupts(asks.stop, how.on_interrupt)
    interrupts.listen()
    writing = Writing(
        asks,
        partial(count_tokens, model=settings.model),
        settings.structured,
        critics=settings.draft_critics,
        ask=partial(_asked, how.ask, run, interrupts) if how.ask is not None else None,
    )
    try:
        written = await draft_written(job.brief, job.options, writing)
    finally:
        await asks.aclose()
    replayed = (how.replay, tuple(recording.drifted)) if recording is not None else None
    return WrittenRun(
        written,
        run.id,
        command=job.command,
        local=is_local(settings.base_url),
        seconds=time.monotonic() - begun,
        interrupted=bool(interrupts.presses),
        replayed=replayed,
    )


def _asked(
    ask: Ask,
    run: Run,
    interrupts: Interrupts,
    brief: Brief,
    questions: Sequence[SpineQuestion],
) -> Brief:
    with interrupts.left_alone():
        answers = tuple(ask(questions))
    run.append({"event": "person.answered", "answers": _as_data(answers)})
    return with_answers(brief, answers) if answers else brief


def _as_data(answers: Iterable[Answer]) -> list[list[str]]:
    return [[answer.question, answer.text] for answer in answers]


def _from_data(data: Any) -> tuple[Answer, ...]:
    return tuple(Answer(str(question), str(text)) for question, text in data or ())


def started(job: Job, command: str = "draft") -> Mapping[str, Any]:
    """Return the first event of a run's record."""
    return {
        "event": "run.started",
        "command": command,
        "version": __version__,
        "source": job.brief.source.path,
        "source_sha256": _sha(job.brief),
        "output": job.output or "",
        "local": is_local(job.settings.base_url),
        "options": asdict(job.options),
        "answers": _as_data(job.answers),
        "settings": job.settings.model_dump(mode="json", include=set(_KEPT)),
        "resumes": job.how.resume,
        "replays": job.how.replay,
    }


def _sha(brief: Brief) -> str:
    return hashlib.sha256(brief.source.encode()).hexdigest()


def _earlier(runs: RunStore, job: Job) -> Sequence[RunEvent]:
    """Return the events of the run that is resumed or replayed; none where it is a new one.

    Raises:
        InputError: there is none.
    """
    if job.how.replay:
        return _events(runs.open(job.how.replay))
    if not job.how.resume:
        return ()
    source, output = job.brief.source.path, job.output or ""
    for summary in runs.summaries():
        if (summary.command, summary.source, summary.output) == ("draft", source, output):
            if summary.state is not RunState.FINISHED:
                return _events(runs.open(summary.id))
            raise InputError(
                f"the last run of {source} is complete: nothing to resume", "run without --resume"
            )
    raise InputError(f"no run of {source} to resume", "`lld-agent runs list` shows what there is")


def _events(run: Run) -> Sequence[RunEvent]:
    return [event for event in read_events(run.path) if event is not None]


def _as_then(job: Job, events: Sequence[RunEvent]) -> Job:
    """Return a job with options, settings and answers as then, where the person says nothing else."""
    began = next((e.model_extra or {} for e in events if e.event == "run.started"), {})
    now, plain = asdict(job.options), asdict(DraftOptions())
    kept = {k: v for k, v in began.get("options", {}).items() if k in now and now[k] == plain[k]}
    held, default = began.get("settings", {}), Settings()
    changed = {
        key: held[key]
        for key in _KEPT
        if key in held and getattr(job.settings, key) == getattr(default, key)
    }
    return replace(
        job,
        options=replace(job.options, **{**kept, "generator": job.options.generator}),
        settings=Settings.model_validate({**job.settings.model_dump(), **changed}),
        answers=job.answers or _from_data(began.get("answers")),
        how=_as_answered(job.how, events),
    )


def _as_answered(how: How, events: Sequence[RunEvent]) -> How:
    """Return how to go on: what a person answered at the terminal is not asked again."""
    said = next((e.model_extra or {} for e in events if e.event == "person.answered"), None)
    if said is None:
        return how
    answers = _from_data(said.get("answers"))
    return replace(how, ask=lambda _questions: answers)


def require_credentials(failed: Sequence[tuple[str, Failure]], usage: Usage) -> None:
    """Raise where not a single question was answered for want of a key or of a model.

    Raises:
        CredentialsError: no key, or a refused one.
        UsageError: there is no such model.
    """
    first = failed[0][1] if failed else None
    if first is None or usage.tokens_out:
        return
    if first.kind is FailureKind.CREDENTIALS:
        raise CredentialsError(first.message, first.hint)
    if first.kind is FailureKind.MODEL:
        raise UsageError(first.message, first.hint)
