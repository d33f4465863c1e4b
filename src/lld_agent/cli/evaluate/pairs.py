"""`lld-agent eval pairs`."""

from pathlib import Path
from typing import Annotated

import typer

from lld_agent.cli.options import split

Selectors = list[str] | None


def pairs(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="JSON Lines: id, doc_before, doc_after, category."),
    ],
    half: Annotated[
        str, typer.Option(help="A or B: every other pair, one to tune on and one to judge on.")
    ] = "",
    select: Annotated[Selectors, typer.Option(help="Rules to run.")] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Preview rules too.")] = False,
    findings: Annotated[bool, typer.Option("--findings", help="A line per finding, too.")] = False,
    format: Annotated[  # noqa: A002 - the name of the option
        str, typer.Option("--format", "-f", help="text or json.")
    ] = "text",
) -> None:
    """Count which defects that real commits repaired the rules see, and what they see amiss after."""
    from lld_agent.cli.terminal import put  # noqa: PLC0415 - commands import their work
    from lld_agent.errors import UsageError  # noqa: PLC0415
    from lld_agent.evaluation.pairs import as_json, as_text, load_pairs, measure  # noqa: PLC0415
    from lld_agent.report.escape import visible  # noqa: PLC0415
    from lld_agent.review.pipeline import ReviewSettings  # noqa: PLC0415
    from lld_agent.rules.selection import Selection  # noqa: PLC0415

    if format not in {"text", "json"} or half not in {"", "A", "B"}:
        raise UsageError(
            "--format is text or json, --half is A or B", "leave them out for all, as text"
        )
    settings = ReviewSettings(Selection(select=split(select) or (), preview=preview))
    measured = [measure(pair, file.parent, settings) for pair in load_pairs(file, half)]
    if format == "json":
        put(as_json(measured))
    else:
        put(visible(as_text(measured, findings=findings)))
