"""Findings on a folder of designs that nobody has judged yet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lld_agent.evaluation.mutations.run import designs
from lld_agent.evaluation.verdicts import Known, key_of
from lld_agent.model.finding import Finding, Severity
from lld_agent.model.source import SourceText
from lld_agent.review.pipeline import ReviewSettings, review
from lld_agent.rules.selection import Selection
from lld_agent.sources.design import load_design


@dataclass(frozen=True, slots=True)
class Case:
    """A finding to judge: its document, as a path below the folder, and the lines of each place."""

    document: str
    finding: Finding
    places: tuple[tuple[int, tuple[str, ...]], ...]


def unjudged(
    folder: Path, select: Sequence[str], known: Known, *, preview: bool = False, around: int = 1
) -> Iterator[Case]:
    """Yield the errors and warnings on the designs of a folder that have no verdict, in order.

    Args:
        folder: of NAME/golden.md, NAME/design.md or any Markdown.
        select: rules; ALL without any.
        known: verdicts that are there.
        preview: whether preview rules run too.
        around: lines shown before and after each place.

    Raises:
        InputError: there is no design, or one cannot be read.
        UsageError: a selector fits no rule.
    """
    settings = ReviewSettings(Selection(select=tuple(select) or ("ALL",), preview=preview))
    for path in designs(folder):
        name = Path(path).relative_to(folder).as_posix()
        source = SourceText(Path(path).read_bytes().decode("utf-8-sig"), name)
        for finding in review(load_design(source, at=Path(path)), settings).findings:
            if finding.severity is not Severity.INFO and key_of(finding, name) not in known:
                yield Case(name, finding, tuple(_places(finding, source.text, around)))


def _places(finding: Finding, text: str, around: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    lines = text.split("\n")
    for one in finding.evidence:
        first = max(1, one.location.line - around)
        yield first, tuple(lines[first - 1 : one.location.line + around])
