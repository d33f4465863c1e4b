"""The typer application: options that all commands share, and the commands."""

from typing import Annotated

import typer

from lld_agent.cli import (
    baseline,
    bot,
    config,
    doctor,
    draft,
    evaluate,
    explain,
    fix,
    models,
    review,
    rules,
    runs,
    template,
    threats,
    update,
)

app = typer.Typer(
    name="lld-agent",
    help="Draft low-level designs from requirements; review designs. Nothing leaves this machine unless a model is named.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("draft")(draft.draft)
app.command("update")(update.update)
app.command("review")(review.review)
app.command("fix")(fix.fix)
app.command("threats")(threats.threats)
app.command("rules")(rules.rules)
app.command("explain")(explain.explain)
app.command("models")(models.models)
app.command("doctor")(doctor.doctor)
app.add_typer(baseline.app, name="baseline")
app.add_typer(runs.app, name="runs")
app.add_typer(template.app, name="template")
app.add_typer(config.app, name="config")
app.add_typer(bot.app, name="bot")
app.add_typer(evaluate.app, name="eval")


@app.callback()
def shared(
    version: Annotated[bool, typer.Option("--version", "-V", help="Print the version.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Print tracebacks.")] = False,
) -> None:
    """Draft low-level designs from requirements; review designs."""
    del debug  # read from the arguments before any of this runs
    if version:
        from lld_agent import __version__  # noqa: PLC0415

        typer.echo(f"lld-agent {__version__}")
        raise typer.Exit
