"""What the brief and the outline make of requirement documents: a row each, and a summary.

    python tools/measure_brief.py [--summary] PRD [PRD ...]

Placed is the share of normative sentences that a slot claims; scope only is the share of those that
nothing but the scope claims (a dump there is no placing); rows are the values placed; questions the
open questions of the outline; errors those that a review of it against its document finds.
"""

import argparse
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lld_agent.draft.finish import Draft
from lld_agent.draft.options import DraftOptions
from lld_agent.draft.pipeline import draft_outline
from lld_agent.model.brief import Brief
from lld_agent.model.source import SourceText
from lld_agent.review.pipeline import review
from lld_agent.sources.brief import load_brief
from lld_agent.sources.load import load_path
from lld_agent.template.reader import read_design
from lld_agent.template.registry import TEMPLATES


@dataclass(frozen=True)
class Row:
    """One outline of one document."""

    document: str
    template: str
    language: str
    normative: int
    requirements: int
    own_ids: int
    placed: float
    scope_only: float
    rows: int
    questions: int
    errors: int
    seconds: float


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--summary", action="store_true", help="print only the summary")
    parser.add_argument("documents", nargs="+", type=Path)
    asked = parser.parse_args()
    rows = [row for file in _files(asked.documents) for row in _measured(file)]
    if not asked.summary:
        _print_rows(rows)
    _print_summary(rows)
    return int(any(row.errors for row in rows))


def _files(given: list[Path]) -> Iterator[Path]:
    for path in given:
        yield from sorted(path.rglob("*.md")) if path.is_dir() else [path]


def _measured(file: Path) -> Iterator[Row]:
    start = time.process_time()
    brief = load_brief(load_path(file))
    read = time.process_time() - start
    for template in TEMPLATES:
        start = time.process_time()
        draft = draft_outline(brief, DraftOptions(template=template))
        seconds = read + time.process_time() - start
        design = read_design(SourceText(draft.markdown, "design.md"))
        found = review(design, brief=brief).findings
        yield Row(
            document=f"{file.parent.name}/{file.name}",
            template=template,
            language=brief.language,
            normative=sum(span.normative for span in brief.spans),
            requirements=len(brief.requirements),
            own_ids=sum(one.own_id for one in brief.requirements),
            placed=draft.trace.coverage,
            scope_only=_scope_only(brief, draft),
            rows=sum(record.basis.value == "prd" for record in draft.trace.provenance),
            questions=len(draft.questions),
            errors=sum(finding.severity.value == "error" for finding in found),
            seconds=seconds,
        )


def _scope_only(brief: Brief, draft: Draft) -> float:
    """Return the share of normative sentences that only the list of what is in scope claims."""
    wanted = {span.id for span in brief.spans if span.normative and span.role.value != "scope_in"}
    claimed: dict[str, set[str]] = defaultdict(set)
    for record in draft.trace.provenance:
        for span in record.spans:
            claimed[span].add(record.address.rpartition("/")[0] or record.address)
    dumped = [s for s in wanted if claimed[s] and all("scope" in at for at in claimed[s])]
    return len(dumped) / len(wanted) if wanted else 0.0


def _print_rows(rows: list[Row]) -> None:
    print(
        "| document | language | normative | requirements | own ids | template | placed | scope only | rows "
        "| questions | errors | s |"
    )
    print("|---|---|---:|---:|---:|---|---:|---:|---:|---:|---:|---:|")
    for row in rows:
        print(
            f"| {row.document} | {row.language} | {row.normative} | {row.requirements} | {row.own_ids} | {row.template} "
            f"| {row.placed:.0%} | {row.scope_only:.0%} | {row.rows} | {row.questions} | {row.errors} | {row.seconds:.2f} |"
        )
    print()


def _print_summary(rows: list[Row]) -> None:
    print(
        "| language | template | documents | normative | own ids | placed, lowest | scope only, highest | rows "
        "| questions, median and most | errors |"
    )
    print("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.language, row.template].append(row)
    for (language, template), found in sorted(groups.items()):
        asked = [row.questions for row in found]
        print(
            f"| {language} | {template} | {len(found)} | {sum(r.normative for r in found)} | {sum(r.own_ids for r in found)} "
            f"| {min(r.placed for r in found):.0%} | {max(r.scope_only for r in found):.0%} | {sum(r.rows for r in found)} "
            f"| {statistics.median(asked):.0f}, {max(asked)} | {sum(r.errors for r in found)} |"
        )


if __name__ == "__main__":
    sys.exit(main())
