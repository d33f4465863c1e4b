"""`lld-agent eval compare` and `lld-agent eval gate`."""

from pathlib import Path
from typing import Annotated

import typer

Base = Annotated[Path, typer.Argument(help="Results of `eval run` that are there.")]
Candidate = Annotated[Path, typer.Argument(help="Results of `eval run` that are to replace them.")]


def compare(base: Base, candidate: Candidate) -> None:
    """Print what changed between two results, with 95 % intervals."""
    from lld_agent.cli.terminal import put  # noqa: PLC0415 - commands import their work
    from lld_agent.evaluation.comparing import differences  # noqa: PLC0415
    from lld_agent.evaluation.report.text import compared  # noqa: PLC0415
    from lld_agent.evaluation.results import read_results  # noqa: PLC0415

    old, new = read_results(base), read_results(candidate)
    put(compared(list(differences(old, new)), "Base", "Candidate"))


def gate(
    base: Base,
    candidate: Candidate,
    margin: Annotated[
        float | None,
        typer.Option(min=0, help="How much worse a metric may be, in place of its own margin."),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit code 1 for an inconclusive gate too.")
    ] = False,
) -> int:
    """Say whether new results may replace others: pass, fail or inconclusive.

    Exit code 1 for fail. Inconclusive asks for more runs or documents, and is no failure.
    """
    from lld_agent.cli.terminal import put  # noqa: PLC0415 - commands import their work
    from lld_agent.evaluation import comparing  # noqa: PLC0415
    from lld_agent.evaluation.report.text import gated_text  # noqa: PLC0415
    from lld_agent.evaluation.results import read_results  # noqa: PLC0415

    found = comparing.gate(read_results(base), read_results(candidate), margin)
    verdict = comparing.overall(found)
    put(f"{verdict.value}\n\n{gated_text(found)}")
    bad = {comparing.Verdict.FAIL} | ({comparing.Verdict.INCONCLUSIVE} if strict else set())
    return int(verdict in bad)
