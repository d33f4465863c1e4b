"""Runs a drafter over golden documents; pydantic-evals is the engine."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lld_agent.app import generator
from lld_agent.errors import UsageError
from lld_agent.evaluation.draft_metrics import Score, crashed, score
from lld_agent.evaluation.drafted import Drafted
from lld_agent.evaluation.drafters import Drafter
from lld_agent.evaluation.golden import Golden
from lld_agent.evaluation.results import DocumentResult, Results, RunResult
from lld_agent.evaluation.rows import Settle, unsettled


@dataclass(frozen=True)
class Trial:
    """One run to make: a document, and the how-manieth run on it."""

    golden: Golden
    repeat: int

    @property
    def name(self) -> str:
        """Its name in the engine."""
        return f"{self.golden.slug}#{self.repeat}"


@dataclass(frozen=True)
class Attempt:
    """A run that was made; its score is worked out once, when somebody asks."""

    trial: Trial
    drafted: Drafted
    settle: Settle

    @cached_property
    def score(self) -> Score:
        """The figures of the run."""
        return score(self.trial.golden, self.drafted, self.settle)


@dataclass(frozen=True, slots=True)
class Plan:
    """How an evaluation is run: runs per document, runs at a time, who settles grey pairs."""

    repeats: int = 1
    concurrency: int = 1
    settle: Settle = unsettled


def evaluate(goldens: Sequence[Golden], drafter: Drafter, plan: Plan) -> Results:
    """Return the results of a drafter on golden documents.

    A run that raises is kept as a crash and scores 0: the engine would leave it out of its means.

    Raises:
        UsageError: the extra `eval` is not installed, or the drafter suits no document.
    """
    chosen = [golden for golden in goldens if drafter.suits(golden)]
    left_out = tuple(
        f"{golden.slug}: nothing for the drafter {drafter.name}"
        for golden in goldens
        if golden not in chosen
    )
    if not chosen:
        raise UsageError(
            f"the drafter {drafter.name} suits none of the documents",
            "record a run beside one, or choose another drafter",
        )
    trials = [Trial(golden, repeat) for golden in chosen for repeat in range(plan.repeats)]
    made = asyncio.run(_run(trials, drafter, plan))
    return Results(
        generator=generator(),
        drafter=drafter.name,
        repeats=plan.repeats,
        documents=tuple(_document(golden, made, plan.repeats) for golden in chosen),
        left_out=left_out,
    )


async def _run(trials: Sequence[Trial], drafter: Drafter, plan: Plan) -> dict[str, RunResult]:
    dataset_class, case_class, evaluator = _engine()

    async def task(trial: Trial) -> Attempt:
        return Attempt(trial, await drafter.draft(trial.golden, trial.repeat), plan.settle)

    cases = [case_class(name=trial.name, inputs=trial) for trial in trials]
    dataset = dataset_class(name=drafter.name, cases=cases, evaluators=[evaluator])
    report = await dataset.evaluate(task, max_concurrency=plan.concurrency, progress=False)
    found = {}
    for case in report.cases:
        broken = [f"{one.name}: {one.error_message}" for one in case.evaluator_failures]
        found[case.name] = (
            _crash(case.inputs, broken[0])
            if broken
            else RunResult(repeat=case.inputs.repeat, score=case.output.score)
        )
    for case in report.failures:
        found[case.name] = _crash(case.inputs, case.error_message)
    return found


def _engine() -> tuple[Any, Any, Any]:
    """Return the parts of pydantic-evals that we use; a second of import, and an extra.

    Raises:
        UsageError: it is not installed.
    """
    try:
        from pydantic_evals import Case, Dataset  # noqa: PLC0415
        from pydantic_evals.evaluators import Evaluator, EvaluatorContext  # noqa: PLC0415
    except ImportError as error:
        raise UsageError(
            "evaluations need the extra `eval`", "pip install 'lld-agent[eval]'"
        ) from error

    @dataclass
    class Figures(Evaluator[Trial, Attempt, None]):
        """All figures that apply to a run."""

        def evaluate(self, ctx: EvaluatorContext[Trial, Attempt, None]) -> dict[str, float]:
            """Return name → figure."""
            metrics = ctx.output.score.metrics
            return {name: value for name, value in metrics.items() if value is not None}

    return Dataset, Case, Figures()


def _crash(trial: Trial, message: str) -> RunResult:
    return RunResult(
        repeat=trial.repeat, error=message or "it raised", score=Score(metrics=dict(crashed()))
    )


def _document(golden: Golden, made: dict[str, RunResult], repeats: int) -> DocumentResult:
    return DocumentResult(
        slug=golden.slug,
        template=golden.meta.template,
        domain=golden.meta.domain,
        language=golden.meta.language,
        split=golden.meta.split,
        digest=golden.digest,
        runs=tuple(made[Trial(golden, repeat).name] for repeat in range(repeats)),
    )
