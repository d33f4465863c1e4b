"""DAT005."""

from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.names import tokens
from lld_agent.model.design import Design, Entity
from lld_agent.model.diagrams import DiagramKind, ErEntity
from lld_agent.model.finding import Severity
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped


class ErdDrift(Rule):
    """The ER diagram shows the tables that the document declares.

    ## What it checks
    Entities and attributes of ER diagrams against column tables.

    ## Why
    One of the two is out of date, and nobody can tell which.

    ## Fires when
    An attribute that is drawn is no column of its table, or an entity that is drawn with
    attributes has no table: one finding per entity.

    ## Incorrect
        AUDIT { string prev_hash }    and a table with `record_hash`

    ## Correct
        The same names in both.

    ## Known false positives
    A diagram that shows the entities of neighbouring services too; entities without attributes are
    left out for that reason.

    ## Sections read
    ER diagrams (fences and `.mmd` files of images), column tables.

    ## Source
    Own.
    """

    id: ClassVar[str] = "DAT005"
    name: ClassVar[str] = "erd-drift"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per drawn entity that differs from the tables."""
        drawn = [entity for diagram in design.drawn(DiagramKind.ER) for entity in diagram.entities]
        tables = [e for e in design.entities if e.has_columns and e.confidence >= 0.5]
        if not drawn or not tables:
            yield Skipped("needs an ER diagram and tables with columns")
            return
        names = [name for entity in tables for name in entity.names]
        matched = [e for e in drawn if context.resolver.resolve(e.name, names).match]
        for entity in drawn:
            match = context.resolver.resolve(entity.name, names)
            table = (
                next((t for t in tables if match.match in t.names), None) if match.match else None
            )
            if table is not None:
                yield from _attributes(entity, table)
            # where most have none, the diagram is where they are declared (G2)
            elif entity.attributes and match.score < 0.5 and 2 * len(matched) >= len(drawn):
                yield Hit(
                    message=f"{entity.name} is drawn with attributes but has no table; tables are "
                    + ", ".join(t.name for t in tables[:6]),
                    places=(Place(entity.span, "drawn here"), Place(tables[0].span, "the tables")),
                    subject=entity.name,
                    object="table",
                    hint="declare its table, or take it out of the diagram",
                )


def _attributes(entity: ErEntity, table: Entity) -> Iterator[Hit]:
    known = {tokens(column["column"].text) for column in table.columns}
    missing = [a for a in entity.attributes if tokens(a.name) not in known]
    if missing:
        names = ", ".join(attribute.name for attribute in missing)
        yield Hit(
            message=f"{entity.name} is drawn with {names}; table {table.name} has no such column",
            places=(
                *(Place(a.span, "drawn here") for a in missing),
                Place(table.columns[0].span, "the columns"),
            ),
            subject=entity.name,
            object=names,
            hint="use the same names in both",
        )
