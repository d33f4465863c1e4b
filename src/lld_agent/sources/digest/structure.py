"""What a brief spells out: entities with attributes, endpoints, terms, alternatives, decisions."""

import re
from collections.abc import Iterator
from itertools import groupby

from lld_agent.model.brief import (
    BriefAttribute,
    BriefEndpoint,
    BriefEntity,
    BriefSpan,
    Pair,
    Role,
)

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
_ATTRIBUTE = re.compile(
    r"(?:an?|the|its|ein|eine|einen|un|una|um|uma)\s+(?P<name>[a-zA-ZäöüßáéíóúñçãõÀ-ÿ][\w-]*(?: [\w-]+){0,2}?)\s*"
    r"(?:\((?P<values>[^()]{1,200})\))?\Z",
    re.IGNORECASE,
)
_ROUTE = re.compile(
    r"(?<![A-Za-z])(?P<method>GET|POST|PUT|PATCH|DELETE)[\s`]+(?P<path>/[^\s`|,;\"')]*)"
)
_TERM = re.compile(
    r"^(?P<term>[^:：]{1,60}?)\s*(?:[:：]|\s[-–—]\s)\s*(?P<meaning>\S.*)\Z", re.DOTALL
)
_OPTION = re.compile(r"^(?P<name>[^:：.]{2,80})[:：]\s*(?P<reason>\S.*)\Z", re.DOTALL)


def entities(spans: tuple[BriefSpan, ...]) -> Iterator[BriefEntity]:
    """Yield the entities whose attributes stand in a table or in one plain sentence."""
    for key, group in groupby(spans, key=_table_key):
        rows = list(group)
        if (
            key is not None
            and _FIELD.match(rows[0].cells[0][0])
            and any(_TYPE.match(h) for h, _ in rows[0].cells)
        ):
            name = _entity_name(rows[0])
            if name:
                yield BriefEntity(
                    name, tuple(map(_attribute, rows)), "", tuple(row.id for row in rows)
                )
    for span in spans:
        if span.kind in {"sentence", "item"} and span.role not in {Role.META, Role.ALTERNATIVES}:
            entity = _in_sentence(span)
            if entity:
                yield entity


def _table_key(span: BriefSpan) -> tuple[tuple[str, ...], tuple[str, ...], str] | None:
    if span.kind != "row":
        return None
    return tuple(header for header, _ in span.cells), span.headings, span.lead


def _entity_name(row: BriefSpan) -> str:
    owner = _OWNER.match(row.lead)
    if owner:
        return owner["name"].strip().capitalize()
    title = row.headings[-1] if row.headings else ""
    bare = re.sub(r"^\d+(?:\.\d+)*[.)]?\s+", "", title)
    return bare if len(bare.split()) <= 3 else ""


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
        return None
    listed = re.split(
        r",\s*(?![^()]*\))|\s+(?:and|und|y|e)\s+(?![^()]*\))", span.text[owner.end() :].strip(" .:")
    )
    found = [_ATTRIBUTE.match(part.strip()) for part in listed if part.strip()]
    if len(found) < 2 or not all(found):
        return None
    attributes = tuple(
        BriefAttribute(match["name"], "", match["values"] or "", "", span.id)
        for match in found
        if match
    )
    return BriefEntity(owner["name"].strip().capitalize(), attributes, "", (span.id,))


def endpoints(spans: tuple[BriefSpan, ...]) -> Iterator[BriefEndpoint]:
    """Yield each endpoint once, with the words around it and the JSON that follows."""
    seen: set[tuple[str, str]] = set()
    for number, span in enumerate(spans):
        if span.kind == "fence" or span.role in {Role.META, Role.ALTERNATIVES}:
            continue
        for method, path, said in _routes(span):
            if (method, path) in seen:
                continue
            seen.add((method, path))
            fences = [
                s
                for s in spans[number + 1 : number + 6]
                if s.kind == "fence" and s.headings == span.headings
            ]
            json = (
                [s for s in fences if s.text.lstrip()[:1] in "{["] if span.kind == "heading" else []
            )
            ids = (span.id, *(s.id for s in json[:2]))
            yield BriefEndpoint(
                method,
                path,
                said,
                ids,
                json[0].text if json else "",
                json[1].text if len(json) > 1 else "",
            )


def _routes(span: BriefSpan) -> Iterator[tuple[str, str, str]]:
    if span.kind == "row":
        texts = [text for _, text in span.cells]
        method = next((t for t in texts if t in {"GET", "POST", "PUT", "PATCH", "DELETE"}), "")
        path = next((t for t in texts if t.startswith("/")), "")
        if method and path:
            yield method, path, "; ".join(t for t in texts if t and t not in {method, path})
            return
    found = list(_ROUTE.finditer(span.text))
    for match in found:
        alone = len(found) == 1 and match.start() == 0
        said = span.text[match.end() :].lstrip(" `:–—-") if alone else span.text
        yield match["method"], match["path"].rstrip("."), said


def glossary(spans: tuple[BriefSpan, ...]) -> Iterator[Pair]:
    """Yield term and meaning of sections about terms."""
    for span in spans:
        if span.role is not Role.GLOSSARY:
            continue
        if span.kind == "row" and len(span.cells) > 1:
            meaning = "; ".join(text for _, text in span.cells[1:] if text)
            yield Pair(span.cells[0][1], meaning, (span.id,))
        elif span.kind in {"item", "sentence"} and (found := _TERM.match(span.text)):
            yield Pair(found["term"], found["meaning"], (span.id,))


def alternatives(spans: tuple[BriefSpan, ...]) -> Iterator[Pair]:
    """Yield what was considered and why it was not taken, as far as the brief says."""
    for span in spans:
        if span.role is Role.ALTERNATIVES and span.kind in {"item", "row"}:
            found = _OPTION.match(span.text)
            yield Pair(
                found["name"] if found else span.text, found["reason"] if found else "", (span.id,)
            )


def decisions(spans: tuple[BriefSpan, ...]) -> Iterator[Pair]:
    """Yield the items of sections about decisions."""
    for span in spans:
        if (
            span.role is Role.DECISIONS
            and span.kind in {"item", "row", "sentence"}
            and not span.text.endswith(":")
        ):
            yield Pair(span.text, "", (span.id,))
