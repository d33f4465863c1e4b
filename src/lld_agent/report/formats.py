"""Formats by name."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from lld_agent.errors import UsageError
from lld_agent.model.review import ReviewResult
from lld_agent.report.data import json_report, jsonl_report
from lld_agent.report.github import github_report
from lld_agent.report.gitlab import gitlab_report
from lld_agent.report.markdown import markdown_report
from lld_agent.report.options import ReportOptions
from lld_agent.report.rdjson import rdjson_report
from lld_agent.report.sarif import sarif_report
from lld_agent.report.text import concise_report, text_report
from lld_agent.report.threats import threats_text
from lld_agent.report.xml import checkstyle_report, junit_report

Renderer = Callable[[Sequence[ReviewResult], ReportOptions], str]


def _html(results: Sequence[ReviewResult], options: ReportOptions) -> str:
    from lld_agent.report.html import html_report  # noqa: PLC0415 - a template engine for one format

    return html_report(results, options)


def _explained(results: Sequence[ReviewResult]) -> str:
    """Return what the threat engine says about the documents for which it was asked."""
    return "".join(
        threats_text(result.design, result.threats)
        for result in results
        if result.design is not None and result.threats is not None
    )


_RENDERERS: dict[str, Renderer] = {
    "text": lambda results, options: text_report(results, options.style) + _explained(results),
    "concise": lambda results, options: concise_report(results, options.style),
    "json": lambda results, _options: json_report(results),
    "jsonl": lambda results, _options: jsonl_report(results),
    "sarif": sarif_report,
    "github": github_report,
    "gitlab": gitlab_report,
    "junit": junit_report,
    "rdjson": rdjson_report,
    "checkstyle": checkstyle_report,
    "markdown": markdown_report,
    "html": _html,
}
FORMATS = tuple(_RENDERERS)


class Output(NamedTuple):
    """A format and where it goes; None is standard output."""

    format: str
    path: Path | None


def parse_output(text: str) -> Output:
    """Return `json` or `json:report.json` as a value.

    Raises:
        UsageError: there is no such format.
    """
    name, _, path = text.partition(":")
    if name not in _RENDERERS:
        raise UsageError(f"there is no format {name!r}", f"formats are {', '.join(FORMATS)}")
    return Output(name, Path(path) if path else None)


def render_report(name: str, results: Sequence[ReviewResult], options: ReportOptions) -> str:
    """Return the results of a run in a format."""
    return _RENDERERS[name](results, options)
