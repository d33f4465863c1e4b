"""Runs the webhook server, and workers beside it as processes of their own."""

import asyncio
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import uvicorn

from lld_agent.bot.queue.crew import Crew
from lld_agent.bot.queue.inbox import Inbox
from lld_agent.bot.queue.places import Place
from lld_agent.bot.queue.tables import open_tables
from lld_agent.bot.serve.proof import secrets_of
from lld_agent.bot.serve.server import ServerOptions, make_app
from lld_agent.errors import OutputError, UsageError

LOG = logging.getLogger("lld_agent.bot.serve")
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_SECRETS = {"github": "LLD_AGENT_WEBHOOK_SECRET", "gitlab": "LLD_AGENT_GITLAB_WEBHOOK_SECRET"}
_PREVIOUS = "_PREVIOUS"
_LONG_ENOUGH = 60.0
_LONGEST_WAIT = 30.0
_PATIENCE = 40.0


class _Server(uvicorn.Server):
    """Ends and returns: uvicorn's own handling raises the signal again before workers are ended."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to `run_server`."""
        yield


@dataclass(frozen=True, slots=True)
class Beside:
    """Workers that a server starts and keeps alive.

    Attributes:
        count: how many.
        arguments: of the command line behind the program's name.
        environ: of the processes.
    """

    count: int = 0
    arguments: tuple[str, ...] = ()
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)


def server_options(environ: Mapping[str, str], host: str, *, unproved: bool) -> ServerOptions:
    """Return how the server proves deliveries.

    Args:
        environ: holds the secrets, and for each the previous one while it is replaced.
        host: address that the server will listen on.
        unproved: take deliveries without proof.

    Raises:
        UsageError: there is no secret, or deliveries are to be taken without proof where others
            than this machine can send them.
    """
    found = {
        name: secrets_of(environ.get(variable, ""), environ.get(variable + _PREVIOUS, ""), variable)
        for name, variable in _SECRETS.items()
    }
    if unproved:
        if host not in LOOPBACK:
            raise UsageError(
                "--without-secret works on loopback only", "use --host 127.0.0.1, or set a secret"
            )
        return ServerOptions(unproved=True)
    if not any(found.values()):
        raise UsageError(
            f"there is no secret to prove webhooks with: {_SECRETS['github']} is not set",
            "make one with `openssl rand -hex 32`; for a trial use --without-secret",
        )
    return ServerOptions(found["github"], found["gitlab"])


def without_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without the secrets of webhooks: workers need none of them."""
    own = {name + ending for name in _SECRETS.values() for ending in ("", _PREVIOUS)}
    return {name: value for name, value in environ.items() if name not in own}


async def run_server(
    place: Place, options: ServerOptions, host: str, port: int, beside: Beside | None = None
) -> None:
    """Serve until the process is told to stop, then end the workers.

    Raises:
        OutputError: the queue cannot be opened, or the port is taken.
    """
    tables = await asyncio.to_thread(open_tables, place)
    app = make_app(Inbox(tables), Crew(tables), options)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
    )
    LOG.info("serving", extra={"address": f"http://{host}:{port}", "queue": place.shown})
    server = _Server(config)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, server.handle_exit, number, None)
    workers = beside or Beside()
    keepers = [asyncio.create_task(_keep(workers, number)) for number in range(workers.count)]
    try:
        await server.serve()
    except SystemExit:
        raise OutputError(f"port {port} of {host} cannot be used", "choose another one") from None
    finally:
        for keeper in keepers:
            keeper.cancel()
        await asyncio.gather(*keepers, return_exceptions=True)
        tables.dispose()


async def _keep(beside: Beside, number: int) -> None:
    """Start a worker, and again whenever it ends, later and later while it ends at once."""
    loop, wait = asyncio.get_running_loop(), 1.0
    while True:
        start = loop.time()
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "lld_agent.cli",
            *beside.arguments,
            env=dict(beside.environ or os.environ),
            stdin=subprocess.DEVNULL,
            # Signals of the terminal come to the server, which then ends its workers itself.
            start_new_session=True,
        )
        try:
            code = await process.wait()
        except asyncio.CancelledError:
            await _end(process)
            raise
        wait = 1.0 if loop.time() - start > _LONG_ENOUGH else min(wait * 2, _LONGEST_WAIT)
        LOG.error("worker ended", extra={"number": number, "code": code, "again_in": wait})
        await asyncio.sleep(wait)


async def _end(process: asyncio.subprocess.Process) -> None:
    process.terminate()
    try:
        async with asyncio.timeout(_PATIENCE):
            await process.wait()
    except TimeoutError:
        process.kill()  # what it was doing is taken over by the next worker
        await process.wait()
