"""`lld-agent baseline write|prune`."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lld_agent.cli.options import ConfigFile, Isolated, Quiet, split

if TYPE_CHECKING:
    from lld_agent.config.settings import Settings
    from lld_agent.errors import LldError
    from lld_agent.model.baseline import BaselineEntry

FILE = ".lld-baseline.json"

app = typer.Typer(
    help="Findings that you know of and live with, each with a reason.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

_Paths = Annotated[list[str], typer.Argument(help="Files, folders, globs.")]
_File = Annotated[
    Path | None,
    typer.Option("--baseline", help=f"The file; the setting `baseline`, or {FILE}, without it."),
]
_Selectors = list[str] | None
_Select = Annotated[_Selectors, typer.Option(help="Rules to run: ids, prefixes, names, ALL.")]
_Ignore = Annotated[_Selectors, typer.Option(help="Rules not to run.")]
_Preview = Annotated[bool | None, typer.Option("--preview/--no-preview", help="Preview rules too.")]
_Llm = Annotated[
    bool | None,
    typer.Option("--llm/--no-llm", help="Ask critics too; what a review asked is kept and free."),
]
_Prd = Annotated[
    str | None, typer.Option(help="Requirement document, for the rules that compare both.")
]


@app.command("write")
def write(
    paths: _Paths,
    reason: Annotated[str, typer.Option(help="Why these findings may stay.")],
    expires: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Last day on which they may.")
    ] = None,
    baseline: _File = None,
    select: _Select = None,
    ignore: _Ignore = None,
    preview: _Preview = None,
    prd: _Prd = None,
    llm: _Llm = None,
    config: ConfigFile = None,
    isolated: Isolated = False,
    quiet: Quiet = False,
) -> int:
    """Put all findings into the baseline. Entries that are there keep their reason and expiry."""
    from lld_agent.app import baselines  # noqa: PLC0415 - commands import their work
    from lld_agent.cli.terminal import say  # noqa: PLC0415
    from lld_agent.errors import UsageError  # noqa: PLC0415
    from lld_agent.review.baseline import Decision  # noqa: PLC0415

    if not reason.strip():
        raise UsageError("--reason is empty", "say why these findings may stay")
    settings = _settings(select, ignore, preview=preview, llm=llm, config=config, isolated=isolated)
    file = _file(baseline, settings)
    run = baselines.write_baseline(paths, settings, file, Decision(reason, _day(expires)), prd)
    if not quiet:
        there = set(run.before.entries)
        added = sum(entry not in there for entry in run.after.entries)
        say(f"wrote {file}: {len(run.after.entries)} entries, {added} of them new or renewed")
    return _ended(run.errors)


@app.command("prune")
def prune(
    paths: _Paths,
    baseline: _File = None,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit 1 if anything would be removed.")
    ] = False,
    select: _Select = None,
    ignore: _Ignore = None,
    preview: _Preview = None,
    prd: _Prd = None,
    llm: _Llm = None,
    config: ConfigFile = None,
    isolated: Isolated = False,
    quiet: Quiet = False,
) -> int:
    """Remove entries whose finding is gone: those of the documents given, and of deleted ones."""
    from lld_agent.app import baselines  # noqa: PLC0415
    from lld_agent.cli.terminal import say  # noqa: PLC0415

    settings = _settings(select, ignore, preview=preview, llm=llm, config=config, isolated=isolated)
    file = _file(baseline, settings)
    run = baselines.prune_baseline(paths, settings, file, prd, write=not check)
    kept = {(entry.path, entry.fingerprint) for entry in run.after.entries}
    removed = [e for e in run.before.entries if (e.path, e.fingerprint) not in kept]
    if not quiet:
        _tell(removed, "would remove" if check else "removed")
        say(
            f"{file}: {len(removed)} of {len(run.before.entries)} entries speak of nothing any more"
        )
    return _ended(run.errors) or int(check and bool(removed))


def _settings(
    select: _Selectors,
    ignore: _Selectors,
    *,
    preview: bool | None,
    llm: bool | None,
    config: Path | None,
    isolated: bool,
) -> "Settings":
    from lld_agent.config.load import load_settings  # noqa: PLC0415

    flags = {"select": split(select), "ignore": split(ignore), "preview": preview, "llm": llm}
    return load_settings(Path.cwd(), flags, config=config, isolated=isolated).settings


def _file(given: Path | None, settings: "Settings") -> Path:
    return given or Path(settings.baseline or FILE)


def _day(text: str | None) -> date | None:
    from lld_agent.errors import UsageError  # noqa: PLC0415

    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--expires cannot be {text!r}", "write a date as 2030-12-31") from None


def _tell(entries: "Iterable[BaselineEntry]", verb: str) -> None:
    from lld_agent.cli.terminal import say  # noqa: PLC0415
    from lld_agent.report.escape import one_line  # noqa: PLC0415

    for entry in entries:
        say(f"{verb} {entry.rule} in {one_line(entry.path)}: {one_line(entry.message)}")


def _ended(errors: "Iterable[LldError]") -> int:
    from lld_agent.cli.terminal import say  # noqa: PLC0415

    found = list(errors)
    for error in found:
        say(f"error: {error.message}" + (f" ({error.hint})" if error.hint else ""))
    return 2 if found else 0
