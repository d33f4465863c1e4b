"""Paths and columns as other programs count them."""

import os
from pathlib import Path
from urllib.parse import quote

from lld_agent.model.review import ReviewResult
from lld_agent.model.source import Location


def machine_path(path: str) -> str:
    """Return a path relative to the current folder where it lies below it, with forward slashes.

    Code hosts find a document only by its path in the repository, which is where they run.
    """
    pure = Path(path)
    if pure.is_absolute() and pure.is_relative_to(Path.cwd()):
        pure = pure.relative_to(Path.cwd())
    return Path(os.path.normpath(pure)).as_posix()


def uri(path: str) -> str:
    """Return a path as a relative reference, or as a file URI when it is absolute."""
    shown = machine_path(path)
    if Path(shown).is_absolute():
        return "file://" + quote(shown)
    return quote(shown, safe="/~")


def byte_columns(result: ReviewResult, place: Location) -> tuple[int, int]:
    """Return start and end column of a place in bytes of UTF-8, as reviewdog counts them.

    Without the document itself they are those in code points.
    """
    if result.design is None:
        return place.column, place.end_column
    lines = result.design.source.lines

    def column(line: int, code_points: int) -> int:
        text = lines[line - 1] if 0 < line <= len(lines) else ""
        return len(text[: code_points - 1].encode("utf-8", "surrogatepass")) + 1

    return column(place.line, place.column), column(place.end_line, place.end_column)
