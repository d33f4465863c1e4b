"""What the brief and the outline make of requirement documents, a row each.

    python tools/measure_brief.py PRD [PRD ...]

Placed is the share of normative sentences that a slot claims; errors are those of a review of the
outline; questions are its open questions.
"""

import sys
import time
from pathlib import Path

from lld_agent.draft.options import DraftOptions
from lld_agent.draft.pipeline import draft_outline
from lld_agent.model.source import SourceText
from lld_agent.review.pipeline import review
from lld_agent.sources.brief import load_brief
from lld_agent.sources.load import load_path
from lld_agent.template.reader import read_design
from lld_agent.template.registry import TEMPLATES


def main() -> int:
    print(
        "| document | language | normative | requirements | own ids | template | placed | questions | errors | s |"
    )
    print("|---|---|---:|---:|---:|---|---:|---:|---:|---:|")
    worst = 0
    for argument in sys.argv[1:]:
        path = Path(argument)
        for file in sorted(path.rglob("*.md")) if path.is_dir() else [path]:
            start = time.process_time()
            brief = load_brief(load_path(file))
            read = time.process_time() - start
            for template in TEMPLATES:
                start = time.process_time()
                draft = draft_outline(brief, DraftOptions(template=template))
                seconds = read + time.process_time() - start
                found = review(read_design(SourceText(draft.markdown, "design.md"))).findings
                errors = sum(finding.severity.value == "error" for finding in found)
                worst = max(worst, errors)
                print(
                    f"| {file.parent.name}/{file.name} | {brief.language} | {sum(s.normative for s in brief.spans)} "
                    f"| {len(brief.requirements)} | {sum(r.own_id for r in brief.requirements)} | {template} "
                    f"| {draft.trace.coverage:.0%} | {len(draft.questions)} | {errors} | {seconds:.2f} |"
                )
    return int(worst > 0)


if __name__ == "__main__":
    sys.exit(main())
