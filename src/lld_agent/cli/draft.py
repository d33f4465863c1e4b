"""`lld-agent draft`."""

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from lld_agent.cli.options import (
    Author,
    BaseUrl,
    ConfigFile,
    Isolated,
    Jobs,
    MaxCost,
    MaxTokens,
    Model,
    Project,
    Quiet,
    Reviewers,
    ShowProgress,
    Structured,
)
from lld_agent.cli.update import Asked, Plan, PlanFormat, run_update

if TYPE_CHECKING:
    from lld_agent.app import DraftRun
    from lld_agent.config.settings import Settings
    from lld_agent.draft.answers import Answer


def draft(
    source: Annotated[
        str,
        typer.Argument(
            help="Requirement document (PRD, RFC, plain text), or - for standard input."
        ),
    ],
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", help="Design to write; standard output without it."),
    ] = None,
    template: Annotated[str | None, typer.Option(help="service, module or auto.")] = None,
    marks: Annotated[
        Literal["open", "all"] | None,
        typer.Option(help="open marks assumptions and questions; all also requirements."),
    ] = None,
    date: Annotated[
        str | None, typer.Option(help="Date in the header; else it stays open.")
    ] = None,
    author: Author = None,
    reviewers: Reviewers = None,
    project: Project = None,
    model: Model = None,
    base_url: BaseUrl = None,
    structured: Structured = None,
    outline: Annotated[
        bool, typer.Option("--outline", help="Ask no model even though one is configured.")
    ] = False,
    critics: Annotated[
        bool | None,
        typer.Option(
            "--critics/--no-critics", help="Let critics read the draft, and repair what they find."
        ),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Print calls, tokens and cost of a run; ask no model."),
    ] = False,
    show_prompt: Annotated[
        bool,
        typer.Option("--show-prompt", help="With --dry-run: print what would leave the machine."),
    ] = False,
    plan_json: Annotated[
        bool, typer.Option("--json", help="With --dry-run: print the plan as JSON.")
    ] = False,
    max_cost: MaxCost = None,
    max_tokens: MaxTokens = None,
    jobs: Jobs = None,
    answers: Annotated[
        Path | None,
        typer.Option(help="Answers to open questions: YAML, JSON or TOML, question or Q-id: text."),
    ] = None,
    ask: Annotated[
        bool, typer.Option("--ask", help="Put at most five questions on the terminal.")
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the last unfinished run of this document.")
    ] = False,
    replay: Annotated[
        str | None, typer.Option(help="Reproduce a run by id or path, offline.")
    ] = None,
    progress: ShowProgress = "auto",
    force: Annotated[
        bool, typer.Option("--force", help="Replace a design that is there, edits and all.")
    ] = False,
    plan: Plan = False,
    plan_format: PlanFormat = "text",
    config: ConfigFile = None,
    isolated: Isolated = False,
    quiet: Quiet = False,
) -> int:
    """Draft a design: what the requirements say, where it belongs; open questions for the rest.

    A design that is there already is updated: see `lld-agent update`.
    """
    from lld_agent import app  # noqa: PLC0415 - commands import their work
    from lld_agent.cli.terminal import put  # noqa: PLC0415
    from lld_agent.config.load import load_settings  # noqa: PLC0415
    from lld_agent.draft.options import DraftOptions  # noqa: PLC0415
    from lld_agent.errors import UsageError  # noqa: PLC0415

    flags: dict[str, Any] = {
        "template": template, "author": author, "reviewers": reviewers, "project": project,
        "model": model, "base_url": base_url, "structured": structured, "jobs": jobs,
        "max_cost": Decimal(str(max_cost)) if max_cost is not None else None,
        "max_tokens": max_tokens, "draft_critics": critics,
    }  # fmt: skip
    settings = load_settings(Path.cwd(), flags, config=config, isolated=isolated).settings
    options = DraftOptions(
        template=settings.template,
        marks=marks or "open",
        date=date or app.default_date(),
        author=settings.author,
        reviewers=settings.reviewers,
        project=settings.project,
        generator=app.generator(),
    )
    given = _answers(answers, output)
    if dry_run or show_prompt:
        from lld_agent.cli.plan import show_plan  # noqa: PLC0415

        brief = app.brief_of(source, given)
        return show_plan(brief, options, settings, prompts=show_prompt, as_json=plan_json)
    there = output not in {None, app.STDIN} and Path(str(output)).exists()
    if there and not force:
        # What a run left half done may have been edited since: that is kept too.
        writes = not outline and bool(settings.model or settings.models)
        goes_on = resume or replay
        if not goes_on and (plan or not writes or _is_followed(Path(str(output)))):
            shown_as: Any = "none" if quiet else progress
            asked = Asked(
                plan, plan_format, _without_model(settings, outline=outline), shown_as, quiet
            )
            return run_update(app.brief_of(source, given), str(output), options, asked)
        _refuse_edited(Path(str(output)))
    if plan:
        raise UsageError("--plan needs a design to update", "name one that is there with -o")
    if outline or not (replay or resume or settings.model or settings.models):
        needy = {
            "--base-url": base_url,
            "--max-cost": max_cost,
            "--max-tokens": max_tokens,
            "--ask": ask or None,
        }
        _refuse([name for name, value in needy.items() if value is not None], outline=outline)
        run = app.draft_file(source, output, options, answers=given)
    else:
        from lld_agent.cli import drafting  # noqa: PLC0415
        from lld_agent.cli.progress import progress as showing  # noqa: PLC0415

        with showing("none" if quiet else progress, local=app.is_local(settings)) as shown:
            how = drafting.how(resume=resume, replay=replay or "", ask=ask, shown=shown)
            run = app.draft_file(source, output, options, settings, how, given)
    if run.markdown_path is None:
        put(run.draft.markdown)
    if not quiet:
        _tell(run)
    return run.model.exit_code if run.model is not None else 0


def _is_followed(design: Path) -> bool:
    from lld_agent.app import updating  # noqa: PLC0415

    return updating.is_followed(design)


def _without_model(settings: "Settings", *, outline: bool) -> "Settings":
    return settings.model_copy(update={"model": "", "models": {}}) if outline else settings


def _refuse_edited(design: Path) -> None:
    """Refuse to write over what a person wrote: a model writes whole designs.

    Raises:
        UsageError: the design is not as it was drafted.
    """
    from lld_agent.app import updating  # noqa: PLC0415
    from lld_agent.errors import UsageError  # noqa: PLC0415

    if updating.is_edited(design):
        raise UsageError(
            f"{design} is there and not as it was drafted; a model would write over it",
            "choose another file with -o; --outline updates an outline; --force replaces it, edits and all",
        )


def _refuse(flags: list[str], *, outline: bool) -> None:
    """Refuse options that mean nothing where no model is asked.

    Raises:
        UsageError: there are some.
    """
    from lld_agent.errors import UsageError  # noqa: PLC0415

    if flags and outline:
        raise UsageError(f"{flags[0]} and --outline exclude each other", f"leave out {flags[0]}")
    if flags:
        raise UsageError(f"{flags[0]} needs a model", "name one with --model, or leave it out")


def _answers(path: Path | None, output: str | None) -> "tuple[Answer, ...]":
    from lld_agent import app  # noqa: PLC0415

    return app.given_answers(path, output) if path is not None else ()


def _tell(run: "DraftRun") -> None:
    from lld_agent.cli.terminal import say  # noqa: PLC0415

    found = run.draft
    how = "made without a language model" if run.model is None else "written with a language model"
    what = "outline" if run.model is None else "design"
    assumed = f"{len(found.assumptions)} assumptions, " if run.model is not None else ""
    say(
        f"{what} after the {found.template} template, {how}: "
        f"{len(found.trace.requirements)} requirements, {found.trace.coverage:.0%} of the normative sentences placed, "
        f"{assumed}{len(found.questions)} open questions"
    )
    if not found.trace.requirements:
        say("no requirement was found: nothing in the document says what must be built")
    if found.trace.unclaimed:
        lines = ", ".join(str(row.line) for row in found.trace.unclaimed[:10])
        say(f"not placed: {len(found.trace.unclaimed)} sentences, lines {lines}")
    if run.model is not None:
        from lld_agent.cli.drafting import told  # noqa: PLC0415

        for line in told(run.model):
            say(line)
    if run.markdown_path is not None:
        say(f"wrote {run.markdown_path} and {run.sidecar_path}")
