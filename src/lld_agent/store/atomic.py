"""Atomic replacement of files."""

import os
import stat
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from lld_agent.errors import OutputError


def write_atomic(path: Path, content: str | bytes) -> None:
    """Replace a file in one step: readers see the old content or the new, never a part.

    Line ends are written as they are, the mode of an existing file is kept, a symbolic link is
    followed. The folder must exist.

    Raises:
        OutputError: the file cannot be written; what was there is untouched.
    """
    write_all({path: content})


def write_all(files: Mapping[Path, str | bytes]) -> None:
    """Replace several files: all are written beside their places before the first is moved.

    Raises:
        OutputError: one of them cannot be written; none is changed unless the failure comes
            between two renames.
    """
    staged: list[tuple[Path, Path]] = []
    try:
        for path, content in files.items():
            target = Path(os.path.realpath(path))
            _prove_writable(path, target)
            staged.append((_stage(target, content), target))
        for temporary, target in staged:
            temporary.replace(target)
    except OSError as error:
        name = error.filename or next(iter(files))
        raise OutputError(
            f"cannot write {name}: {error.strerror or error}", "choose another place with -o"
        ) from error
    finally:
        for temporary, _ in staged:
            with suppress(OSError):
                temporary.unlink()


def require_writable(path: Path) -> None:
    """Check that a file could be written, before work is done for it.

    Raises:
        OutputError: it is a folder, or its folder is not there or cannot be written to.
    """
    target = Path(os.path.realpath(path))
    _prove_writable(path, target)
    if not os.access(target.parent, os.W_OK):
        raise OutputError(f"cannot write into {target.parent}", "choose another place with -o")


def _prove_writable(path: Path, target: Path) -> None:
    if target.is_dir():
        raise OutputError(f"{path} is a folder", f"name a file, for example {path / 'design.md'}")
    if not target.parent.is_dir():
        raise OutputError(
            f"the folder {target.parent} does not exist", "create it, or choose another place"
        )


def _stage(target: Path, content: str | bytes) -> Path:
    data = content.encode() if isinstance(content, str) else content
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask()
        temporary.chmod(mode)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    return temporary


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
