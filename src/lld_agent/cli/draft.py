"""`lld-agent draft`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lld_agent.cli.options import ConfigFile, Isolated, Quiet

if TYPE_CHECKING:
    from lld_agent.app import DraftRun


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
    date: Annotated[
        str | None, typer.Option(help="Date in the header; else it stays open.")
    ] = None,
    author: Annotated[str | None, typer.Option(help="Author in the header.")] = None,
    reviewers: Annotated[str | None, typer.Option(help="Reviewers in the header.")] = None,
    project: Annotated[str | None, typer.Option(help="Project in the header.")] = None,
    model: Annotated[str | None, typer.Option(help="Not available yet.", hidden=True)] = None,
    base_url: Annotated[str | None, typer.Option(help="Not available yet.", hidden=True)] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Not available yet.", hidden=True)
    ] = False,
    max_cost: Annotated[float | None, typer.Option(help="Not available yet.", hidden=True)] = None,
    resume: Annotated[str | None, typer.Option(help="Not available yet.", hidden=True)] = None,
    replay: Annotated[str | None, typer.Option(help="Not available yet.", hidden=True)] = None,
    answers: Annotated[Path | None, typer.Option(help="Not available yet.", hidden=True)] = None,
    config: ConfigFile = None,
    isolated: Isolated = False,
    quiet: Quiet = False,
) -> int:
    """Draft a design: what the requirements say, where it belongs; open questions for the rest."""
    from lld_agent import app  # noqa: PLC0415 - commands import their work
    from lld_agent.cli.terminal import put  # noqa: PLC0415
    from lld_agent.config.load import load_settings  # noqa: PLC0415
    from lld_agent.draft.options import DraftOptions  # noqa: PLC0415
    from lld_agent.errors import UsageError  # noqa: PLC0415

    later = {
        "--model": model, "--base-url": base_url, "--dry-run": dry_run or None, "--max-cost": max_cost,
        "--resume": resume, "--replay": replay, "--answers": answers,
    }  # fmt: skip
    asked = [name for name, value in later.items() if value is not None]
    if asked:
        raise UsageError(
            f"{asked[0]} needs drafting with a language model, which is not there yet",
            f"run without {' '.join(asked)}: the outline needs no model",
        )
    flags = {"template": template, "author": author, "reviewers": reviewers, "project": project}
    settings = load_settings(Path.cwd(), flags, config=config, isolated=isolated).settings
    options = DraftOptions(
        template=settings.template,
        date=date or app.default_date(),
        author=settings.author,
        reviewers=settings.reviewers,
        project=settings.project,
        generator=app.generator(),
    )
    run = app.draft_file(source, output, options)
    if run.markdown_path is None:
        put(run.draft.markdown)
    if not quiet:
        _tell(run)
    return 0


def _tell(run: "DraftRun") -> None:
    from lld_agent.cli.terminal import say  # noqa: PLC0415

    found = run.draft
    say(
        f"outline after the {found.template} template, made without a language model: "
        f"{len(found.trace.requirements)} requirements, {found.trace.coverage:.0%} of the normative sentences placed, "
        f"{len(found.questions)} open questions"
    )
    if found.trace.unclaimed:
        lines = ", ".join(str(row.line) for row in found.trace.unclaimed[:10])
        say(f"not placed: {len(found.trace.unclaimed)} sentences, lines {lines}")
    if run.markdown_path is not None:
        say(f"wrote {run.markdown_path} and {run.sidecar_path}")
