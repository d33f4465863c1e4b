"""What a model said about the register of requirements, kept where the sentences are still there."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from lld_agent.draft.sidecar import Sidecar, text_hash
from lld_agent.draft.stages.extract import without
from lld_agent.draft.trace import Traced
from lld_agent.language.quantity import find_quantities
from lld_agent.model.brief import Brief, BriefSpan, Requirement, RequirementKind


def same_spans(record: Sidecar, brief: Brief) -> Mapping[str, str]:
    """Return id of a span in the old brief → its id in the new one, for the same words.

    Of several that say the same, the one under the same headings is meant, else the next in order.
    """
    waiting: dict[str, list[BriefSpan]] = defaultdict(list)
    for span in brief.spans:
        waiting[text_hash(span.text)].append(span)
    found: dict[str, str] = {}
    for one_place in (True, False):
        for old in record.spans:
            same = waiting[text_hash(old.text)]
            fits = (s for s in same if not one_place or s.headings == old.under)
            new = None if old.id in found else next(fits, None)
            if new is not None:
                same.remove(new)
                found[old.id] = new.id
    return found


def with_register(brief: Brief, record: Sidecar) -> Brief:
    """Return the brief with what a model found in its unchanged sentences, and without what it withdrew.

    Args:
        brief: the new one, as code reads it.
        record: of the last draft.
    """
    if record.written is None:
        return brief
    refused = set(record.written.withdrawn)
    brief = without(brief, [r for r in brief.requirements if not r.own_id and r.text in refused])
    left = list(brief.requirements)
    moved = same_spans(record, brief)
    taken = {r.id for r in left}
    for old in record.requirements:
        if old.extracted and all(span in moved for span in old.spans):
            number = len(taken) + 1
            while f"R-{number}" in taken:
                number += 1
            taken.add(f"R-{number}")
            left.append(_again(old, f"R-{number}", moved))
    return replace(brief, requirements=tuple(left))


def _again(old: Traced, new_id: str, moved: Mapping[str, str]) -> Requirement:
    return Requirement(
        id=new_id,
        kind=RequirementKind(old.kind),
        text=old.text,
        spans=tuple(dict.fromkeys(moved[span] for span in old.spans)),
        priority=old.priority,
        quantities=find_quantities(old.text),
        extracted=True,
    )
