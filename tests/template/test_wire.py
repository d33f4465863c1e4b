"""What a model is asked for is legal for every provider; what it fills becomes values of slots."""

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest
from pydantic import ValidationError

from lld_agent.model.wire import DEEPEST, schema_name
from lld_agent.template.registry import TEMPLATES, Template
from lld_agent.template.wire import answer_type, claims, sections_of

templates = pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
ROOT = Path(__file__).parents[2]
ALLOWED = {"type", "description", "properties", "required", "additionalProperties", "items", "enum"}
EACH = [
    pytest.param(template, section, id=f"{name}-{section}")
    for name, template in TEMPLATES.items()
    for section in sections_of(template)
]


def nodes(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield schema
    for child in schema.get("properties", {}).values():
        yield from nodes(child)
    if "items" in schema:
        yield from nodes(schema["items"])


def depth(schema: dict[str, Any]) -> int:
    below = [*schema.get("properties", {}).values(), *filter(None, [schema.get("items")])]
    return (schema["type"] == "object") + max(map(depth, below), default=0)


def filled(schema: dict[str, Any], random: Random, words: Iterator[int]) -> Any:
    """Return an answer that a schema allows: every text differs."""
    if schema["type"] == "object":
        return {name: filled(part, random, words) for name, part in schema["properties"].items()}
    if schema["type"] == "array":
        return [filled(schema["items"], random, words) for _ in range(random.randint(1, 3))]
    if "enum" in schema:
        return random.choice([value for value in schema["enum"] if value])
    return f"word{next(words)}"


@pytest.mark.parametrize(("template", "section"), EACH)
def test_every_schema_for_a_model_is_strict(template: Template, section: str):
    schema = answer_type(template, (section,)).model_json_schema()
    assert schema["type"] == "object"
    assert depth(schema) <= DEEPEST
    assert len(json.dumps(schema)) < 15_000
    for node in nodes(schema):
        assert set(node) <= ALLOWED
        assert node["type"] in {"object", "array", "string"}
        if node["type"] == "object":
            assert node["properties"]
            assert node["required"] == list(node["properties"])
            assert node["additionalProperties"] is False
        if node["type"] == "array":
            assert node["items"]["type"] in {"object", "string"}
        assert node.get("description", "x").strip()


@pytest.mark.parametrize(("template", "section"), EACH)
def test_every_value_of_an_answer_comes_out_once_with_its_basis(template: Template, section: str):
    kind = answer_type(template, (section,))
    answer = filled(kind.model_json_schema(), Random(7), count())
    found = list(claims(template, (section,), kind.model_validate(answer)))
    said = json.dumps([getattr(c.value, "model_dump", c.value.__str__)() for c in found])
    assert {c.basis for c in found} <= {
        "prd",
        "decision",
        "derived",
        "assumption",
        "template_default",
    }
    for claim in found:
        assert claim.slot.partition("[")[0].partition(".")[0] == section
    for word in texts_of(answer):
        assert f'"{word}"' in said, word


def texts_of(answer: Any, name: str = "") -> Iterator[str]:
    if isinstance(answer, dict):
        for key, value in answer.items():
            yield from texts_of(value, key)
    elif isinstance(answer, list):
        for value in answer:
            yield from texts_of(value, name)
    elif name not in {"refs", "basis", "assumption"}:
        yield answer


@templates
def test_a_model_is_not_asked_for_what_the_program_knows(template: Template):
    given = {slot.address for slot in template.manifest if slot.given}
    asked = {
        f"{section}.{name}"
        for section in sections_of(template)
        for name in answer_type(template, (section,)).model_json_schema()["properties"]
    }
    assert given
    assert not given & (asked | set(sections_of(template)))


@templates
def test_rows_have_the_columns_that_their_slot_shows(template: Template):
    for slot in template.manifest:
        if slot.row is None or "[]" in slot.address or slot.given or slot.address[:6] == "record":
            continue
        section, *inside = slot.address.split(".")
        node = answer_type(template, (section,)).model_json_schema()
        for name in inside or [section]:
            node = node["properties"][name]
        columns = {name for name, _ in slot.columns}
        assert set(node["items"]["properties"]) == columns | {"refs", "basis", "assumption"}


def test_several_sections_in_one_call_stand_in_order():
    kind = answer_type(TEMPLATES["service"], ("security", "algorithms"))
    schema = kind.model_json_schema()
    assert schema["required"] == ["security", "algorithms"]
    answer = kind.model_validate(filled(schema, Random(1), count()))
    sections = [
        c.slot.split(".")[0].split("[")[0]
        for c in claims(TEMPLATES["service"], ("security", "algorithms"), answer)
    ]
    assert list(dict.fromkeys(sections)) == ["security", "algorithms"]


def test_what_was_not_asked_for_is_refused():
    kind = answer_type(TEMPLATES["service"], ("security",))
    answer = filled(kind.model_json_schema(), Random(1), count())
    with pytest.raises(ValidationError):
        kind.model_validate(answer | {"author": "me"})


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("service", "security"), "service-security"),
        (("a b", "ç"), "a-b"),
        (("x" * 99,), "x" * 64),
        (("…",), "schema"),
    ],
)
def test_schema_names_are_legal(parts: tuple[str, ...], name: str):
    assert schema_name(*parts) == name
