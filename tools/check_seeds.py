"""Hold the blank templates against the original ones: same structure, part by part.

Usage: python tools/check_seeds.py SEEDS_DIR

Compared are headings, labels, table headers, row keys, lists, fence kinds and notes, in order.
Prints each difference; exits with 1 if there is any.
"""

import sys
from pathlib import Path

from lld_agent.template.blank import blank
from lld_agent.template.registry import TEMPLATES
from lld_agent.template.structure import differences, structure

SEEDS = {"service": "service-lld.template.txt", "module": "module-lld.reconstructed.md"}


def main(folder: Path) -> int:
    failed = False
    for name, file in SEEDS.items():
        template = TEMPLATES[name]
        theirs = structure((folder / file).read_text(encoding="utf-8"))
        ours = structure(blank(template))
        examples = frozenset(key for slot in template.manifest for key in slot.examples)
        found = differences(ours, theirs, examples)
        for line in found:
            print(f"{name}: {line}")
        print(f"{name}: {len(theirs)} parts, {len(found)} differences")
        failed = failed or bool(found)
    return int(failed)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1])))
