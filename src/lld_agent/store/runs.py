"""Records of runs: `.lld-agent/runs/ID/run.jsonl`, append-only, one line per event.

They stand in the project, beside what was drafted, because the person who resumes or replays a
run looks there. A `.gitignore` inside keeps them out of commits: they quote documents.
"""

import json
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from threading import Lock
from typing import Any, Self

from pydantic import ValidationError

from lld_agent.errors import InputError, OutputError
from lld_agent.model.redaction import Redactor
from lld_agent.model.run import RunEvent, RunState, RunSummary
from lld_agent.model.usage import total

FOLDER = ".lld-agent"
FILE = "run.jsonl"
LATEST = "latest"
_MARKS = ("lld-agent.toml", ".git")
_INCOMPLETE = {3, 130}


def project_folder(start: Path) -> Path:
    """Return the project that a folder belongs to.

    That is the nearest folder upwards with a `.lld-agent`, else with a `lld-agent.toml` or `.git`,
    else the folder itself.
    """
    here = start.resolve()
    upwards = (here, *here.parents)
    for marks in ((FOLDER,), _MARKS):
        for folder in upwards:
            if any((folder / mark).exists() for mark in marks):
                return folder
    return here


@dataclass(slots=True)
class Run:
    """The record of one run, open for writing; see `RunStore`."""

    id: str
    path: Path
    redact: Redactor
    _handle: int = -1
    _lock: Lock = field(default_factory=Lock)

    def append(self, event: Mapping[str, Any]) -> None:
        """Write one event without secrets; it is on the disk when this returns.

        `at` is added. Values that JSON has not (money, paths) are written as text.

        Raises:
            OutputError: it cannot be written.
        """
        stamped = {"at": _now().isoformat(timespec="milliseconds"), **event}
        line = json.dumps(self.redact.data(stamped), default=_plain) + "\n"
        # Once more on the line as a whole: `default` may have made text that was not looked at.
        data = self.redact.text(line).encode("ascii", "backslashreplace")
        try:
            with self._lock:
                if self._handle < 0:
                    self._handle = _open(self.path)
                while data:
                    data = data[os.write(self._handle, data) :]
                os.fsync(self._handle)
        except OSError as error:
            raise OutputError(
                f"cannot write the run record {self.path}: {error.strerror or error}",
                "free some space or rights there, then resume",
            ) from error

    def close(self) -> None:
        """Let go of the file; a further `append` opens it again."""
        with self._lock:
            if self._handle >= 0:
                os.close(self._handle)
                self._handle = -1

    def __enter__(self) -> Self:
        """Return the run itself."""
        return self

    def __exit__(self, *_reason: object) -> None:
        """Close the file."""
        self.close()


@dataclass(frozen=True, slots=True)
class RunStore:
    """The runs of a project.

    Attributes:
        project: folder that `.lld-agent` is or will be in.
        redact: takes secrets out of everything that is written.
    """

    project: Path
    redact: Redactor

    @property
    def folder(self) -> Path:
        """Where the runs are."""
        return self.project / FOLDER / "runs"

    def begin(self, label: str) -> Run:
        """Make the folder of a new run. Its id sorts by time and says what it is about.

        Raises:
            OutputError: it cannot be made.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            ignore = self.folder.parent / ".gitignore"
            if not ignore.exists():
                ignore.write_text("*\n", encoding="utf-8")
            # To the millisecond: of two runs in a second the later one must sort last.
            name = f"{f'{_now():%Y%m%d-%H%M%S%f}'[:-3]}-{_slug(label)}-{secrets.token_hex(2)}"
            (self.folder / name).mkdir()
        except OSError as error:
            raise OutputError(
                f"cannot make a run record in {self.folder}: {error.strerror or error}",
                "run in a folder that you may write to",
            ) from error
        return Run(name, self.folder / name / FILE, self.redact)

    def open(self, name: str) -> Run:
        """Return a run by id, beginning of an id, `latest`, or path of a folder or record.

        Raises:
            InputError: there is none, or several.
        """
        given = Path(name)
        if given.is_file() or (given / FILE).is_file():
            path = given if given.is_file() else given / FILE
            return Run(path.parent.name, path, self.redact)
        ids = self._ids()
        if name == LATEST and ids:
            return self._at(ids[-1])
        found = [one for one in ids if one == name] or [one for one in ids if one.startswith(name)]
        if len(found) == 1 and name:
            return self._at(found[0])
        if len(found) > 1:
            raise InputError(
                f"several runs begin with {name!r}", f"name one: {', '.join(found[-5:])}"
            )
        near = get_close_matches(name, ids, n=1, cutoff=0.4)
        raise InputError(
            f"there is no run {name!r} in {self.folder}",
            f"did you mean {near[0]}?" if near else "`lld-agent runs list` shows what there is",
        )

    def summaries(self) -> list[RunSummary]:
        """Return all runs of the project, the newest first."""
        return [summary_of(self._at(one)) for one in reversed(self._ids())]

    def _at(self, name: str) -> Run:
        return Run(name, self.folder / name / FILE, self.redact)

    def _ids(self) -> list[str]:
        with suppress(OSError):
            return sorted(one.name for one in self.folder.iterdir() if (one / FILE).is_file())
        return []


def read_events(path: Path) -> Iterator[RunEvent | None]:
    """Yield the events of a record in order; None for a line that is torn or not an event.

    Raises:
        InputError: the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            for line in file:
                yield _event(line)
    except OSError as error:
        raise InputError(
            f"cannot read {path}: {error.strerror}", "name a run by its id or path"
        ) from error


def summary_of(run: Run) -> RunSummary:
    """Return a run in a few words.

    Raises:
        InputError: its record cannot be read.
    """
    read = list(read_events(run.path))
    events = [event for event in read if event is not None]
    sent = [event for event in events if event.event == "model.call" and event.attempt]
    outcomes = [event for event in events if event.event == "model.outcome"]
    asked = next((one for one in events if one.event == "run.started"), RunEvent(event=""))
    finished = events[-1] if events and events[-1].event == "run.finished" else None
    return RunSummary(
        id=run.id,
        path=str(run.path),
        begun=events[0].at if events else "",
        command=asked.command,
        source=asked.source,
        output=asked.output or "",
        state=_state(finished),
        exit_code=finished.exit_code if finished is not None else None,
        requests=len(sent),
        cached=sum(one.cached for one in outcomes),
        failures=sum(bool(one.failure) for one in outcomes),
        models=tuple(dict.fromkeys(one.model for one in sent if one.model)),
        local=asked.local,
        usage=total(one.usage for one in sent if one.usage is not None),
        seconds=_between(events[0].at, events[-1].at) if events else 0.0,
        torn=len(read) - len(events),
    )


def _state(finished: RunEvent | None) -> RunState:
    if finished is None:
        return RunState.UNFINISHED
    if finished.exit_code in _INCOMPLETE:
        return RunState.INCOMPLETE
    return RunState.FINISHED if finished.exit_code in {0, 1} else RunState.FAILED


def _between(begun: str, ended: str) -> float:
    try:
        spent = datetime.fromisoformat(ended) - datetime.fromisoformat(begun)
    except (ValueError, TypeError):
        return 0.0
    return max(0.0, spent.total_seconds())


def _event(line: bytes) -> RunEvent | None:
    try:
        return RunEvent.model_validate_json(line)
    except ValidationError:
        return None


def _open(path: Path) -> int:
    # Windows would write CRLF without O_BINARY, and has no pread.
    binary = getattr(os, "O_BINARY", 0)
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | binary, 0o600)
    try:
        _claim(handle, path)
        # A line that was torn by a kill stays alone: the next one begins after it.
        if os.fstat(handle).st_size:
            os.lseek(handle, -1, os.SEEK_END)
            if os.read(handle, 1) != b"\n":
                os.write(handle, b"\n")
    except BaseException:
        os.close(handle)
        raise
    return handle


def _claim(handle: int, path: Path) -> None:
    """Let one process at a time write a record; the system forgets it when the process ends."""
    try:
        import fcntl  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise OutputError(
            f"another process writes the run {path.parent.name}",
            "wait for it, or stop it, then resume",
        ) from error


def _plain(value: object) -> object:
    dumped = getattr(value, "model_dump", None)
    return dumped(mode="json") if dumped is not None else str(value)


def _slug(label: str) -> str:
    words = re.findall(r"[a-z0-9]+", Path(label).stem.lower())
    return "-".join(words)[:32].strip("-") or "run"


def _now() -> datetime:
    return datetime.now(UTC)
