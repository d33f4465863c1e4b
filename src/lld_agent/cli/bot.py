"""`lld-agent bot`: reviews of pull requests and merge requests."""

import typer

app = typer.Typer(
    help="Review pull requests and merge requests.", no_args_is_help=True, rich_markup_mode=None
)


@app.callback()
def group() -> None:
    """Review pull requests and merge requests."""
