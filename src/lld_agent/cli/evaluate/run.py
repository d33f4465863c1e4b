"""`lld-agent eval run`."""

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from lld_agent.cli.evaluate.shared import GOLDEN, Frozen, GoldenFolder
from lld_agent.cli.options import BaseUrl, ConfigFile, Isolated, Jobs, MaxCost, Model, Structured

if TYPE_CHECKING:
    from lld_agent.config.settings import Settings
    from lld_agent.evaluation.drafters import Drafter

Kind = Literal["outline", "recorded", "model"]


def run(
    golden: GoldenFolder = GOLDEN,
    drafter: Annotated[
        Kind, typer.Option(help="outline and recorded ask no model; model asks the one named.")
    ] = "outline",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Results to write, as JSON.")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(help="Only this document; may be given several times.")
    ] = None,
    frozen: Frozen = False,
    repeats: Annotated[int, typer.Option(min=1, max=50, help="Runs per document.")] = 1,
    concurrency: Annotated[int, typer.Option(min=1, max=64, help="Runs at a time.")] = 2,
    settled: Annotated[
        Path | None, typer.Option(help="Pairs of rows that a judge or a person settled.")
    ] = None,
    figures_only: Annotated[
        bool, typer.Option("--figures-only", help="Write no lists of rows: for a baseline.")
    ] = False,
    model: Model = None,
    base_url: BaseUrl = None,
    structured: Structured = None,
    max_cost: MaxCost = None,
    jobs: Jobs = None,
    config: ConfigFile = None,
    isolated: Isolated = False,
) -> int:
    """Draft every golden document again and measure the drafts.

    Exit code 1 where a run crashed.
    """
    from lld_agent.cli.terminal import put, say  # noqa: PLC0415 - commands import their work
    from lld_agent.config.load import load_settings  # noqa: PLC0415
    from lld_agent.evaluation.golden import load_goldens  # noqa: PLC0415
    from lld_agent.evaluation.report.text import summary  # noqa: PLC0415
    from lld_agent.evaluation.results import results_text  # noqa: PLC0415
    from lld_agent.evaluation.rows import unsettled  # noqa: PLC0415
    from lld_agent.evaluation.runner import Plan, evaluate  # noqa: PLC0415
    from lld_agent.evaluation.settling import read_settled, settler  # noqa: PLC0415
    from lld_agent.store.atomic import require_writable, write_atomic  # noqa: PLC0415

    flags: dict[str, Any] = {
        "model": model, "base_url": base_url, "structured": structured, "jobs": jobs,
        "max_cost": Decimal(str(max_cost)) if max_cost is not None else None,
    }  # fmt: skip
    if output is not None:
        require_writable(output)
    settings = load_settings(Path.cwd(), flags, config=config, isolated=isolated).settings
    goldens = load_goldens(golden, frozen=frozen, only=tuple(only or ()))
    chosen = _drafter(drafter, settings, len(goldens) * repeats, asked=model is not None)
    settle = settler(read_settled(settled)) if settled is not None else unsettled
    results = evaluate(goldens, chosen, Plan(repeats, concurrency, settle))
    if output is not None:
        kept = results.without_details() if figures_only else results
        write_atomic(output, results_text(kept))
        say(f"wrote {output}")
    put(summary(results))
    for line in results.left_out:
        say(f"left out: {line}")
    return int(any(one.error for _, one in results.runs))


def _drafter(kind: Kind, settings: "Settings", runs: int, *, asked: bool) -> "Drafter":
    from lld_agent.errors import UsageError  # noqa: PLC0415
    from lld_agent.evaluation import drafters  # noqa: PLC0415

    if kind == "model":
        if not (settings.model or settings.models):
            raise UsageError("no model is named", "give --model, or set model in lld-agent.toml")
        return drafters.Model(settings, runs)
    if asked:
        raise UsageError(f"--model and --drafter {kind} exclude each other", "use --drafter model")
    return drafters.Outline() if kind == "outline" else drafters.Recorded()
