"""STR008."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from lld_agent.model.design import Design, TableReading
from lld_agent.model.finding import Severity
from lld_agent.model.rows import Row
from lld_agent.model.vocabulary import CacheLayer, Dependency, EnvVar, ErrorClass, Threat
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.str_structure.prose import name
from lld_agent.template.registry import TEMPLATES

_KEY: Mapping[type[Row], tuple[str, str, str]] = {
    Dependency: ("fallback", "dependencies", "fallback degrad unavailab"),
    ErrorClass: ("retry", "error classes", "retr recover"),
    EnvVar: ("sensitive", "environment variables", "sensitiv secret confidential"),
    CacheLayer: ("invalidation", "caches", "invalidat evict expir"),
    Threat: ("mitigation", "threats", "mitigat control countermeasure protect response"),
}
"""Row type: the field that matters most, what its tables list, stems that may stand for it."""


class KeyColumnMissing(Rule):
    """The tables that reviewers rest on have the column that matters.

    ## What it checks
    Tables of dependencies (Fallback), error classes (Retry), environment variables (Sensitive),
    caches (Invalidation) and threats (Mitigation), where the template has that column.

    ## Why
    The rest of such a table is known to everybody; the decision is in this column.

    ## Fires when
    No table of the kind has that column, by title or alias: one finding per kind of table. Rules
    about single rows then stay silent.

    ## Incorrect
        | Dependency | Type | Purpose |

    ## Correct
        | Dependency | Type | Purpose | Fallback if unavailable |

    ## Known false positives
    A column under a title that is no known alias and shares no word with one.

    ## Sections read
    All tables that are recognised; silent in a document that follows no template.

    ## Source
    Own.
    """

    id: ClassVar[str] = "STR008"
    name: ClassVar[str] = "key-column-missing"
    severity: ClassVar[Severity] = Severity.WARNING
    templates: ClassVar[frozenset[str]] = frozenset({"service", "module"})

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per kind of table that lacks its column."""
        declared = {
            (slot.row, field)
            for slot in TEMPLATES[design.template].manifest
            for field, _ in slot.columns
        }
        for kind, (field, what, stems) in _KEY.items():
            if (kind, field) not in declared:
                continue
            lacking = [t for t in design.tables if _lacks(t, kind, field, stems.split())]
            if lacking and not _elsewhere(design, kind, field):
                title = kind.layout()[field].title
                where = ", ".join(
                    dict.fromkeys(name(design.section_at(table.span)) for table in lacking)
                )
                yield Hit(
                    message=f"the table of {what} in {where} has no column {title}",
                    places=tuple(Place(table.header[0].span) for table in lacking),
                    subject=kind.__name__,
                    object=field,
                    hint=f"add the column {title}",
                )


def _elsewhere(design: Design, kind: type[Row], field: str) -> bool:
    """Return whether another table of the kind has the column: then this one is an excerpt."""
    return any(table.kind is kind and field in table.columns for table in design.tables)


def _lacks(table: TableReading, kind: type[Row], field: str, stems: list[str]) -> bool:
    if table.kind is not kind or table.confidence < 0.5 or table.property_table:
        return False
    titles = " ".join(cell.text for cell in table.header).casefold()
    return field not in table.columns and not any(stem in titles for stem in stems)
