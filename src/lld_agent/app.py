"""The composition root: what the surfaces call, made of the parts below."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lld_agent import __version__
from lld_agent.config.settings import Settings
from lld_agent.draft.finish import Draft
from lld_agent.draft.options import DraftOptions
from lld_agent.draft.pipeline import draft_outline
from lld_agent.draft.sidecar import sidecar_text
from lld_agent.errors import InputError, LldError, UsageError
from lld_agent.model.brief import Brief
from lld_agent.model.finding import Severity
from lld_agent.model.review import ReviewResult, failed
from lld_agent.review.pipeline import ReviewSettings, review
from lld_agent.rules.selection import Selection
from lld_agent.sources.brief import load_brief
from lld_agent.sources.design import load_design
from lld_agent.sources.discover import discover
from lld_agent.sources.load import load_path
from lld_agent.store.atomic import write_all

STDIN = "-"


@dataclass(frozen=True, slots=True)
class ReviewRun:
    """Reviews of several documents, and those that could not be read."""

    results: tuple[ReviewResult, ...]
    errors: tuple[LldError, ...]

    def exit_code(self, settings: Settings) -> int:
        """Return 2 when something could not be read or a rule broke, 1 for findings, else 0."""
        broken = any(result.coverage.rules_failed for result in self.results)
        if self.errors or broken:
            return 2
        bar = None if settings.fail_on == "never" else Severity(settings.fail_on)
        return int(failed((f for result in self.results for f in result.findings), bar))


def review_settings(settings: Settings) -> ReviewSettings:
    """Return what the review needs of all settings."""
    selection = Selection(
        select=settings.select,
        ignore=settings.ignore,
        extend_select=settings.extend_select,
        preview=settings.preview,
        severities=settings.severity,
    )
    return ReviewSettings(selection, settings.min_severity)


def review_paths(
    paths: Sequence[str], settings: Settings, *, prd: str | None = None, stdin_filename: str = STDIN
) -> ReviewRun:
    """Review files, folders, globs, and standard input (`-`); one that fails stops no other.

    Raises:
        LldError: nothing could be begun: no document, a wrong selector, an unreadable PRD.
    """
    brief = load_brief(load_path(prd)) if prd else None
    chosen = review_settings(settings)
    results, errors = [], []
    for target in _targets(paths, settings.exclude):
        try:
            name = stdin_filename if target == STDIN else target
            results.append(_review_one(target, name, chosen, brief))
        except InputError as error:
            errors.append(error)
    return ReviewRun(tuple(results), tuple(errors))


def _targets(paths: Sequence[str], exclude: Iterable[str]) -> Iterable[str]:
    if STDIN in paths:
        if len(paths) > 1:
            raise UsageError("`-` stands alone", "review files and standard input in two runs")
        return (STDIN,)
    return [str(path) for path in discover(paths, exclude)]


def _review_one(
    target: str, name: str, settings: ReviewSettings, brief: Brief | None
) -> ReviewResult:
    return review(load_design(load_path(target).named(name)), settings, brief)


@dataclass(frozen=True, slots=True)
class DraftRun:
    """A draft and the files it went to; `markdown_path` is None for standard output."""

    draft: Draft
    markdown_path: Path | None
    sidecar_path: Path | None


def draft_file(source: str, output: str | None, options: DraftOptions) -> DraftRun:
    """Draft a design from a requirement document and write it, or hand it back for standard output.

    Raises:
        LldError: the source cannot be used, the options do not fit, the result cannot be written.
    """
    brief = load_brief(load_path(source))
    draft = draft_outline(brief, options)
    if output is None or output == STDIN:
        return DraftRun(draft, None, None)
    path = Path(output)
    if source != STDIN and path.exists() and path.samefile(source):
        raise UsageError(
            "the design would replace its own requirements", "choose another file with -o"
        )
    beside = path.with_name(path.stem + ".lld.json")
    write_all({path: draft.markdown, beside: sidecar_text(draft.sidecar)})
    return DraftRun(draft, path, beside)


def generator() -> str:
    """Return name and version of the program, for records."""
    return f"lld-agent {__version__}"


def default_date() -> str:
    """Return the date of SOURCE_DATE_EPOCH, "" where it is not set: dates are never guessed."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch.isdigit():
        return ""
    from datetime import UTC, datetime  # noqa: PLC0415 - one caller, one line

    return datetime.fromtimestamp(int(epoch), UTC).date().isoformat()
