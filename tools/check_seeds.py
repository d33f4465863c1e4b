"""Hold the blank templates against the original ones: same structure, part by part.

Usage: python tools/check_seeds.py SEEDS_DIR

Compared are headings, labels, table headers, row keys, lists, fence kinds and notes, in order.
Then the rules run on them, the module template filled once with a neutral entity: it must show the
defects that it has (the same rules as `tests/review/test_golden.py`), and no other error.
Prints each difference; exits with 1 if there is any.
"""

import sys
from pathlib import Path

from fill_seed import fill
from lld_agent.model.finding import Finding, Severity
from lld_agent.model.source import SourceText
from lld_agent.review.pipeline import ReviewSettings, review
from lld_agent.rules.selection import Selection
from lld_agent.template.blank import blank
from lld_agent.template.reader import read_design
from lld_agent.template.registry import TEMPLATES
from lld_agent.template.structure import differences, structure

SEEDS = {"service": "service-lld.template.txt", "module": "module-lld.reconstructed.md"}
# What the templates themselves get wrong; architecture of the critic, golden self-test.
DEFECTS = {
    "service": "AIM001",
    "module": "API002 API006 API009 API012 DAT006 DAT008 DAT012 DAT014 FLO002 FLO004 FLO005 STA004"
    " STA008 STA010 TST005",
}
# Blanks of the service template are not filled: what is about blanks says nothing.
ABOUT_BLANKS = frozenset({"STR002"})


def self_test(name: str, text: str) -> list[str]:
    """Return what the rules miss of the defects of a template, and which other errors they report."""
    filled = fill(text) if name == "module" else text
    found = findings(filled)
    wanted = set(DEFECTS[name].split())
    missed = sorted(wanted - {finding.rule for finding in found})
    errors = {f.rule: f for f in found if f.severity is Severity.ERROR and f.rule not in wanted}
    return [f"{rule} does not fire" for rule in missed] + [
        f"another error: {f.rule} {f.message}"
        for f in errors.values()
        if f.rule not in ABOUT_BLANKS
    ]


def findings(text: str) -> tuple[Finding, ...]:
    """Return what all rules say about a document."""
    settings = ReviewSettings(selection=Selection(preview=True))
    return review(read_design(SourceText(text)), settings).findings


def main(folder: Path) -> int:
    failed = False
    for name, file in SEEDS.items():
        template = TEMPLATES[name]
        original = (folder / file).read_text(encoding="utf-8")
        theirs = structure(original)
        ours = structure(blank(template))
        examples = frozenset(key for slot in template.manifest for key in slot.examples)
        found = differences(ours, theirs, examples)
        for line in found:
            print(f"{name}: {line}")
        print(f"{name}: {len(theirs)} parts, {len(found)} differences")
        wrong = self_test(name, original)
        for line in wrong:
            print(f"{name}: {line}")
        print(f"{name}: {len(DEFECTS[name].split())} known defects, {len(wrong)} surprises")
        failed = failed or bool(found or wrong)
    return int(failed)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1])))
