"""API005."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design, Endpoint
from lld_agent.model.finding import Severity
from lld_agent.model.vocabulary import AuthorizationRule
from lld_agent.rules import routes, statuses
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_PARAMETER = re.compile(r"\{[^{}/]*\}|/:[A-Za-z_]|<[^<>/]*>")
_ROLE = re.compile(
    r"\brole|\badmin|\bowner|permission|\bscope|\bmember|\bpolicy|\brbac\b", re.IGNORECASE
)
_ELSEWHERE = re.compile(r"gateway|ingress|proxy|mesh|mtls|internal only|network", re.IGNORECASE)
_WHY = {
    "401": "asks for authentication",
    "403": "asks for a role or permission",
    "404": "names a thing by id",
}


class ExpectedErrorMissing(Rule):
    """An error table has the errors that its own endpoint makes certain.

    ## What it checks
    Authentication and path of each endpoint against its error table and the shared ones.

    ## Why
    These answers will come; a client written from the table does not expect them.

    ## Fires when
    An endpoint with an error table asks for authentication and has no 401; asks for a role while
    the document has authorization rules, and has no 403; or has an id in its path and no 404 or
    410. One finding per status.

    ## Incorrect
        | **Authentication** | Bearer JWT |      and errors 400, 500

    ## Correct
        | 401 | `UNAUTHORIZED` | Missing or expired token | No |

    ## Known false positives
    Errors that hold for all and are told in prose count under a heading about errors, limits or
    authentication. A gateway that answers 401: say so in the cell. 404 instead of 403 on purpose counts.

    ## Sections read
    Properties and error tables of endpoints, error tables outside endpoints, authorization rules.

    ## Source
    RFC 9110 sections 15.5.2, 15.5.4 and 15.5.5; own guards.
    """

    id: ClassVar[str] = "API005"
    name: ClassVar[str] = "expected-error-missing"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit for each of 401, 403 and 404."""
        known = [e for e in routes.declared(design) if e.errors]
        if not known:
            yield Skipped("no endpoint has an error table")
            return
        shared = statuses.shared_rows(design)
        told = statuses.told(design)
        roles = bool(design.of(AuthorizationRule))
        missing: dict[str, list[Endpoint]] = {}
        for endpoint in known:
            has = statuses.declared(endpoint, shared) | told
            for status in _expected(endpoint, context, has, roles=roles):
                missing.setdefault(status, []).append(endpoint)
        for status, endpoints in sorted(missing.items()):
            yield _hit(status, endpoints)


def _expected(
    endpoint: Endpoint, context: Context, has: frozenset[str], *, roles: bool
) -> Iterator[str]:
    given = endpoint.properties.get("authentication")
    asks = given is not None and not routes.is_public(endpoint, context.lexicons)
    if given is not None and asks and not _ELSEWHERE.search(given.text):
        if not statuses.covers(has, "401"):
            yield "401"
        hidden = statuses.covers(has, "404")
        if roles and _ROLE.search(given.text) and not statuses.covers(has, "403") and not hidden:
            yield "403"
    if _PARAMETER.search(routes.without_query(endpoint.path)) and not has & {"404", "410", "4xx"}:
        yield "404"


def _hit(status: str, endpoints: list[Endpoint]) -> Hit:
    first = endpoints[0]
    texts = ", ".join(routes.text_of(e) for e in endpoints)
    listed = ", ".join(sorted(statuses.of_rows(first.errors))) or "no status"
    return Hit(
        message=f"{texts} {_WHY[status]}, yet {status} is not among the errors ({listed})",
        places=tuple(
            place
            for e in endpoints
            for place in (
                Place(e.span, _WHY[status]),
                Place(e.errors[-1].span, "the errors"),
            )
        ),
        subject=status,
        object=texts,
        hint=f"add a {status} row, or one table of errors that all endpoints share",
    )
