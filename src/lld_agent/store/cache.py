"""Answers of models on disk, by the content of what was asked: asking the same again is free."""

import json
import os
import re
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lld_agent.errors import OutputError
from lld_agent.store.atomic import write_atomic

LARGEST = 512 * 1024 * 1024
"""Bytes: some 20,000 answers. The ones that were not used for longest go first."""

_KEPT_SHARE = 0.8
_LEFTOVER_AGE = 24 * 3600
_KEY = re.compile(r"[0-9a-f]{16,128}")
_LAYOUT = "v1"


@dataclass(slots=True)
class FileCache:
    """One file per answer. Any number of processes may use a folder at the same time.

    Attributes:
        folder: it is made when the first answer is kept.
        largest: bytes of all answers together, looked after once per process.
    """

    folder: Path
    largest: int = LARGEST
    _pruned: bool = field(default=False, init=False)

    def get(self, key: str) -> Mapping[str, Any] | None:
        """Return the entry of a key, None where there is none or it is damaged."""
        path = self._path(key)
        try:
            held = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        if not isinstance(held, dict) or held.get("key") != key:
            return None
        with suppress(OSError):
            os.utime(path)  # used now: the last to go
        entry = held.get("entry")
        return entry if isinstance(entry, dict) else None

    def put(self, key: str, entry: Mapping[str, Any]) -> None:
        """Keep an entry: after kill -9 it is there whole or not at all.

        Raises:
            OutputError: it cannot be written.
        """
        path = self._path(key)
        self._make(path.parent)
        write_atomic(path, json.dumps({"key": key, "entry": entry}) + "\n")
        if not self._pruned:
            self._pruned = True
            self.prune()

    def require_writable(self) -> None:
        """Find out before the first paid answer whether it could be kept.

        Raises:
            OutputError: the folder cannot be made or written to.
        """
        self._make(self.folder)
        if not os.access(self.folder, os.W_OK | os.X_OK):
            raise OutputError(
                f"cannot write to the cache {self.folder}", "name another one with --cache-dir"
            )

    def prune(self) -> int:
        """Remove what was not used for longest until the rest fits; return how many went."""
        entries = []
        for path in self.folder.glob(f"{_LAYOUT}/*/*"):
            with suppress(OSError):
                found = path.stat()
                if path.suffix == ".tmp":
                    self._remove_leftover(path, found.st_mtime)
                else:
                    entries.append((found.st_mtime, found.st_size, path))
        held = sum(size for _, size, _ in entries)
        if held <= self.largest:
            return 0
        gone = 0
        for _, size, path in sorted(entries):
            if held <= self.largest * _KEPT_SHARE:
                break
            with suppress(OSError):
                path.unlink()
            held -= size
            gone += 1
        return gone

    def _remove_leftover(self, path: Path, changed: float) -> None:
        # Of a process that was killed between writing and renaming.
        if changed < time.time() - _LEFTOVER_AGE:
            path.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError(f"not a content address: {key!r}")
        return self.folder / _LAYOUT / key[:2] / f"{key}.json"

    def _make(self, folder: Path) -> None:
        try:
            # Answers quote documents: nobody else's business.
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(
                f"cannot make the cache {self.folder}: {error.strerror or error}",
                "name another one with --cache-dir",
            ) from error


def default_cache_folder() -> Path:
    """Return where answers are kept unless a setting says otherwise: the user's cache folder."""
    from platformdirs import user_cache_path  # noqa: PLC0415 - only where models are asked

    return user_cache_path("lld-agent", appauthor=False) / "answers"
