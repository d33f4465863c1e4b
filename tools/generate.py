"""Write the files that are generated from the code, or check that they are up to date.

Usage: python tools/generate.py [--check]

With --check nothing is written; the files that differ are named, and the exit status is 1 if there
are any. Files of a folder that holds generated files only, and that no generator makes any more,
are removed.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from generators.examples import example_designs
from generators.reference import command_reference, config_reference
from generators.rules import rule_pages
from generators.schemas import data_schemas, design_schemas

ROOT = Path(__file__).resolve().parent.parent

GENERATORS: tuple[Callable[[Path], dict[str, str]], ...] = (
    design_schemas,
    data_schemas,
    rule_pages,
    command_reference,
    config_reference,
    example_designs,
)
"""Each takes the checkout and returns path relative to it → content.

What they return depends on the checkout alone: no time, no machine, no environment.
"""

OWNED = ("schemas/sections", "docs/rules")
"""Folders with generated files only."""


def main(*, check: bool) -> int:
    files: dict[str, str] = {}
    for generator in GENERATORS:
        files.update(generator(ROOT))
    stale = sorted(path for path, text in files.items() if read(ROOT / path) != text)
    there = (path for folder in OWNED for path in (ROOT / folder).glob("*") if path.is_file())
    extra = sorted(path for path in there if path.relative_to(ROOT).as_posix() not in files)
    if check:
        for name in (*stale, *extra):
            print(f"out of date: {name}")
        return 1 if stale or extra else 0
    for name in stale:
        (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / name).write_text(files[name], encoding="utf-8", newline="\n")
        print(f"wrote {name}")
    for path in extra:
        path.unlink()
        print(f"removed {path.relative_to(ROOT)}")
    return 0


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
