"""`lld-agent fix`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from lld_agent.cli.options import ConfigFile, Isolated, Quiet, split

Selectors = list[str] | None


def fix(
    paths: Annotated[
        list[str], typer.Argument(help="Files, folders, globs, or - for standard input.")
    ],
    apply: Annotated[
        bool, typer.Option("--apply", help="Write the files (print the document for -).")
    ] = False,
    select: Annotated[
        Selectors, typer.Option(help="Rules whose findings are fixed: ids, prefixes, names, ALL.")
    ] = None,
    ignore: Annotated[Selectors, typer.Option(help="Rules whose findings stay.")] = None,
    extend_select: Annotated[Selectors, typer.Option(help="Rules in addition.")] = None,
    preview: Annotated[
        bool | None, typer.Option("--preview/--no-preview", help="Preview rules too.")
    ] = None,
    config: ConfigFile = None,
    isolated: Isolated = False,
    quiet: Quiet = False,
) -> int:
    """Show the edits that resolve findings, where exactly one edit is right; write them on demand.

    A diff on standard output; exit code 1 where there is one. With --apply the files are written
    and the exit code is 0.
    """
    from lld_agent.app.fixing import fix_paths, write_fixed  # noqa: PLC0415 - work of commands
    from lld_agent.cli.terminal import put, say  # noqa: PLC0415
    from lld_agent.config.load import load_settings  # noqa: PLC0415
    from lld_agent.report.diff import document_diff  # noqa: PLC0415
    from lld_agent.report.escape import visible  # noqa: PLC0415
    from lld_agent.report.fixes import fixes_report, fixes_summary  # noqa: PLC0415

    flags = {
        "select": split(select),
        "ignore": split(ignore),
        "extend_select": split(extend_select),
        "preview": preview,
    }
    settings = load_settings(Path.cwd(), flags, config=config, isolated=isolated).settings
    run = fix_paths(paths, settings)
    if apply and paths == ["-"]:
        for document in run.documents:
            put(document.after.text)
    elif apply:
        write_fixed(run)
    else:
        for document in run.changed:
            diff = document_diff(document.before, document.after)
            # For a terminal the document is not trusted; a file takes the bytes that `patch` needs.
            put(visible(diff) if sys.stdout.isatty() else diff)
    for error in run.errors:
        say(f"error: {error.message}" + (f" ({error.hint})" if error.hint else ""))
    if not quiet:
        for line in fixes_report(run.documents):
            say(line)
        say(fixes_summary(run.documents, applied=apply))
    if run.errors:
        return 2
    return int(bool(run.changed) and not apply)
