"""`lld-agent eval mutations`."""

from pathlib import Path
from typing import Annotated

import typer


def mutations(
    docs: Annotated[
        Path | None,
        typer.Option(help="Folder of Markdown designs, in place of the golden ones."),
    ] = None,
    golden: Annotated[
        Path, typer.Option(help="Folder of golden designs: NAME/golden.md in each.")
    ] = Path("evals/golden"),
    op: Annotated[
        list[str] | None, typer.Option(help="Operators, by comma: MU01, MU4* (all without).")
    ] = None,
    most: Annotated[
        int, typer.Option(min=1, help="Mutants of one operator per document, at most.")
    ] = 2,
    seed: Annotated[int, typer.Option(help="Which places, where there are more.")] = 1,
    jobs: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
    kills_only: Annotated[
        bool, typer.Option("--kills-only", help="Run the expected rules only: no collateral.")
    ] = False,
    format: Annotated[  # noqa: A002 - the name of the option
        str, typer.Option("--format", "-f", help="text or json.")
    ] = "text",
) -> None:
    """Put single defects into clean designs and count which of them the review finds."""
    from lld_agent.cli.options import split  # noqa: PLC0415 - commands import their work
    from lld_agent.cli.terminal import put  # noqa: PLC0415
    from lld_agent.errors import UsageError  # noqa: PLC0415
    from lld_agent.evaluation.mutations.figures import figures  # noqa: PLC0415
    from lld_agent.evaluation.mutations.registry import named  # noqa: PLC0415
    from lld_agent.evaluation.mutations.report import as_json, as_text  # noqa: PLC0415
    from lld_agent.evaluation.mutations.run import Plan, designs, measure  # noqa: PLC0415

    if format not in {"text", "json"}:
        raise UsageError(f"--format cannot be {format!r}", "use text or json")
    operators = named(split(op) or ())
    plan = Plan(designs(docs or golden), operators, most, seed, jobs, kills_only)
    outcomes = measure(plan)
    found = figures(outcomes, operators, whole=not (operators or docs or kills_only))
    put(as_json(found, outcomes) if format == "json" else as_text(found, outcomes))
