"""`NAME.lld.json`: the typed design and where each value of it comes from.

Written beside the Markdown and meant to be committed: it is the base of a later merge.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from lld_agent.draft.options import DraftOptions
from lld_agent.draft.place.common import source_name
from lld_agent.draft.stages.spine import Spine
from lld_agent.draft.trace import Trace, Traced, Unclaimed
from lld_agent.errors import InputError
from lld_agent.model.brief import Brief
from lld_agent.model.provenance import Assumption, Basis, OpenQuestion, Provenance
from lld_agent.template.kit import Document
from lld_agent.template.schema import to_data

SCHEMA_VERSION = 3
OUTLINE, MODEL = "outline", "model"
_ID = re.compile(r"([ADQR])-(\d{1,6})")


class SourceRecord(BaseModel):
    """The brief a draft was made from."""

    model_config = ConfigDict(frozen=True)

    name: str
    sha256: str
    language: str
    kind: str


class SpanRecord(BaseModel):
    """A numbered span of the brief that something rests on; `under` is the path of its headings."""

    model_config = ConfigDict(frozen=True)

    id: str
    line: int
    end_line: int
    under: tuple[str, ...]
    text: str


class Past(StrEnum):
    """What became of a requirement."""

    SUPERSEDED = "superseded"  # it says something else now
    RETIRED = "retired"  # nobody asks for it any more


class PastRequirement(BaseModel):
    """What a requirement once said. `source_sha256` is of the last brief that said so."""

    model_config = ConfigDict(frozen=True)

    requirement: str
    status: Past
    text: str
    source_sha256: str


class PlacedRecord(BaseModel):
    """One grounded value as it was placed, without marks; a row or compound as its cells."""

    model_config = ConfigDict(frozen=True)

    slot: str
    value: str | dict[str, Any]
    spans: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()
    basis: Basis
    assumption: str = ""


class WrittenRecord(BaseModel):
    """What a model wrote, so that an update asks only for what rests on a change.

    Attributes:
        spine: names and decisions that all sections share.
        placements: every value of the design, in its order.
        points: contradictions and doubts that are asked as open questions.
        withdrawn: texts that code takes for requirements and that demand nothing.
        incomplete: whether parts of it were never written.
    """

    model_config = ConfigDict(frozen=True)

    spine: Spine
    placements: tuple[PlacedRecord, ...]
    points: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    incomplete: bool = False


class Sidecar(BaseModel):
    """Everything about a draft that its Markdown does not show.

    Attributes:
        drafter: what wrote the sections: outline or model.
        given: what a person said beside the brief: header fields.
        design: as generated last: the base of the next merge. What a person made of it stands in
            the Markdown only.
        provenance: of each value; `human` where the Markdown has what a person wrote in its place.
        past: what requirements once said.
        last_ids: prefix → the highest number ever handed out.
        spans: of the brief, those that something rests on.
        other_spans: hashes of the texts of all others.
        written: what a model wrote; None for an outline.
    """

    model_config = ConfigDict(frozen=True)

    schema_version: int
    generator: str
    template: str
    source: SourceRecord
    drafter: str = OUTLINE
    given: dict[str, str]
    design: dict[str, Any]
    provenance: tuple[Provenance, ...]
    questions: tuple[OpenQuestion, ...]
    assumptions: tuple[Assumption, ...] = ()
    requirements: tuple[Traced, ...]
    past: tuple[PastRequirement, ...] = ()
    last_ids: dict[str, int]
    unclaimed: tuple[Unclaimed, ...]
    coverage: float
    spans: tuple[SpanRecord, ...]
    other_spans: tuple[str, ...]
    written: WrittenRecord | None = None


def sidecar(
    document: Document,
    brief: Brief,
    template: str,
    questions: tuple[OpenQuestion, ...],
    found: Trace,
    options: DraftOptions,
) -> Sidecar:
    """Return the record of a draft. Of the brief it keeps the spans that something rests on."""
    design = to_data(document)
    used = {span for record in found.provenance for span in record.spans}
    used |= {span for row in found.requirements for span in row.spans}
    return Sidecar(
        schema_version=SCHEMA_VERSION,
        generator=options.generator,
        template=template,
        source=SourceRecord(
            name=source_name(brief),
            sha256=source_hash(brief),
            language=brief.language,
            kind=brief.kind,
        ),
        given={
            name: value
            for name, value in asdict(options).items()
            if name not in {"template", "generator"}
        },
        design=design,
        provenance=found.provenance,
        questions=questions,
        requirements=found.requirements,
        last_ids=highest(
            (q.id for q in questions),
            (row["id"] for part in ("decisions", "assumptions") for row in design["record"][part]),
            (r.requirement for r in found.requirements if not r.own_id),
        ),
        unclaimed=found.unclaimed,
        coverage=round(found.coverage, 4),
        spans=tuple(
            SpanRecord(id=s.id, line=s.line, end_line=s.end_line, under=s.headings, text=s.text)
            for s in brief.spans
            if s.id in used
        ),
        other_spans=tuple(text_hash(s.text) for s in brief.spans if s.id not in used),
    )


def source_hash(brief: Brief) -> str:
    """Return the sha256 of the brief's bytes."""
    return hashlib.sha256(brief.source.encode()).hexdigest()


def text_hash(text: str) -> str:
    """Return 16 hex digits over the words of a text."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:16]


def highest(*groups: Iterable[str]) -> dict[str, int]:
    """Return prefix → the highest number among ids like `Q-4`."""
    last: dict[str, int] = {}
    for one in (identity for group in groups for identity in group):
        if found := _ID.fullmatch(one):
            last[found[1]] = max(last.get(found[1], 0), int(found[2]))
    return dict(sorted(last.items()))


def read_sidecar(text: str, path: str) -> Sidecar:
    """Return the record that `sidecar_text` wrote.

    Raises:
        InputError: it is not such a record, or one of another version.
    """
    try:
        record = Sidecar.model_validate_json(text)
    except ValidationError as error:
        [first, *_] = error.errors(include_url=False, include_input=False)
        where = ".".join(map(str, first["loc"]))
        raise InputError(
            f"{path} is not a record that this version reads: {where or 'JSON'}: {first['msg']}",
            "restore it from version control, or draft into another file with -o",
        ) from None
    if record.schema_version != SCHEMA_VERSION:
        raise InputError(
            f"{path} has version {record.schema_version}, this program reads {SCHEMA_VERSION}",
            "use the version of lld-agent that wrote it, or draft into another file with -o",
        )
    return record


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
