"""What `.gitignore` files leave out, as git reads them."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec

_NAME = ".gitignore"
_LARGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Layer:
    """The patterns of one file, and the folder they are relative to (absolute)."""

    folder: Path
    spec: GitIgnoreSpec

    def verdict(self, path: Path, *, is_folder: bool) -> bool | None:
        """Return whether a path is excluded, included again, or not spoken of (None)."""
        if not path.is_relative_to(self.folder):
            return None
        relative = path.relative_to(self.folder).as_posix()
        return self.spec.check_file(relative + "/" * is_folder).include


@dataclass(frozen=True, slots=True)
class Ignored:
    """What is left out in one folder of a walk.

    Attributes:
        folder: absolute, links resolved.
        layers: its patterns and those of the folders above it, outermost first.
        exclude: patterns of the configuration; no `.gitignore` takes their files back.
    """

    folder: Path
    layers: tuple[Layer, ...]
    exclude: Layer | None = None

    def __call__(self, name: str, *, is_folder: bool) -> bool:
        """Return whether a file or folder right in this folder is left out."""
        path = self.folder / name
        if self.exclude is not None and self.exclude.verdict(path, is_folder=is_folder):
            return True
        return _last_word(self.layers, path, is_folder=is_folder)

    def below(self, name: str) -> "Ignored":
        """Return what is left out in a folder right in this one."""
        folder = self.folder / name
        return Ignored(folder, (*self.layers, *_read(folder / _NAME, folder)), self.exclude)


def ignored_in(folder: Path, exclude: Layer | None = None) -> Ignored:
    """Return what is left out in the folder that a walk begins in.

    Files of the folders above count up to the root of the repository. When they exclude the folder
    itself they are dropped: the person named it.
    """
    start = folder.resolve()
    layers: tuple[Layer, ...] = ()
    for above in _above(start):
        layers += _read(above / ".git" / "info" / "exclude", above) + _read(above / _NAME, above)
    if _last_word(layers, start, is_folder=True):
        layers = ()
    if (start / ".git").exists():
        layers += _read(start / ".git" / "info" / "exclude", start)
    return Ignored(start, (*layers, *_read(start / _NAME, start)), exclude)


def exclusion(patterns: Iterable[str]) -> Layer | None:
    """Return patterns of the configuration, relative to the working folder."""
    lines = list(patterns)
    return Layer(Path.cwd(), _compiled(lines)) if lines else None


def repository_root(folder: Path) -> Path | None:
    """Return the nearest folder at or above that holds `.git`, None when there is none."""
    return next((here for here in (folder, *folder.parents) if (here / ".git").exists()), None)


def _last_word(layers: tuple[Layer, ...], path: Path, *, is_folder: bool) -> bool:
    for layer in reversed(layers):
        verdict = layer.verdict(path, is_folder=is_folder)
        if verdict is not None:
            return verdict
    return False


def _above(start: Path) -> list[Path]:
    """Return the folders from the root of the repository down to the one above `start`."""
    root = repository_root(start)
    if root is None or root == start:
        return []
    return [here for here in reversed(start.parents) if here.is_relative_to(root)]


def _read(path: Path, folder: Path) -> tuple[Layer, ...]:
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST:
            return ()
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        return ()
    return (Layer(folder, _compiled(lines)),)


def _compiled(lines: list[str]) -> GitIgnoreSpec:
    try:
        return GitIgnoreSpec.from_lines(lines)
    except ValueError:
        # git passes over a pattern that it cannot read; so do we, one by one.
        return GitIgnoreSpec.from_lines([line for line in lines if _is_pattern(line)])


def _is_pattern(line: str) -> bool:
    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True
