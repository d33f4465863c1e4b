"""Schemas are legal for strict structured output, and say what the model says."""

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import jsonschema
import pytest
from tests.template.strategies import dense

from lld_agent.template.registry import TEMPLATES, Template
from lld_agent.template.schema import (
    document_schema,
    from_wire,
    group_schema,
    schema_name,
    section_schemas,
    to_wire,
    wire_schema,
)

templates = pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
ROOT = Path(__file__).parents[2]
ALLOWED = {"type", "description", "properties", "required", "additionalProperties", "items", "enum"}


def nodes(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield schema
    for child in schema.get("properties", {}).values():
        yield from nodes(child)
    if "items" in schema:
        yield from nodes(schema["items"])


def depth(schema: dict[str, Any]) -> int:
    below = [*schema.get("properties", {}).values(), *filter(None, [schema.get("items")])]
    return (schema["type"] == "object") + max(map(depth, below), default=0)


def assert_strict(schema: dict[str, Any]) -> None:
    assert schema["type"] == "object"
    for node in nodes(schema):
        assert set(node) <= ALLOWED
        assert node["type"] in {"object", "array", "string"}
        if node["type"] == "object":
            assert node["properties"]
            assert node["required"] == list(node["properties"])
            assert node["additionalProperties"] is False
        if node["type"] == "array":
            assert node["items"]["type"] in {"object", "string"}
        assert node.get("description", "x") == node.get("description", "x").strip() != ""


@templates
def test_every_schema_for_a_model_is_strict(template: Template) -> None:
    sections = section_schemas(template)
    for schema in (*sections.values(), wire_schema(template)):
        assert_strict(schema)
    assert max(map(depth, sections.values())) <= 4
    whole = json.dumps(wire_schema(template))
    assert whole.count('"properties"') < 5000
    assert len(whole) < 120_000


@templates
def test_a_model_is_not_asked_for_what_the_program_knows(template: Template) -> None:
    asked = set(wire_schema(template)["properties"])
    given = {slot.address for slot in template.manifest if slot.given and "." not in slot.address}
    assert given
    assert not asked & given
    assert asked == set(section_schemas(template))
    assert "audience" not in json.dumps(section_schemas(template))


@templates
def test_hidden_columns_are_not_asked_for(template: Template) -> None:
    properties: dict[str, Any] = wire_schema(template)["properties"]
    for slot in template.manifest:
        if slot.row is None or "[]" in slot.address or slot.given or slot.address[:6] == "record":
            continue
        node = {"properties": properties}
        for name in slot.address.split("."):
            node = node["properties"][name]
        assert set(node["items"]["properties"]) == {name for name, _ in slot.columns}


@templates
@pytest.mark.parametrize("seed", range(5))
def test_wire_data_is_valid_and_comes_back(template: Template, seed: int) -> None:
    design = dense(template.model, Random(seed))
    data = json.loads(json.dumps(to_wire(design)))
    jsonschema.validate(data, document_schema(template))
    assert from_wire(template, data) == design


def test_group_schema_has_the_sections_asked_for_in_order() -> None:
    schema = group_schema(TEMPLATES["service"], ("security", "algorithms"))
    assert schema["required"] == ["security", "algorithms"]
    assert_strict(schema)


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("service", "security"), "service-security"),
        (("a b", "ç"), "a-b"),
        (("x" * 99,), "x" * 64),
        (("…",), "schema"),
    ],
)
def test_schema_names_are_legal(parts: tuple[str, ...], name: str) -> None:
    assert schema_name(*parts) == name


@templates
def test_committed_schemas_are_up_to_date(template: Template) -> None:
    expected = {f"{template.name}-{n}.json": s for n, s in section_schemas(template).items()}
    folder = ROOT / "schemas" / "sections"
    committed = {
        path.name: json.loads(path.read_text(encoding="utf-8"))
        for path in folder.glob(f"{template.name}-*.json")
    }
    assert committed == expected
    whole = (ROOT / "schemas" / f"design-{template.name}.json").read_text(encoding="utf-8")
    assert json.loads(whole) == document_schema(template)
