"""Tables of the brief that are tables of a design already: variables, threats, error classes, ..."""

import re
from bisect import bisect_right
from collections.abc import Iterator

from lld_agent.draft.features import BriefIndex
from lld_agent.draft.place.wording import ATTACK
from lld_agent.draft.placement import Placement
from lld_agent.model import vocabulary as v
from lld_agent.model.brief import BriefSpan, Role
from lld_agent.model.rows import ReadRow, Row
from lld_agent.template.manifest import SlotInfo
from lld_agent.template.reader import read_design
from lld_agent.template.registry import Template

_SURE = 0.8
_TAKEN: frozenset[type[Row]] = frozenset(
    {
        v.CacheLayer,
        v.EnvVar,
        v.ErrorClass,
        v.FeatureFlag,
        v.RetryPolicy,
        v.Secret,
        v.Threat,
    }
)
"""Row types whose tables mean the same in a requirement document as in a design."""
# What many write into the column for defaults: it is no value, it says whether one is needed.
_NO_VALUE = re.compile(
    r"(?P<required>required|mandatory|erforderlich|pflicht|obligatorio|obrigat[oó]ri[oa]|必填)|optional|opcional|可选",
    re.IGNORECASE,
)
_SKIPPED = {Role.META, Role.ALTERNATIVES, Role.REFERENCES}


def place(index: BriefIndex, template: Template) -> Iterator[Placement]:
    """Yield each row of such a table with the slot that its kind has in the template."""
    if "|" not in index.brief.source.text:
        return
    slots = {s.row: s for s in template.manifest if s.row in _TAKEN and "[]" not in s.address}
    for row in read_design(index.brief.source).rows:
        slot = slots.get(row.kind)
        span = _span_at(index, row.span.start)
        if slot is None or span is None or row.confidence < _SURE or span.role in _SKIPPED:
            continue
        if row.kind is v.Threat and not ATTACK.search(span.text):
            continue
        owner = index.requirement_of(span.id)
        refs = (owner,) if owner else ()
        yield Placement(slot.address, _value(row, slot), (span.id,), refs)


def _value(row: ReadRow, slot: SlotInfo) -> Row:
    """Return the row with the columns that the slot shows; levels that no scale knows are left out."""
    cells = {name: row[name].text for name, _ in slot.columns if row[name].present}
    if row.kind is v.EnvVar and (found := _NO_VALUE.fullmatch(cells.get("default", ""))):
        cells |= {"default": "", "required": "Yes" if found["required"] else "No"}
    return _fitting(row.kind, cells)


def _fitting(kind: type[Row], cells: dict[str, str]) -> Row:
    known = {}
    for name, text in cells.items():
        try:
            kind(**{name: text})
        except ValueError:
            continue
        known[name] = text
    return kind(**known)


def _span_at(index: BriefIndex, position: int) -> BriefSpan | None:
    spans = index.brief.spans
    at = bisect_right(spans, position, key=lambda span: span.span.start) - 1
    found = spans[at] if at >= 0 else None
    return found if found is not None and position < found.span.end else None
