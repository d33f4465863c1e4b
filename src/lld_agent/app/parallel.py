"""Reviews of many documents, in this process or in several: the same results in the same order."""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

from lld_agent.errors import InputError, InternalError
from lld_agent.model.brief import Brief
from lld_agent.model.review import ReviewResult
from lld_agent.review.pipeline import ReviewSettings, newer, review
from lld_agent.rules.registry import all_rules
from lld_agent.sources.design import load_design
from lld_agent.sources.load import load_path
from lld_agent.sources.revision import Revision

WORTH = 40
"""Documents per process from which a second one saves time (docs/measurements.md, Speed)."""

Outcome = ReviewResult | InputError


@dataclass(frozen=True, slots=True)
class Job:
    """How documents are reviewed: settings, and what they are held against."""

    settings: ReviewSettings
    brief: Brief | None = None
    base: Revision | None = None


def processes(jobs: int | None, documents: int) -> int:
    """Return how many processes to use.

    Args:
        jobs: as asked for; None to decide by the number of documents and of processors.
        documents: to review.
    """
    if jobs is not None:
        return max(1, min(jobs, documents))
    return max(1, min(_processors(), documents // WORTH))


def review_all(targets: Sequence[tuple[str, str]], job: Job, jobs: int) -> list[Outcome]:
    """Review documents and return, in their order, each result or why it could not be read.

    Args:
        targets: of each document its path (`-` for standard input) and the name for reports.
        job: how.
        jobs: processes; with 1 it is this one.

    Raises:
        InternalError: a process ended before its document was reviewed.
    """
    if jobs == 1:
        return [_outcome(path, name, job) for path, name in targets]
    all_rules()  # a forked process has them then
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context(_start()), _begin, (job,))
    waiting: list[Future[Outcome]] = []
    try:
        waiting = [pool.submit(_in_worker, path, name) for path, name in targets]
        return [future.result() for future in waiting]
    except BrokenProcessPool:
        raise _died(targets, waiting) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _died(targets: Sequence[tuple[str, str]], waiting: Iterable[Future[Outcome]]) -> InternalError:
    left = list(_unfinished(targets, waiting))
    more = f" or one of {len(left) - 1} more" if len(left) > 1 else ""
    return InternalError(
        f"a process of the review ended unexpectedly, at {left[0] if left else 'its start'}{more}",
        "was memory short? --jobs 1 reviews in one process, and names the document",
    )


def _unfinished(
    targets: Sequence[tuple[str, str]], waiting: Iterable[Future[Outcome]]
) -> Iterator[str]:
    done = [future.done() and future.exception() is None for future in waiting]
    done += [False] * (len(targets) - len(done))
    return (name for (_, name), ready in zip(targets, done, strict=True) if not ready)


def _outcome(path: str, name: str, job: Job) -> Outcome:
    try:
        result = review(load_design(load_path(path).named(name)), job.settings, job.brief)
    except InputError as error:
        return error
    return compared(result, job)


def compared(result: ReviewResult, job: Job) -> ReviewResult:
    """Return a result with what is new since the revision of the job; all of it without one."""
    if job.base is None:
        return result
    then = job.base.design(result.path)
    return newer(result, None if then is None else review(then, job.settings, job.brief))


_job: list[Job] = []
"""In a worker: its job. Sent once, not with each document."""


def _begin(job: Job) -> None:
    # Ctrl-C reaches the whole group; the parent answers it and ends the workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _job[:] = [job]


def _in_worker(path: str, name: str) -> Outcome:
    return _outcome(path, name, _job[0])


def _start() -> str:
    """Return how processes start: a fork costs nothing, and is safe where nothing runs beside it."""
    alone = threading.active_count() == 1 and sys.platform == "linux"
    return "fork" if alone else "spawn"


def _processors() -> int:
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable is not None else os.cpu_count() or 1
