"""`lld-agent config show`."""

from pathlib import Path

import typer

from lld_agent.cli.options import ConfigFile, Isolated

app = typer.Typer(
    help="Settings and where they come from.", no_args_is_help=True, rich_markup_mode=None
)


@app.callback()
def group() -> None:
    """Settings and where they come from."""


@app.command("show")
def show(config: ConfigFile = None, isolated: Isolated = False) -> None:
    """Print every setting with its value and origin."""
    from lld_agent.cli.terminal import put  # noqa: PLC0415 - commands import their work
    from lld_agent.config.load import load_settings  # noqa: PLC0415

    loaded = load_settings(Path.cwd(), {}, config=config, isolated=isolated)
    for name, value in loaded.settings.model_dump(mode="json").items():
        origin = loaded.origins.get(name, "default")
        put(f"{name.replace('_', '-')} = {value!r}  # {origin}\n")
