"""Writes deliveries down: all that wait at a moment in one transaction, so that a burst is one sync."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Self

from lld_agent.bot.queue.wishes import Delivery

Write = Callable[[Sequence[Delivery]], frozenset[tuple[str, str]]]
_MOST = 200


class Recorder:
    """One writer for all requests of a server.

    Args:
        write: writes deliveries down and returns (id, pull) of those that are new; runs in a
            thread, one call at a time.
    """

    def __init__(self, write: Write) -> None:
        self._write = write
        self._queue: asyncio.Queue[tuple[Sequence[Delivery], asyncio.Future[bool]]] = (
            asyncio.Queue()
        )
        self._thread = ThreadPoolExecutor(1, "recorder")
        self._task: asyncio.Task[None] | None = None

    async def record(self, deliveries: Sequence[Delivery]) -> bool:
        """Return when deliveries are on the disk: True, or False where all were there before.

        Raises:
            Exception: whatever the database says; then they are not there.
        """
        written: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait((deliveries, written))
        return await written

    async def __aenter__(self) -> Self:
        """Start the writer."""
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop the writer; requests that still wait fail, and their senders know."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._thread.shutdown()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            batch = [await self._queue.get()]
            while len(batch) < _MOST and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            rows = [one for deliveries, _ in batch for one in deliveries]
            try:
                new = await loop.run_in_executor(self._thread, self._write, rows)
            except asyncio.CancelledError:
                _settle(batch, error=ConnectionError("the server stops"))
                raise
            except Exception as error:  # noqa: BLE001 - it is the answer to those who wait
                _settle(batch, error=error)
            else:
                _settle(batch, new=set(new))


def _settle(
    batch: Sequence[tuple[Sequence[Delivery], asyncio.Future[bool]]],
    new: set[tuple[str, str]] | None = None,
    error: BaseException | None = None,
) -> None:
    """Answer each request of a batch; of two with one id only the first wrote it."""
    left = new or set()
    for deliveries, written in batch:
        own = {(one.id, one.pull.key) for one in deliveries} & left
        left -= own
        if written.done():
            continue  # the sender has gone
        if error is not None:
            written.set_exception(error)
        else:
            written.set_result(bool(own))
