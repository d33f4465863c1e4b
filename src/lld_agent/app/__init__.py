"""The composition root: what the surfaces call, made of the parts below."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from lld_agent import __version__
from lld_agent.app.parallel import Job, compared, processes, review_all
from lld_agent.config.settings import Settings
from lld_agent.draft.answers import Answer, resolve, with_answers
from lld_agent.draft.finish import Draft
from lld_agent.draft.options import DraftOptions
from lld_agent.draft.pipeline import draft_outline
from lld_agent.draft.sidecar import read_questions, sidecar_text
from lld_agent.errors import InputError, LldError, UsageError
from lld_agent.model.baseline import BaselineEntry
from lld_agent.model.brief import Brief
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.review import Bars, ReviewResult
from lld_agent.model.threats import ThreatReport
from lld_agent.review.baseline import Places, match, prunable, set_aside
from lld_agent.review.pipeline import ReviewSettings
from lld_agent.rules.selection import Selection
from lld_agent.sources.answers import load_answers
from lld_agent.sources.brief import is_wordless, load_brief
from lld_agent.sources.design import load_design
from lld_agent.sources.discover import discover
from lld_agent.sources.load import load_path
from lld_agent.sources.revision import Revision
from lld_agent.store.atomic import require_writable, write_all
from lld_agent.store.baseline import load_baseline
from lld_agent.threats.assess import assess

if TYPE_CHECKING:
    from lld_agent.app.criticising import CriticRun, Models
    from lld_agent.app.writing import How, WrittenRun

STDIN = "-"


@dataclass(frozen=True, slots=True)
class ReviewRun:
    """Reviews of several documents, and those that could not be read.

    `unmatched` are entries of the baseline that this run proves to speak of nothing any more.
    """

    results: tuple[ReviewResult, ...]
    errors: tuple[LldError, ...]
    unmatched: tuple[BaselineEntry, ...] = ()
    models: "CriticRun | None" = None

    def exit_code(self, settings: Settings) -> int:
        """Return 2 when something could not be read or a rule broke; 130 when a person stopped it.

        Then 3 when a critic has no whole answer, whatever else was found; 1 for findings; else 0.
        """
        if self.errors or any(result.coverage.rules_failed for result in self.results):
            return 2
        if self.models is not None and self.models.interrupted:
            return 130
        if any(result.coverage.critics_failed for result in self.results):
            return 3
        bars = failing(settings)
        return int(any(bars.reached_by(f) for result in self.results for f in result.findings))


def failing(settings: Settings) -> Bars:
    """Return from which severity on findings make a review fail."""

    def bar(said: str) -> Severity | None:
        return None if said == "never" else Severity(said)

    return Bars(bar(settings.fail_on), bar(settings.critics_fail_on))


def review_settings(settings: Settings) -> ReviewSettings:
    """Return what the review needs of all settings."""
    selection = Selection(
        select=settings.select,
        ignore=settings.ignore,
        extend_select=settings.extend_select,
        preview=settings.preview,
        severities=settings.severity,
    )
    return ReviewSettings(selection, settings.min_severity, only=settings.critics)


@dataclass(frozen=True, slots=True)
class ReviewOptions:
    """What a review is held against.

    Attributes:
        prd: requirement document, for the rules that compare both.
        stdin_filename: name for standard input in reports.
        baseline: file of known findings; they are set aside.
        diff_base: git revision; findings that it had too are left out.
        explain_threats: keep what the threat engine says about each document.
        models: how critics are asked; None where no model is.
        jobs: processes that review; None to decide by the number of documents.
    """

    prd: str | None = None
    stdin_filename: str = STDIN
    baseline: Path | None = None
    diff_base: str | None = None
    explain_threats: bool = False
    models: "Models | None" = None
    jobs: int | None = None


def review_paths(
    paths: Sequence[str], settings: Settings, options: ReviewOptions | None = None
) -> ReviewRun:
    """Review files, folders, globs, and standard input (`-`); one that fails stops no other.

    Raises:
        LldError: nothing could be begun: no document, a wrong selector, an unreadable PRD or
            baseline, a revision that git does not know.
    """
    asked = options or ReviewOptions()
    brief = load_brief(load_path(asked.prd)) if asked.prd else None
    baseline = load_baseline(asked.baseline) if asked.baseline else None
    base = Revision(Path.cwd(), asked.diff_base) if asked.diff_base is not None else None
    chosen = replace(review_settings(settings), explain_threats=asked.explain_threats)
    results: list[ReviewResult] = []
    errors: list[LldError] = []
    run: CriticRun | None = None
    job = Job(chosen, brief, base)
    if asked.models is not None:
        from lld_agent.app.criticising import reviewed  # noqa: PLC0415 - only where models are asked

        designs, errors = read_designs(paths, settings, asked.stdin_filename)
        found, run = reviewed(designs, chosen, settings, brief, asked.models)
        results = [compared(result, job) for result in found]
    else:
        named = [
            (target, asked.stdin_filename if target == STDIN else target)
            for target in targets(paths, settings.exclude)
        ]
        outcomes = review_all(named, job, processes(asked.jobs, len(named)))
        results = [outcome for outcome in outcomes if isinstance(outcome, ReviewResult)]
        errors = [outcome for outcome in outcomes if isinstance(outcome, InputError)]
    if baseline is None or asked.baseline is None:
        return ReviewRun(tuple(results), tuple(errors), models=run)
    places = baseline_places(asked.baseline)
    known = match(results, baseline, places)
    # What is not shown or not new may well be known: then nothing is proved about the others.
    all_seen = settings.min_severity is Severity.INFO and base is None
    unmatched = prunable(results, known, places) if all_seen else ()
    return ReviewRun(set_aside(results, known, today()), tuple(errors), unmatched, run)


def read_designs(
    paths: Sequence[str], settings: Settings, stdin_filename: str = STDIN
) -> tuple[list[Design], list[LldError]]:
    """Return the designs of files, folders, globs or standard input, and why others cannot be read.

    Raises:
        LldError: there is no document.
    """
    designs: list[Design] = []
    errors: list[LldError] = []
    for target in targets(paths, settings.exclude):
        try:
            designs.append(_load(target, stdin_filename))
        except InputError as error:
            errors.append(error)
    return designs, errors


def _load(target: str, stdin_filename: str) -> Design:
    return load_design(load_path(target).named(stdin_filename if target == STDIN else target))


def threats_of(path: str) -> tuple[Design, ThreatReport]:
    """Return a design and what the threat engine says about it.

    Raises:
        InputError: it cannot be read.
    """
    design = load_design(load_path(path))
    return design, assess(design)


def targets(paths: Sequence[str], exclude: Iterable[str]) -> Iterable[str]:
    """Return the documents that paths name: files, those of folders and globs, or `-` alone.

    Raises:
        LldError: there is none, or `-` does not stand alone.
    """
    if STDIN in paths:
        if len(paths) > 1:
            raise UsageError("`-` stands alone", "review files and standard input in two runs")
        return (STDIN,)
    return [str(path) for path in discover(paths, exclude)]


def baseline_places(file: Path) -> Places:
    """Return how paths of results go with those of a baseline: relative to the folder of the file."""
    folder = file.absolute().resolve().parent

    def place(path: str) -> str:
        full = Path(path).absolute()
        return Path(os.path.relpath(full.resolve(), folder)).as_posix()

    return Places(place, lambda path: not (folder / path).exists())


@dataclass(frozen=True, slots=True)
class DraftRun:
    """A draft and the files it went to.

    Attributes:
        markdown_path, sidecar_path: None for standard output.
        model: how the run with a model went; None for an outline.
    """

    draft: Draft
    markdown_path: Path | None
    sidecar_path: Path | None
    model: "WrittenRun | None" = None


def brief_of(source: str, answers: tuple[Answer, ...] = ()) -> Brief:
    """Return a requirement document, and what a person answered to questions about it.

    Raises:
        LldError: it cannot be used.
    """
    return with_answers(load_brief(load_path(source)), answers)


def draft_file(
    source: str,
    output: str | None,
    options: DraftOptions,
    settings: Settings | None = None,
    how: "How | None" = None,
    answers: tuple[Answer, ...] = (),
) -> DraftRun:
    """Draft a design from a requirement document and write it, or hand it back for standard output.

    Args:
        source: path; `-` for standard input.
        output: path; None and `-` for standard output.
        options: header and template.
        settings: of a run with a model.
        how: of a run with a model; None where code makes an outline.
        answers: of a person, to questions of the last draft.

    Raises:
        LldError: the source cannot be used, the options do not fit, the result cannot be written.
    """
    brief = load_brief(load_path(source))
    if is_wordless(brief):
        raise UsageError(f"{source} holds no words", "a document needs at least one sentence")
    target = None if output in {None, STDIN} else output
    if target is not None and source != STDIN:
        prove_other_file(Path(target), source)
    if target is not None:
        require_writable(Path(target))  # before anything is paid for
    run: WrittenRun | None = None
    if how is not None and settings is not None:
        from lld_agent.app.writing import Job, write  # noqa: PLC0415 - an outline needs none of it

        run = write(Job(brief, target, options, settings, how, answers))
        draft = run.written.built.draft
    else:
        draft = draft_outline(with_answers(brief, answers), options)
    if target is None:
        return DraftRun(draft, None, None, run)
    path = Path(target)
    beside = sidecar_path(path)
    write_all({path: draft.markdown, beside: sidecar_text(draft.sidecar)})
    return DraftRun(draft, path, beside, run)


def prove_other_file(target: Path, source: str) -> None:
    """Raise where a design would be written over its own requirements.

    Raises:
        UsageError: they are one file.
    """
    if target.exists() and target.samefile(source):
        raise UsageError(
            "the design would replace its own requirements", "choose another file with -o"
        )


def is_local(settings: Settings) -> bool:
    """Return whether models run on the person's own machines and cost nothing."""
    from lld_agent.llm import prices  # noqa: PLC0415 - only where models are asked

    return bool(settings.base_url) and prices.is_local(settings.base_url)


def given_answers(path: Path, output: str | None) -> tuple[Answer, ...]:
    """Return the answers of a file; ids are those of the draft at `output`.

    Raises:
        InputError: the file cannot be used. UsageError: it names a question that was not asked.
    """
    beside = sidecar_path(Path(output)) if output not in {None, STDIN} else None
    asked = read_questions(beside) if beside is not None and beside.is_file() else ()
    return resolve(load_answers(path), asked)


def sidecar_path(design: Path) -> Path:
    """Return where the record of a design is."""
    return design.with_name(design.stem + ".lld.json")


def generator() -> str:
    """Return name and version of the program, for records."""
    return f"lld-agent {__version__}"


def default_date() -> str:
    """Return the date of SOURCE_DATE_EPOCH, "" where it is not set: dates are never guessed."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return _date_of(epoch).isoformat() if epoch.isdigit() else ""


def today() -> date:
    """Return the date on which entries of a baseline are judged: SOURCE_DATE_EPOCH, or the clock."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return _date_of(epoch) if epoch.isdigit() else datetime.now(UTC).date()


def _date_of(epoch: str) -> date:
    return datetime.fromtimestamp(int(epoch), UTC).date()
