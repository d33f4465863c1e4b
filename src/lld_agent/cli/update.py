"""`lld-agent update`."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from lld_agent.cli.options import (
    Author,
    BaseUrl,
    ConfigFile,
    Isolated,
    MaxCost,
    MaxTokens,
    Model,
    Project,
    Quiet,
    Reviewers,
    ShowProgress,
    Structured,
)

if TYPE_CHECKING:
    from lld_agent.app.updating import UpdateRun
    from lld_agent.config.settings import Settings
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
    author: Author = None,
    reviewers: Reviewers = None,
    project: Project = None,
    model: Model = None,
    base_url: BaseUrl = None,
    structured: Structured = None,
    max_cost: MaxCost = None,
    max_tokens: MaxTokens = None,
    progress: ShowProgress = "auto",
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
    flags: dict[str, Any] = {
        "author": author, "reviewers": reviewers, "project": project, "model": model,
        "base_url": base_url, "structured": structured, "max_tokens": max_tokens,
        "max_cost": Decimal(str(max_cost)) if max_cost is not None else None,
    }  # fmt: skip
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
    asked = Asked(plan, plan_format, settings, "none" if quiet else progress, quiet)
    return run_update(brief, output, options, asked)


@dataclass(frozen=True, slots=True)
class Asked:
    """How an update is run and shown: `settings` and `progress` are of a model."""

    plan: bool
    plan_format: str
    settings: "Settings"
    progress: Literal["auto", "live", "plain", "json", "none"]
    quiet: bool


def run_update(
    brief: "Brief",
    output: str,
    options: "DraftOptions",
    asked: Asked,
) -> int:
    """Update a design and say what came of it; the exit code is 1 when conflicts are left."""
    from lld_agent.cli.terminal import say  # noqa: PLC0415
    from lld_agent.errors import UsageError  # noqa: PLC0415

    if asked.plan_format not in {"text", "json"}:
        raise UsageError(f"--format cannot be {asked.plan_format!r}", "use text or json")
    run = _run(brief, output, options, asked)
    if asked.plan:
        _put_plan(run, output, as_json=asked.plan_format == "json")
    elif not asked.quiet:
        for line in (*_lines(run, output), *_of_the_model(run, output)):
            say(line)
        if run.written:
            say(f"wrote {', '.join(map(str, run.written))}")
    return run.exit_code


def _run(brief: "Brief", output: str, options: "DraftOptions", asked: Asked) -> "UpdateRun":
    from lld_agent import app  # noqa: PLC0415
    from lld_agent.app import updating  # noqa: PLC0415

    if asked.plan or not (asked.settings.model or asked.settings.models):
        return updating.update_file(
            brief, output, options, plan=asked.plan, settings=asked.settings
        )
    from lld_agent.cli import drafting  # noqa: PLC0415 - what models need, only where one is named
    from lld_agent.cli.progress import progress  # noqa: PLC0415

    with progress(asked.progress, local=app.is_local(asked.settings)) as shown:
        how = drafting.how(resume=False, replay="", ask=False, shown=shown)
        return updating.update_file(brief, output, options, settings=asked.settings, how=how)


def _put_plan(run: "UpdateRun", output: str, *, as_json: bool) -> None:
    """Print what an update would do; with a model, what it would ask and what that may cost."""
    from lld_agent.cli.terminal import put  # noqa: PLC0415
    from lld_agent.draft.update.report import plan_data, update_data  # noqa: PLC0415

    if not as_json:
        put("\n".join(_lines(run, output)) + "\n")
        if run.planned is not None:
            from lld_agent.report.plan import plan_text  # noqa: PLC0415

            put(plan_text(run.planned[1]))
        return
    if run.planned is not None:
        data = plan_data(run.planned[0]) | {"calls": run.planned[1].model_dump(mode="json")}
    elif run.update is not None:
        data = update_data(run.update)
    else:
        data = {"schema_version": 1, "unchanged": True}
    put(json.dumps(data, ensure_ascii=False, indent=2) + "\n")


def _lines(run: "UpdateRun", output: str) -> list[str]:
    """Return what an update did or would do, a line each, harmless."""
    from lld_agent.draft.update.report import plan_lines, update_lines  # noqa: PLC0415
    from lld_agent.report.escape import visible  # noqa: PLC0415

    if run.update is not None:
        return [visible(line) for line in update_lines(run.update)]
    if run.planned is not None:
        return [visible(line) for line in plan_lines(run.planned[0])]
    if run.model is not None:
        return [visible(line) for line in plan_lines(run.model.rewritten.plan)]
    return [f"the requirements have not changed; {output} stays as it is"]


def _of_the_model(run: "UpdateRun", output: str) -> Iterator[str]:
    """Yield what a person must know about the run with a model."""
    if run.model is None or not run.model.run_id:
        return
    from lld_agent.cli.progress import last_line  # noqa: PLC0415

    made = run.model.rewritten
    for what, failure in made.failed:
        hint = f" ({failure.hint})" if failure.hint else ""
        yield f"not there: {what}: {failure.message}{hint}"
    if made.built is None:
        yield f"{output} stays as it is; answers that came are kept for the next try"
    again = run.model.command if run.model.exit_code else ()
    yield last_line(
        made.usage, run.model.seconds, run.model.run_id, resume=again, local=run.model.local
    )
