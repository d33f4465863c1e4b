"""`NAME.lld.json`: the typed design and where each value of it comes from.

Written beside the Markdown and meant to be committed: it is the base of a later merge.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from lld_agent.draft.place.common import source_name
from lld_agent.draft.trace import Trace, Traced, Unclaimed
from lld_agent.model.brief import Brief
from lld_agent.model.provenance import Assumption, OpenQuestion, Provenance
from lld_agent.template.kit import Document
from lld_agent.template.schema import to_data

SCHEMA_VERSION = 1


class SourceRecord(BaseModel):
    """The brief a draft was made from."""

    model_config = ConfigDict(frozen=True)

    name: str
    sha256: str
    language: str
    kind: str


class SpanRecord(BaseModel):
    """A numbered span of the brief that something rests on."""

    model_config = ConfigDict(frozen=True)

    id: str
    line: int
    end_line: int
    text: str


class Sidecar(BaseModel):
    """Everything about a draft that its Markdown does not show."""

    model_config = ConfigDict(frozen=True)

    schema_version: int
    generator: str
    template: str
    source: SourceRecord
    design: dict[str, Any]
    provenance: tuple[Provenance, ...]
    questions: tuple[OpenQuestion, ...]
    assumptions: tuple[Assumption, ...] = ()
    requirements: tuple[Traced, ...]
    unclaimed: tuple[Unclaimed, ...]
    coverage: float
    spans: tuple[SpanRecord, ...]


def sidecar(
    document: Document,
    brief: Brief,
    template: str,
    questions: tuple[OpenQuestion, ...],
    found: Trace,
    generator: str,
) -> Sidecar:
    """Return the record of a draft. Of the brief it keeps the spans that something rests on."""
    used = {span for record in found.provenance for span in record.spans}
    used |= {span for row in found.requirements for span in row.spans}
    return Sidecar(
        schema_version=SCHEMA_VERSION,
        generator=generator,
        template=template,
        source=SourceRecord(
            name=source_name(brief),
            sha256=hashlib.sha256(brief.source.encode()).hexdigest(),
            language=brief.language,
            kind=brief.kind,
        ),
        design=to_data(document),
        provenance=found.provenance,
        questions=questions,
        requirements=found.requirements,
        unclaimed=found.unclaimed,
        coverage=round(found.coverage, 4),
        spans=tuple(
            SpanRecord(id=s.id, line=s.line, end_line=s.end_line, text=s.text)
            for s in brief.spans
            if s.id in used
        ),
    )


def sidecar_text(record: Sidecar) -> str:
    """Return the record as JSON, stable, one value on a line."""
    return json.dumps(record.model_dump(mode="json"), ensure_ascii=False, indent=1) + "\n"


def read_questions(path: Path) -> tuple[OpenQuestion, ...]:
    """Return the questions of a draft from its record; none where the record cannot be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))["questions"]
        return tuple(OpenQuestion.model_validate(row) for row in found)
    except (OSError, ValueError, KeyError, TypeError):
        return ()
