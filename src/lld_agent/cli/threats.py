"""`lld-agent threats`."""

from typing import Annotated

import typer


def threats(
    path: Annotated[
        str, typer.Argument(metavar="DESIGN", help="A design, or - for standard input.")
    ],
    format: Annotated[  # noqa: A002 - the name of the option
        str, typer.Option("--format", "-f", help="text, json, mermaid or markdown.")
    ] = "text",
) -> None:
    """Print the data-flow model of a design, the threats it has to expect, and what answers them."""
    from lld_agent.app import threats_of  # noqa: PLC0415 - commands import their work
    from lld_agent.cli.terminal import put  # noqa: PLC0415
    from lld_agent.errors import UsageError  # noqa: PLC0415
    from lld_agent.report import threats as render  # noqa: PLC0415
    from lld_agent.threats.drawing import draw_model  # noqa: PLC0415

    if format not in {"text", "json", "mermaid", "markdown"}:
        raise UsageError(f"--format cannot be {format!r}", "use text, json, mermaid or markdown")
    design, report = threats_of(path)
    if format == "mermaid":
        put(draw_model(report.model))
    elif format == "json":
        put(render.threats_json(design, report))
    elif format == "markdown":
        put(render.threats_markdown(design, report))
    else:
        put(render.threats_text(design, report))
