"""The schema of a whole design says what its plain data is."""

import json
from random import Random

import jsonschema
import pytest
from tests.template.strategies import dense

from lld_agent.template.registry import TEMPLATES, Template
from lld_agent.template.schema import document_schema, from_data, to_data

templates = pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)


@templates
@pytest.mark.parametrize("seed", range(5))
def test_data_of_a_design_is_valid_and_comes_back(template: Template, seed: int) -> None:
    design = dense(template.model, Random(seed))
    data = json.loads(json.dumps(to_data(design)))
    jsonschema.validate(data, document_schema(template))
    assert from_data(template, data) == design
