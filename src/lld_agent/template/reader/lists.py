"""Rows that stand as list items: edge cases, scenarios, variables, sub-modules, bottlenecks."""

import re
from collections.abc import Iterator

from lld_agent.model.blocks import BlockKind, RawItem
from lld_agent.model.rows import ReadRow, Row
from lld_agent.model.source import SourceText, Span
from lld_agent.model.vocabulary import Bottleneck, EdgeCase, EnvVar, SubModule, TestScenario
from lld_agent.template.reader.cells import text_cell
from lld_agent.template.reader.sections import Sectioning
from lld_agent.template.reader.tables import slot_at
from lld_agent.template.reader.walk import Placed

_LABELS: tuple[tuple[re.Pattern[str], type[Row]], ...] = (
    (re.compile(r"(?:handled )?(?:edge|corner) cases?", re.IGNORECASE), EdgeCase),
    (re.compile(r"(?:key )?test (?:scenarios|cases)", re.IGNORECASE), TestScenario),
    (re.compile(r"(?:known )?bottlenecks", re.IGNORECASE), Bottleneck),
    (re.compile(r"(?:internal )?sub-?modules", re.IGNORECASE), SubModule),
)
_CONFIG = re.compile(r"environment|config|settings|variables", re.IGNORECASE)
_VARIABLE = re.compile(r"[`*]*(?P<name>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)[`*]*(?P<rest>.*)", re.DOTALL)
_SEAM = re.compile(r":\s+| [-–—] ")


def read_list_rows(
    source: SourceText, sectioning: Sectioning, placed: tuple[Placed, ...]
) -> Iterator[ReadRow]:
    """Yield the rows that a document gives as bullets."""
    for place in placed:
        if place.block.kind is not BlockKind.LIST:
            continue
        section = sectioning.sections[place.section]
        slot = slot_at(sectioning, place)
        kind = _kind(place, section.title, slot.row if slot else None)
        for item in place.block.items if kind else ():
            assert kind is not None
            row = _row(source, kind, item, slot.address if slot else "", section.title)
            if row is not None:
                yield row


def _kind(place: Placed, title: str, expected: type[Row] | None) -> type[Row] | None:
    for words in (place.label, title):
        for pattern, kind in _LABELS:
            if words and pattern.fullmatch(words):
                return kind
    if _CONFIG.search(place.label or title):
        return EnvVar
    return expected if expected in {EdgeCase, TestScenario, Bottleneck, SubModule} else None


def _row(
    source: SourceText, kind: type[Row], item: RawItem, slot: str, heading: str
) -> ReadRow | None:
    raw = source.slice(item.span)
    names = list(kind.layout())
    if kind is EnvVar:
        found = _VARIABLE.match(raw)
        if found is None:
            return None
        cells = {
            "variable": text_cell(
                found["name"],
                Span(item.span.start + found.start("name"), item.span.start + found.end("name")),
            ),
            "description": text_cell(found["rest"].lstrip("`*:=-–— "), item.span, 0.7),
        }
        return ReadRow(kind, cells, item.span, slot, heading, 0.8)
    seam = _SEAM.search(raw) if len(names) > 1 else None
    if seam is None:
        return ReadRow(
            kind, {names[0]: text_cell(raw, item.span, 0.8)}, item.span, slot, heading, 0.8
        )
    middle = item.span.start + seam.start()
    second = item.span.start + seam.end()
    target = "mitigation" if kind is Bottleneck else names[1]
    cells = {
        names[0]: text_cell(raw[: seam.start()], Span(item.span.start, middle), 0.9),
        target: text_cell(raw[seam.end() :], Span(second, item.span.end), 0.9),
    }
    return ReadRow(kind, cells, item.span, slot, heading, 0.9)
