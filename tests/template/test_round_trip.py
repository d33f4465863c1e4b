"""`parse(render(x)) == x`: the backbone of the project."""

from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.template.strategies import HOSTILE, dense, documents

from lld_agent.template.kit import Document
from lld_agent.template.parse import ShapeError, parse
from lld_agent.template.registry import TEMPLATES, Template
from lld_agent.template.render import render

templates = pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)


def assert_round_trip(template: Template, design: Document) -> None:
    markdown = render(design)
    again = parse(template, markdown)
    for name in type(design).model_fields:
        assert getattr(again, name) == getattr(design, name)
    assert render(again) == markdown


@templates
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_sections_of_hostile_text(template: Template, data: st.DataObject) -> None:
    assert_round_trip(template, data.draw(documents(template.model)))


@templates
@pytest.mark.parametrize("seed", range(20))
def test_whole_documents_of_hostile_text(template: Template, seed: int) -> None:
    design: Any = dense(template.model, Random(seed))
    assert len(render(design)) > 2 * len(render(template.model()))
    assert_round_trip(template, design)


@pytest.mark.long
@templates
@pytest.mark.parametrize("seed", range(1000, 1200))
def test_many_whole_documents(template: Template, seed: int) -> None:
    assert_round_trip(template, dense(template.model, Random(seed)))


@templates
def test_empty_document(template: Template) -> None:
    assert_round_trip(template, template.model())


@pytest.mark.parametrize("text", HOSTILE)
def test_each_hostile_text_in_every_kind_of_slot(text: str) -> None:
    service = TEMPLATES["service"]
    design = service.model.model_validate(
        {
            "name": text,
            "overview": {
                "purpose": text,
                "scope": {"in_scope": (text, text)},
                "references": ({"document": text, "description": text},),
            },
            "architecture": {
                "overview": text,
                "components": (
                    {
                        "name": text,
                        "responsibility": text,
                        "owner_module": text,
                        "sub_modules": ({"name": text, "responsibility": text},),
                        "scalability": {"horizontal": text},
                    },
                ),
                "interactions": {"flows": ({"name": text, "diagram": text},)},
            },
            "api": {"internal": ({"name": text, "endpoints": ({"path": text},)},)},
            "algorithms": (
                {
                    "name": text,
                    "purpose": text,
                    "inputs": ({"name": text, "description": text}, {"description": text}),
                    "steps": (text, text),
                },
            ),
            "machine_learning": {"not_applicable": text},
            "deployment": {"container": {"requests": {"cpu": text, "memory": text}}},
        }
    )
    assert_round_trip(service, design)


@pytest.mark.parametrize("text", HOSTILE)
def test_each_hostile_text_in_a_module(text: str) -> None:
    module = TEMPLATES["module"]
    design = module.model.model_validate(
        {
            "header": {"project": text, "status": text},
            "api": {
                "base_path": text,
                "endpoints": (
                    {"method": "GET", "path": text, "success_status": text, "response": text},
                ),
            },
            "algorithms": (
                {
                    "name": text,
                    "complexity": {"time": text, "space": text},
                    "edge_cases": ({"edge_case": text, "behavior": text},),
                },
            ),
            "flows": ({"name": text},),
            "database": {
                "tables": ({"name": text, "purpose": text},),
                "migration": {"zero_downtime": {"answer": "Yes", "notes": text}, "time": text},
            },
            "testing": {"scenarios": ({"scenario": text},)},
            "record": {"questions": ({"id": "Q-1", "question": text},)},
        }
    )
    assert_round_trip(module, design)


def test_fixed_rows_come_first_and_always() -> None:
    design = TEMPLATES["service"].model.model_validate(
        {"context": {"constraints": ({"kind": "Budget"}, {"kind": "Memory", "impact": "x"})}}
    )
    rows = design.model_dump()["context"]["constraints"]
    assert [row["kind"] for row in rows] == [
        "Latency",
        "Memory",
        "Regulatory",
        "Hardware",
        "Budget",
    ]
    assert rows[1]["impact"] == "x"


def test_hidden_columns_are_blank() -> None:
    design = TEMPLATES["service"].model.model_validate(
        {"context": {"dependencies": ({"dependency": "Broker", "version": "3"},)}}
    )
    assert design.model_dump()["context"]["dependencies"][0]["version"] == ""


def test_a_part_that_does_not_apply_is_only_its_reason() -> None:
    design = TEMPLATES["service"].model.model_validate(
        {"machine_learning": {"not_applicable": "No model runs here."}}
    )
    markdown = render(design)
    assert "No model runs here." in markdown
    assert "### 7.1" not in markdown
    assert "### 8.1" in markdown


def test_an_open_question_stands_in_place_of_a_diagram() -> None:
    module = TEMPLATES["module"]
    design = module.model.model_validate({"classes": "[Q-2] Which classes are there?"})
    markdown = render(design)
    assert "## 2. Class / Module Diagram\n\n[Q-2] Which classes are there?\n" in markdown
    assert_round_trip(module, design)


def test_marks_stay_outside_code() -> None:
    design = TEMPLATES["module"].model.model_validate({"api": {"base_path": "/v1 [A-3]"}})
    assert "**Base Path:** `/v1` [A-3]\n" in render(design)


def test_mermaid_is_always_tagged() -> None:
    design = TEMPLATES["service"].model.model_validate(
        {"architecture": {"overview": "flowchart TD\n    A --> B"}}
    )
    assert "```mermaid\nflowchart TD" in render(design)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("## 9. Security Design", "## 9. Safety", "expected the heading '9. Security Design'"),
        ("**Inputs:**", "**Input:**", "expected the label **Inputs:**"),
        ("| Threat | Likelihood", "| Threat | Chance", "expected a table Threat | Likelihood"),
        ("### 9.5 Threat Model (Basic)\n", "", "expected the heading '9.5 Threat"),
        ("| Replay | Low |", "| Replay | Critical |", "should be 'High', 'Medium', 'Low'"),
        ("| Replay | Low |", "| Replay |", "expected 4 cells in every row"),
    ],
)
def test_another_shape_is_an_error_that_says_where(before: str, after: str, message: str) -> None:
    service = TEMPLATES["service"]
    components = ({"name": "Ledger", "owner_module": "ledger/core"},)
    threats = ({"threat": "Replay", "likelihood": "Low"},)
    markdown = render(
        service.model.model_validate(
            {"architecture": {"components": components}, "security": {"threats": threats}}
        )
    )
    assert before in markdown
    with pytest.raises(ShapeError) as caught:
        parse(service, markdown.replace(before, after, 1), "design.md")
    assert message in caught.value.message
    assert caught.value.message.startswith("design.md:")
