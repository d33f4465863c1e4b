"""What the reader makes of every Markdown document of some folders, a row each.

    python tools/measure_reading.py DOCS [DOCS ...]

Prints words lost when the typed tables are written anew, and what was recognised. A document that
raises is a bug; the command then exits 1.
"""

import argparse
import re
import sys
from dataclasses import dataclass, fields
from pathlib import Path

from lld_agent.model.design import Design
from lld_agent.model.diagrams import DiagramKind
from lld_agent.model.vocabulary import EnvVar, Threat
from lld_agent.sources.design import load_design
from lld_agent.template.reader import rewrite

_WORD = re.compile(r"\w+")


@dataclass
class Row:
    """Counts of one document, or of all."""

    lost: int = 0
    tables: int = 0
    verbatim: int = 0
    endpoints: int = 0
    entities: int = 0
    enums: int = 0
    states: int = 0
    env: int = 0
    threats: int = 0

    def add(self, other: "Row") -> None:
        """Add the counts of another row."""
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))

    def text(self) -> str:
        """Return the counts as cells."""
        return " | ".join(f"{getattr(self, field.name)}" for field in fields(self))


def measure(design: Design) -> Row:
    """Return the counts of one design."""
    before, after = _WORD.findall(design.source.text), _WORD.findall(rewrite(design))
    typed = sum(table.kind is not None or table.property_table for table in design.tables)
    return Row(
        lost=0 if before == after else max(1, len(before) - len(after)),
        tables=typed,
        verbatim=len(design.tables) - typed,
        endpoints=len(design.endpoints),
        entities=sum(entity.has_columns for entity in design.entities),
        enums=len(design.enums),
        states=sum(len(d.states) for d in design.drawn(DiagramKind.STATE)),
        env=len(design.of(EnvVar)),
        threats=len(design.of(Threat)),
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("docs", nargs="+", type=Path)
    failed, total = 0, Row()
    print("| document | template | " + " | ".join(field.name for field in fields(Row)) + " |")
    print("|---|---|" + "---:|" * len(fields(Row)))
    for folder in parser.parse_args().docs:
        for path in sorted(folder.rglob("*.md")):
            name = f"{path.parent.name}/{path.name}"
            try:
                design = load_design(path)
                row = measure(design)
            except Exception as error:  # noqa: BLE001 - the point is to find any
                failed += 1
                print(f"| {name} | {type(error).__name__}: {error} |")
                continue
            total.add(row)
            print(f"| {name} | {design.template or '-'} | {row.text()} |")
    print(f"| total | {failed} failed | {total.text()} |")
    return int(failed > 0 or total.lost > 0)


if __name__ == "__main__":
    sys.exit(main())
