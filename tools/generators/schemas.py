"""JSON Schemas: designs, each section as a model is asked for it, findings, records, settings."""

import json
from pathlib import Path

from pydantic import BaseModel

from lld_agent.config.settings import Settings
from lld_agent.draft.sidecar import Sidecar
from lld_agent.model.baseline import Baseline
from lld_agent.model.run import RunEvent
from lld_agent.report.data import FindingData, ReviewData
from lld_agent.template.registry import TEMPLATES
from lld_agent.template.schema import document_schema
from lld_agent.template.wire import answer_type, sections_of


def design_schemas(_root: Path) -> dict[str, str]:
    """Return path relative to the checkout → content, for all schemas of designs."""
    files: dict[str, str] = {}
    for name, template in TEMPLATES.items():
        files[f"schemas/design-{name}.json"] = _json(document_schema(template))
        for section in sections_of(template):
            schema = answer_type(template, (section,)).model_json_schema()
            files[f"schemas/sections/{name}-{section}.json"] = _json(schema)
    return files


_DATA: dict[str, type[BaseModel]] = {
    "finding": FindingData,
    "review": ReviewData,
    "lld": Sidecar,
    "baseline": Baseline,
    "config": Settings,
    "run": RunEvent,
}


def data_schemas(_root: Path) -> dict[str, str]:
    """Return path → content of the schemas of what is written for scripts, and of the settings."""
    return {
        f"schemas/{name}.json": _json(model.model_json_schema()) for name, model in _DATA.items()
    }


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
