"""DAT007."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.names import tokens
from lld_agent.model.design import Design, Entity
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.dat_data import keys
from lld_agent.rules.resources import entity_of
from lld_agent.rules.routes import declared

_TAKEN = re.compile(
    r"(?P<before>[\w '`-]{0,60}?)\s*(?:is |are |was )?"
    r"(?:already (?:exists?|taken|in use|used|registered)|must be unique|not unique)"
    r"|(?:duplicate|existing)\s+(?P<after>[\w '`-]{1,40})",
    re.IGNORECASE,
)
_SCOPE = re.compile(r"\b(?:in|for|within|per|of|with|by|on|to)\b", re.IGNORECASE)


class UniquenessUnbacked(Rule):
    """What an API promises to be unique is unique in the database.

    ## What it checks
    Answers 409 that say which field is taken ("name already exists"), against UNIQUE columns and
    indexes of the table.

    ## Why
    Two requests at the same time both pass the check in the code, and both rows are stored.

    ## Fires when
    The field is a column of the table that the path names, and stands in no UNIQUE constraint or
    index, alone or with others.

    ## Incorrect
        | 409 | `CONFLICT` | Branch name already exists |    and `name` without UNIQUE

    ## Correct
        | `uq_branch_name` | `city_id, name` | UNIQUE | One name per city |

    ## Known false positives
    Uniqueness that another system or a lock guarantees.

    ## Sections read
    Error tables of endpoints, column and index tables, SQL, sentences about uniqueness.

    ## Source
    Own; PostgreSQL documentation, 5.5.3 Unique Constraints.
    """

    id: ClassVar[str] = "DAT007"
    name: ClassVar[str] = "uniqueness-unbacked"
    severity: ClassVar[Severity] = Severity.ERROR

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per table and column."""
        tables = keys.tables(design)
        if not tables or not (keys.gives_indexes(design) or _gives_constraints(tables)):
            yield Skipped("needs tables whose unique columns or indexes are given")
            return
        lines = keys.IndexLines(design)
        for endpoint in declared(design):
            entity = entity_of(endpoint.path, tables)
            for error in endpoint.errors if entity else ():
                assert entity is not None
                column = _taken(error, entity)
                name = column["column"].text if column else ""
                if (
                    column
                    and tokens(name) not in keys.unique_columns(entity)
                    and not keys.is_primary(column)
                    and not lines.name(name, entity)
                ):
                    yield Hit(
                        message=f"{endpoint.method} {endpoint.path} answers {error['status'].text} when {name}"
                        f" is taken, but nothing makes {entity.name}.{name} unique",
                        places=(
                            Place(error.span, "promised here"),
                            Place(column.span, "the column"),
                        ),
                        subject=entity.name,
                        object=name,
                        hint=f"add a UNIQUE index with {name}, or say what else makes it unique",
                    )


def _gives_constraints(tables: tuple[Entity, ...]) -> bool:
    """Return whether constraints are given at all: then a UNIQUE would be among them (G1)."""
    return any(
        entity.origin == "ddl" or any(column["constraints"].text for column in entity.columns)
        for entity in tables
    )


def _taken(error: ReadRow, entity: Entity) -> ReadRow | None:
    """Return the column that a 409 says is taken; None where it names none, or two."""
    found = _TAKEN.search(error["description"].text) if "409" in error["status"].text else None
    if found is None:
        return None
    words = set(tokens(_SCOPE.split(found["before"] or found["after"] or "")[0]))
    words -= {word for name in entity.names for word in tokens(name)}
    named = [c for c in entity.columns if set(tokens(c["column"].text)) <= words]
    return named[0] if len(named) == 1 else None
