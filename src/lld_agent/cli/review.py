"""`lld-agent review`."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from lld_agent.cli.options import Color, ConfigFile, Isolated, Quiet, split

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
        typer.Option("--llm/--no-llm", help="Ask language models. Never without being told."),
    ] = None,
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
    config: ConfigFile = None,
    isolated: Isolated = False,
    color: Color = "auto",
    quiet: Quiet = False,
) -> int:
    """Review designs: rules that quote what they find. No key, no network."""
    from lld_agent import app  # noqa: PLC0415 - commands import their work
    from lld_agent.cli.terminal import put, say, use_colour  # noqa: PLC0415
    from lld_agent.config.load import load_settings  # noqa: PLC0415
    from lld_agent.errors import UsageError  # noqa: PLC0415
    from lld_agent.report import formats  # noqa: PLC0415
    from lld_agent.report.options import ReportOptions  # noqa: PLC0415
    from lld_agent.report.text import Style, statistics_report, summary  # noqa: PLC0415
    from lld_agent.store.atomic import write_atomic  # noqa: PLC0415

    flags = {
        "select": split(select),
        "ignore": split(ignore),
        "extend_select": split(extend_select),
        "format": tuple(format) if format else None,
        "preview": preview,
        "fail_on": fail_on,
        "min_severity": min_severity,
        "llm": llm,
    }
    settings = load_settings(Path.cwd(), flags, config=config, isolated=isolated).settings
    if settings.llm:
        raise UsageError(
            "language models cannot be asked yet",
            "run without --llm: all rules work without a model",
        )
    outputs = [formats.parse_output(text) for text in settings.format]
    plain = ReportOptions(rule_url=settings.rule_url, fails=app.failing(settings))
    shown = replace(plain, style=Style(use_colour(color)))
    known = baseline or (Path(settings.baseline) if settings.baseline else None)
    options = app.ReviewOptions(prd, stdin_filename, known, diff_base, explain_threats)
    run = app.review_paths(paths, settings, options)
    if statistics:
        put(statistics_report(run.results))
    for output in () if statistics else outputs:
        if output.path is None:
            put(formats.render_report(output.format, run.results, shown))
        else:
            write_atomic(output.path, formats.render_report(output.format, run.results, plain))
    for error in run.errors:
        say(f"error: {error.message}" + (f" ({error.hint})" if error.hint else ""))
    for result in run.results:
        for rule, reason in result.coverage.rules_failed:
            say(f"error: rule {rule} broke on {result.path}: {reason}")
    if not quiet:
        for entry in run.unmatched:
            say(
                f"baseline: {entry.rule} in {entry.path} is reported no more (`lld-agent baseline prune`)"
            )
        say(summary(run.results))
    return run.exit_code(settings)
