"""Entities that a brief spells out: in tables, sentences, code, SQL, diagrams."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import chain, groupby

from lld_agent.language.names import tokens
from lld_agent.model.brief import (
    BriefAttribute,
    BriefEntity,
    BriefSpan,
    Role,
)
from lld_agent.model.source import SourceText
from lld_agent.sources.brief.ids import identified
from lld_agent.template.reader import read_design

_FIELD = re.compile(
    r"(?:field|attribute|column|property|feld|attribut|spalte|campo|atributo|columna|coluna|字段|属性|列)(?: ?name|名)?s?\Z",
    re.IGNORECASE,
)
_TYPE = re.compile(
    r"(?:data ?)?(?:type|typ|tipo(?: de dato)?|datentyp|类型|数据类型)\Z", re.IGNORECASE
)
_RULE = re.compile(
    r"rule|constraint|required|validation|regel|pflicht|restric|regla|regra|obrigat|约束|必填|规则",
    re.IGNORECASE,
)
_OWNER = re.compile(
    r"^(?:an?|the|each|every|ein|eine|jede[rs]?|un|una|cada|um|uma|el|la|o|a)\s+(?P<name>[\w][\w -]{1,40}?)\s+"
    r"(?:has|have|contains|consists of|hat|enthält|tiene|contiene|tem|contém|possui)(?!\w)",
    re.IGNORECASE,
)
# "The fields of a booking:", "Fields of the booking", "Felder der Buchung"
_NAMED_LEAD = re.compile(
    r"(?:fields?|attributes?|columns?|properties|felder|attribute|campos|atributos|columnas|colunas)\s+"
    r"(?:of|for|der|des|de(?:l)?|da|do|für)\s+(?:(?:an?|the|each|every|la|el|una?|uma?)\s+)?"
    r"(?P<name>[\w][\w -]{1,40}?)\s*[:：.]?\Z",
    re.IGNORECASE,
)
_GENERIC_TITLE = re.compile(
    r"(?:database |db |data |domain )?(?:schema|tables?|columns?|fields?|data models?|models?|entities|entity|structure|storage|"
    r"attributes|data|payload|datenmodell|daten|felder|datos|modelo de d(?:ados|atos)|dados|campos|数据模型|数据|字段)",
    re.IGNORECASE,
)
_SUFFIX = re.compile(
    r"\s+(?:table|entity|fields|model|schema|tabelle|tabla|tabela)\Z", re.IGNORECASE
)
# Classes with annotated fields: Python, TypeScript, Java, Go.
_CLASS = re.compile(
    r"^[ \t]*(?:export |public |data |abstract )*(?:(?:class|interface|struct|record)\s+(?P<name>[A-Z]\w*)|"
    r"type\s+(?P<go>[A-Z]\w*)\s+struct)"
    r"[^\n{:]*(?:\{|:)[ \t]*\n(?P<body>(?:(?:[ \t]+[^\n]*|[ \t]*)\n?)+)",
    re.MULTILINE,
)
_MEMBER = re.compile(
    r"[ \t]+(?:(?:public|private|protected|readonly|final|val|var)\s+)*(?P<name>[A-Za-z_]\w*)\??\s*:\s*"
    r"(?P<type>[A-Za-z_][\w.\[\], |<>?]*)"
)
_NO_DATA = re.compile(
    r"(?:Service|Controller|Client|Handler|Manager|Exception|Error|Factory|Repository|Config|Settings)\Z"
)
_MAYBE = re.compile(r"create\s+table|erDiagram|classDiagram|\|", re.IGNORECASE)
_SURE = 0.5
_ATTRIBUTE = re.compile(
    r"(?:an?|the|its|ein|eine|einen|un|una|um|uma)\s+(?P<name>[a-zA-ZäöüßáéíóúñçãõÀ-ÿ][\w-]*(?: [\w-]+){0,2}?)\s*"
    r"(?:\((?P<values>[^()]{1,200})\))?\Z",
    re.IGNORECASE,
)
# "has the following fields: number, floor and capacity"
_FIELDS = re.compile(
    r"(?:(?:the )?(?:following )?(?:fields|attributes|properties|columns)|(?:die )?(?:folgenden? )?(?:felder|attribute)|"
    r"(?:los |os )?(?:siguientes |seguintes )?(?:campos|atributos))\s*[:：]?\s*",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"(?:and |und |y |e )?`?(?P<name>[A-Za-zÀ-ÿ_][\w-]*(?: [\w-]+)?)`?\s*(?:\((?P<values>[^()]{1,200})\))?\Z"
)
_LISTED = re.compile(r"(?P<name>[^\W\d_][\w /-]{1,40}?)\s*[:：]\s*(?P<fields>[^:：]+)\Z")
_LISTED_FIELDS = 3
_FIELD_NAME = re.compile(
    r"`?(?P<name>[^\W\d][\w-]*(?: [\w-]+){0,3})`?\s*(?:\((?P<values>[^()]{1,200})\))?"
)
_BETWEEN = re.compile(r",\s*(?![^()]*\))|\s+(?:and|und|y|e)\s+(?![^()]*\))")


def entities(spans: tuple[BriefSpan, ...], source: SourceText) -> tuple[BriefEntity, ...]:
    """Return the entities that tables, sentences, code, SQL and diagrams give attributes to.

    Each name stands once: what people wrote as a table or sentence goes before code and diagrams.
    """
    found: dict[tuple[str, ...], BriefEntity] = {}
    for entity in chain(_tables(spans), _sentences(spans), _classes(spans), _read(spans, source)):
        found.setdefault(tokens(entity.name), entity)
    return tuple(sorted(found.values(), key=lambda e: int(e.spans[0].removeprefix("S"))))


def _tables(spans: tuple[BriefSpan, ...]) -> Iterator[BriefEntity]:
    for key, group in groupby(spans, key=_table_key):
        rows = list(group)
        headers = [header for header, _ in rows[0].cells]
        if key is None or not _FIELD.match(headers[0]) or not any(map(_TYPE.match, headers)):
            continue
        name = _entity_name(rows[0], spans)
        if name:
            yield BriefEntity(name, tuple(map(_attribute, rows)), "", tuple(r.id for r in rows))


def _sentences(spans: tuple[BriefSpan, ...]) -> Iterator[BriefEntity]:
    for span in spans:
        if span.kind in {"sentence", "item"} and span.role not in {Role.META, Role.ALTERNATIVES}:
            entity = _in_sentence(span)
            if entity:
                yield entity


def _classes(spans: tuple[BriefSpan, ...]) -> Iterator[BriefEntity]:
    """Yield classes, interfaces and structs of fences with their fields."""
    for span in spans:
        if span.kind != "fence":
            continue
        for found in _CLASS.finditer(span.text):
            name = found["name"] or found["go"]
            fields = [match for line in found["body"].split("\n") if (match := _MEMBER.match(line))]
            attributes = tuple(
                BriefAttribute(m["name"], m["type"].strip(" ;,"), "", "", span.id) for m in fields
            )
            if len(attributes) > 1 and not _NO_DATA.search(name):
                yield BriefEntity(name, attributes, "", (span.id,))


def _read(spans: tuple[BriefSpan, ...], source: SourceText) -> Iterator[BriefEntity]:
    """Yield what the reader of designs finds: SQL, ER diagrams, tables under `Table: x`."""
    if not _MAYBE.search(source.text):
        return
    for entity in read_design(source).entities:
        if len(entity.columns) < 2 or entity.confidence < _SURE:
            continue
        attributes = tuple(
            BriefAttribute(
                name=column["column"].text,
                type=column["type"].text,
                description=column["description"].text,
                constraints=column["constraints"].text,
                span_id=_at(spans, column.span.start),
            )
            for column in entity.columns
        )
        ids = tuple(dict.fromkeys(a.span_id for a in attributes if a.span_id))
        if ids and all(a.span_id for a in attributes):
            yield BriefEntity(entity.name, attributes, "", ids)


def _at(spans: tuple[BriefSpan, ...], position: int) -> str:
    at = bisect_right(spans, position, key=lambda span: span.span.start) - 1
    return spans[at].id if at >= 0 and position < spans[at].span.end else ""


def _table_key(span: BriefSpan) -> tuple[tuple[str, ...], tuple[str, ...], str] | None:
    if span.kind != "row":
        return None
    return tuple(header for header, _ in span.cells), span.headings, span.lead


def _entity_name(row: BriefSpan, spans: tuple[BriefSpan, ...]) -> str:
    """Return what a table of fields describes: as the lead, the heading or the words above say."""
    owner = _OWNER.match(row.lead) or _NAMED_LEAD.search(row.lead)
    if owner:
        return owner["name"].strip().capitalize()
    title = row.headings[-1] if row.headings else ""
    bare = re.sub(r"^\d+(?:\.\d+)*[.)]?\s+", "", title)
    if not _GENERIC_TITLE.fullmatch(bare):
        return _SUFFIX.sub("", bare) if len(bare.split()) <= 4 else ""
    above = (s for s in reversed(spans) if s.span.start < row.span.start and s.kind == "sentence")
    near = next((s for s in above if s.headings == row.headings), None)
    told = near and (_OWNER.match(near.text) or _NAMED_LEAD.search(near.text))
    return told["name"].strip().capitalize() if told else ""


def _attribute(row: BriefSpan) -> BriefAttribute:
    kind = constraints = ""
    others = []
    for header, text in row.cells[1:]:
        if _TYPE.match(header):
            kind = text
        elif _RULE.search(header):
            constraints = f"{constraints}; {text}".strip("; ")
        elif text:
            others.append(text)
    return BriefAttribute(row.cells[0][1], kind, "; ".join(others), constraints, row.id)


def _in_sentence(span: BriefSpan) -> BriefEntity | None:
    owner = _OWNER.match(span.text)
    if owner is None:
        return _in_label(span) if span.role is Role.DATA and span.kind == "item" else None
    said = span.text[owner.end() :].strip(" .:")
    named = _FIELDS.match(said)
    pattern = _BARE if named else _ATTRIBUTE
    listed = _BETWEEN.split(said[named.end() :] if named else said)
    found = [pattern.match(part.strip()) for part in listed if part.strip()]
    if len(found) < 2 or not all(found):
        return None
    attributes = tuple(
        BriefAttribute(match["name"], "", match["values"] or "", "", span.id)
        for match in found
        if match
    )
    return BriefEntity(owner["name"].strip().capitalize(), attributes, "", (span.id,))


def _in_label(span: BriefSpan) -> BriefEntity | None:
    """Return what an item of a section about data spells out: "Booking: id, start, end (UTC)"."""
    found = _LISTED.match(identified(span.text).rest)
    parts = [part.strip(" .;") for part in _BETWEEN.split(found["fields"])] if found else []
    names = [_FIELD_NAME.fullmatch(part) for part in parts]
    if found is None or len(names) < _LISTED_FIELDS or not all(names):
        return None
    attributes = tuple(
        BriefAttribute(name["name"], "", name["values"] or "", "", span.id)
        for name in names
        if name
    )
    return BriefEntity(found["name"].strip(), attributes, "", (span.id,))
