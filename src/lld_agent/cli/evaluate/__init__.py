"""`lld-agent eval ...`: how good drafts and reviews are, in figures. One file per command."""

import typer

from lld_agent.cli.evaluate import mutations, run

app = typer.Typer(
    help="Measure reviews and drafts against documents whose truth is known.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.callback()
def group() -> None:
    """Measure reviews and drafts against documents whose truth is known."""


app.command("run")(run.run)
app.command("mutations")(mutations.mutations)
