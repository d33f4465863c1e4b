"""`lld-agent eval report`."""

from pathlib import Path
from typing import Annotated

import typer


def report(
    results: Annotated[
        Path | None, typer.Argument(help="Results of `eval run`.", show_default=False)
    ] = None,
    base: Annotated[
        Path | None, typer.Option(help="Results to compare them with and to gate them by.")
    ] = None,
    reviews: Annotated[Path | None, typer.Option(help="Figures of `eval review`.")] = None,
    html: Annotated[Path | None, typer.Option(help="Page to write.")] = None,
    markdown: Annotated[
        Path | None, typer.Option(help="Markdown to write, for a pull request.")
    ] = None,
    margin: Annotated[
        float | None, typer.Option(min=0, help="Of the gate, in place of each metric's own.")
    ] = None,
) -> None:
    """Write results as one page or as Markdown; print the Markdown without an option."""
    from lld_agent.cli.terminal import put, say  # noqa: PLC0415 - commands import their work
    from lld_agent.errors import UsageError  # noqa: PLC0415
    from lld_agent.evaluation.report.html import html_report  # noqa: PLC0415
    from lld_agent.evaluation.report.shown import Shown  # noqa: PLC0415
    from lld_agent.evaluation.report.text import markdown_report  # noqa: PLC0415
    from lld_agent.evaluation.results import read_results  # noqa: PLC0415
    from lld_agent.evaluation.reviews import read_reviews  # noqa: PLC0415
    from lld_agent.store.atomic import write_all  # noqa: PLC0415

    if results is None and reviews is None:
        raise UsageError("nothing to report", "name results of `eval run`, or --reviews")
    shown = Shown(
        read_results(results) if results else None,
        read_results(base) if base else None,
        read_reviews(reviews) if reviews else None,
        margin,
    )
    files: dict[Path, str | bytes] = {}
    if html is not None:
        files[html] = html_report(shown)
    if markdown is not None:
        files[markdown] = markdown_report(shown)
    write_all(files)
    for path in files:
        say(f"wrote {path}")
    if not files:
        put(markdown_report(shown))
