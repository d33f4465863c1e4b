"""`lld-agent models`."""

from pathlib import Path
from typing import Annotated

import typer

from lld_agent.cli.options import ConfigFile, Isolated

Online = Annotated[
    bool, typer.Option("--online", help="Send a request of a few tokens to each model.")
]
Format = Annotated[str, typer.Option("--format", help="text or json.")]


def models(
    online: Online = False,
    format: Format = "text",  # noqa: A002 - the name of the option
    config: ConfigFile = None,
    isolated: Isolated = False,
) -> int:
    """Show which model answers which stage: key, price, window. No key is printed."""
    import os  # noqa: PLC0415 - commands import their work

    from lld_agent.cli.terminal import put, say  # noqa: PLC0415
    from lld_agent.config.load import load_settings  # noqa: PLC0415
    from lld_agent.doctor.checks import asked, exit_code  # noqa: PLC0415
    from lld_agent.doctor.models import configured  # noqa: PLC0415
    from lld_agent.doctor.text import models_json, models_text  # noqa: PLC0415
    from lld_agent.errors import UsageError  # noqa: PLC0415

    if format not in {"text", "json"}:
        raise UsageError(f"--format cannot be {format!r}", "use text or json")
    settings = load_settings(Path.cwd(), {}, config=config, isolated=isolated).settings
    rows = configured(settings, os.environ)
    if online:
        from lld_agent.doctor.online import try_out  # noqa: PLC0415

        rows = try_out(rows)
    put(models_text(rows) if format == "text" else models_json(rows))
    if not rows:
        say("no model is set: drafts are outlines, reviews use the rules (docs/models.md)")
    return exit_code(asked(rows))
