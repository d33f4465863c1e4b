"""`lld-agent bot`: reviews of pull requests and merge requests."""

import typer

from lld_agent.cli import bot_server

app = typer.Typer(
    help="Review pull requests and merge requests.", no_args_is_help=True, rich_markup_mode=None
)


@app.callback()
def group() -> None:
    """Review pull requests and merge requests."""


app.command("serve")(bot_server.serve)
app.add_typer(bot_server.dead, name="dead")
