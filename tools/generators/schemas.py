"""JSON Schemas of the templates: whole designs, and each section as a model is asked for it."""

import json
from pathlib import Path

from lld_agent.template.registry import TEMPLATES
from lld_agent.template.schema import document_schema, section_schemas


def design_schemas(_root: Path) -> dict[str, str]:
    """Return path relative to the checkout → content, for all schemas of designs."""
    files: dict[str, str] = {}
    for name, template in TEMPLATES.items():
        files[f"schemas/design-{name}.json"] = _json(document_schema(template))
        for section, schema in section_schemas(template).items():
            files[f"schemas/sections/{name}-{section}.json"] = _json(schema)
    return files


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
