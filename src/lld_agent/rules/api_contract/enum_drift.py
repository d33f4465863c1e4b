"""API015."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.names import canonical_name
from lld_agent.model.design import Design, Endpoint, EnumType
from lld_agent.model.finding import Severity
from lld_agent.model.source import Span
from lld_agent.rules import routes
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.enumerations import enum_columns
from lld_agent.text import payload

_VALUE = r"[A-Za-z][A-Za-z0-9_]*"
_LIST = re.compile(
    rf"(?<![A-Za-z0-9_])['\"`]?{_VALUE}['\"`]?(?:\s*(?:\||/|,| or )\s*['\"`]?{_VALUE}['\"`]?)+"
)
_CAPITALS = re.compile(r"[A-Z][A-Z0-9_]{2,}")
_WORD = re.compile(_VALUE)
_TYPES = {
    "string", "str", "uuid", "integer", "int", "number", "boolean", "bool", "object", "array", "null", "date",
    "datetime", "float", "optional", "required", "enum", "or", "any", "true", "false", "timestamp", "list",
}  # fmt: skip


class ApiEnumDrift(Rule):
    """The values that the API speaks are the values that are stored.

    ## What it checks
    Values of fields in request and response samples and in parameters against the enum of the
    column of the same name.

    ## Why
    A value that the API accepts and the column refuses is a 500 for the first client that sends it.

    ## Fires when
    A field of the API has values that the enum of its column lacks. Where two tables have such a
    column, the path has to name one of them.

    ## Incorrect
        "kind": "CLOUD"      and a column `kind` with CLOUD_HOSTED, SELF_HOSTED

    ## Correct
        The same value in both.

    ## Known false positives
    Values that are mapped on purpose. Enums that end in "etc." do not count; a request that takes
    only some of the values is fine.

    ## Sections read
    Samples and parameters of endpoints, ENUM columns, CREATE TYPE.

    ## Source
    Own.
    """

    id: ClassVar[str] = "API015"
    name: ClassVar[str] = "api-db-enum-drift"
    severity: ClassVar[Severity] = Severity.ERROR

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per enum and endpoint."""
        enums = [e for e in enum_columns(design) if not e.open]
        known = routes.declared(design)
        if not enums or not known:
            yield Skipped("needs enum columns and endpoints")
            return
        for endpoint in known:
            for field, values, span in _spoken(endpoint):
                enum = _column(field, endpoint, enums, context)
                stored = {canonical_name(v.text) for v in enum.values} if enum else set()
                unknown = [v for v in values if canonical_name(v) not in stored]
                if enum is not None and unknown:
                    yield _hit(endpoint, field, unknown, span, enum)


def _spoken(endpoint: Endpoint) -> Iterator[tuple[str, list[str], Span]]:
    """Yield the fields of an endpoint whose values are given, with the values and the place."""
    for sample in (endpoint.request, endpoint.response):
        for member in payload.members(sample):
            values = _values(member.value)
            if values:
                yield member.key, values, member.span
    for row in endpoint.parameters:
        cell = row["type"] if _LIST.search(row["type"].text) else row["description"]
        values = _values(cell.text)
        if len(values) > 1:
            yield row["name"].text, values, row.span


def _values(text: str) -> list[str]:
    """Return the values that a sample or a description gives: a list, or one word in capitals."""
    if _CAPITALS.fullmatch(text.strip()):
        return [text.strip()]
    found = _LIST.search(text)
    values = _WORD.findall(found[0]) if found else []
    values = [v for v in values if v.lower() not in _TYPES]
    capitals = all(_CAPITALS.fullmatch(v) for v in values)
    return values if len(values) > 1 and capitals else []


def _column(
    field: str, endpoint: Endpoint, enums: list[EnumType], context: Context
) -> EnumType | None:
    """Return the one enum that a field of an endpoint stands for (G5)."""
    same = [e for e in enums if canonical_name(e.field) == canonical_name(field)]
    parts = [p for p in re.split(r"[/{}:]+", routes.without_query(endpoint.path)) if p]
    owners = [e.owner for e in same]
    for part in reversed(parts):
        match = context.resolver.resolve(part, owners).match
        if match is not None:
            return next(e for e in same if e.owner == match)
    generic = canonical_name(field) in {"status", "state", "type", "kind", "role", "level"}
    return same[0] if len(same) == 1 and not generic else None


def _hit(endpoint: Endpoint, field: str, unknown: list[str], span: Span, enum: EnumType) -> Hit:
    column = f"{enum.owner}.{enum.field}"
    return Hit(
        message=(
            f"{field} of {routes.text_of(endpoint)} has {', '.join(unknown)}, while {column} has "
            f"{', '.join(v.text for v in enum.values)}"
        ),
        places=(Place(span, "the API"), Place(enum.span, f"the values of {column}")),
        subject=f"{routes.text_of(endpoint)}.{field}",
        object=",".join(unknown),
        hint="give both the same values, or say how they are mapped",
    )
