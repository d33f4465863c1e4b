"""The wire face of a template: classes that a model fills, and what it filled as values of slots."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args, get_origin

from pydantic import Field, create_model

from lld_agent.model.rows import Compound, Row
from lld_agent.model.wire import CLAIM, Claim, Wire, schema_name
from lld_agent.template.kit import (
    Bullets,
    Elsewhere,
    Group,
    Nested,
    Repeated,
    RowSlot,
    SlotField,
    fields_of,
    group_type,
    row_type,
)
from lld_agent.template.registry import Template
from lld_agent.template.titles import fill


@dataclass(frozen=True, slots=True)
class Claimed:
    """A value that a model put into a slot, and what it says that it rests on.

    `slot` is an address; a part of a repeated group is `components[Booking]`.
    """

    slot: str
    value: Row | str | Compound
    basis: str
    refs: tuple[str, ...]
    assumption: str


def sections_of(template: Template) -> tuple[str, ...]:
    """Return the names of the sections that a model is asked for, in the order of the template."""
    return tuple(f.name for f in fields_of(template.model) if not f.slot.given)


@cache
def answer_type(template: Template, sections: tuple[str, ...]) -> type[Wire]:
    """Return the class that a model fills for some sections of a template, asked for in one call.

    Raises:
        KeyError: the template has no such section.
    """
    chosen = {field.name: field for field in fields_of(template.model)}
    name = schema_name(template.name, *sections)
    only = chosen[sections[0]]
    if len(sections) == 1 and isinstance(only.slot, Nested):
        return _group(group_type(only), name)
    parts: dict[str, Any] = {section: _field(chosen[section]) for section in sections}
    return create_model(name, __base__=Wire, __doc__="", **parts)


def claims(template: Template, sections: tuple[str, ...], answer: Wire) -> Iterator[Claimed]:
    """Yield the values of an answer of `answer_type`, in the order of the template."""
    chosen = {field.name: field for field in fields_of(template.model)}
    only = chosen[sections[0]]
    if len(sections) == 1 and isinstance(only.slot, Nested):
        yield from _claims_of_group(group_type(only), answer, only.name)
        return
    for section in sections:
        yield from _claims_of_field(chosen[section], getattr(answer, section), section, answer)


def _group(group: type[Group], name: str) -> type[Wire]:
    asked = [field for field in fields_of(group) if not field.slot.given]
    base = Claim if any(_is_own_text(field) for field in asked) else Wire
    parts: dict[str, Any] = {field.name: _field(field) for field in asked}
    return create_model(name, __base__=base, __doc__=_doc(group), **parts)


def _field(field: SlotField) -> tuple[Any, Any]:
    about = Field(description=_about(field))
    slot = field.slot
    if isinstance(slot, RowSlot):
        return list[_row(field)], about  # type: ignore[misc] # a class made at run time
    if field.inner is None:
        return _plain(field), about
    if issubclass(field.inner, Compound):
        return _compound(field.inner), about
    inner = _group(group_type(field), group_type(field).__name__)
    return (list[inner] if isinstance(slot, Repeated) else inner), about  # type: ignore[valid-type]


def _row(field: SlotField) -> type[Wire]:
    kind, slot = row_type(field), field.slot
    assert isinstance(slot, RowSlot)
    parts: dict[str, Any] = {name: _cell(kind, name) for name in slot.columns(kind)}
    name = schema_name(kind.__name__, *slot.columns(kind))
    return create_model(name, __base__=Claim, __doc__=_doc(kind), **parts)


def _compound(kind: type[Compound]) -> type[Wire]:
    parts: dict[str, Any] = {name: _cell(kind, name) for name in kind.model_fields}
    return create_model(kind.__name__, __base__=Wire, __doc__=_doc(kind), **parts)


def _cell(owner: type[Row] | type[Compound], name: str) -> tuple[Any, Any]:
    info = owner.model_fields[name]
    kind = info.annotation if get_origin(info.annotation) is Literal else str
    return kind, Field(description=info.description or name.replace("_", " "))


def _plain(field: SlotField) -> Any:
    kind = field.owner.model_fields[field.name].annotation
    inner = get_args(kind)[0] if get_origin(kind) is tuple else kind
    scalar = inner if get_origin(inner) is Literal else str
    return list[scalar] if get_origin(kind) is tuple else scalar  # type: ignore[valid-type]


def _about(field: SlotField) -> str:
    """Return what belongs in a field: its heading or label, description, and the rows it must have."""
    title = field.heading.title if field.heading else field.slot.label
    words = [title, field.description or (_doc(field.inner) if field.inner else "")]
    if isinstance(field.slot, RowSlot) and field.slot.fixed_keys:
        words.append(f"First one row each for: {', '.join(field.slot.fixed_keys)}")
    return ". ".join(word.rstrip(".") for word in words if word) or field.name.replace("_", " ")


def _doc(kind: type) -> str:
    return (kind.__doc__ or "").strip().partition("\n")[0].rstrip(".")


def _is_own_text(field: SlotField) -> bool:
    """Return whether a field is text of its group, which then needs a basis of its own."""
    return field.inner is None or issubclass(field.inner, Compound)


def _claims_of_group(group: type[Group], answer: Wire, at: str) -> Iterator[Claimed]:
    for field in fields_of(group):
        if not field.slot.given:
            value = getattr(answer, field.name)
            yield from _claims_of_field(field, value, f"{at}.{field.name}", answer)


def _claims_of_field(field: SlotField, value: Any, at: str, owner: Wire) -> Iterator[Claimed]:
    if isinstance(field.slot, Nested):
        yield from _claims_of_group(group_type(field), value, at)
    elif isinstance(field.slot, Repeated):
        for part in value:
            key = fill(field.slot.heading, _named(group_type(field), part))
            yield from _claims_of_group(group_type(field), part, f"{at}[{key}]")
    elif isinstance(field.slot, RowSlot):
        kind = row_type(field)
        for row in value:
            cells = {n: v for n, v in row.model_dump().items() if n not in CLAIM}
            if any(cells.values()):
                yield _claimed(at, kind(**cells), row)
    elif field.inner is not None:
        filled = field.inner(**value.model_dump())
        if isinstance(filled, Compound) and filled != type(filled)():
            yield _claimed(at, filled, owner)
    else:
        texts = value if isinstance(field.slot, Bullets) else [value]
        yield from (_claimed(at, text, owner) for text in texts if text.strip())


def _claimed(at: str, value: Row | str | Compound, owner: Wire) -> Claimed:
    if isinstance(owner, Claim):
        return Claimed(at, value, owner.basis, tuple(owner.refs), owner.assumption.strip())
    return Claimed(at, value, "derived", (), "")


def _named(group: type[Group], part: Wire) -> Group:
    """Return the group with only the fields that its heading names."""
    names = [f.name for f in fields_of(group) if isinstance(f.slot, Elsewhere) and not f.slot.given]
    return group(**{name: getattr(part, name) for name in names})
