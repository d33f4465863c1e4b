"""Blank templates have the structure of the originals, in our own words."""

import json
from pathlib import Path

import pytest

from lld_agent.template.blank import blank, placeholder_tokens
from lld_agent.template.registry import TEMPLATES, Template
from lld_agent.template.structure import blanked, differences, structure

FIXTURES = Path(__file__).parent / "fixtures"
templates = pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)


@templates
def test_structure_is_that_of_the_original(template: Template) -> None:
    expected = json.loads((FIXTURES / f"{template.name}.json").read_text(encoding="utf-8"))
    assert differences(structure(blank(template)), expected, frozenset()) == []


@templates
def test_every_placeholder_is_known(template: Template) -> None:
    text = blank(template)
    tokens = placeholder_tokens(template)
    assert {token for token in tokens if token not in text} == set()
    for token in sorted(tokens, key=len, reverse=True):
        text = text.replace(token, "")
    assert blanked(text) == text


def test_service_placeholders_cannot_be_path_parameters() -> None:
    tokens = placeholder_tokens(TEMPLATES["service"])
    assert [token for token in tokens if " " not in token and "/" not in token] == []


@pytest.mark.parametrize(
    ("change", "count"),
    [
        (("### 9.4 Input Validation", "### 9.4 Validation"), 1),
        (("| Low | No | No |", "| Low | No | Yes |"), 0),
        (("| Transient failures |", "| Passing failures |"), 1),
        (("**Outputs:**", "**Results:**"), 2),
        (("- Vertical:", "- Upright:"), 1),
        (("sequenceDiagram\n", "flowchart TD\n"), 2),
    ],
)
def test_a_change_of_structure_is_seen(change: tuple[str, str], count: int) -> None:
    text = blank(TEMPLATES["service"])
    assert change[0] in text
    found = differences(structure(text), structure(text.replace(*change)), frozenset())
    assert len(found) == count


def test_declared_examples_may_differ() -> None:
    ours = [{"table": ["From"], "keys": []}]
    theirs = [{"table": ["From"], "keys": ["DRAFT"]}]
    assert differences(ours, theirs, frozenset({"DRAFT"})) == []
    assert len(differences(ours, theirs, frozenset())) == 1
