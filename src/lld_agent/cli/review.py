"""`lld-agent review`."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lld_agent.cli.options import (
    BaseUrl,
    Color,
    ConfigFile,
    Isolated,
    MaxCost,
    MaxTokens,
    Model,
    Quiet,
    ShowProgress,
    Structured,
    split,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lld_agent.app import ReviewRun
    from lld_agent.config.settings import Settings
    from lld_agent.report.formats import Output

Selectors = list[str] | None
FORMATS_HELP = (
    "text, concise, json, jsonl, sarif, github, gitlab, junit, rdjson, checkstyle, markdown, html; "
    "FORMAT:PATH for a file. Repeatable."
)


def review(
    paths: Annotated[
        list[str], typer.Argument(help="Files, folders, globs, or - for standard input.")
    ],
    format: Annotated[  # noqa: A002 - the name of the option
        list[str] | None,
        typer.Option(
            "--format",
            "-f",
            help=FORMATS_HELP,
        ),
    ] = None,
    select: Annotated[
        Selectors, typer.Option(help="Rules to run: ids, prefixes, names, ALL.")
    ] = None,
    ignore: Annotated[Selectors, typer.Option(help="Rules not to run.")] = None,
    extend_select: Annotated[Selectors, typer.Option(help="Rules to run in addition.")] = None,
    preview: Annotated[
        bool | None, typer.Option("--preview/--no-preview", help="Preview rules too.")
    ] = None,
    fail_on: Annotated[
        str | None, typer.Option(help="error, warning, info or never: what makes the exit code 1.")
    ] = None,
    min_severity: Annotated[
        str | None, typer.Option(help="Show nothing below: info, warning, error.")
    ] = None,
    llm: Annotated[
        bool | None,
        typer.Option(
            "--llm/--no-llm", help="Also ask critics, which are models. Never without being told."
        ),
    ] = None,
    only: Annotated[
        Selectors, typer.Option(help="With --llm: only these critics (edge, contradiction, ...).")
    ] = None,
    model: Model = None,
    base_url: BaseUrl = None,
    structured: Structured = None,
    max_cost: MaxCost = None,
    max_tokens: MaxTokens = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="With --llm: print calls, tokens and cost; ask no model."),
    ] = False,
    show_prompt: Annotated[
        bool,
        typer.Option("--show-prompt", help="With --llm: print what would leave the machine."),
    ] = False,
    replay: Annotated[
        str | None,
        typer.Option(help="Reproduce the answers of a run by id or path, offline."),
    ] = None,
    progress: ShowProgress = "auto",
    prd: Annotated[
        str | None, typer.Option(help="Requirement document, for the rules that compare both.")
    ] = None,
    statistics: Annotated[bool, typer.Option(help="Count per rule in place of findings.")] = False,
    stdin_filename: Annotated[str, typer.Option(help="Name for standard input in reports.")] = "-",
    baseline: Annotated[
        Path | None, typer.Option(help="File of known findings; see `lld-agent baseline`.")
    ] = None,
    diff_base: Annotated[
        str | None,
        typer.Option(metavar="REF", help="Only findings that are new since this git revision."),
    ] = None,
    explain_threats: Annotated[
        bool,
        typer.Option(help="Also: expected threats, why others do not apply, the STRIDE ledger."),
    ] = False,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs",
            "-j",
            min=1,
            max=64,
            help="Processes that review; by default as many as the number of documents is worth.",
        ),
    ] = None,
    queue: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Let workers of this queue do it (`lld-agent bot worker --documents --queue URL`).",
        ),
    ] = None,
    config: ConfigFile = None,
    isolated: Isolated = False,
    color: Color = "auto",
    quiet: Quiet = False,
) -> int:
    """Review designs: rules that quote what they find. No key, no network without --llm."""
    from lld_agent import app  # noqa: PLC0415 - commands import their work
    from lld_agent.config.load import load_settings  # noqa: PLC0415
    from lld_agent.report import formats  # noqa: PLC0415

    flags: dict[str, Any] = {
        "select": split(select),
        "ignore": split(ignore),
        "extend_select": split(extend_select),
        "format": tuple(format) if format else None,
        "preview": preview,
        "fail_on": fail_on,
        "min_severity": min_severity,
        "llm": True if replay else llm,
        "critics": split(only),
        "model": model,
        "base_url": base_url,
        "structured": structured,
        "max_cost": Decimal(str(max_cost)) if max_cost is not None else None,
        "max_tokens": max_tokens,
    }
    settings = load_settings(Path.cwd(), flags, config=config, isolated=isolated).settings
    if not settings.llm:
        _refuse(
            {
                "--only": only, "--model": model, "--base-url": base_url, "--max-cost": max_cost,
                "--max-tokens": max_tokens, "--dry-run": dry_run, "--show-prompt": show_prompt,
            }
        )  # fmt: skip
    if dry_run or show_prompt:
        from lld_agent.cli.criticising import show_plan  # noqa: PLC0415

        return show_plan(paths, settings, prd, prompts=show_prompt)
    outputs = [formats.parse_output(text) for text in settings.format]
    known = baseline or (Path(settings.baseline) if settings.baseline else None)
    options = app.ReviewOptions(prd, stdin_filename, known, diff_base, explain_threats, jobs=jobs)
    if queue is not None:
        from lld_agent.cli.queueing import by_workers  # noqa: PLC0415

        run = by_workers(queue, paths, settings, options, quiet=quiet)
    elif settings.llm:
        from lld_agent.cli.criticising import with_models  # noqa: PLC0415

        run = with_models(paths, settings, options, replay or "", "none" if quiet else progress)
    else:
        run = app.review_paths(paths, settings, options)
    _show(run, settings, () if statistics else outputs, color=color)
    _tell(run, quiet=quiet)
    return run.exit_code(settings)


def _refuse(needy: dict[str, Any]) -> None:
    """Refuse options that mean nothing where no model is asked.

    Raises:
        UsageError: there are some.
    """
    from lld_agent.errors import UsageError  # noqa: PLC0415

    given = next((name for name, value in needy.items() if value not in (None, False)), "")
    if given:
        raise UsageError(
            f"{given} is about models, and none is asked", "add --llm, or leave it out"
        )


def _show(
    run: "ReviewRun", settings: "Settings", outputs: "Sequence[Output]", *, color: str
) -> None:
    """Print reports, or write them to their files; without any, counts per rule."""
    from lld_agent import app  # noqa: PLC0415
    from lld_agent.cli.terminal import put, use_colour  # noqa: PLC0415
    from lld_agent.report.formats import render_report  # noqa: PLC0415
    from lld_agent.report.options import ReportOptions  # noqa: PLC0415
    from lld_agent.report.text import Style, statistics_report  # noqa: PLC0415
    from lld_agent.store.atomic import write_atomic  # noqa: PLC0415

    plain = ReportOptions(rule_url=settings.rule_url, fails=app.failing(settings))
    shown = replace(plain, style=Style(use_colour(color)))
    if not outputs:
        put(statistics_report(run.results))
    for output in outputs:
        if output.path is None:
            put(render_report(output.format, run.results, shown))
        else:
            write_atomic(output.path, render_report(output.format, run.results, plain))


def _tell(run: "ReviewRun", *, quiet: bool) -> None:
    """Say on standard error what went wrong and, unless quiet, what was looked at."""
    from lld_agent.cli.terminal import say  # noqa: PLC0415
    from lld_agent.report.text import summary  # noqa: PLC0415

    for error in run.errors:
        say(f"error: {error.message}" + (f" ({error.hint})" if error.hint else ""))
    for result in run.results:
        for rule, reason in result.coverage.rules_failed:
            say(f"error: rule {rule} broke on {result.path}: {reason}")
        for critic, reason in result.coverage.critics_failed:
            say(f"error: {critic} did not finish on {result.path}: {reason}")
    if quiet:
        return
    for entry in run.unmatched:
        say(
            f"baseline: {entry.rule} in {entry.path} is reported no more (`lld-agent baseline prune`)"
        )
    say(summary(run.results))
    if run.models is not None:
        from lld_agent.cli.criticising import told  # noqa: PLC0415

        for line in told(run.models):
            say(line)
