"""What a change of the brief reaches: the values that rest on it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lld_agent.draft.sidecar import Sidecar
from lld_agent.draft.update.changes import BriefChanges, Change

_COUNT = re.compile(r"-\d+\Z")


@dataclass(frozen=True, slots=True)
class Impacted:
    """A value of the design that rests on something that changed.

    Attributes:
        address: of the value.
        title: heading that it stands under.
        requirements: ids of those that changed.
        quotes: sentences it rests on that the brief no longer has.
    """

    address: str
    title: str
    requirements: tuple[str, ...]
    quotes: tuple[str, ...]


def impact(
    record: Sidecar, changes: BriefChanges, titles: Mapping[str, str]
) -> tuple[Impacted, ...]:
    """Return the values that cite changed requirements or sentences, in the order of the record.

    A value moves on only by what it rests on; what moved without a word changed reaches nothing.

    Args:
        record: of the draft from the old brief.
        changes: what is different in the new one.
        titles: address → heading.
    """
    changed = {
        one.requirement
        for one in changes.requirements
        if one.change in {Change.MODIFIED, Change.REMOVED}
    }
    found = []
    for value in record.provenance:
        refs = tuple(ref for ref in value.refs if ref in changed)
        pairs = zip(value.spans, value.quotes, strict=False)
        quotes = tuple(quote for span, quote in pairs if span in changes.gone)
        if refs or quotes:
            title = _title(value.address, titles)
            found.append(Impacted(value.address, title, refs, quotes))
    return tuple(found)


def _title(address: str, titles: Mapping[str, str]) -> str:
    """Return the heading over a value; a name, which stands in a heading itself, has that of its part."""
    one = _COUNT.sub("", address)
    around = one.rpartition(".")[0]
    beside = (title for known, title in titles.items() if around and known.startswith(f"{around}."))
    return titles.get(address) or titles.get(one) or next(beside, one)
