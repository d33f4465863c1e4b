"""SEC014."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.names import tokens
from lld_agent.model.design import Design, Endpoint
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.resources import entity_of, nouns
from lld_agent.rules.routes import declared
from lld_agent.rules.sec_security import callers
from lld_agent.rules.sec_security.roles import by_resource

_COUNTED = re.compile(
    r"(?:big|small)?(?:int(?:eger)?|serial)|auto.?increment|identity|long|number", re.IGNORECASE
)
_OWNED = re.compile(
    r"own|self|\bmember|tenant|scope|belong|per[- ]user|their|creator|assigned|membership|row[- ]level"
    r"|organi[sz]ation|same|admin only|project",
    re.IGNORECASE,
)
_LAST = re.compile(r"/(?:\{(?P<a>\w+)\}|:(?P<b>\w+)|<(?:\w+:)?(?P<c>\w+)>)/?\Z")


class EnumerableId(Rule):
    """An id that can be counted up opens nothing to whoever counts.

    ## What it checks
    Integer ids in the paths of authenticated endpoints, against the ownership rules of the
    authorization table.

    ## Why
    `/invoices/1042` invites to try `/invoices/1043`.

    ## Fires when
    The id at the end of a path is an integer by its parameter or its table, and the line of the
    authorization table about the resource says nothing about owners, members or tenants.

    ## Incorrect
        `GET /fines/{id}` with an INTEGER id, and | Fines | Any logged-in user | Route |

    ## Correct
        | Fines | Own, librarians all | Service layer |    or UUIDs

    ## Known false positives
    Data that everybody may see. Endpoints without authentication are taken for such.

    ## Sections read
    Endpoints and their path parameters, column tables, authorization tables.

    ## Source
    OWASP API1:2023 Broken Object Level Authorization; spectral-owasp no-numeric-ids.
    """

    id: ClassVar[str] = "SEC014"
    name: ClassVar[str] = "enumerable-id"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per resource."""
        rows = by_resource(design)
        if not rows:
            yield Skipped("the document has no table of resources and permissions")
            return
        told: set[str] = set()
        for endpoint in declared(design):
            segments = nouns(endpoint.path)
            kind = (
                _kind(endpoint, design)
                if segments and callers.mechanisms(callers.authentication(endpoint))
                else ""
            )
            line = _line(segments, rows) if kind else None
            if line is None or segments[-1] in told:
                continue
            if not any(
                _OWNED.search(cell.text) for cell in (*line.cells.values(), *line.extra.values())
            ):
                told.add(segments[-1])
                yield Hit(
                    message=f"{endpoint.method} {endpoint.path} takes an id of type {kind} that can be counted up;"
                    f" {line.key.text} ({line['permission_model'].text}) has no rule about owners",
                    places=(Place(endpoint.span), Place(line.span, "the permission")),
                    subject=segments[-1],
                    object="id",
                    hint="check that the caller owns it and say so in the table, or use UUIDs",
                )


def _kind(endpoint: Endpoint, design: Design) -> str:
    """Return the integer type of the id that a path ends in, "" for other types."""
    found = _LAST.search(endpoint.path)
    if found is None:
        return ""
    name = next(filter(None, found.groups()))
    given = next(
        (p["type"].text for p in endpoint.parameters if p["name"].text.strip("{}:") == name), ""
    )
    if not given:
        entity = entity_of(endpoint.path, design.entities)
        given = next(
            (
                c["type"].text
                for c in (entity.columns if entity else ())
                if tokens(c["column"].text) == tokens(name)
            ),
            "",
        )
    return given if _COUNTED.match(given) else ""


def _line(segments: list[str], rows: list[ReadRow]) -> ReadRow | None:
    wanted = set(tokens(segments[-1]))
    return next(
        (r for r in rows if any(wanted & set(tokens(part)) for part in r.key.text.split())), None
    )
