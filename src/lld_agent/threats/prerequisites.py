"""The prerequisites of the templates: does the situation exist, and which line shows it?

One function per template: facts in, the ground or None out. They know no row and no control.
"""

import re
from collections.abc import Callable, Mapping

from lld_agent.language.personal import personal_columns
from lld_agent.model.design import Endpoint
from lld_agent.model.threats import Boundary, DataClass, Flow, Ground
from lld_agent.model.vocabulary import (
    AuthenticationFlow,
    AuthorizationRule,
    CacheLayer,
    Secret,
    StateTransition,
)
from lld_agent.threats import prerequisites_llm as llm
from lld_agent.threats.facts import Facts, at, fields_of, given, on, parameters_of

Prerequisite = Callable[[Facts], Ground | None]

_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_SENSITIVE = frozenset(
    {DataClass.CREDENTIAL, DataClass.SECRET, DataClass.PERSONAL, DataClass.PROMPT}
)
_LOGIN = re.compile(
    r"/(?:log-?in|sign-?in|token|tokens|sessions?|auth|oauth2?|password\w*|reset-password|refresh|otp|mfa)(?:/|$)",
    re.IGNORECASE,
)
_READS_ONLY = re.compile(
    r"/(?:search|query|queries|lookup|validate|verify|check|preview|simulate|estimate|calculate|analytics|observability"
    r"|aggregate|export|completions?|embeddings?|predict|inference|generations?|transcriptions?|translations?)(?:/|$)",
    re.IGNORECASE,
)
_INTEGRITY = re.compile(
    r"(?:\w+_)?(?:audit\w*|ledger\w*|balance|journal|payments?|invoices?|transactions?|votes?|grades?|hash|checksum"
    r"|prices?|amount|total_amount|fees?|fines?|quota|credits?)(?:_\w+)?",
    re.IGNORECASE,
)
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
_CALLED = re.compile(
    r"(?:callback|webhook|hook|notify|notification|target)_?(?:url|uri|endpoint)|webhook|callback|(?:source|remote|import"
    r"|feed|download|fetch|image|file|document|repo|repository)_(?:url|uri)",
    re.IGNORECASE,
)
_FETCHES = re.compile(
    r"\b(?:fetch\w*|download\w*|crawl\w*|retriev\w*|calls? (?:back|the)|POSTs? to)\b", re.IGNORECASE
)
_UPLOAD = re.compile(
    r"multipart|/uploads?(?:/|$)|/attachments?(?:/|$)|/import(?:/|$)|\bfile upload\b", re.IGNORECASE
)
_FILE_FIELD = re.compile(
    r"file|files|attachment|attachments|document_file|image_file|upload", re.IGNORECASE
)
_BELONGS = re.compile(r"(?:project|account|order|user|tenant|customer)_?id", re.IGNORECASE)
_CONSUMES = re.compile(
    r"\b(?:consum(?:er|ers|es|e|ing)|subscrib(?:er|es|e|ing)|subscriptions?|listens? (?:to|on)|event handler)\b",
    re.IGNORECASE,
)
_WEBHOOK = re.compile(r"/(?:webhooks?|hooks?|callbacks?)(?:/|$)", re.IGNORECASE)
_CACHED = re.compile(
    r"session|auth|permission|token|role|tenant|user|profile|api key|credential", re.IGNORECASE
)
_TENANT = re.compile(r"tenant(?:_?id)?|org(?:anization|anisation)?_id|workspace_id", re.IGNORECASE)
_CLAIM = re.compile(
    r"\bmulti-?tenan\w+|\btenant[_ ](?:id|claim)\b|\btenants? isolat", re.IGNORECASE
)
_VERSION = re.compile(r"/v(\d+)(?=/)")
_IMAGE = re.compile(
    r"\|\s*\**base image\**\s*\|[^|\n]+\||^\s*FROM\s+\S+", re.IGNORECASE | re.MULTILINE
)
_DEBUG = re.compile(r"\bCORS\b|\bDEBUG\s*=|\bdebug mode\b", re.IGNORECASE)


def credentials(facts: Facts) -> Ground | None:
    """T01."""
    logins = [e for e in facts.endpoints if _LOGIN.search(e.path)]
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
    return _first(facts.flows(Boundary.PEER), "crosses from one service to another")


def injection(facts: Facts) -> Ground | None:
    """T03."""
    outside = [
        e for e in facts.endpoints if fields_of(e) or parameters_of(e.path) or e.method in _WRITES
    ]
    stores = [
        s
        for s in facts.stores("store")
        if not re.search(r"s3|minio|blob|bucket|object", s.name, re.IGNORECASE)
    ]
    if not outside or not stores:
        return None
    return on(
        stores[0], outside[0].span, "values from outside reach its queries", Boundary.INTERNET
    )


def tampering(facts: Facts) -> Ground | None:
    """T04."""
    for table in facts.tables:
        columns = [c for c in table.columns if _INTEGRITY.fullmatch(c["column"].text.strip())]
        if _INTEGRITY.fullmatch(table.name) or columns:
            row = columns[0] if columns else table.columns[0]
            store = facts.stores("store")
            touched = (store[0].name,) if store else ()
            return Ground(table.name, row.span, "its integrity matters", touched, Boundary.STORE)
    return None


def interception(facts: Facts) -> Ground | None:
    """T05."""
    flows = [
        f
        for f in facts.flows(Boundary.INTERNET, Boundary.THIRD_PARTY)
        if f.data & _SENSITIVE or f.auth
    ]
    return _first(flows, "carries sensitive data over a border")


def repudiation(facts: Facts) -> Ground | None:
    """T06."""
    writes = [
        e
        for e in facts.endpoints
        if e.method in _WRITES and not _READS_ONLY.search(e.path) and not _LOGIN.search(e.path)
    ]
    if writes:
        return facts.ground(writes, "changes data")
    rows = [
        row for row in facts.design.of(StateTransition)
        if facts.lexicons.find("verbs", "privileged", row["trigger"].text.replace("_", " "))
    ]  # fmt: skip
    if not rows:
        return None
    return Ground(
        rows[0]["trigger"].text, rows[0].span, "is a privileged transition", (facts.service,)
    )


def object_access(facts: Facts) -> Ground | None:
    """T07."""
    owned = [e for e in facts.endpoints if parameters_of(e.path) and _is_personal(e, facts)]
    if owned:
        return facts.ground(owned, "takes the id of something that belongs to somebody")
    bodies = [
        e
        for e in facts.secured
        if e.method in _WRITES and any(map(_BELONGS.fullmatch, fields_of(e)))
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


def ssrf(facts: Facts) -> Ground | None:
    """T12."""
    fetches = facts.told.stated.search(_FETCHES) is not None
    found = [
        e for e in facts.endpoints
        if any(_CALLED.fullmatch(f) and (fetches or "hook" in f or "callback" in f) for f in fields_of(e))
        and e.method in _WRITES
    ]  # fmt: skip
    return facts.ground(found, "takes an address that the server calls")


def secret_exposure(facts: Facts) -> Ground | None:
    """T13."""
    kept = frozenset({DataClass.SECRET})
    rows = [
        row for row in facts.design.of(Secret) if row.confidence >= 0.5 and given(row, "secret")
    ]
    marked = facts.secrets()
    if not rows and not marked:
        return None
    row = rows[0] if rows else marked[0]
    return Ground(
        row.key.text,
        row.span,
        "is a secret",
        (facts.service,),
        Boundary.NONE,
        kept,
        len(rows or marked) - 1,
    )


def personal_data(facts: Facts) -> Ground | None:
    """T14."""
    kept = frozenset({DataClass.PERSONAL})
    columns = personal_columns(facts.tables, facts.lexicons)
    if not columns:
        return None
    table, column = columns[0]
    touched = tuple(e.name for e in facts.model.elements if DataClass.PERSONAL in e.data)
    name = f"{table.name}.{column['column'].text}"
    return Ground(
        name, column.span, "is personal data", touched, Boundary.STORE, kept, len(columns) - 1
    )


def untrusted_upstream(facts: Facts) -> Ground | None:
    """T15."""
    flows = [f for f in facts.flows(Boundary.THIRD_PARTY) if f.source in _own(facts)]
    if not flows:
        return None
    return Ground(
        flows[0].target,
        flows[0].span,
        "is a third party whose answers are used",
        (flows[0].name, flows[0].target),
        Boundary.THIRD_PARTY,
        more=len(flows) - 1,
    )


def _own(facts: Facts) -> frozenset[str]:
    return frozenset(e.name for e in facts.model.elements if e.kind.value == "process")


def malicious_file(facts: Facts) -> Ground | None:
    """T16."""
    found = [e for e in facts.endpoints if e.method in _WRITES and _takes_files(e)]
    return facts.ground(found, "takes files")


def _takes_files(endpoint: Endpoint) -> bool:
    told = f"{endpoint.path} {endpoint.request.raw[:2000]}"
    return _UPLOAD.search(told) is not None or any(map(_FILE_FIELD.fullmatch, fields_of(endpoint)))


def message_forgery(facts: Facts) -> Ground | None:
    """T17."""
    hooks = [e for e in facts.endpoints if e.method == "POST" and _WEBHOOK.search(e.path)]
    if hooks:
        return facts.ground(hooks, "takes messages from others")
    queues = facts.stores("queue")
    span = facts.told.stated.search(_CONSUMES) if queues else None
    return on(queues[0], span, "is consumed", Boundary.PEER) if span else None


def cache_abuse(facts: Facts) -> Ground | None:
    """T18."""
    for row in facts.design.of(CacheLayer):
        shared = facts.lexicons.find("technologies", "cache", row["technology"].text)
        if row.confidence >= 0.5 and shared and _CACHED.search(row["layer"].text):
            touched = tuple(e.name for e in facts.stores("cache"))
            return Ground(
                row["layer"].text, row.span, "is kept in a shared cache", touched, Boundary.STORE
            )
    return None


def tenant_escape(facts: Facts) -> Ground | None:
    """T19."""
    columns = facts.columns(_TENANT)
    kept = frozenset({DataClass.TENANT})
    if columns:
        table, column = columns[0]
        touched = (facts.service, *(e.name for e in facts.stores("store")))
        return Ground(
            table.name,
            column.span,
            "holds data of several tenants",
            touched,
            Boundary.TENANT,
            kept,
            len(columns) - 1,
        )
    span = facts.told.stated.search(_CLAIM) if facts.endpoints else None
    return (
        Ground(
            facts.service, span, "serves several tenants", (facts.service,), Boundary.TENANT, kept
        )
        if span
        else None
    )


def inventory(facts: Facts) -> Ground | None:
    """T20."""
    versions: dict[str, Endpoint] = {}
    for endpoint in facts.endpoints:
        found = _VERSION.search(endpoint.path)
        if found:
            versions.setdefault(found[1], endpoint)
    old = [versions[key] for key in sorted(versions)[:-1]]
    old += [e for e in facts.endpoints if re.search(r"deprecated|legacy", e.path, re.IGNORECASE)]
    return facts.ground(old, "is an old version beside a new one")


def misconfiguration(facts: Facts) -> Ground | None:
    """T21."""
    for pattern, note in ((_IMAGE, "runs from an image"), (_DEBUG, "has a CORS or debug setting")):
        span = facts.told.stated.search(pattern)
        if span:
            return Ground(f"the container of {facts.service}", span, note, (facts.service,))
    return None


def _first(flows: "list[Flow] | tuple[Flow, ...]", note: str) -> Ground | None:
    return at(flows[0], note, len(flows) - 1) if flows else None


PREREQUISITES: Mapping[str, Prerequisite] = {
    "T01": credentials,
    "T02": peer_spoofing,
    "T03": injection,
    "T04": tampering,
    "T05": interception,
    "T06": repudiation,
    "T07": object_access,
    "T08": property_access,
    "T09": exhaustion,
    "T10": function_access,
    "T11": business_abuse,
    "T12": ssrf,
    "T13": secret_exposure,
    "T14": personal_data,
    "T15": untrusted_upstream,
    "T16": malicious_file,
    "T17": message_forgery,
    "T18": cache_abuse,
    "T19": tenant_escape,
    "T20": inventory,
    "T21": misconfiguration,
    "L01": llm.prompt_injection,
    "L02": llm.prompt_leak,
    "L03": llm.model_supply,
    "L05": llm.output_handling,
    "L06": llm.agency,
    "L08": llm.vector_leak,
    "L09": llm.unbounded_use,
}
"""Template id → the function that decides its prerequisite. A test holds it against the templates."""
