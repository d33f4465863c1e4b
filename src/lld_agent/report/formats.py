"""Formats by name."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from lld_agent.errors import UsageError
from lld_agent.model.review import ReviewResult
from lld_agent.report.data import json_report, jsonl_report
from lld_agent.report.text import Style, concise_report, text_report

_RENDERERS: dict[str, Callable[[Sequence[ReviewResult], Style], str]] = {
    "text": text_report,
    "concise": concise_report,
    "json": lambda results, _style: json_report(results),
    "jsonl": lambda results, _style: jsonl_report(results),
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


def render_report(name: str, results: Sequence[ReviewResult], style: Style) -> str:
    """Return the results of a run in a format."""
    return _RENDERERS[name](results, style)
