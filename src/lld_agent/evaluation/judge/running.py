"""The judge with its files, model and run record."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from lld_agent import __version__
from lld_agent.app import models
from lld_agent.app.writing import store
from lld_agent.config.settings import Settings
from lld_agent.errors import LldError, UsageError
from lld_agent.evaluation.judge.asking import Judged, Side, judge, prefer
from lld_agent.evaluation.judge.calibration import (
    Calibration,
    Trust,
    calibrate,
    read_calibration,
)
from lld_agent.evaluation.judge.rubric import read_labelled, read_rubric
from lld_agent.evaluation.results import Results
from lld_agent.evaluation.settling import GreyPair, Known, Settled
from lld_agent.llm.gateway import Gateway
from lld_agent.llm.request import Failure
from lld_agent.model.events import ignore
from lld_agent.sources.load import load_path
from lld_agent.store.atomic import require_writable, write_atomic

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class JudgeFiles:
    """Files of a judge: questions, labelled answers, and what came of those."""

    rubric: Path
    labelled: Path
    calibration: Path


def run_calibration(files: JudgeFiles, settings: Settings) -> Calibration:
    """Ask the labelled questions, write and return what the answers are worth.

    Raises:
        LldError: a file or the model cannot be used; no question was answered.
    """
    rubric = read_rubric(files.rubric)
    labelled = read_labelled(files.labelled, rubric)
    require_writable(files.calibration)
    model = judge_model(settings)

    async def work(asks: Gateway) -> Calibration:
        return await calibrate(asks, model, rubric, labelled)

    found = _asked(settings, str(files.labelled), work)
    unanswered = sum(one.unanswered for one in found.questions)
    if unanswered == len(labelled):
        raise LldError(f"{model} answered none of the labelled questions", "see the run record")
    write_atomic(files.calibration, found.model_dump_json(indent=1) + "\n")
    return found


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a judge said about a design, and what that is worth.

    `sides` are the better designs by each question, where two were compared.
    """

    answers: tuple[Judged, ...]
    sides: tuple[tuple[str, Side | None], ...]
    calibration: Calibration


def run_judge(
    design: Path, prd: Path, against: Path | None, files: JudgeFiles, settings: Settings
) -> Judgement:
    """Return the answers to all questions of a rubric that are calibrated.

    Raises:
        UsageError: the judge is not calibrated on this rubric.
        LldError: a file or the model cannot be used.
    """
    rubric = read_rubric(files.rubric)
    calibration = read_calibration(files.calibration, judge_model(settings), rubric)
    questions = [one for one in rubric.questions if calibration.trust(one.id) is not None]
    wanted, own = (load_path(str(path)).text for path in (prd, design))
    other = load_path(str(against)).text if against else None

    async def work(asks: Gateway) -> Judgement:
        answers = await judge(asks, questions, wanted, own)
        if other is None:
            return Judgement(tuple(answers), (), calibration)
        sides = [(one.id, await prefer(asks, one, wanted, own, other)) for one in questions]
        return Judgement(tuple(answers), tuple(sides), calibration)

    found = _asked(settings, str(design), work)
    failures = [(one.question.id, one.failure) for one in found.answers if one.failure]
    _require(failures, len(found.answers))
    return found


def run_pairs(
    results: Results, known: Known, files: JudgeFiles, settings: Settings
) -> tuple[list[Settled], Calibration]:
    """Return the grey pairs of results that nobody settled, with the judge's verdict.

    A pair that it cannot tell, or does not answer, stays unsettled.

    Raises:
        UsageError: the judge is not calibrated on these questions, or they are not one.
        LldError: a file or the model cannot be used.
    """
    rubric = read_rubric(files.rubric)
    if len(rubric.questions) != 1:
        raise UsageError(
            f"{files.rubric} must ask one question about pairs", "see rubrics/pairs.yaml"
        )
    model = judge_model(settings)
    calibration = read_calibration(files.calibration, model, rubric)
    pairs = dict.fromkeys(
        one
        for _, run in results.runs
        for one in run.score.details.grey
        if (one.slot, one.golden, one.other) not in known
    )

    async def work(asks: Gateway) -> list[Settled]:
        found = []
        for one in pairs:
            [said] = await judge(asks, rubric.questions, f"A table: {one.slot}", shown_pair(one))
            if said.answer is not None:
                same = said.answer == "yes"
                found.append(Settled(**one.model_dump(), same=same, by=model))
        return found

    return _asked(settings, "pairs", work), calibration


def shown_pair(pair: GreyPair) -> str:
    """Return a pair as a judge sees it."""
    return f"Row 1: {pair.golden}\nRow 2: {pair.other}"


def _require(failures: Sequence[tuple[str, Failure]], asked: int) -> None:
    if failures and len(failures) == asked:
        what, failure = failures[0]
        raise LldError(f"{what}: {failure.message}", failure.hint)


def judge_model(settings: Settings) -> str:
    """Return the model that judges.

    Raises:
        UsageError: none is named.
    """
    model = settings.model_for("judge")
    if not model:
        raise UsageError("no model is named", "give --model, or set models.judge in lld-agent.toml")
    return model


def _asked(settings: Settings, source: str, work: Callable[[Gateway], Awaitable[T]]) -> T:
    with store().begin(f"judge-{Path(source).stem}") as run:
        run.append(
            {
                "event": "run.started", "command": "eval judge", "version": __version__,
                "source": source, "output": "", "settings": {"model": judge_model(settings)},
            }
        )  # fmt: skip

        async def whole() -> T:
            asks = models.gateway(settings, run, ignore)
            try:
                return await work(asks)
            finally:
                await asks.aclose()

        found = asyncio.run(whole())
        run.append({"event": "run.finished", "exit_code": 0})
    return found


def calibration_lines(found: Calibration) -> Iterator[str]:
    """Yield what a judge's answers are worth, a line per question, and who labelled."""
    for one in found.questions:
        yield f"{one.question}: {worth(one, independent=found.independent)}"
    yield f"labelled by {', '.join(found.labelled_by)}"
    if not found.independent:
        yield "agreement: a person, or a model of another family than the judge, has not labelled all of it"


def judgement_lines(found: Judgement) -> Iterator[str]:
    """Yield answers, each with what it is worth."""
    for one in found.answers:
        trust = found.calibration.trust(one.question.id)
        if trust is None:
            continue
        good = (
            "" if one.answer is None else " (good)" if one.answer == one.question.good else " (bad)"
        )
        yield f"{one.question.id}: {one.answer or 'no answer'}{good}; {worth(trust, independent=found.calibration.independent)}"
        if one.answer is not None:
            yield f"  {one.reason}" + (f' "{one.quote}"' if one.quote else "")
    for question, side in found.sides:
        yield f"{question}, which is better: {side.value if side else 'no answer'}"


def worth(trust: Trust, *, independent: bool) -> str:
    """Return sensitivity and specificity with their intervals; agreement where that is all it is."""
    names = (
        ("sensitivity", "specificity") if independent else ("agreement on yes", "agreement on no")
    )
    figures = zip(names, (trust.sensitivity, trust.specificity), trust.intervals, strict=True)
    return ", ".join(
        f"{name} {value:.2f} ({interval[0]:.2f} to {interval[1]:.2f})"
        if value is not None and interval is not None
        else f"{name} unknown"
        for name, value, interval in figures
    )
