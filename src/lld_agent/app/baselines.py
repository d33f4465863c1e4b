"""Baselines as people keep them: made, extended and pruned from reviews."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lld_agent.app import ReviewOptions, ReviewRun, baseline_places, review_paths, today
from lld_agent.config.settings import Settings
from lld_agent.errors import InputError, LldError
from lld_agent.model.baseline import Baseline
from lld_agent.model.finding import Severity
from lld_agent.review.baseline import Decision, extended, match, prunable, without
from lld_agent.store.baseline import load_baseline, save_baseline


@dataclass(frozen=True, slots=True)
class BaselineRun:
    """What became of a baseline: entries before and after, and the reviews behind it."""

    before: Baseline
    after: Baseline
    errors: tuple[LldError, ...]


def write_baseline(
    paths: Sequence[str], settings: Settings, file: Path, decision: Decision, prd: str | None = None
) -> BaselineRun:
    """Add every finding to a baseline, which is made when it is not there.

    Raises:
        LldError: nothing could be reviewed, or the file is wrong or cannot be written.
    """
    before = load_baseline(file) if file.exists() else Baseline()
    places, run = baseline_places(file), _reviewed(paths, settings, prd)
    known = match(run.results, before, places)
    after = extended(run.results, before, known, decision, today(), places)
    save_baseline(file, after)
    return BaselineRun(before, after, run.errors)


def prune_baseline(
    paths: Sequence[str], settings: Settings, file: Path, prd: str | None = None, *, write: bool
) -> BaselineRun:
    """Remove entries that speak of nothing any more; with `write` False only say which.

    Raises:
        LldError: nothing could be reviewed, or the file is missing, wrong or cannot be written.
    """
    before = load_baseline(file)
    places, run = baseline_places(file), _reviewed(paths, settings, prd)
    known = match(run.results, before, places)
    after = without(before, prunable(run.results, known, places))
    if write and after != before:
        save_baseline(file, after)
    return BaselineRun(before, after, run.errors)


def _reviewed(paths: Sequence[str], settings: Settings, prd: str | None) -> ReviewRun:
    whole = settings.model_copy(update={"min_severity": Severity.INFO})
    if not settings.llm:
        return review_paths(paths, whole, ReviewOptions(prd=prd))
    from lld_agent.app.criticising import Models  # noqa: PLC0415 - only where models are asked

    run = review_paths(paths, whole, ReviewOptions(prd=prd, models=Models()))
    unfinished = [
        InputError(f"{critic} did not finish on {result.path}: {reason}", "run it again")
        for result in run.results
        for critic, reason in result.coverage.critics_failed
    ]
    return replace(run, errors=(*run.errors, *unfinished))
