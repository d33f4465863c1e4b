"""SEC007."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.names import tokens
from lld_agent.model.design import Design
from lld_agent.model.diagrams import DiagramKind
from lld_agent.model.finding import Severity
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import StateTransition, TestScenario
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.routes import declared
from lld_agent.rules.sec_security.roles import role_words
from lld_agent.rules.wording import listed

_ROLE = re.compile(
    r"\broles?\s*(?:=|:|is)\s*[`\"']?(?P<a>[A-Za-z][\w-]{2,30})|[`\"'](?P<b>[A-Za-z][\w-]{2,30})[`\"']\s+role\b"
    r"|\b(?P<c>[A-Z][A-Z_]{2,30})\s+role\b|\bROLE_(?P<d>[A-Z_]{3,30})\b|\b(?P<e>[a-z][a-z_-]{2,30}) role (?:required|only|needed)"
    r"|\b(?P<f>[A-Za-z][\w-]{2,30}) only\b(?=\s*\)|\s*$)|\broles? [`\"'](?P<g>[A-Za-z][\w-]{2,30})[`\"']",
)
_COMMON = frozenset(
    [
        "user",
        "service",
        "role",
        "this",
        "that",
        "the",
        "any",
        "some",
        "same",
        "each",
        "new",
        "own",
        "given",
        "other",
        "required",
        "right",
        "read",
        "write",
        "internal",
        "member",
        "system",
        "authenticated",
        "caller",
        "client",
        "iam",
        "rbac",
        "read-only",
        "json",
        "https",
        "http",
        "tls",
        "get",
        "post",
        "auth",
        "jwt",
        "token",
        "bearer",
        "response",
        "request",
        "one",
        "first",
        "primary",
        "replica",
        "leader",
        "follower",
        "server",
        "admin-only",
        "owner",
        "author",
        "creator",
        "self",
        "anonymous",
        "public",
        "guest",
        "network",
        "cluster",
        "kubelet",
        "localhost",
        "gateway",
    ]
)


class RoleUndeclared(Rule):
    """Every role that is asked for is one that the design knows.

    ## What it checks
    Roles in the authentication of endpoints, guards of transitions, test scenarios and flows,
    against all words of the authorization table.

    ## Why
    A check for a role that nobody is ever given locks everybody out, or is left out.

    ## Fires when
    A role is named as one (`role: FINANCE`, "`finance` role", "finance only") and the table has no
    such word: one finding lists the roles.

    ## Incorrect
        | Authentication | JWT, role: finance |    and a table with member and librarian

    ## Correct
        | Fines | finance: waive; member: own | Service layer |

    ## Known false positives
    Roles that another service defines; owner, author and self are relations and exempt.

    ## Sections read
    Endpoints, transitions, test scenarios, sequence diagrams, authorization tables.

    ## Source
    OWASP API5:2023 Broken Function Level Authorization.
    """

    id: ClassVar[str] = "SEC007"
    name: ClassVar[str] = "role-undeclared"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit."""
        known = role_words(design)
        if not known:
            yield Skipped("the document has no authorization table")
            return
        unknown: dict[str, Span] = {}
        for text, span in _texts(design):
            for found in _ROLE.finditer(text):
                role = next(filter(None, found.groups()))
                words = set(tokens(role))
                if role.lower() not in _COMMON and words and not words <= known | _COMMON:
                    unknown.setdefault(role, span)
        if unknown:
            one = len(unknown) == 1
            yield Hit(
                message=f"role{'' if one else 's'} {listed(unknown)} {'is' if one else 'are'} asked for,"
                " but the authorization table knows no such role",
                places=tuple(Place(span) for span in unknown.values()),
                subject="roles",
                object=listed(unknown),
                hint="add the role to the table, or use one of its roles",
            )


def _texts(design: Design) -> Iterator[tuple[str, Span]]:
    for endpoint in declared(design):
        for name in ("authentication", "authorization", "permissions", "permission", "roles"):
            if name in endpoint.properties:
                cell = endpoint.properties[name]
                yield f"role: {cell.text}" if name == "roles" else cell.raw, cell.span
    for row in design.of(StateTransition):
        yield row["guard"].raw, row["guard"].span
    for row in design.of(TestScenario):
        yield row["scenario"].raw, row["scenario"].span
    for diagram in design.drawn(DiagramKind.SEQUENCE):
        for step in diagram.steps:
            yield step.text, step.span
