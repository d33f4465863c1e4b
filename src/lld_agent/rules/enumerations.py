"""Enumerations as columns: those that list their values, and those that name a type of SQL."""

from collections.abc import Iterator
from dataclasses import replace

from lld_agent.model.design import Design, EnumType


def enum_columns(design: Design) -> Iterator[EnumType]:
    """Yield an enumeration for each column whose values are known.

    A column of type `loan_state` has the values of `CREATE TYPE loan_state AS ENUM`; its span is
    that of the type, where the values stand.
    """
    yield from (enum for enum in design.enums if enum.field)
    types = {e.owner.casefold(): e for e in design.enums if e.origin == "type" and not e.field}
    known = {(e.owner, e.field) for e in design.enums if e.field}
    for entity in design.entities if types else ():
        for column in entity.columns:
            name, kind = column["column"].text, types.get(column["type"].text.casefold())
            if kind is not None and (entity.name, name) not in known:
                yield replace(kind, owner=entity.name, field=name)
