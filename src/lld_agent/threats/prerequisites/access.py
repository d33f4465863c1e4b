"""Who may call what: identities, objects, functions, and how often (T01, T02, T07-T11)."""

import re

from lld_agent.model.design import Endpoint
from lld_agent.model.threats import Boundary, DataClass, Ground
from lld_agent.model.vocabulary import (
    AuthenticationFlow,
    AuthorizationRule,
)
from lld_agent.threats.facts import Facts, fields_of, given, parameters_of
from lld_agent.threats.prerequisites.common import LOGIN, WRITES, first

_OWNER = re.compile(
    r"(?:owner|user|customer|member|account|tenant|org|organi[sz]ation|workspace|patient|student|created_by|author"
    r"|borrower|guest|project)(?:_?id)?|created_by",
    re.IGNORECASE,
)
_ADMIN = re.compile(r"/admin\b|/management\b|/internal/admin\b", re.IGNORECASE)
_ROLE_WORDS = re.compile(
    r"\b(?:admin(?:istrator)?s?|owners?|members?|viewers?|editors?|operators?|managers?|guests?|staff|moderators?|maintainers?"
    r"|superusers?|auditors?|support|librarians?|supervisors?)\b",
    re.IGNORECASE,
)
_ROLE_COLUMN = re.compile(
    r"role|roles|role_id|is_admin|is_staff|is_superuser|permissions?", re.IGNORECASE
)
_BUSINESS = re.compile(
    r"/(?:checkout|purchases?|orders?|bookings?|reservations?|invites?|invitations?|coupons?|redeem|redemptions?|sign-?up"
    r"|register|registrations?|votes?|tickets?/buy|transfers?|donations?|referrals?|subscribe)/?$",
    re.IGNORECASE,
)
_BELONGS = re.compile(r"(?:project|account|order|user|tenant|customer)_?id", re.IGNORECASE)


def credentials(facts: Facts) -> Ground | None:
    """T01."""
    logins = [e for e in facts.endpoints if LOGIN.search(e.path)]
    kept = frozenset({DataClass.CREDENTIAL})
    if logins or facts.secured:
        note = "takes credentials" if logins else "asks for authentication"
        return facts.ground(logins or facts.secured, note, kept)
    rows = [row for row in facts.design.of(AuthenticationFlow) if given(row, "mechanism")]
    if not rows or not facts.endpoints:
        return None
    name = rows[0]["flow"].text or facts.service
    return Ground(
        name, rows[0].span, "asks for authentication", (facts.service,), facts.outer, kept
    )


def peer_spoofing(facts: Facts) -> Ground | None:
    """T02."""
    return first(facts.flows(Boundary.PEER), "crosses from one service to another")


def object_access(facts: Facts) -> Ground | None:
    """T07."""
    owned = [e for e in facts.endpoints if parameters_of(e.path) and _is_personal(e, facts)]
    if owned:
        return facts.ground(owned, "takes the id of something that belongs to somebody")
    bodies = [
        e
        for e in facts.secured
        if e.method in WRITES and any(map(_BELONGS.fullmatch, fields_of(e)))
    ]
    return facts.ground(bodies, "takes the id of something that belongs to somebody")


def _is_personal(endpoint: Endpoint, facts: Facts) -> bool:
    """Return whether what a path names belongs to somebody: its table has an owner, or it is a person."""
    parameters = " ".join(parameters_of(endpoint.path)).strip("{}<>:")
    if _OWNER.fullmatch(parameters) and "project" not in parameters:
        return True
    words = [w for w in endpoint.path.casefold().split("/") if w and w[0] not in "{:<"]
    for table in facts.tables:
        names = {name.casefold().replace(" ", "_") for name in table.names}
        plural = {f"{name}s" for name in names} | {name.removesuffix("s") for name in names}
        if (
            words
            and words[-1] in names | plural
            and any(_OWNER.fullmatch(c["column"].text) for c in table.columns)
        ):
            return True
    return False


def property_access(facts: Facts) -> Ground | None:
    """T08."""
    puts = [
        e
        for e in facts.endpoints
        if e.method in {"PUT", "PATCH"} and (e.request.present or fields_of(e) or facts.tables)
    ]
    return facts.ground(puts, "takes an object and changes a stored one")


def exhaustion(facts: Facts) -> Ground | None:
    """T09."""
    if facts.outer is not Boundary.INTERNET:
        return None
    return facts.ground(facts.endpoints, "is open to callers who may call without end")


def function_access(facts: Facts) -> Ground | None:
    """T10."""
    admin = [e for e in facts.endpoints if _ADMIN.search(e.path)]
    if admin:
        return facts.ground(admin, "is for administrators")
    if not facts.endpoints:
        return None
    columns = facts.columns(_ROLE_COLUMN)
    if columns:
        table, column = columns[0]
        return Ground(
            f"functions of {facts.service}",
            column.span,
            f"{table.name} has roles",
            (facts.service,),
            facts.outer,
        )
    for row in facts.design.of(AuthorizationRule):
        told = " ".join(cell.text for cell in row.cells.values())
        if _ROLE_WORDS.search(told):
            return Ground(
                f"functions of {facts.service}",
                row.span,
                "callers have roles",
                (facts.service,),
                facts.outer,
            )
    return None


def business_abuse(facts: Facts) -> Ground | None:
    """T11."""
    routes = [e for e in facts.endpoints if e.method == "POST" and _BUSINESS.search(e.path)]
    return facts.ground(routes, "is worth automating") if facts.outer is Boundary.INTERNET else None
