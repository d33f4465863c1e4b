"""`lld-agent eval adjudicate`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lld_agent.cli.evaluate.shared import VERDICTS, Verdicts

if TYPE_CHECKING:
    from lld_agent.evaluation.adjudicating import Case

_MOST_PLACES = 6


def adjudicate(
    docs: Annotated[Path, typer.Argument(help="Folder of designs.")],
    by: Annotated[str, typer.Option(help="Who judges: a name, for the record.")],
    select: Annotated[list[str] | None, typer.Option(help="Rules, by comma.")] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Preview rules too.")] = False,
    verdicts: Verdicts = VERDICTS,
) -> None:
    """Show findings that nobody judged, one by one; ask whether each is true, and why.

    Every answer is written at once: leave when you like.
    """
    from lld_agent.cli.options import split  # noqa: PLC0415 - commands import their work
    from lld_agent.cli.terminal import say  # noqa: PLC0415
    from lld_agent.errors import UsageError  # noqa: PLC0415
    from lld_agent.evaluation.adjudicating import unjudged  # noqa: PLC0415
    from lld_agent.evaluation.verdicts import read_verdicts  # noqa: PLC0415

    if not verdicts.is_dir():
        raise UsageError(f"there is no folder {verdicts}", "make it, or name one with --verdicts")
    known = read_verdicts(verdicts)
    cases = list(unjudged(docs, split(select) or (), known, preview=preview))
    say(f"{len(cases)} findings without a verdict")
    asked = 0
    for number, case in enumerate(cases, 1):
        say(f"\n{number} of {len(cases)}")
        answer = _judged(case, verdicts, by)
        if answer == "q":
            break
        asked += answer != "s"
    say(f"{asked} verdicts written to {verdicts}")


def _judged(case: "Case", folder: Path, by: str) -> str:
    from lld_agent.cli.terminal import say  # noqa: PLC0415
    from lld_agent.evaluation.verdicts import Verdict, add_verdict  # noqa: PLC0415
    from lld_agent.report.escape import one_line  # noqa: PLC0415

    finding = case.finding
    place = f"{case.document}:{finding.location.line}"
    say(f"{one_line(place)} {finding.severity.value} {finding.rule} {one_line(finding.message)}")
    for first, lines in case.places[:_MOST_PLACES]:
        for at, line in enumerate(lines, first):
            say(f"  {at:>5} | {one_line(line)}")
        say("        ~")
    answer = ""
    while answer not in {"y", "n", "s", "q"}:
        answer = typer.prompt("true? y(es) n(o) s(kip) q(uit)", err=True).strip().casefold()[:1]
    if answer in {"y", "n"}:
        reason = ""
        while not reason:
            reason = typer.prompt("what did you look at?", err=True).strip()
        add_verdict(
            folder,
            Verdict(
                rule=finding.rule,
                document=case.document,
                fingerprint=finding.fingerprint,
                severity=finding.severity.value,
                verdict=answer == "y",
                reason=reason,
                by=by,
            ),
        )
    return str(answer)
