"""Which documents a person means by files, folders and patterns."""

import glob
import itertools
import os
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath

from lld_agent.errors import InputError
from lld_agent.sources.ignore import Layer, exclusion, ignored_in

SUFFIXES = (".md", ".markdown", ".mdown", ".mkd")
CONFLICTS = ".conflicts.md"
"""End of the names of files that list the conflicts of an update: no designs."""
STDIN = Path("-")

_NEVER = frozenset({".git", ".hg", ".svn", ".venv", "node_modules", "__pycache__", ".tox", ".nox"})
_MAGIC = frozenset("*?[")


def discover(paths: Iterable[Path | str], exclude: Iterable[str] = ()) -> tuple[Path, ...]:
    """Return the documents that paths stand for, each once, sorted.

    Args:
        paths: files (taken whatever they are called), folders (the Markdown files below them that
            `.gitignore` files do not exclude; links are not followed), patterns such as
            `docs/**/*.md` (what they find is excluded alike), and `-` for standard input.
        exclude: patterns as in `.gitignore`, for what is found below folders and by patterns.

    Raises:
        InputError: a path does not exist, or nothing was found at all.
    """
    wanted = [str(path) for path in paths]
    excluded = exclusion(exclude)
    found: dict[Path, Path] = {}
    for name in wanted:
        for path in _expand(name, excluded):
            found.setdefault(path if path == STDIN else path.resolve(), path)
    if not found:
        listed = ", ".join(map(_shown, wanted)) or "nothing"
        raise InputError(
            f"no Markdown document found in {listed}",
            f"documents end in {', '.join(SUFFIXES)}; ignored files are taken when named",
        )
    return tuple(sorted(found.values(), key=lambda path: path.parts))


def _expand(name: str, excluded: Layer | None) -> Iterator[Path]:
    path = Path(name)
    try:
        if path == STDIN:
            yield STDIN
        elif path.is_dir():
            yield from _walk(path, excluded)
        elif path.exists():
            yield path
        elif _MAGIC.intersection(name):
            yield from _matching(name, excluded)
        else:
            raise InputError(f"{_shown(name)} does not exist", "check the path")
    except (OSError, ValueError) as error:
        raise InputError(f"{_shown(name)} cannot be looked at: {error}", "check the path") from None


def _matching(pattern: str, excluded: Layer | None) -> Iterator[Path]:
    base = _before_magic(pattern)
    for match in sorted(glob.iglob(pattern, recursive=True)):  # noqa: PTH207 - absolute patterns too
        path = Path(match)
        if _is_ignored(path, base, excluded):
            continue
        if path.is_dir():
            # `docs/**` names every folder below as well; its files come by themselves.
            if not pattern.endswith("**"):
                yield from _walk(path, excluded)
        elif _is_document(path) or PurePath(pattern).suffix not in {"", *SUFFIXES}:
            yield path


def _is_document(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and not path.name.endswith(CONFLICTS)


def _before_magic(pattern: str) -> Path:
    """Return the folder that a pattern names outright: what is below it is found, not named."""
    parts = itertools.takewhile(lambda part: not _MAGIC.intersection(part), Path(pattern).parts)
    return Path(*parts)


def _is_ignored(path: Path, base: Path, excluded: Layer | None) -> bool:
    ignored = ignored_in(base, excluded)
    below = path.relative_to(base).parts
    for part in below[:-1]:
        if ignored(part, is_folder=True):
            return True
        ignored = ignored.below(part)
    return bool(below) and ignored(below[-1], is_folder=path.is_dir())


def _walk(folder: Path, excluded: Layer | None) -> Iterator[Path]:
    """Yield the Markdown files below a folder; a stack of its own, for folders of any depth."""
    pending = [(folder, ignored_in(folder, excluded))]
    while pending:
        here, ignored = pending.pop()
        for entry in _entries(here):
            is_folder = entry.is_dir(follow_symlinks=False)
            if entry.is_symlink() or ignored(entry.name, is_folder=is_folder):
                continue
            path = here / entry.name
            if is_folder and entry.name not in _NEVER:
                pending.append((path, ignored.below(entry.name)))
            elif _is_document(path) and entry.is_file():
                yield path


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        # A folder that may not be read holds nothing for us; its siblings still do.
        return []


def _shown(name: str) -> str:
    return name if name.isprintable() else ascii(name)
