"""Counts what the threat engine expects of the designs of a folder.

tools/measure_threats.py FOLDER           totals: with a threat table, and without
tools/measure_threats.py FOLDER --list    one line per document
"""

import argparse
import time
from collections import Counter
from pathlib import Path

from lld_agent.model.threats import Outcome
from lld_agent.sources.design import load_design
from lld_agent.sources.load import load_path
from lld_agent.threats.assess import assess


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--list", action="store_true")
    given = parser.parse_args()
    totals: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    seconds = 0.0
    for path in sorted(given.folder.rglob("*.md")):
        if path.name == "README.md" or "prd" in path.relative_to(given.folder).parts:
            continue
        design = load_design(load_path(str(path)))
        began = time.process_time()
        report = assess(design)
        seconds += time.process_time() - began
        counts = Counter(one.outcome.value for one in report.expected)
        expected = len(report.expected) - counts[Outcome.NOT_APPLICABLE]
        counts.update({"documents": 1, "expected": expected})
        totals[bool(report.rows)] += counts
        if given.list and expected:
            print(path.relative_to(given.folder), dict(counts))
    print("| | Documents | Expected | Covered | Control only | Assumed | Accepted | Gap |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    shown = (Outcome.COVERED, Outcome.CONTROL_ONLY, Outcome.ASSUMED, Outcome.ACCEPTED, Outcome.GAP)
    for table, counts in totals.items():
        cells = [counts[key] for key in ("documents", "expected", *shown)]
        title = "with" if table else "without"
        print(f"| {title} a threat table | {' | '.join(map(str, cells))} |")
    documents = sum(counts["documents"] for counts in totals.values())
    print(f"{1000 * seconds / max(1, documents):.1f} ms CPU a document")


if __name__ == "__main__":
    main()
