"""What reviews see of defects that real commits repaired: documents before and after each."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from lld_agent.errors import InputError
from lld_agent.model.finding import Finding
from lld_agent.model.source import SourceText
from lld_agent.review.pipeline import ReviewSettings, review
from lld_agent.sources.design import load_design
from lld_agent.sources.load import load_path


class Pair(BaseModel):
    """One repaired defect: `doc_before` has it, `doc_after` does not; paths, or the texts themselves."""

    model_config = ConfigDict(frozen=True)

    id: str
    doc_before: str
    doc_after: str
    category: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """What became of findings by a repair.

    Attributes:
        caught: those that ended at a place on a line that the repair changed.
        elsewhere: those that ended, but stood on other lines.
        new: those that came with it.
    """

    id: str
    category: str
    caught: tuple[Finding, ...]
    elsewhere: tuple[Finding, ...]
    new: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Region:
    """Lines of the document before, and those that take their place after."""

    before: range
    after: range


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of one category, or of all pairs: `caught` are pairs, the others findings."""

    category: str
    pairs: int
    caught: int
    elsewhere: int
    new: int


def load_pairs(file: Path, half: str = "") -> tuple[Pair, ...]:
    """Return the pairs of a JSON Lines file, by id.

    Args:
        file: a line per pair; keys beside those of `Pair` are left alone.
        half: "A" or "B" for every other pair, so that what was tuned on one is judged on the other.

    Raises:
        InputError: the file cannot be read, or a line is no pair.
    """
    lines = load_path(file).text.split("\n")
    found = sorted(
        (_pair(line, f"{file}:{number}") for number, line in enumerate(lines, 1) if line.strip()),
        key=lambda pair: pair.id,
    )
    return tuple(pair for at, pair in enumerate(found) if not half or "AB"[at % 2] == half)


def _pair(line: str, where: str) -> Pair:
    try:
        return Pair.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        at = ".".join(map(str, first["loc"]))
        raise InputError(
            f"{where} is no pair: {at + ': ' if at else ''}{first['msg']}",
            'a line is {"id": ..., "doc_before": ..., "doc_after": ...}',
        ) from None


def measure(pair: Pair, folder: Path, settings: ReviewSettings) -> Measured:
    """Review both states of a document.

    Args:
        pair: the repair.
        folder: where its paths begin.
        settings: of the reviews.

    Raises:
        InputError: one of them cannot be read.
    """
    before, after = _source(pair.doc_before, folder), _source(pair.doc_after, folder)
    had, has = (review(load_design(text), settings).findings for text in (before, after))
    left = {finding.fingerprint: finding for finding in has}
    known = {finding.fingerprint for finding in had}
    regions = changed(before, after)
    caught = [finding for finding in had if _ended(finding, left.get(finding.fingerprint), regions)]
    return Measured(
        pair.id,
        pair.category,
        tuple(caught),
        tuple(f for f in had if f.fingerprint not in left and f not in caught),
        tuple(finding for finding in has if finding.fingerprint not in known),
    )


def _ended(finding: Finding, after: Finding | None, regions: Sequence[Region]) -> bool:
    """Return whether a finding has a place in a changed region that it has no more after it.

    A finding with several places (all empty sections of a chapter) may end at one of them only.
    """
    return any(
        _touches(finding, region.before) and not (after and _touches(after, region.after))
        for region in regions
    )


def _source(value: str, folder: Path) -> SourceText:
    return SourceText(value, "-") if "\n" in value else load_path(folder / value)


def changed(before: SourceText, after: SourceText) -> tuple[Region, ...]:
    """Return the regions in which two texts differ; of an insertion the lines beside it."""
    matcher = SequenceMatcher(None, before.lines, after.lines, autojunk=False)
    return tuple(
        Region(_range(first, last), _range(then, till))
        for kind, first, last, then, till in matcher.get_opcodes()
        if kind != "equal"
    )


def _range(first: int, last: int) -> range:
    """Return 1-based lines of a half-open range of 0-based ones; of an empty one those beside it."""
    return range(first + 1, last + 1) if last > first else range(first, first + 2)


def _touches(finding: Finding, lines: range) -> bool:
    places = (evidence.location for evidence in finding.evidence)
    return any(place.line < lines.stop and lines.start <= place.end_line for place in places)


def figures(measured: Sequence[Measured]) -> tuple[Figures, ...]:
    """Return the counts of each category, by name, and last those of all."""
    names = sorted({one.category for one in measured})
    groups = [(name, [one for one in measured if one.category == name]) for name in names]
    return tuple(_figures(name, group) for name, group in [*groups, ("all", list(measured))])


def _figures(name: str, group: Sequence[Measured]) -> Figures:
    return Figures(
        name,
        len(group),
        sum(bool(one.caught) for one in group),
        sum(len(one.elsewhere) for one in group),
        sum(len(one.new) for one in group),
    )


def as_text(measured: Sequence[Measured], *, findings: bool = False) -> str:
    """Return a table per category and, on demand, a line per finding."""
    rows = [*(_lines(measured) if findings else ())]
    rows += ["| category | pairs | caught | findings gone elsewhere | findings new |"]
    rows += ["|---|---:|---:|---:|---:|"]
    counted = figures(measured)
    rows += [
        f"| {f.category or '-'} | {f.pairs} | {f.caught} | {f.elsewhere} | {f.new} |"
        for f in counted
    ]
    whole = counted[-1]
    rows += ["", f"caught less new: {whole.caught - whole.new} of {whole.pairs}"]
    return "\n".join(rows) + "\n"


def _lines(measured: Sequence[Measured]) -> Iterator[str]:
    for one in measured:
        kinds = (("caught", one.caught), ("elsewhere", one.elsewhere), ("new", one.new))
        for kind, found in kinds:
            for f in found:
                yield f"{one.id} {kind}: line {f.location.line} {f.rule} {f.message}"
    yield ""


def as_json(measured: Sequence[Measured]) -> str:
    """Return the figures, and the ids of the pairs that are caught."""
    found = {
        "figures": [asdict(one) for one in figures(measured)],
        "caught": [one.id for one in measured if one.caught],
    }
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"
