"""What `review` does with --queue."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lld_agent.app import ReviewOptions, ReviewRun
    from lld_agent.config.settings import Settings


def by_workers(
    address: str,
    paths: Sequence[str],
    settings: "Settings",
    options: "ReviewOptions",
    *,
    quiet: bool,
) -> "ReviewRun":
    """Review files, folders and globs by the workers of a queue.

    Raises:
        LldError: no document, no worker, or options that workers know nothing of.
    """
    from lld_agent.app import ReviewOptions  # noqa: PLC0415
    from lld_agent.cli.bot_server import place_from  # noqa: PLC0415
    from lld_agent.cli.extras import require  # noqa: PLC0415
    from lld_agent.cli.terminal import say  # noqa: PLC0415
    from lld_agent.errors import UsageError  # noqa: PLC0415
    from lld_agent.sources.discover import discover  # noqa: PLC0415

    require("bot", "dbos", "sqlalchemy")
    plain = ReviewOptions(stdin_filename=options.stdin_filename)
    if replace(options, models=None) != plain or "-" in paths:
        raise UsageError(
            "--queue goes with paths, and without --prd, --baseline, --diff-base, --explain-threats and --jobs",
            "leave these out, or --queue",
        )
    from lld_agent.bot.queue.folder import Folder  # noqa: PLC0415

    place = place_from(address)
    shown = -1

    def said(done: int, of: int) -> None:
        nonlocal shown
        if not quiet and done != shown:
            say(f"reviewed {done} of {of}")
        shown = done

    targets = [str(path) for path in discover(paths, settings.exclude)]
    return Folder(place, settings, said).review(targets)
