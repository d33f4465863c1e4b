"""API003."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design, Endpoint
from lld_agent.model.finding import Severity
from lld_agent.model.vocabulary import ErrorClass
from lld_agent.rules import routes, statuses
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_MANY, _NEARLY_ALL = 3, 0.75
"""So many endpoints, and such a share, with a table each: then classes of errors are no substitute."""
_SAYS = re.compile(
    r"(?<![\w.])[45]\d\d(?![\w.%])|(?<![\w.])[45]xx\b|errcode|error code", re.IGNORECASE
)


class NoErrorTable(Rule):
    """Every endpoint says which errors it answers with.

    ## What it checks
    Error tables of the endpoints, and the tables that speak for all of them.

    ## Why
    A client that knows only the good answer treats every other one as a crash.

    ## Fires when
    Some endpoints have an error table and others have none (one finding lists these), or no
    endpoint has one and nothing else in the contract names an error status (one finding). A shared
    table of errors or of error classes with statuses answers for all.

    ## Incorrect
        ### GET /loans/{id}     with a response sample and no error

    ## Correct
        | Status Code | Error Code | Description | Retry? |
        | 404 | `NOT_FOUND` | No such loan | No |

    ## Known false positives
    Errors that are described in another document. Errors in prose count; probes are exempt, and so
    are rows of a table that only lists routes.

    ## Sections read
    All endpoints, error tables, error classes.

    ## Source
    OWASP API security rules for OpenAPI (error responses); own guards.
    """

    id: ClassVar[str] = "API003"
    name: ClassVar[str] = "no-error-table"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit."""
        known = [
            e for e in routes.declared(design) if not routes.is_exempt(e.path, context.lexicons)
        ]
        detailed = [e for e in known if e.notation != "table"]
        if len(detailed) < 2:
            yield Skipped("needs at least two endpoints in detail")
            return
        classes = any(
            statuses.numbers(f"{row['http_status'].text} {row['category'].text}")
            for row in design.of(ErrorClass)
        )
        own = [e for e in detailed if e.errors]
        by_endpoint = len(own) >= _MANY and len(own) >= _NEARLY_ALL * len(detailed)
        if statuses.shared_rows(design) or (classes and not by_endpoint):
            return
        bodies = routes.bodies(design)
        silent = [e for e in known if not e.errors and not _SAYS.search(bodies[e.span])]
        with_table = [e for e in known if e.errors]
        if with_table:
            bare = [e for e in silent if e.notation != "table"]
            if bare:
                yield _some(bare, with_table[0])
        elif len(silent) == len(known) and not _in_the_rest(design, known):
            # a list of routes, or those of somebody else's service, promises no contract
            contracts = [e for e in detailed if e.request.present or e.response.present]
            if design.template or 2 * len(contracts) >= len(detailed):
                yield _none(detailed)


def _in_the_rest(design: Design, known: list[Endpoint]) -> bool:
    """Return whether the sections around the endpoints speak of errors in their own words."""
    around = {id(design.section_at(e.span)): design.section_at(e.span) for e in known}
    homes = {section.parent for section in around.values()}
    text = "".join(
        design.source.slice(section.span)
        for number, section in enumerate(design.sections)
        if number in homes or section.parent in homes or "error" in section.title.lower()
    )
    return _SAYS.search(text) is not None


def _some(bare: list[Endpoint], peer: Endpoint) -> Hit:
    texts = ", ".join(routes.text_of(e) for e in bare)
    return Hit(
        message=f"{texts}: no errors given, while {routes.text_of(peer)} has an error table",
        places=(
            *(Place(e.span, "no errors") for e in bare),
            Place(peer.errors[0].span, "an error table"),
        ),
        subject="endpoints",
        object=texts,
        hint="add the statuses it answers with, or one table of errors that all endpoints share",
    )


def _none(known: list[Endpoint]) -> Hit:
    return Hit(
        message=f"none of the {len(known)} endpoints says which errors it answers with",
        places=tuple(Place(e.span) for e in known[:3]),
        subject="contract",
        hint="add an error table to each, or one that all of them share",
    )
