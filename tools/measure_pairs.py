"""How often the rules see a defect that a real commit repaired: documents before and after it.

    python tools/measure_pairs.py FILE.jsonl [--half A|B] [--list] [--preview]

A line of FILE is {"id", "category", "doc_before", "doc_after"} and more; the two are paths beside
FILE, or the texts themselves. A pair is caught when a finding stands on the document before, on a
line that the commit changed (beside it, where lines were only added), and not on the one after.
Findings that are new after the commit are counted against it. Half A is for tuning, half B for
judging: by the order of ids, every other pair.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from lld_agent.model.finding import Finding
from lld_agent.model.source import SourceText
from lld_agent.review.pipeline import ReviewSettings, review
from lld_agent.rules.selection import Selection
from lld_agent.sources.design import load_design


@dataclass(frozen=True)
class Measured:
    """A pair: findings that the repair ended on its lines, elsewhere, and those that it brought."""

    id: str
    category: str
    caught: tuple[Finding, ...]
    elsewhere: tuple[Finding, ...]
    new: tuple[Finding, ...]
    words: int


def pairs(file: Path, half: str) -> Iterator[dict[str, str]]:
    """Yield the pairs of a file, or of one half of it."""
    lines = file.read_text(encoding="utf-8").split("\n")
    rows = sorted((json.loads(line) for line in lines if line), key=lambda row: row["id"])
    for at, row in enumerate(rows):
        if not half or "AB"[at % 2] == half:
            yield row


def source(value: str, folder: Path) -> SourceText:
    """Return a document that a row holds or names."""
    if "\n" in value:
        return SourceText(value, "document.md")
    path = folder / value
    return SourceText(path.read_bytes().decode("utf-8-sig"), str(path))


def changed(before: SourceText, after: SourceText) -> set[int]:
    """Return the 1-based lines of the first text that differ, and those beside an insertion."""
    found: set[int] = set()
    matcher = SequenceMatcher(None, before.lines, after.lines, autojunk=False)
    for kind, first, last, _, _ in matcher.get_opcodes():
        if kind == "insert":
            found |= {first, first + 1}
        elif kind != "equal":
            found |= set(range(first + 1, last + 1))
    return found


def measure(row: dict[str, str], folder: Path, settings: ReviewSettings) -> Measured:
    """Review both states of a document."""
    before, after = (source(row[key], folder) for key in ("doc_before", "doc_after"))
    found = [review(load_design(text), settings).findings for text in (before, after)]
    had, has = ({finding.fingerprint for finding in state} for state in found)
    lines = changed(before, after)
    gone = [finding for finding in found[0] if finding.fingerprint not in has]
    caught = [finding for finding in gone if touches(finding, lines)]
    return Measured(
        row["id"],
        row["category"],
        tuple(caught),
        tuple(finding for finding in gone if finding not in caught),
        tuple(finding for finding in found[1] if finding.fingerprint not in had),
        len(before.text.split()),
    )


def touches(finding: Finding, lines: set[int]) -> bool:
    """Return whether a place of a finding shares a line with some lines."""
    return any(
        lines & set(range(e.location.line, e.location.end_line + 1)) for e in finding.evidence
    )


def table(measured: list[Measured]) -> None:
    """Print a line per category, and one for all."""
    groups: dict[str, list[Measured]] = defaultdict(list)
    for one in measured:
        groups[one.category].append(one)
    print("| category | pairs | caught | findings gone elsewhere | findings new |")
    print("|---|---:|---:|---:|---:|")
    for name, group in [*sorted(groups.items()), ("all", measured)]:
        caught = sum(bool(one.caught) for one in group)
        elsewhere, new = sum(len(o.elsewhere) for o in group), sum(len(o.new) for o in group)
        print(f"| {name} | {len(group)} | {caught} | {elsewhere} | {new} |")
    caught = sum(bool(one.caught) for one in measured)
    new = sum(len(one.new) for one in measured)
    print(f"\ncaught less new: {caught - new} of {len(measured)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--half", choices=("A", "B"), default="")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--preview", action="store_true")
    parser.add_argument("--select", default="ALL")
    given = parser.parse_args()
    selection = Selection(select=tuple(given.select.split(",")), preview=given.preview)
    settings = ReviewSettings(selection=selection)
    folder = given.file.parent
    measured = [measure(row, folder, settings) for row in pairs(given.file, given.half)]
    if given.list:
        for one in measured:
            for what, findings in (
                ("caught", one.caught),
                ("elsewhere", one.elsewhere),
                ("new", one.new),
            ):
                for finding in findings:
                    where = f"{finding.location.line} {finding.rule}"
                    print(f"{one.id} {one.category} {what}: {where} {finding.message}")
    table(measured)


if __name__ == "__main__":
    main()
