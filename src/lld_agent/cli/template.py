"""`lld-agent template list|show`."""

from typing import Annotated

import typer

app = typer.Typer(help="The templates of designs.", no_args_is_help=True, rich_markup_mode=None)


@app.command("list")
def list_templates() -> None:
    """List the templates, a line each."""
    from lld_agent.cli.terminal import put  # noqa: PLC0415 - commands import their work
    from lld_agent.template.registry import TEMPLATES  # noqa: PLC0415

    for template in TEMPLATES.values():
        put(f"{template.name:<10}{template.title}\n")


@app.command("show")
def show(
    name: Annotated[str, typer.Argument(help="service or module.")],
    format: Annotated[str, typer.Option("--format", help="markdown or json-schema.")] = "markdown",  # noqa: A002
) -> None:
    """Print a blank design, or the JSON Schema of a filled one."""
    import json  # noqa: PLC0415

    from lld_agent.cli.terminal import put  # noqa: PLC0415
    from lld_agent.errors import UsageError  # noqa: PLC0415
    from lld_agent.template.blank import blank  # noqa: PLC0415
    from lld_agent.template.registry import TEMPLATES  # noqa: PLC0415
    from lld_agent.template.schema import document_schema  # noqa: PLC0415

    if name not in TEMPLATES:
        raise UsageError(f"there is no template {name!r}", f"templates are {', '.join(TEMPLATES)}")
    if format == "markdown":
        put(blank(TEMPLATES[name]))
    elif format == "json-schema":
        put(json.dumps(document_schema(TEMPLATES[name]), indent=2, ensure_ascii=False) + "\n")
    else:
        raise UsageError(f"--format cannot be {format!r}", "use markdown or json-schema")
