"""`lld-agent eval review`."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from lld_agent.cli.evaluate.shared import GOLDEN, VERDICTS, Frozen, GoldenFolder, Verdicts
from lld_agent.cli.options import BaseUrl, ConfigFile, Isolated, MaxCost, Model


def review(
    golden: GoldenFolder = GOLDEN,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Figures to write, as JSON.")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(help="Only this document; may be given several times.")
    ] = None,
    frozen: Frozen = False,
    op: Annotated[
        list[str] | None, typer.Option(help="Operators, by comma: MU01, MU4* (all without).")
    ] = None,
    most: Annotated[
        int, typer.Option(min=1, help="Defects of one operator per document, at most.")
    ] = 2,
    seed: Annotated[int, typer.Option(help="Which places, where there are more.")] = 1,
    jobs: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
    verdicts: Verdicts = VERDICTS,
    llm: Annotated[
        bool, typer.Option("--llm", help="Ask the critics too: clean designs, defects for readers.")
    ] = False,
    repeats: Annotated[
        int, typer.Option(min=1, max=20, help="With --llm: runs on every clean design.")
    ] = 1,
    model: Model = None,
    base_url: BaseUrl = None,
    max_cost: MaxCost = None,
    config: ConfigFile = None,
    isolated: Isolated = False,
) -> None:
    """Measure reviews: defects found, findings on clean designs, what people judged."""
    from lld_agent.cli.options import split  # noqa: PLC0415 - commands import their work
    from lld_agent.cli.terminal import put, say  # noqa: PLC0415
    from lld_agent.config.load import load_settings  # noqa: PLC0415
    from lld_agent.errors import UsageError  # noqa: PLC0415
    from lld_agent.evaluation.mutations.registry import named  # noqa: PLC0415
    from lld_agent.evaluation.report.text import reviewed  # noqa: PLC0415
    from lld_agent.evaluation.reviewing import ReviewPlan, measure_reviews  # noqa: PLC0415
    from lld_agent.evaluation.reviews import reviews_text  # noqa: PLC0415
    from lld_agent.store.atomic import require_writable, write_atomic  # noqa: PLC0415

    if output is not None:
        require_writable(output)
    flags: dict[str, Any] = {
        "model": model, "base_url": base_url,
        "max_cost": Decimal(str(max_cost)) if max_cost is not None else None,
    }  # fmt: skip
    if not llm and any(value is not None for value in flags.values()):
        raise UsageError("models are asked with --llm only", "add it, or leave out --model")
    settings = load_settings(Path.cwd(), flags, config=config, isolated=isolated).settings
    operators = named(split(op) or ())
    plan = ReviewPlan(
        golden,
        frozen,
        tuple(only or ()),
        operators,
        most,
        seed,
        jobs,
        verdicts,
        settings if llm else None,
        repeats,
    )
    found = measure_reviews(plan)
    if output is not None:
        write_atomic(output, reviews_text(found))
        say(f"wrote {output}")
    put(reviewed(found))
