"""Ctrl-C while models are asked, and what the record of a run says about its end."""

import asyncio
import shlex
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from lld_agent.errors import InterruptedRunError
from lld_agent.store.runs import Run


class Interrupts:
    """Ctrl-C during a run: the first stops new questions, the second ends the run.

    Made in the task that the second one ends.

    Args:
        stop: lets nothing more be asked.
        tell: called at each.
    """

    def __init__(self, stop: Callable[[], None], tell: Callable[[], None]) -> None:
        self.presses = 0
        self._stop = stop
        self._tell = tell
        self._main = asyncio.current_task()

    def listen(self) -> None:
        """Begin to hear Ctrl-C."""
        # Not on Windows and not outside the main thread: there Ctrl-C ends the run at once.
        with suppress(NotImplementedError, RuntimeError, ValueError):
            asyncio.get_running_loop().add_signal_handler(signal.SIGINT, self._pressed)

    @contextmanager
    def left_alone(self) -> Iterator[None]:
        """Let Ctrl-C break a question to a person: the loop hears nothing while that waits."""
        with suppress(NotImplementedError, RuntimeError, ValueError):
            asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)
        try:
            yield
        finally:
            self.listen()

    def _pressed(self) -> None:
        self.presses += 1
        if self.presses > 1 and self._main is not None:
            self._main.cancel()
        self._stop()
        self._tell()


@contextmanager
def recorded_end(run: Run, command: Sequence[str]) -> Iterator[None]:
    """Put an end that is not the planned one into the record of a run.

    Args:
        run: whose record.
        command: that goes on with it.

    Raises:
        InterruptedRunError: a person stopped it; any other error goes through.
    """
    try:
        yield
    except (asyncio.CancelledError, KeyboardInterrupt, InterruptedRunError):
        run.append({"event": "run.finished", "exit_code": 130})
        raise InterruptedRunError(
            f"interrupted, nothing was written; run {run.id} keeps what was answered",
            f"go on with: {shlex.join(command)}",
        ) from None
    except BaseException as error:
        run.append({"event": "run.finished", "exit_code": getattr(error, "exit_code", 2)})
        raise
