"""`lld-agent update`."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lld_agent.cli.options import ConfigFile, Isolated, Quiet

if TYPE_CHECKING:
    from lld_agent.draft.options import DraftOptions
    from lld_agent.model.brief import Brief

Plan = Annotated[
    bool, typer.Option("--plan", help="Print what an update would do, and write nothing.")
]
PlanFormat = Annotated[str, typer.Option("--format", help="Of --plan: text or json.")]


def update(
    source: Annotated[
        str, typer.Argument(help="The requirements as they are now, or - for standard input.")
    ],
    output: Annotated[
        str, typer.Option("--output", "-o", help="The design, with its .lld.json beside it.")
    ],
    plan: Plan = False,
    plan_format: PlanFormat = "text",
    date: Annotated[
        str | None, typer.Option(help="Date of this version: header and document history.")
    ] = None,
    author: Annotated[str | None, typer.Option(help="Author in the header.")] = None,
    reviewers: Annotated[str | None, typer.Option(help="Reviewers in the header.")] = None,
    project: Annotated[str | None, typer.Option(help="Project in the header.")] = None,
    config: ConfigFile = None,
    isolated: Isolated = False,
    quiet: Quiet = False,
) -> int:
    """Bring a design along with changed requirements; what people wrote in it stays."""
    from lld_agent import app  # noqa: PLC0415 - commands import their work
    from lld_agent.config.load import load_settings  # noqa: PLC0415
    from lld_agent.draft.options import DraftOptions  # noqa: PLC0415
    from lld_agent.errors import InputError  # noqa: PLC0415

    if not Path(output).exists():
        raise InputError(f"{output} does not exist", "`lld-agent draft` makes a first draft")
    flags = {"author": author, "reviewers": reviewers, "project": project}
    settings = load_settings(Path.cwd(), flags, config=config, isolated=isolated).settings
    options = DraftOptions(
        template=settings.template,
        date=date or app.default_date(),
        author=settings.author,
        reviewers=settings.reviewers,
        project=settings.project,
        generator=app.generator(),
    )
    brief = app.brief_of(source)
    return run_update(brief, output, options, plan=plan, plan_format=plan_format, quiet=quiet)


def run_update(
    brief: "Brief",
    output: str,
    options: "DraftOptions",
    *,
    plan: bool,
    plan_format: str = "text",
    quiet: bool = False,
) -> int:
    """Update a design and say what came of it; the exit code is 1 when conflicts are left."""
    from lld_agent.app import updating  # noqa: PLC0415
    from lld_agent.cli.terminal import put, say  # noqa: PLC0415
    from lld_agent.draft.update.report import update_data, update_lines  # noqa: PLC0415
    from lld_agent.errors import UsageError  # noqa: PLC0415
    from lld_agent.report.escape import visible  # noqa: PLC0415

    if plan_format not in {"text", "json"}:
        raise UsageError(f"--format cannot be {plan_format!r}", "use text or json")
    run = updating.update_file(brief, output, options, plan=plan)
    if plan and plan_format == "json":
        data = update_data(run.update) if run.update else {"schema_version": 1, "unchanged": True}
        put(json.dumps(data, ensure_ascii=False, indent=2) + "\n")
        return run.exit_code
    if run.update is None:
        said = [f"the requirements have not changed; {output} stays as it is"]
    else:
        said = [visible(line) for line in update_lines(run.update)]
    if plan:
        put("\n".join(said) + "\n")
    elif not quiet:
        for line in said:
            say(line)
    if run.written and not quiet:
        say(f"wrote {', '.join(map(str, run.written))}")
    return run.exit_code
