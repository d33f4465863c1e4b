"""`review --queue`: documents handed out to workers, and their reviews collected.

A job is named after what it is asked: the same command again goes on where an interrupted one
stopped, and takes what workers have done meanwhile. What was collected once is done anew.
"""

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from lld_agent import __version__, app
from lld_agent.bot.analysis import Document, Reply, task
from lld_agent.bot.queue.crew import Crew
from lld_agent.bot.queue.engine import Jobs
from lld_agent.bot.queue.places import Place
from lld_agent.bot.queue.tables import open_tables
from lld_agent.config.settings import Settings
from lld_agent.errors import IncompleteError, InputError, LldError, UsageError
from lld_agent.model.review import ReviewResult
from lld_agent.rules.registry import all_rules
from lld_agent.rules.selection import choose
from lld_agent.sources.design import Folders, load_design, neighbours_in
from lld_agent.sources.load import load_path
from lld_agent.text.blocks import parse_blocks

_PAUSE = 0.3
_ABANDONED = 60.0
Said = Callable[[int, int], None]


class Folder:
    """The documents of one command.

    Args:
        place: the queue.
        settings: of the reviews.
        said: told how many of how many are done.
        sleep: lets time pass.
    """

    def __init__(
        self,
        place: Place,
        settings: Settings,
        said: Said,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._place, self._settings = place, settings
        self._said, self._sleep = said, sleep

    def review(self, paths: Sequence[str]) -> app.ReviewRun:
        """Review documents by the workers of the queue; one that fails stops no other.

        Raises:
            UsageError: no worker is at work, or a selector fits no rule. IncompleteError: none is any more; what is done is
                kept for the same command again.
        """
        choose(app.review_settings(self._settings).selection, all_rules())  # a wrong selector
        tables = open_tables(self._place)
        crew = Crew(tables)
        if not crew.figures().workers:
            raise _no_worker()
        try:
            jobs = Jobs(self._place)
            try:
                return self._collected(paths, jobs, crew)
            finally:
                jobs.close()
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).partition("\n")[0]
            raise IncompleteError(
                f"the queue does not answer: {reason}",
                "a worker that was just started needs a moment; run this again",
            ) from error
        finally:
            tables.dispose()

    def _collected(self, paths: Sequence[str], jobs: Jobs, crew: Crew) -> app.ReviewRun:
        named: dict[str, str] = {}
        errors: list[LldError] = []
        for path in paths:
            try:
                named[path] = self._handed_out(path, jobs)
            except InputError as error:
                errors.append(error)
        answers = self._awaited(sorted(set(named.values())), jobs, crew)
        results = []
        for path, name in named.items():
            try:
                results.append(_result(path, answers[name]))
            except LldError as error:
                errors.append(error)
        return app.ReviewRun(tuple(results), tuple(errors))

    def _handed_out(self, path: str, jobs: Jobs) -> str:
        source = load_path(path)  # what cannot be read is said here, with a hint
        folder = Folders(Path(path).absolute().parent)
        around = neighbours_in(source, folder, parse_blocks(source))
        document = Document(path, Path(path).read_bytes(), around)
        asked = task([document], self._settings).model_dump(mode="json", by_alias=True)
        whole = json.dumps([__version__, asked], sort_keys=True).encode()
        prefix = f"document:{hashlib.sha256(whole).hexdigest()}."
        known = jobs.known(prefix)
        unfinished = [name for name, over in known.items() if not over]
        name = unfinished[0] if unfinished else f"{prefix}{len(known)}"
        jobs.hand_out_document(name, asked)
        return name

    def _awaited(self, names: list[str], jobs: Jobs, crew: Crew) -> dict[str, Any]:
        answers: dict[str, Any] = {}
        alone = 0.0
        while True:
            left = [name for name in names if name not in answers]
            answers |= jobs.answers(left) if left else {}
            self._said(len(answers), len(names))
            if len(answers) == len(names):
                return answers
            alone = 0.0 if crew.figures().workers else alone + _PAUSE
            if alone >= _ABANDONED:
                raise IncompleteError(
                    f"no worker is left; {len(answers)} of {len(names)} documents were reviewed",
                    "start one with `lld-agent bot worker --documents` and run this again",
                )
            self._sleep(_PAUSE)


def _result(path: str, answer: Any) -> ReviewResult:
    """Return the review of a document.

    Raises:
        LldError: there is none; says why.
    """
    if not isinstance(answer, dict) or "error" in answer:
        why = answer["error"] if isinstance(answer, dict) else "the job broke"
        raise IncompleteError(f"{path}: {why}", "run this again")
    try:
        (analysed,) = Reply.model_validate(answer).documents
    except ValueError:
        raise IncompleteError(f"{path}: the worker's answer cannot be read", "") from None
    result = analysed.result()
    if result is None:
        raise InputError(f"{path}: {analysed.error}")
    return replace(result, design=load_design(path))


def _no_worker() -> UsageError:
    return UsageError(
        "no worker is on this queue", "start one with `lld-agent bot worker --documents`"
    )
