"""A design that is there, a record of how it was made, a changed brief: the design brought along."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Protocol

from pydantic import ValidationError

from lld_agent.draft.answers import is_answer, with_kept_answers
from lld_agent.draft.finish import Draft
from lld_agent.draft.options import DraftOptions
from lld_agent.draft.previous import Previous
from lld_agent.draft.sidecar import Sidecar, highest, source_hash
from lld_agent.draft.update.changes import NO_CHANGES, BriefChanges, follow
from lld_agent.draft.update.conflicts import Explained
from lld_agent.draft.update.impact import Impacted, impact
from lld_agent.draft.update.merge import Merged, merge, same
from lld_agent.draft.update.places import Places
from lld_agent.draft.update.provenance import explained, kept_provenance
from lld_agent.draft.update.register import with_register
from lld_agent.draft.update.tree import Kind, Node, read_tree
from lld_agent.errors import InputError, UsageError
from lld_agent.model.brief import Brief
from lld_agent.model.source import SourceText
from lld_agent.model.vocabulary import DocumentVersion
from lld_agent.template.kit import Document
from lld_agent.template.module import ModuleDesign
from lld_agent.template.registry import TEMPLATES
from lld_agent.template.render import render
from lld_agent.template.schema import from_data

_ID = re.compile(r"\b[ADQR]-\d{1,6}\b")
_LEAST_KNOWN = 0.5
"""Share of the recorded sections that a document must have to count as that design."""


class Drafter(Protocol):
    """Makes a whole draft; how, and what of the previous one it makes again, is its business."""

    def __call__(self, brief: Brief, options: DraftOptions, previous: Previous, /) -> Draft:
        """Return the draft."""
        ...


@dataclass(frozen=True, slots=True)
class Plan:
    """What an update has to do, found without drafting anything.

    Attributes:
        brief: the new brief, its requirements with the ids that they had.
        previous: the last draft, for the drafter.
        options: as given now, else as given for the last draft. given: as given now.
        changes: of the brief. impact: the values that rest on what changed.
        same_source: whether the brief is the same to the byte, and the answers too.
    """

    brief: Brief
    previous: Previous
    options: DraftOptions
    given: DraftOptions
    changes: BriefChanges
    impact: tuple[Impacted, ...]
    same_source: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """A block that differs between the last draft and the new one: `change` and where it stands."""

    change: str
    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Update:
    """A design brought along; `human` counts the blocks that stay as a person has them."""

    plan: Plan
    draft: Draft
    text: str
    sidecar: Sidecar
    conflicts: tuple[Explained, ...]
    effects: tuple[Effect, ...]
    human: int


def plan_update(mine: SourceText, record: Sidecar, brief: Brief, options: DraftOptions) -> Plan:
    """Return what changed and what rests on it.

    Args:
        mine: the design as it stands.
        record: what is known of the draft that it was.
        brief: the requirements as they are now.
        options: what a person gives this time.

    Raises:
        InputError: the record holds no design of its template.
        UsageError: another template is asked for.
    """
    if options.template not in {"auto", record.template}:
        raise UsageError(
            f"the design follows the {record.template} template, not {options.template}",
            "draft into another file with -o",
        )
    last = highest(
        (f"{prefix}-{number}" for prefix, number in record.last_ids.items()),
        _ID.findall(mine.text),
    )
    answered = [r.text for r in record.requirements if not any(r.lines) and not r.extracted]
    brief = with_kept_answers(brief, answered)
    answers = [" ".join(r.text.split()) for r in brief.requirements if is_answer(brief, r)]
    previous = Previous(
        document=document_of(record),
        questions=record.questions,
        decisions={
            row["decision"]: row["id"]
            for row in record.design.get("record", {}).get("decisions", ())
        },
        assumptions={one.text: one.id for one in record.assumptions},
        last=last,
    )
    plan = Plan(
        brief=with_register(brief, record),
        previous=previous,
        options=_options(record, options),
        given=options,
        changes=NO_CHANGES,
        impact=(),
        same_source=source_hash(brief) == record.source.sha256 and answers == answered,
    )
    return followed(plan, record, plan.brief)


def followed(plan: Plan, record: Sidecar, brief: Brief) -> Plan:
    """Return a plan for a brief whose requirements are known better.

    Args:
        plan: so far.
        record: of the last draft.
        brief: with all requirements that are known now.
    """
    document = document_of(record)
    brief, changes = follow(brief, record, plan.previous.last.get("R", 0))
    titles = Places(document, read_tree(render(document))).titles()
    found = impact(record, changes, titles)
    previous = replace(
        plan.previous,
        redo=frozenset(one.address for one in found),
        history=_history(document, changes, plan.given),
    )
    return replace(plan, brief=brief, previous=previous, changes=changes, impact=found)


def update(mine: SourceText, record: Sidecar, plan: Plan, drafter: Drafter) -> Update:
    """Draft anew what has to be, and merge it into the design as it stands.

    Raises:
        InputError: the document is not the design that the record is of.
        InternalError: the result does not read back to what was decided.
    """
    draft = drafter(plan.brief, plan.options, plan.previous)
    document = plan.previous.document
    assert document is not None
    eol = "\r\n" if "\r\n" in mine.text else "\n"
    base, theirs = (
        read_tree(eol.join(render(one).split("\n"))) for one in (document, draft.document)
    )
    merged = merge(base, read_tree(mine.text), theirs)
    if merged.known < _LEAST_KNOWN:
        raise InputError(
            f"{mine.path} is not the design that its .lld.json records: "
            f"{merged.known:.0%} of the recorded sections are in it",
            "restore the file that belongs to it, or draft into another file with -o",
        )
    old, new = Places(document, base), Places(draft.document, theirs)
    return Update(
        plan=plan,
        draft=draft,
        text=merged.text,
        sidecar=_record(record, plan, draft, kept_provenance(merged, record, draft, old, new)),
        conflicts=tuple(explained(merged, record, plan.changes, draft, old, new)),
        effects=tuple(_effects(merged, base, theirs, old, new)),
        human=len(merged.human | merged.deleted) + len(merged.added),
    )


def document_of(record: Sidecar) -> Document:
    """Return the design as generated last.

    Raises:
        InputError: the record holds none.
    """
    template = TEMPLATES.get(record.template)
    if template is not None:
        try:
            return from_data(template, record.design)
        except ValidationError:
            pass
    raise InputError(
        f"the .lld.json holds no design of the template {record.template!r}",
        "restore it from version control, or draft into another file with -o",
    )


def _options(record: Sidecar, options: DraftOptions) -> DraftOptions:
    """Return the options with what was given for the last draft where nothing is given now."""
    unset = DraftOptions()
    known = {
        field.name: record.given[field.name]
        for field in fields(DraftOptions)
        if getattr(options, field.name) == getattr(unset, field.name) and field.name in record.given
    }
    return replace(options, **known, template=record.template)


def _history(
    document: Document, changes: BriefChanges, options: DraftOptions
) -> tuple[DocumentVersion, ...]:
    """Return the document history with a row for this update, if somebody gave its date."""
    if not isinstance(document, ModuleDesign):
        return ()
    if not options.date:
        return document.history
    counts = [f"{number} {change}" for change, number in changes.counts().items() if number]
    said = f"Requirements: {', '.join(counts) or 'none changed'}"
    row = DocumentVersion(date=options.date, author=options.author, changes=said)
    return (*document.history, row)


def _record(record: Sidecar, plan: Plan, draft: Draft, provenance: Mapping[str, object]) -> Sidecar:
    ids = [
        f"{p}-{n}"
        for found in (plan.previous.last, draft.sidecar.last_ids)
        for p, n in found.items()
    ]
    return draft.sidecar.model_copy(
        update={
            **provenance,
            "past": (*record.past, *plan.changes.past),
            "last_ids": highest(ids),
        }
    )


def _effects(
    merged: Merged, base: Node, theirs: Node, old: Places, new: Places
) -> Iterator[Effect]:
    """Yield what the new draft changes, adds and removes; bookkeeping aside."""
    for node in theirs.leaves():
        where = new.address(node)
        before = merged.redone.left(node)
        if node.kind in {Kind.RULE, Kind.HEADER} or where.startswith("record.") or not where:
            continue
        if before is None:
            yield Effect("added", where, node.text.strip())
        elif not same(before, node):
            yield Effect("changed", where, node.text.strip())
    for node in base.leaves():
        where = old.address(node)
        if where and not where.startswith("record.") and merged.redone.right(node) is None:
            yield Effect("removed", where, node.text.strip())
