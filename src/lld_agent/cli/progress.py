"""What a person sees while models work: a table on a terminal, lines or JSON events elsewhere."""

import json
import os
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TextIO

from lld_agent.errors import UsageError
from lld_agent.llm.prices import dollars
from lld_agent.model.events import Event, Listener, ModelEvent, ignore
from lld_agent.model.redaction import Redactor
from lld_agent.model.usage import NOTHING, Usage, total
from lld_agent.report.escape import one_line

if TYPE_CHECKING:
    from rich.live import Live
    from rich.table import Table

MODES = ("auto", "live", "plain", "json", "none")
_STATES = {
    "model.sent": "writing",
    "model.retried": "waiting",
    "model.reasked": "asked again",
    "model.answered": "done",
    "model.failed": "failed",
}
_ENDS = {"model.answered", "model.failed"}


@dataclass(slots=True)
class Line:
    """How far one question is."""

    stage: str
    subject: str
    state: str = "writing"
    model: str = ""
    usage: Usage = NOTHING
    seconds: float = 0.0
    message: str = ""


@dataclass(slots=True)
class Board:
    """All questions of a run, in the order in which they were first put."""

    local: bool = False
    lines: dict[tuple[str, str], Line] = field(default_factory=dict)

    def take(self, event: ModelEvent) -> Line:
        """Bring the line of an event's question up to date and return it."""
        key = (event.stage, event.subject)
        line = self.lines.setdefault(key, Line(event.stage, event.subject))
        line.state = "kept" if event.cached else _STATES.get(event.kind, line.state)
        line.model = event.model or line.model
        line.usage = event.usage
        line.seconds = event.seconds
        line.message = event.message
        return line

    @property
    def usage(self) -> Usage:
        """What all of it used so far."""
        return total(line.usage for line in self.lines.values())

    @property
    def finished(self) -> int:
        """How many questions need no more work."""
        return sum(line.state in {"done", "kept", "failed"} for line in self.lines.values())


class Progress:
    """Listens to events and shows them; use it as a context manager.

    Args:
        listen: shows an event.
        close: takes down what stands on the screen.
        reopen: puts it there again.
    """

    def __init__(
        self,
        listen: Listener,
        close: Callable[[], None] = lambda: None,
        reopen: Callable[[], None] = lambda: None,
    ) -> None:
        self.listen = listen
        self._close = close
        self._reopen = reopen

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Leave the screen to somebody else: a table that is redrawn would overwrite a question."""
        self._close()
        try:
            yield
        finally:
            self._reopen()

    def __enter__(self) -> "Progress":  # noqa: PYI034 - it is not made to be derived from
        """Return the progress itself."""
        return self

    def __exit__(self, *_reason: object) -> None:
        """Take it off the screen."""
        self._close()


def progress(
    mode: str,
    *,
    local: bool = False,
    redact: Redactor | None = None,
    stream: TextIO | None = None,
    environ: Mapping[str, str] | None = None,
) -> Progress:
    """Return what shows the events of a run on standard error.

    Args:
        mode: auto, live, plain, json or none. auto is live on a terminal that can move its cursor,
            outside CI, and plain anywhere else.
        local: models cost nothing.
        redact: takes secrets out of what is shown.
        stream: in place of standard error.
        environ: in place of `os.environ`.

    Raises:
        UsageError: there is no such mode.
    """
    out = stream if stream is not None else sys.stderr
    values = environ if environ is not None else os.environ
    clean = redact or Redactor()
    if mode not in MODES:
        raise UsageError(f"--progress cannot be {mode!r}", f"use {', '.join(MODES)}")
    if mode == "auto":
        mode = "live" if can_be_live(out, values) else "plain"
    if mode == "none":
        return Progress(ignore)
    if mode == "json":
        return Progress(lambda event: _say(out, clean.text(event_json(event))))
    board = Board(local)
    if mode == "plain":
        return Progress(lambda event: _plain(event, board, out, clean))
    return _live(board, out, clean, colour=not values.get("NO_COLOR"))


def can_be_live(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Return whether a table can be redrawn in place.

    Not left to rich: it draws into a pipe when FORCE_COLOR is set, as it is in most CI.
    """
    return stream.isatty() and environ.get("TERM", "") != "dumb" and not environ.get("CI")


def event_json(event: Event) -> str:
    """Return an event as one line of JSON; amounts are text, unknown ones null."""
    return json.dumps(event.model_dump(mode="json"))


def plain_line(event: ModelEvent, line: Line, *, local: bool) -> str:
    """Return an event of a model as a line for people."""
    name = " ".join(part for part in (line.stage, line.subject) if part)
    parts = [f"{name}: {line.state}"]
    if line.model:
        parts.append(line.model)
    if event.kind in _ENDS and not event.cached:
        parts += [
            f"{line.usage.tokens_in:,} in / {line.usage.tokens_out:,} out",
            dollars(line.usage.cost, local=local),
            f"{line.seconds:.1f} s",
        ]
    if line.message:
        parts.append(line.message)
    return one_line(", ".join(parts))


def last_line(
    usage: Usage, seconds: float, run_id: str, *, resume: Sequence[str] = (), local: bool = False
) -> str:
    """Return the last line of a run: tokens, money, time, where its record is, how to go on.

    Args:
        usage: of the whole run.
        seconds: of wall clock.
        run_id: of the record.
        resume: the command that goes on, empty where nothing is missing.
        local: models cost nothing.
    """
    at_least = "" if usage.complete else "at least "
    tokens = f"{at_least}{usage.tokens_in:,} tokens in ({usage.tokens_cached:,} cached), {usage.tokens_out:,} out"
    text = f"{tokens}; {dollars(usage.cost, local=local)}; {seconds:.0f} s; run {run_id}"
    return f"{text}; resume: {shlex.join(resume)}" if resume else text


def _plain(event: Event, board: Board, out: TextIO, clean: Redactor) -> None:
    if isinstance(event, ModelEvent):
        _say(out, clean.text(plain_line(event, board.take(event), local=board.local)))
    elif event.message:
        name = f"{event.subject}: " if event.subject else ""
        _say(out, clean.text(one_line(f"{name}{event.message}")))


def _live(board: Board, out: TextIO, clean: Redactor, *, colour: bool) -> Progress:
    from rich.console import Console  # noqa: PLC0415 - 90 ms, and only where a table is drawn
    from rich.live import Live  # noqa: PLC0415

    console = Console(
        file=out, force_terminal=True, no_color=not colour, highlight=False, markup=False
    )
    live = Live(console=console, get_renderable=lambda: _table(board, clean), refresh_per_second=4)
    live.start()
    return Progress(lambda event: _show(event, board, live, clean), live.stop, live.start)


def _show(event: Event, board: Board, live: "Live", clean: Redactor) -> None:
    if isinstance(event, ModelEvent):
        board.take(event)
    elif event.message:
        name = f"{event.subject}: " if event.subject else ""
        live.console.print(clean.text(one_line(f"{name}{event.message}")))


def _table(board: Board, clean: Redactor) -> "Table":
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, pad_edge=False)
    for title in ("section", "state", "model"):
        table.add_column(title, overflow="ellipsis", no_wrap=True)
    for title in ("in / out", "cost", "time"):
        table.add_column(title, justify="right", no_wrap=True)
    # A snapshot: events come in while the table is drawn in another thread.
    for line in tuple(board.lines.values()):
        cells = (
            " ".join(part for part in (line.stage, line.subject) if part),
            f"{line.state}: {line.message}" if line.message else line.state,
            line.model,
            _counts(line.usage),
            dollars(line.usage.cost, local=board.local) if line.usage.requests else "",
            _clock(line.seconds),
        )
        # Text, not markup: names and messages come from documents and servers.
        table.add_row(*(Text(clean.text(one_line(cell))) for cell in cells))
    usage = board.usage
    sums = (
        f"total {board.finished}/{len(board.lines)}", "", "", _counts(usage), dollars(usage.cost, local=board.local), "",
    )  # fmt: skip
    table.add_row(*sums)
    return table


def _counts(usage: Usage) -> str:
    return f"{_short(usage.tokens_in)} / {_short(usage.tokens_out)}" if usage.requests else ""


def _short(tokens: int) -> str:
    return f"{tokens / 1000:.1f}k" if tokens >= 1000 else str(tokens)


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60:02}:{int(seconds) % 60:02}"


def _say(out: TextIO, text: str) -> None:
    out.write(f"{text}\n")
    out.flush()
