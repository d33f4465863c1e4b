"""`lld-agent eval review`."""

from pathlib import Path
from typing import Annotated

import typer

from lld_agent.cli.evaluate.shared import GOLDEN, VERDICTS, Frozen, GoldenFolder, Verdicts


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
) -> None:
    """Measure reviews: defects found, findings on clean designs, what people judged."""
    from lld_agent.cli.options import split  # noqa: PLC0415 - commands import their work
    from lld_agent.cli.terminal import put, say  # noqa: PLC0415
    from lld_agent.evaluation.mutations.registry import named  # noqa: PLC0415
    from lld_agent.evaluation.report.text import reviewed  # noqa: PLC0415
    from lld_agent.evaluation.reviewing import ReviewPlan, measure_reviews  # noqa: PLC0415
    from lld_agent.evaluation.reviews import reviews_text  # noqa: PLC0415
    from lld_agent.store.atomic import require_writable, write_atomic  # noqa: PLC0415

    if output is not None:
        require_writable(output)
    operators = named(split(op) or ())
    plan = ReviewPlan(golden, frozen, tuple(only or ()), operators, most, seed, jobs, verdicts)
    found = measure_reviews(plan)
    if output is not None:
        write_atomic(output, reviews_text(found))
        say(f"wrote {output}")
    put(reviewed(found))
