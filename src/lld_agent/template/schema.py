"""A whole design as plain data, and its JSON schema.

Every object is closed and requires all of its fields; `""` and `[]` mean that there is nothing to
say. Keys stand in the order of the declaration, columns that a slot does not show are left out.
What a language model is asked for is `wire.answer_type`.
"""

from typing import Literal, cast, get_args, get_origin

from pydantic import BaseModel

from lld_agent.model.rows import Compound
from lld_agent.model.wire import Schema
from lld_agent.template.kit import (
    Document,
    Group,
    RowSlot,
    SlotField,
    fields_of,
    group_type,
    row_type,
)
from lld_agent.template.registry import Template

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def document_schema(template: Template) -> Schema:
    """Return the schema of a whole design as `to_data` gives it, filled-in parts included."""
    return {"$schema": DIALECT, **_group(template.model)}


def to_data(document: Document) -> Schema:
    """Return a design as plain data, without the columns that its slots do not show."""
    return _plain(document)


def from_data(template: Template, data: Schema) -> Document:
    """Return the design: the inverse of `to_data`.

    Raises:
        pydantic.ValidationError: the data is not of that shape.
    """
    return template.model.model_validate(data)


def _plain(group: Group) -> Schema:
    plain: Schema = {}
    for field in fields_of(type(group)):
        value = getattr(group, field.name)
        if isinstance(field.slot, RowSlot):
            columns = _columns(field)
            plain[field.name] = [{name: getattr(row, name) for name in columns} for row in value]
        elif isinstance(value, Group):
            plain[field.name] = _plain(value)
        elif isinstance(value, Compound):
            plain[field.name] = value.model_dump()
        elif isinstance(value, tuple):
            plain[field.name] = [_plain(v) if isinstance(v, Group) else v for v in value]
        else:
            plain[field.name] = value
    return plain


def _columns(field: SlotField) -> tuple[str, ...]:
    return cast("RowSlot", field.slot).columns(row_type(field))


def _group(group: type[Group]) -> Schema:
    fields = fields_of(group)
    return _object(_doc(group), {field.name: _field(field) for field in fields})


def _field(field: SlotField) -> Schema:
    if isinstance(field.slot, RowSlot):
        kind = row_type(field)
        row = _object(_doc(kind), {name: _value(kind, name) for name in _columns(field)})
        return {"type": "array", "description": _rows_hint(field), "items": row}
    if field.inner is None:
        schema = _value(field.owner, field.name)
        if not _is_tuple(field):
            return schema
        description = schema.pop("description", "")
        return {"type": "array", "description": description, "items": schema}
    if issubclass(field.inner, Compound):
        names = field.inner.model_fields
        return _object(_doc(field.inner), {name: _value(field.inner, name) for name in names})
    schema = _group(group_type(field))
    if _is_tuple(field):
        return {"type": "array", "description": _title(field), "items": schema}
    return schema


def _rows_hint(field: SlotField) -> str:
    slot = cast("RowSlot", field.slot)
    if not slot.fixed_keys:
        return _title(field)
    return f"{_title(field)}. First one row each for: {', '.join(slot.fixed_keys)}"


def _title(field: SlotField) -> str:
    if field.heading is not None:
        return field.heading.title
    return field.slot.label or _doc(field.inner) or field.name


def _value(owner: type[BaseModel], name: str) -> Schema:
    info = owner.model_fields[name]
    kind = info.annotation
    if get_origin(kind) is tuple:
        kind = get_args(kind)[0]
    schema: Schema = {"type": "string"}
    if get_origin(kind) is Literal:
        schema["enum"] = list(get_args(kind))
    return {**schema, "description": info.description or name}


def _object(description: str, properties: dict[str, Schema]) -> Schema:
    schema: Schema = {"type": "object"}
    if description:
        schema["description"] = description
    return {
        **schema,
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _is_tuple(field: SlotField) -> bool:
    return get_origin(field.owner.model_fields[field.name].annotation) is tuple


def _doc(kind: type[BaseModel] | None) -> str:
    return ((kind.__doc__ if kind else "") or "").strip().partition("\n")[0]
