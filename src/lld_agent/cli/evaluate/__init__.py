"""`lld-agent eval ...`: how good drafts and reviews are, in figures. One file per command."""

import typer

from lld_agent.cli.evaluate import (
    adjudicate,
    compare,
    judge,
    mutations,
    pairs,
    report,
    review,
    run,
)

app = typer.Typer(
    help="Measure reviews and drafts against documents whose truth is known.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.callback()
def group() -> None:
    """Measure reviews and drafts against documents whose truth is known."""


app.command("run")(run.run)
app.command("review")(review.review)
app.command("compare")(compare.compare)
app.command("gate")(compare.gate)
app.command("report")(report.report)
app.command("judge")(judge.judge)
app.command("adjudicate")(adjudicate.adjudicate)
app.command("mutations")(mutations.mutations)
app.command("pairs")(pairs.pairs)
