"""Bytes to text: the one place where a document is opened, and where bad input gets its words."""

import codecs
import difflib
import os
import stat
import sys
from pathlib import Path

from lld_agent.errors import InputError
from lld_agent.model.source import SourceText
from lld_agent.sources.formats import Binary, sniff_binary

LIMIT = 10_000_000
"""Bytes that a document may have when nobody says otherwise."""

STDIN = "-"

_MARKS = (
    # UTF-32 first: its little-endian mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060\x00"


def load_path(path: Path | str, limit: int = LIMIT) -> SourceText:
    """Read a document.

    Args:
        path: a file, or `-` for standard input.
        limit: bytes it may have; a larger file is refused by its size, before it is read.

    Returns:
        The decoded text with its path; `encode()` of it gives the bytes back.

    Raises:
        InputError: missing, a folder, unreadable, too large, empty, binary, or not UTF-8.
    """
    name = str(path)
    data = _read_stdin(limit) if name == STDIN else _read_file(Path(path), limit)
    return load_bytes(data, name, limit)


def load_bytes(data: bytes, path: str = STDIN, limit: int = LIMIT) -> SourceText:
    """Decode a document: UTF-8, or UTF-16 and UTF-32 by their byte order mark.

    Args:
        data: all of it.
        path: as the person named it, for messages.
        limit: bytes it may have.

    Raises:
        InputError: too large, empty, binary, or in another encoding, which is never guessed.
    """
    _prove_size(len(data), path, limit)
    mark, encoding = next((pair for pair in _MARKS if data.startswith(pair[0])), (b"", "utf-8"))
    if not mark:
        _prove_text(data, path)
    try:
        text = data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        raise _undecodable(data, path, error, len(mark)) from None
    if not text.strip().strip(_INVISIBLE).strip():
        raise InputError(
            f"{_shown(path)} is empty",
            "pipe a document in" if path == STDIN else "a document needs at least one sentence",
        )
    return SourceText(text, path, bom=bool(mark), encoding=encoding)


def _read_stdin(limit: int) -> bytes:
    if sys.stdin is None or sys.stdin.closed:
        raise InputError("standard input is closed", "name a file, or pipe a document in")
    return sys.stdin.buffer.read(limit + 1)


def _read_file(path: Path, limit: int) -> bytes:
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise InputError(f"{_shown(path)} is a folder", "name a file in it")
        _prove_size(status.st_size, str(path), limit)
        with path.open("rb") as file:
            # One byte more than allowed: a device or a growing file has no size to look at.
            return file.read(limit + 1)
    except FileNotFoundError:
        raise InputError(f"{_shown(path)} does not exist", _nearest(path)) from None
    except PermissionError:
        raise InputError(f"{_shown(path)} may not be read", "check its permissions") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(f"{_shown(path)} cannot be read: {reason}", "check the path") from None


def _prove_size(size: int, path: str, limit: int) -> None:
    if size > limit:
        raise InputError(
            f"{_shown(path)} is larger than {limit / 1e6:g} MB",
            "split the document, or remove what is embedded in it",
        )


def _prove_text(data: bytes, path: str) -> None:
    found = sniff_binary(data)
    if found is not None:
        raise InputError(f"{_shown(path)} is {found.name}, not text", _advice(found))


def _advice(found: Binary) -> str:
    return found.advice or "give the Markdown or plain text of the document"


def _undecodable(data: bytes, path: str, error: UnicodeDecodeError, skipped: int) -> InputError:
    offset = skipped + error.start
    if skipped:
        return InputError(
            f"{_shown(path)} begins like {error.encoding.upper()} and is not (byte {offset})",
            "save it as UTF-8",
        )
    line = data.count(b"\n", 0, offset) + 1
    return InputError(
        f"{_shown(path)} is not UTF-8: byte 0x{data[offset]:02x} at offset {offset}, line {line}",
        "convert it, for example: iconv -f WINDOWS-1252 -t UTF-8 FILE > NEW",
    )


def _nearest(path: Path) -> str:
    """Return a hint that names the file the person may have meant."""
    folder = path.parent
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for _, entry in zip(range(2000), entries, strict=False))
    except (OSError, ValueError):
        return f"there is no folder {_shown(folder)}"
    close = difflib.get_close_matches(path.name, names, n=1)
    return f"did you mean {_shown(folder / close[0])}?" if close else "check the path"


def _shown(path: object) -> str:
    """Return a path on one line, whatever characters it holds."""
    text = "standard input" if str(path) == STDIN else str(path)
    return text if text.isprintable() else ascii(text)
