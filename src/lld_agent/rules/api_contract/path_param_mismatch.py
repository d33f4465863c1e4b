"""API013."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import ClassVar

from lld_agent.language.names import canonical_name
from lld_agent.model.design import Design, Endpoint
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.rules import routes
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_NAME = re.compile(r"\{(\w+)[^{}/]*\}|:([A-Za-z_]\w*)|<(?:\w+:)?(\w+)>")
_PATH = re.compile(r"\b(?:path|url|uri|route)\b", re.IGNORECASE)
_BODY = re.compile(r"query|body|header|cookie|form|request|response", re.IGNORECASE)
_UUID = re.compile(r"\b(?:uuid|guid)\b", re.IGNORECASE)
_WHOLE = re.compile(r"\b(?:(?:big|small)?int(?:eger)?\d*|(?:big)?serial|long)\b", re.IGNORECASE)
_KEY = re.compile(r"\b(?:PK|PRIMARY KEY)\b", re.IGNORECASE)


class PathParameterMismatch(Rule):
    """The parameters in a path are those of its table, with the type of the key they name.

    ## What it checks
    `{x}` in the path of an endpoint against its table of path parameters, and the type there
    against the primary key of the table that the path names.

    ## Why
    Two names for one parameter end up in two places of the code; a UUID never finds an integer
    key.

    ## Fires when
    The path has a parameter that the table of path parameters lacks, or the other way round; or
    one side is a UUID and the other an integer.

    ## Incorrect
        ### GET /loans/{loanId}     with the path parameter `id`

    ## Correct
        ### GET /loans/{id}         with the path parameter `id`

    ## Known false positives
    Public ids that are looked up by another column than the primary key.

    ## Sections read
    Paths and path parameters of endpoints, column tables.

    ## Source
    Spectral, path-params; own comparison of types.
    """

    id: ClassVar[str] = "API013"
    name: ClassVar[str] = "path-param-mismatch"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per endpoint and kind of difference."""
        known = [(e, rows) for e in routes.declared(design) if (rows := _in_path(design, e))]
        if not known:
            yield Skipped("no endpoint has a table of path parameters")
            return
        for endpoint, rows in known:
            yield from _names(endpoint, rows)
            yield from _types(design, endpoint, rows, context)


def _in_path(design: Design, endpoint: Endpoint) -> list[ReadRow]:
    """Return the rows of an endpoint that are about its path."""
    found = []
    for row in endpoint.parameters:
        table = design.tables[row.table]
        place = [
            cell.text for name, cell in row.extra.items() if name.lower() in {"in", "location"}
        ]
        words = place[0] if place else f"{table.label} {table.heading if not table.label else ''}"
        if _PATH.search(words) and not _BODY.search(words):
            found.append(row)
    return found


def _names(endpoint: Endpoint, rows: list[ReadRow]) -> Iterator[Hit]:
    named = [
        found[1] or found[2] or found[3]
        for found in _NAME.finditer(routes.without_query(endpoint.path))
    ]
    given = {canonical_name(row["name"].text.strip("{}:")): row for row in rows}
    missing = [name for name in named if canonical_name(name) not in given]
    extra = [row for name, row in given.items() if name not in map(canonical_name, named)]
    if not missing and not extra:
        return
    parts = []
    if missing:
        parts.append(f"{', '.join(missing)} stands in the path only")
    if extra:
        parts.append(f"{', '.join(r['name'].text for r in extra)} in the table only")
    yield Hit(
        message=f"path parameters of {routes.text_of(endpoint)}: {'; '.join(parts)}",
        places=(
            Place(endpoint.span, "the path"),
            *(Place(row.span, "the table") for row in extra or rows[:1]),
        ),
        subject=routes.text_of(endpoint),
        object="names",
        hint="use one name in both",
    )


def _types(
    design: Design, endpoint: Endpoint, rows: list[ReadRow], context: Context
) -> Iterator[Hit]:
    parts = routes.without_query(endpoint.path).strip("/").split("/")
    for before, part in pairwise(parts):
        found = _NAME.fullmatch(part)
        if not found:
            continue
        name = canonical_name(found[1] or found[2] or found[3])
        row = next((r for r in rows if canonical_name(r["name"].text) == name), None)
        key = _primary_key(design, before, context)
        if row is None or key is None or not row["type"].present:
            continue
        given, stored = row["type"].text, key["type"].text
        if (_UUID.search(given) and _WHOLE.search(stored)) or (
            _WHOLE.search(given) and _UUID.search(stored)
        ):
            yield Hit(
                message=(
                    f"{row['name'].text} of {routes.text_of(endpoint)} is {given}, while {key['column'].text} of "
                    f"{key.heading or before} is {stored}"
                ),
                places=(Place(row.span, "the parameter"), Place(key.span, "the key")),
                subject=routes.text_of(endpoint),
                object="type",
                hint="give both the same type",
            )


def _primary_key(design: Design, noun: str, context: Context) -> ReadRow | None:
    entities = [e for e in design.entities if e.has_columns and e.confidence >= 0.5]
    match = context.resolver.resolve(noun, [n for e in entities for n in e.names]).match
    entity = next((e for e in entities if match in e.names), None)
    keys = [
        row
        for row in (entity.columns if entity else ())
        if _KEY.search(row["constraints"].text) or row["column"].text.lower() == "id"
    ]
    return keys[0] if len(keys) == 1 else None
