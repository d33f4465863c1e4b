"""`lld-agent bot serve`, `bot worker` and `bot dead`."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from lld_agent.bot.queue.inbox import Inbox
    from lld_agent.bot.queue.places import Place

QUEUE_VARIABLE = "LLD_AGENT_QUEUE"
DEFAULT_QUEUE = "sqlite:///lld-agent-queue.sqlite"

Queue = Annotated[
    str,
    typer.Option(
        metavar="URL",
        help=f"sqlite:///FILE or postgresql://USER@HOST/DATABASE; else {QUEUE_VARIABLE}, else {DEFAULT_QUEUE}.",
    ),
]
Repos = Annotated[
    list[str] | None,
    typer.Option(
        help="owner/name or gitlab:group/project that is looked at when a worker starts, with a token. Repeatable."
    ),
]
LogLevel = Annotated[str, typer.Option(help="debug, info, warning or error.")]
dead = typer.Typer(
    help="Pull requests that were given up after all tries.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8080,
    queue: Queue = "",
    without_secret: Annotated[
        bool,
        typer.Option("--without-secret", help="Take unsigned deliveries; for trials, on loopback."),
    ] = False,
    workers: Annotated[
        int | None,
        typer.Option(
            min=0, max=64, help="Worker processes beside it; else 1 on SQLite, 0 on PostgreSQL."
        ),
    ] = None,
    repo: Repos = None,
    log_level: LogLevel = "info",
) -> None:
    """Take webhooks of GitHub and GitLab and queue reviews. Secrets come from the environment."""
    import asyncio  # noqa: PLC0415 - commands import their work
    import os  # noqa: PLC0415

    from lld_agent.cli.extras import require  # noqa: PLC0415

    require("bot", "uvicorn", "starlette", "sqlalchemy", "prometheus_client")
    from lld_agent.bot.serve import run  # noqa: PLC0415

    options = run.server_options(os.environ, host, unproved=without_secret)
    place = place_from(queue)
    start_logs(log_level)
    count = int(place.is_sqlite) if workers is None else workers
    if count:
        from lld_agent.bot.hosts import work_from  # noqa: PLC0415
        from lld_agent.bot.options import BotOptions  # noqa: PLC0415

        require("bot", "dbos", "jwt")
        work_from(os.environ, tuple(repo or ()), BotOptions())  # a missing key is said now
    # The address of the queue may hold a password: not on a command line that others can list.
    environ = {**run.without_secrets(os.environ), QUEUE_VARIABLE: place.inbox}
    named = [part for one in repo or () for part in ("--repo", one)]
    arguments = ("bot", "worker", "--log-level", log_level, *named)
    beside = run.Beside(count, arguments, environ)
    asyncio.run(run.run_server(place, options, host, port, beside))


def worker(
    queue: Queue = "",
    jobs: Annotated[int, typer.Option(min=1, max=64, help="Pull requests at a time.")] = 2,
    repo: Repos = None,
    reconcile: Annotated[
        bool,
        typer.Option(
            "--reconcile/--no-reconcile",
            help="At the start, queue open pull requests whose head was not read.",
        ),
    ] = True,
    documents: Annotated[
        bool,
        typer.Option(help="Review documents of `review --queue` only; needs no key of a host."),
    ] = False,
    log_level: LogLevel = "info",
) -> None:
    """Review what the server queued, and what `review --queue` hands out, until told to stop.

    Keys: LLD_AGENT_APP_ID with LLD_AGENT_APP_KEY_FILE, or GITHUB_TOKEN; GITLAB_TOKEN.
    LLD_AGENT_SIGNING_KEY signs what is written.
    """
    import asyncio  # noqa: PLC0415 - commands import their work
    import os  # noqa: PLC0415

    from lld_agent.cli.extras import require  # noqa: PLC0415

    require("bot", "dbos", "sqlalchemy", "jwt")
    from lld_agent.bot.hosts import work_from, work_without_hosts  # noqa: PLC0415
    from lld_agent.bot.options import BotOptions  # noqa: PLC0415
    from lld_agent.bot.queue.worker import WorkerOptions, run_until_stopped  # noqa: PLC0415

    place = place_from(queue)
    if documents:
        work = work_without_hosts()
    else:
        signing = os.environ.get("LLD_AGENT_SIGNING_KEY", "").encode()
        work = work_from(os.environ, tuple(repo or ()), BotOptions(signing_key=signing))
    start_logs(log_level)
    options = WorkerOptions(jobs, pulls=not documents, reconcile=reconcile and not documents)
    asyncio.run(run_until_stopped(place, work, options))


@dead.command("list")
def list_dead(queue: Queue = "") -> None:
    """List them: pull request, when, how many deliveries, why."""
    from datetime import UTC, datetime  # noqa: PLC0415

    from lld_agent.cli.terminal import put, say  # noqa: PLC0415
    from lld_agent.report.escape import one_line  # noqa: PLC0415

    letters = open_inbox(queue).dead()
    for one in letters:
        when = datetime.fromtimestamp(one.at, UTC).isoformat(timespec="seconds")
        put(f"{one.pull}\t{when}\t{one.deliveries}\t{one_line(one.why)}\n")
    if not letters:
        say("no dead letters")


@dead.command("requeue")
def requeue(
    pulls: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PULL]...", help="As listed: github:owner/name#7."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    queue: Queue = "",
) -> None:
    """Try them again, with as many tries as the first time."""
    from lld_agent.cli.terminal import say  # noqa: PLC0415
    from lld_agent.errors import UsageError  # noqa: PLC0415

    if bool(pulls) == everything:
        raise UsageError("name pull requests, or use --all", "`lld-agent bot dead list` lists them")
    count = open_inbox(queue).requeue(None if everything else pulls)
    say(f"{count} queued again")
    if pulls and count < len(set(pulls)):
        raise UsageError("some of them are no dead letters", "`lld-agent bot dead list` lists them")


def place_from(address: str) -> "Place":
    """Return where the queue is: the option, the environment, the default.

    Raises:
        UsageError: the address is of no use, or the extra is not installed.
    """
    import os  # noqa: PLC0415

    from lld_agent.cli.extras import require  # noqa: PLC0415

    require("bot", "sqlalchemy")
    from lld_agent.bot.queue.places import place_of  # noqa: PLC0415

    return place_of(address or os.environ.get(QUEUE_VARIABLE, "") or DEFAULT_QUEUE)


def open_inbox(address: str) -> "Inbox":
    """Return the deliveries of a queue; its tables are made where there are none.

    Raises:
        LldError: it cannot be opened.
    """
    place = place_from(address)
    from lld_agent.bot.queue.inbox import Inbox  # noqa: PLC0415
    from lld_agent.bot.queue.tables import open_tables  # noqa: PLC0415

    return Inbox(open_tables(place))


def start_logs(level: str) -> None:
    """Send logs to standard error as JSON lines without the secrets of the environment.

    Raises:
        UsageError: there is no such level.
    """
    import os  # noqa: PLC0415

    from lld_agent.bot.serve.logs import set_up_logs  # noqa: PLC0415
    from lld_agent.errors import UsageError  # noqa: PLC0415
    from lld_agent.model.redaction import redactor  # noqa: PLC0415

    if level not in {"debug", "info", "warning", "error"}:
        raise UsageError(f"--log-level cannot be {level!r}", "use debug, info, warning or error")
    set_up_logs(redactor(os.environ), level.upper())
