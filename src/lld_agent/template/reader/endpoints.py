"""Endpoints in every notation, each with the tables, fences and labels that belong to it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lld_agent.model.blocks import Block, BlockKind
from lld_agent.model.design import Endpoint, Section, TableReading
from lld_agent.model.diagrams import Diagram
from lld_agent.model.rows import ABSENT, Cell, ReadRow
from lld_agent.model.source import SourceText, Span
from lld_agent.model.vocabulary import EndpointRow, ErrorResponse, Parameter
from lld_agent.template.reader.cells import text_cell
from lld_agent.template.reader.sections import Sectioning
from lld_agent.template.reader.walk import Placed, label_of
from lld_agent.text.inline import plain

METHODS = "GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS"
ROUTE = re.compile(rf"(?P<method>{METHODS})[\s`*]+(?:https?://[^/\s`]+)?(?P<path>/[^\s`|,;\"'*]*)")
_DECLARED = re.compile(rf"[`*\s]*(?:\d[\d.]*\s+)?[`*]*{ROUTE.pattern}[`*]*(?P<rest>.*)", re.DOTALL)
_API = re.compile(
    r"(?<![^\W_])(?:apis?|endpoints?|routes?|rest|interfaces?|rotas|rutas|schnittstellen?|接口)(?![^\W_])",
    re.IGNORECASE,
)
_FOREIGN = re.compile(
    r"external|third[- ]party|upstream|consumed|calls? to|other services?|downstream|outbound",
    re.IGNORECASE,
)
_ANSWER = re.compile(
    r"[*`_]{0,3}(?P<status>[1-5]\d\d)(?![\d.])[^\n`]{0,60}`?[^\n`]{0,60}(?:`(?P<code>[A-Z][A-Z0-9_]{2,60})`)?"
)
_NAMES = {
    "auth": "authentication", "authentication required": "authentication", "auth required": "authentication",
    "rate limits": "rate_limit", "summary": "description", "purpose": "description",
}  # fmt: skip


@dataclass
class _Open:
    """An endpoint that is still collecting what belongs to it."""

    method: str
    path: str
    notation: str
    span: Span
    section: int
    owned: bool
    heading: str
    properties: dict[str, Cell] = field(default_factory=dict)
    errors: list[ReadRow] = field(default_factory=list)
    parameters: list[ReadRow] = field(default_factory=list)
    request: Cell = ABSENT
    response: Cell = ABSENT

    def closed(self) -> Endpoint:
        return Endpoint(
            self.method,
            self.path,
            self.notation,
            self.span,
            self.owned,
            self.properties,
            tuple(self.errors),
            tuple(self.parameters),
            self.request,
            self.response,
            self.heading,
        )


def read_endpoints(
    source: SourceText,
    sectioning: Sectioning,
    placed: tuple[Placed, ...],
    tables: tuple[TableReading, ...],
    rows: tuple[ReadRow, ...],
    diagrams: tuple[Diagram, ...],
) -> tuple[Endpoint, ...]:
    """Return the endpoints that a document declares, in document order; mentions are none."""
    reader = _Reader(source, sectioning, tables, rows)
    found = reader.read(placed)
    found += [_from_row(row, sectioning) for row in rows if row.kind is EndpointRow]
    found += _from_classes(diagrams)
    return tuple(sorted((e for e in found if e.path), key=lambda endpoint: endpoint.span))


class _Reader:
    """Goes through the blocks once; an endpoint owns what follows until the next one or a heading."""

    def __init__(
        self,
        source: SourceText,
        sectioning: Sectioning,
        tables: tuple[TableReading, ...],
        rows: tuple[ReadRow, ...],
    ) -> None:
        self._source = source
        self._sections = sectioning.sections
        self._tables = {table.span.start: (number, table) for number, table in enumerate(tables)}
        self._rows: dict[int, list[ReadRow]] = {}
        for row in rows:
            self._rows.setdefault(row.table, []).append(row)

    def read(self, placed: tuple[Placed, ...]) -> list[Endpoint]:
        """Return the endpoints of headings, bold lines and plain lines."""
        by_section: dict[int, list[Placed]] = {}
        for place in placed:
            by_section.setdefault(place.section, []).append(place)
        done: list[Endpoint] = []
        current: _Open | None = None
        for number, section in enumerate(self._sections):
            if current is not None and not self._inside(number, current.section):
                done.append(current.closed())
                current = None
            headed = self._from_heading(number, section)
            if headed is not None:
                if current is not None:
                    done.append(current.closed())
                current = headed
            for place in by_section.get(number, ()):
                started = list(self._from_block(place, number))
                if started:
                    done += [current.closed()] if current else []
                    done += [endpoint.closed() for endpoint in started[:-1]]
                    current = started[-1]
                elif current is not None:
                    self._collect(current, place)
        return [*done, *([current.closed()] if current else [])]

    def _inside(self, number: int, owner: int) -> bool:
        while number >= 0:
            if number == owner:
                return True
            number = self._sections[number].parent
        return False

    def _start(self, found: re.Match[str], notation: str, span: Span, number: int) -> _Open:
        section = self._sections[number]
        opened = _Open(
            found["method"],
            found["path"].rstrip(".:"),
            notation,
            span,
            number,
            owned(self._sections, number),
            section.title,
        )
        rest = plain(found["rest"].lstrip("`*").lstrip(" -–—:("))
        if rest:
            opened.properties["description"] = Cell(rest, rest, span)
        return opened

    def _from_heading(self, number: int, section: Section) -> _Open | None:
        found = _DECLARED.match(section.title) if section.level else None
        return self._start(found, "heading", section.heading_span, number) if found else None

    def _from_block(self, place: Placed, number: int) -> Iterator[_Open]:
        block = place.block
        if block.kind is BlockKind.PARAGRAPH:
            bold = block.text.startswith(("**", "`"))
            if bold or self._is_api(number):
                yield from self._from_lines(block, number, bold=bold)
        elif block.kind is BlockKind.LIST and self._is_api(number):
            for item in block.items:
                found = _DECLARED.match(item.text)
                if found:
                    yield self._start(found, "line", item.span, number)

    def _from_lines(self, block: Block, number: int, *, bold: bool) -> Iterator[_Open]:
        offset = block.text_span.start
        for line in self._source.slice(block.text_span).split("\n"):
            found = _DECLARED.match(line)
            if found and (bold or not found["rest"].strip(" `*") or self._is_api(number)):
                span = Span(offset, offset + len(line.rstrip("\r")))
                yield self._start(found, "bold" if line.startswith("**") else "line", span, number)
            offset += len(line) + 1

    def _is_api(self, number: int) -> bool:
        while number >= 0:
            section = self._sections[number]
            if section.level > 1 and (section.slot.startswith("api") or _API.search(section.title)):
                return True
            number = section.parent
        return False

    def _collect(self, current: _Open, place: Placed) -> None:
        block = place.block
        if block.kind is BlockKind.TABLE:
            self._collect_table(current, block)
        elif block.kind is BlockKind.FENCE:
            label = place.label.lower()
            value = Cell(block.text, block.text, block.text_span)
            if "request" in label and not current.request.present:
                current.request = value
            elif ("response" in label or "success" in label) and not current.response.present:
                current.response = value
        elif block.kind is BlockKind.LIST:
            current.errors += _from_list(block)
        elif block.kind is BlockKind.PARAGRAPH:
            for line in block.text.split("\n"):
                named = label_of(line.strip())
                if named is not None and named.value:
                    value = text_cell(named.value, block.text_span)
                    current.properties.setdefault(_name(named.name), value)

    def _collect_table(self, current: _Open, block: Block) -> None:
        number, table = self._tables[block.span.start]
        if table.property_table:
            for cells in table.rows:
                if len(cells) > 1:
                    current.properties.setdefault(_name(cells[0].text), cells[1])
        elif table.kind is ErrorResponse:
            current.errors += self._rows.get(number, [])
        elif table.kind is Parameter:
            current.parameters += self._rows.get(number, [])


def _from_list(block: Block) -> Iterator[ReadRow]:
    """Yield the errors of a list of answers (`404 ORDER_NOT_FOUND`), every item one status."""
    found = [_ANSWER.match(item.text) for item in block.items]
    if not all(found):
        return
    for item, answer in zip(block.items, found, strict=True):
        if answer is not None and answer["status"][0] in "45":
            cells = {"status": Cell(answer["status"], answer["status"], item.span, 0.8)}
            if answer["code"]:
                cells["code"] = Cell(answer["code"], answer["code"], item.span, 0.8)
            yield ReadRow(ErrorResponse, cells, item.span, heading="", confidence=0.8)


def owned(sections: tuple[Section, ...], number: int) -> bool:
    """Return whether what a section declares is this service's own (G6)."""
    while number >= 0:
        section = sections[number]
        if section.slot.startswith("api.external") or (
            section.level > 1 and not section.slot and _FOREIGN.search(section.title)
        ):
            return False
        number = section.parent
    return True


def _name(label: str) -> str:
    words = label.strip().lower()
    return _NAMES.get(words, words).replace(" ", "_")


def _from_row(row: ReadRow, sectioning: Sectioning) -> Endpoint:
    text = row["path"].text
    found = ROUTE.search(text)
    method = (
        row["method"].text.upper() if row["method"].present else found["method"] if found else ""
    )
    path = found["path"] if found else text if text.startswith("/") else ""
    number = _section_number(sectioning.sections, row.span)
    properties: Mapping[str, Cell] = {
        name: row[name]
        for name in ("description", "authentication", "rate_limit", "timeout")
        if row[name].present
    }
    return Endpoint(
        method.split(",")[0].strip()
        if re.fullmatch(rf"(?:{METHODS})(?:\s*[,/|]\s*(?:{METHODS}))*", method)
        else "",
        path,
        "table",
        row.span,
        owned(sectioning.sections, number),
        properties,
        heading=row.heading,
        confidence=row.confidence,
    )


def _section_number(sections: tuple[Section, ...], span: Span) -> int:
    found = 0
    for number, section in enumerate(sections):
        if section.span.start > span.start:
            break
        found = number
    return found


def _from_classes(diagrams: tuple[Diagram, ...]) -> list[Endpoint]:
    return [
        Endpoint(found["method"], found["path"], "class", member.span, heading=diagram.heading)
        for diagram in diagrams
        for box in diagram.classes
        for member in box.members
        if (found := ROUTE.match(member.name))
    ]
