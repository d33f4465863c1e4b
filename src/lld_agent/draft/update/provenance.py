"""Where the values of a merged design come from, and which change caused which conflict."""

import hashlib
from collections.abc import Iterable, Iterator

from lld_agent.draft.finish import Draft
from lld_agent.draft.sidecar import Sidecar
from lld_agent.draft.update.changes import BriefChanges, RequirementChange
from lld_agent.draft.update.conflicts import Explained
from lld_agent.draft.update.merge import Merged
from lld_agent.draft.update.places import Places
from lld_agent.draft.update.tree import Kind, Node
from lld_agent.model.provenance import Basis, Provenance
from lld_agent.template.codec import slug

_HELD = {Kind.ROW, Kind.ITEM, Kind.FIELD}


def kept_provenance(
    merged: Merged, record: Sidecar, draft: Draft, old: Places, new: Places
) -> dict[str, object]:
    """Return the provenance of the new draft with what a person changed, deleted and added.

    A changed value has basis human; its hash stays that of the generated one, the merge base.
    """
    human = _addresses(merged.human, new)
    gone = _addresses(merged.deleted, new) - human
    values = [
        value.model_copy(update={"basis": Basis.HUMAN}) if value.address in human else value
        for value in draft.sidecar.provenance
        if value.address not in gone
    ]
    known = {value.address for value in values}
    orphans = _addresses(merged.orphaned, old)
    values += [
        value.model_copy(update={"basis": Basis.HUMAN, "spans": (), "quotes": ()})
        for value in record.provenance
        if value.address in orphans and value.address not in known
    ]
    known |= {value.address for value in values}
    # A value that nothing was known of (an answered question, a row of their own) is a person's.
    named = {new.address(node): node for node in merged.human}
    named |= {
        f"{new.slot(part)}/{slug(node.key) or 'row'}": node
        for node, part in merged.added
        if node.kind in _HELD and new.slot(part)
    }
    values += [
        Provenance(address=where, basis=Basis.HUMAN, content_hash=_hash(node))
        for where, node in named.items()
        if where and where not in known
    ]
    return {"provenance": tuple(values)}


def _hash(node: Node) -> str:
    return hashlib.sha256(" | ".join(node.said).encode()).hexdigest()[:16]


def _addresses(nodes: Iterable[Node], places: Places) -> set[str]:
    return {where for node in nodes if (where := places.address(node))}


def explained(
    merged: Merged, record: Sidecar, changes: BriefChanges, draft: Draft, old: Places, new: Places
) -> Iterator[Explained]:
    """Yield the conflicts with the changes that the blocks rest on."""
    values = {
        id(new): {value.address: value for value in draft.sidecar.provenance},
        id(old): {value.address: value for value in record.provenance},
    }
    by_id = {change.requirement: change for change in changes.requirements}
    fresh = {span.id: span for span in changes.new}
    for conflict in merged.conflicts:
        theirs = bool(conflict.theirs)
        places = new if theirs else old
        found: dict[str, None] = {}
        for leaf in conflict.block.leaves():
            value = values[id(places)].get(places.address(leaf))
            if value is None:
                continue
            found |= {_said(by_id[ref]): None for ref in value.refs if ref in by_id}
            if theirs:
                lines = (fresh[s] for s in value.spans if s in fresh)
                found |= {
                    f"line {s.line} of the requirements: {_short(s.text)}": None for s in lines
                }
            else:
                quotes = zip(value.spans, value.quotes, strict=False)
                gone = (quote for span, quote in quotes if span in changes.gone)
                found |= {f"no longer in the requirements: {_short(q)}": None for q in gone}
        yield Explained(conflict, tuple(found))


def _said(change: RequirementChange) -> str:
    texts = " → ".join(_short(text) for text in (change.before, change.after) if text)
    return f"{change.requirement} {change.change.value}: {texts}"


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 300 else f"{words[:299]}…"
