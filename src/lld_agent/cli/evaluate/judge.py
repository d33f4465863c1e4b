"""`lld-agent eval judge`."""

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lld_agent.cli.options import BaseUrl, ConfigFile, Isolated, MaxCost, Model

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lld_agent.config.settings import Settings
    from lld_agent.evaluation.judge.running import JudgeFiles


def judge(
    design: Annotated[
        Path | None, typer.Argument(help="Design to judge.", show_default=False)
    ] = None,
    prd: Annotated[
        Path | None, typer.Option(help="Requirements that the design was made from.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option(help="Another design: which is better, asked in both orders.")
    ] = None,
    pairs: Annotated[
        Path | None,
        typer.Option(help="Results of `eval run`: settle pairs of rows that words cannot."),
    ] = None,
    settled: Annotated[
        Path, typer.Option(help="With --pairs: verdicts, read and added to.")
    ] = Path("evals/settled-pairs.jsonl"),
    calibrate: Annotated[
        bool, typer.Option("--calibrate", help="Ask the labelled questions; keep what came of it.")
    ] = False,
    rubric: Annotated[
        Path, typer.Option(help="Questions; evals/rubrics/pairs.yaml for --pairs.")
    ] = Path("evals/rubrics/design.yaml"),
    labelled: Annotated[Path, typer.Option(help="Labelled answers.")] = Path(
        "evals/judge-calibration.jsonl"
    ),
    calibration: Annotated[
        Path | None,
        typer.Option(
            help="What came of the labelled questions, written or read; beside the rubric."
        ),
    ] = None,
    model: Model = None,
    base_url: BaseUrl = None,
    max_cost: MaxCost = None,
    config: ConfigFile = None,
    isolated: Isolated = False,
) -> None:
    """Ask a model binary questions about a design; no answer is shown without what it is worth.

    The judge is the model of the stage `judge`, so that it can be another one than the author.
    """
    from lld_agent.cli.terminal import put  # noqa: PLC0415 - commands import their work
    from lld_agent.config.load import load_settings  # noqa: PLC0415
    from lld_agent.errors import UsageError  # noqa: PLC0415
    from lld_agent.evaluation.judge import running  # noqa: PLC0415
    from lld_agent.report.escape import one_line  # noqa: PLC0415

    flags: dict[str, Any] = {
        "model": model, "base_url": base_url,
        "max_cost": Decimal(str(max_cost)) if max_cost is not None else None,
    }  # fmt: skip
    settings = load_settings(Path.cwd(), flags, config=config, isolated=isolated).settings
    files = running.JudgeFiles(
        rubric, labelled, calibration or rubric.with_suffix(".calibration.json")
    )
    if calibrate:
        if design is not None:
            raise UsageError("--calibrate judges no design", "leave one of them out")
        lines = running.calibration_lines(running.run_calibration(files, settings))
    elif pairs is not None:
        lines = _pairs(pairs, settled, files, settings)
    elif design is None or prd is None:
        raise UsageError("a judge needs a design and --prd", "or --calibrate or --pairs alone")
    else:
        lines = running.judgement_lines(running.run_judge(design, prd, against, files, settings))
    put("".join(f"{one_line(line)}\n" for line in lines))


def _pairs(
    results: Path, settled: Path, files: "JudgeFiles", settings: "Settings"
) -> "Iterator[str]":
    from lld_agent.evaluation.judge import running  # noqa: PLC0415
    from lld_agent.evaluation.results import read_results  # noqa: PLC0415
    from lld_agent.evaluation.settling import read_settled, settled_text  # noqa: PLC0415
    from lld_agent.store.atomic import write_atomic  # noqa: PLC0415

    known = read_settled(settled) if settled.is_file() else {}
    before = settled.read_text(encoding="utf-8") if settled.is_file() else ""
    found, calibration = running.run_pairs(read_results(results), known, files, settings)
    write_atomic(settled, before + settled_text(found))
    yield f"{len(found)} pairs settled, {sum(one.same for one in found)} of them one thing; wrote {settled}"
    yield from running.calibration_lines(calibration)
