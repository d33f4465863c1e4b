"""A blank template: what `template show NAME` prints, made of the declaration.

A blank is a design whose values are placeholders, so it has the structure of every design. The
service template writes `{like this}`, the module template `{{LIKE_THIS}}`.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from lld_agent.model.rows import Compound, Row, YesNoNotes
from lld_agent.template.kit import (
    Bullets,
    Document,
    Fence,
    Group,
    Nested,
    NotApplicable,
    Repeated,
    RowSlot,
    SlotField,
    fields_of,
    group_type,
    row_type,
)
from lld_agent.template.registry import Template
from lld_agent.template.render import render

_IN_SAMPLE = re.compile(r"\{\{[^{}\n]+\}\}|\{[^{}\n\"]+\}")
_ASIDE = re.compile(r"[,;] (?:for example|empty|without|one sentence)\b.*")
_NOT_WORD = re.compile(r"[^A-Za-z0-9]+")

_INSTANCES: Mapping[tuple[str, str], tuple[Mapping[str, Any], ...]] = {
    ("service", "flows"): ({"outcome": "Happy Path"}, {"outcome": "Failure Path"}),
    ("module", "tables"): ({}, {"columns": ("id",), "indexes": ()}),
    ("module", "endpoints"): (
        {
            "method": "POST",
            "success_status": "201 Created",
            "path_parameters": (),
            "query_parameters": (),
            "errors": ("400", "401", "403", "409", "422", "500"),
        },
        {
            "method": "GET",
            "success_status": "200 OK",
            "authentication": "",
            "query_parameters": (),
            "request": "",
            "errors": ("401", "404"),
        },
        {
            "method": "GET",
            "success_status": "200 OK",
            "authentication": "",
            "path_parameters": (),
            "request": "",
            "errors": (),
        },
    ),
}
"""How the several that a blank shows differ: values, or keys of the default rows to show."""


def blank(template: Template) -> str:
    """Return the blank template as Markdown."""
    return _blank(template)[0]


def placeholder_tokens(template: Template) -> frozenset[str]:
    """Return the placeholders of the blank template, braces included: none may be left over."""
    return _blank(template)[1]


@cache
def _blank(template: Template) -> tuple[str, frozenset[str]]:
    builder = _Builder(template.name)
    document = builder.group(template.model, {})
    assert isinstance(document, Document)
    text = render(document, lambda each: builder.placeholder(f"Repeat for each {each}"))
    return text, frozenset(builder.tokens)


class _Builder:
    """Builds groups of placeholders, past the checks that real values go through."""

    def __init__(self, template: str) -> None:
        self.template = template
        self.tokens: set[str] = set()

    def placeholder(self, text: str) -> str:
        """Return a placeholder that says this, and remember it."""
        words = _ASIDE.sub("", text).replace("{", "").replace("}", "").rstrip(" ,.")
        if self.template == "module":
            token = "{{" + _NOT_WORD.sub("_", words).strip("_").upper() + "}}"
        else:
            # One word alone could be a path parameter: /users/{name}
            token = "{" + (words if " " in words else f"The {words.lower()}") + "}"
        self.tokens.add(token)
        return token

    def group(self, kind: type[Group], given: Mapping[str, Any]) -> Group:
        """Return a group of placeholders; `given` values stand as they are."""
        values = {}
        for field in fields_of(kind):
            preset = given.get(field.name)
            if preset is None or (preset and isinstance(preset, tuple)):
                values[field.name] = self.value(field, preset)
            else:
                values[field.name] = preset
        return kind.model_construct(**values)

    def value(self, field: SlotField, keys: tuple[str, ...] | None) -> Any:
        """Return the placeholder of a field; `keys` choose among its default rows."""
        slot = field.slot
        match slot:
            case NotApplicable():
                found: Any = ""
            case RowSlot():
                found = self.rows(field, slot, keys)
            case Repeated():
                presets = _INSTANCES.get((self.template, field.name), ({},) * slot.times)
                found = tuple(self.group(group_type(field), preset) for preset in presets)
            case Nested(optional=True):
                found = ()
            case Nested():
                found = self.group(group_type(field), {})
            case Bullets():
                found = (self.placeholder(field.description),) * 2
            case Fence() if slot.sample:
                self.tokens.update(_IN_SAMPLE.findall(slot.sample))
                found = slot.sample
            case _:
                found = self.compound(field.inner) if field.inner else self.text(field)
        return found

    def text(self, field: SlotField) -> str:
        """Return the placeholder of a text."""
        if field.slot.hint:
            self.tokens.add(field.slot.hint)
            return field.slot.hint
        named = field.slot.name if hasattr(field.slot, "name") else field.name
        return self.placeholder(field.description or named)

    def compound(self, kind: type[BaseModel]) -> Compound:
        """Return several placeholders that share a cell."""
        assert issubclass(kind, Compound)
        if kind is YesNoNotes:
            answer, notes = self.placeholder("Yes or No"), self.placeholder("What it rests on")
            return kind.model_construct(answer="", notes=f"{answer} — {notes}")
        values: dict[str, Any] = {
            name: self.placeholder(info.description or name)
            for name, info in kind.model_fields.items()
        }
        return kind.model_construct(None, **values)

    def rows(
        self, field: SlotField, slot: RowSlot, keys: tuple[str, ...] | None
    ) -> tuple[Row, ...]:
        """Return fixed and default rows with placeholders in their blanks, and one row more."""
        kind = row_type(field)
        columns = slot.columns(kind)
        rows = list(slot.default_rows(kind))
        if not rows:
            rows = [kind(**{columns[0]: key}) for key in slot.fixed_keys]
        if keys is not None:
            rows = [row for row in rows if getattr(row, columns[0]) in keys]
        if slot.given and slot.fixed_keys:
            return tuple(rows)
        filled = [self.filled(row, columns) for row in rows]
        if slot.more or not rows:
            filled.append(self.filled(kind(), columns))
        return tuple(filled)

    def filled(self, row: Row, columns: tuple[str, ...]) -> Row:
        """Return a row with placeholders in its blank cells."""
        values: dict[str, Any] = {}
        for name in columns:
            info = type(row).model_fields[name]
            choices = get_args(info.annotation) if get_origin(info.annotation) is Literal else ()
            text = "/".join(filter(None, choices)) or info.description or name
            values[name] = getattr(row, name) or self.placeholder(text)
        return type(row).model_construct(None, **values)
