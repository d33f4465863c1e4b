"""Tables that describe an external service."""

import re
from collections.abc import Iterator

from lld_agent.model.design import Design, TableReading
from lld_agent.model.rows import Cell

_OUTSIDE = re.compile(r"external|third[- ]party|integration|upstream|dependenc", re.IGNORECASE)


def integrations(design: Design) -> Iterator[tuple[TableReading, dict[str, Cell]]]:
    """Yield the property tables of external services, with their values by lower-case name.

    Those stand in the slot of the template for them, or under a heading that says so.
    """
    for table in design.tables:
        if table.property_table and (
            table.slot.startswith("api.external") or _is_outside(design, table)
        ):
            yield table, {c[0].text.strip().lower(): c[1] for c in table.rows if len(c) > 1}


def _is_outside(design: Design, table: TableReading) -> bool:
    section = design.section_at(table.span)
    while section.level:
        if _OUTSIDE.search(section.title):
            return True
        if section.parent < 0:
            break
        section = design.sections[section.parent]
    return False
