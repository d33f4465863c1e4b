"""DAT002."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.names import tokens
from lld_agent.model.design import Design, Entity
from lld_agent.model.finding import Severity
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.dat_data import keys
from lld_agent.rules.wording import listed

_INDEXES_ITSELF = re.compile(r"mysql|mariadb|innodb", re.IGNORECASE)
_DOES_NOT = re.compile(r"postgres|oracle|sql server|sqlite|cockroach", re.IGNORECASE)


class ForeignKeyUnindexed(Rule):
    """Every foreign key leads an index.

    ## What it checks
    Columns marked as foreign keys against the indexes, primary keys and unique columns of their
    table.

    ## Why
    A join from the parent, and every delete of a parent row, reads the whole child table.

    ## Fires when
    The document gives indexes for its tables, and none begins with the column: one finding per
    table.

    ## Incorrect
        | `branch_id` | UUID | FK, NOT NULL |    and only the index ix_loan_status (status)

    ## Correct
        | `ix_loan_branch_id` | `branch_id` | B-tree | List the loans of a branch |

    ## Known false positives
    Tables that stay tiny. Databases that index foreign keys themselves (MySQL) are exempt where
    the document names one; so is a column that a sentence about indexes names.

    ## Sections read
    Column tables, index tables, CREATE TABLE and CREATE INDEX statements, sentences about indexes.

    ## Source
    PostgreSQL documentation, 5.5 Constraints: "it is often a good idea to index the referencing
    columns".
    """

    id: ClassVar[str] = "DAT002"
    name: ClassVar[str] = "fk-no-index"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per table, listing its columns."""
        if not keys.gives_indexes(design):
            yield Skipped("the document gives no index of any table")
            return
        text = design.source.text
        if _INDEXES_ITSELF.search(text) and not _DOES_NOT.search(text):
            yield Skipped("the database named indexes foreign keys itself")
            return
        lines = keys.IndexLines(design)
        for entity in keys.tables(design):
            led = keys.leading(entity)
            bare = [
                column
                for column in entity.columns
                if column.confidence >= 0.5
                and keys.is_foreign(column)
                and tokens(column["column"].text) not in led
                and not lines.name(column["column"].text, entity)
            ]
            if bare:
                names = listed(column["column"].text for column in bare)
                one = len(bare) == 1
                yield Hit(
                    message=f"foreign key{'' if one else 's'} {names} of {entity.name}"
                    f" lead{'s' if one else ''} no index; {_has(entity, led)}",
                    places=(
                        *(Place(column.span) for column in bare),
                        *(Place(index.span, "the indexes") for index in entity.indexes[:1]),
                    ),
                    subject=entity.name,
                    object=names,
                    hint=f"add an index that begins with {bare[0]['column'].text}",
                )


def _has(entity: Entity, led: dict[keys.Name, str]) -> str:
    beside = [c for c in entity.columns if not keys.is_primary(c)]
    if not entity.indexes and not any(tokens(c["column"].text) in led for c in beside):
        return "the table has no index beside its key, others of the document do"
    return "indexes begin with " + listed(sorted(led.values()))
