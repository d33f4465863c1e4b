"""`lld-agent runs list|show`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from lld_agent.store.runs import RunStore

app = typer.Typer(
    help="Records of runs with language models.", no_args_is_help=True, rich_markup_mode=None
)
Format = Annotated[str, typer.Option("--format", help="text or json.")]


@app.command("list")
def list_runs(format: Format = "text") -> None:  # noqa: A002 - the name of the option
    """List the runs of this project, the newest first."""
    import json  # noqa: PLC0415 - commands import their work

    from lld_agent.cli.terminal import put, say  # noqa: PLC0415
    from lld_agent.report.runs import run_line  # noqa: PLC0415

    store = _store(format)
    found = store.summaries()
    if format == "json":
        data = {"runs": [one.model_dump(mode="json") for one in found]}
        put(json.dumps(data, indent=2, ensure_ascii=False) + "\n")
        return
    for one in found:
        put(run_line(one) + "\n")
    if not found:
        say(f"no runs in {store.folder}")


@app.command("show")
def show(
    run: Annotated[str, typer.Argument(metavar="ID", help="Id, its beginning, latest, or a path.")],
    format: Format = "text",  # noqa: A002 - the name of the option
) -> None:
    """Print what happened in a run."""
    import json  # noqa: PLC0415 - commands import their work

    from lld_agent.cli.terminal import put  # noqa: PLC0415
    from lld_agent.report.runs import run_text  # noqa: PLC0415
    from lld_agent.store.runs import read_events, summary_of  # noqa: PLC0415

    found = _store(format).open(run)
    summary = summary_of(found)
    events = [event for event in read_events(found.path) if event is not None]
    if format == "text":
        put(run_text(summary, events))
        return
    data = {
        **summary.model_dump(mode="json"),
        "events": [event.model_dump(mode="json", exclude_unset=True) for event in events],
    }
    put(json.dumps(data, indent=2, ensure_ascii=False) + "\n")


def _store(format: str) -> "RunStore":  # noqa: A002
    import os  # noqa: PLC0415

    from lld_agent.errors import UsageError  # noqa: PLC0415
    from lld_agent.model.redaction import redactor  # noqa: PLC0415
    from lld_agent.store.runs import RunStore, project_folder  # noqa: PLC0415

    if format not in {"text", "json"}:
        raise UsageError(f"--format cannot be {format!r}", "use text or json")
    return RunStore(project_folder(Path.cwd()), redactor(os.environ))
