"""What is kept and carried: integrity, secrets, persons, tenants (T04-T06, T13, T14, T18, T19)."""

import re

from lld_agent.language.methods import reads_only
from lld_agent.language.personal import personal_columns
from lld_agent.model.threats import Boundary, DataClass, Ground
from lld_agent.model.vocabulary import (
    CacheLayer,
    Secret,
    StateTransition,
)
from lld_agent.threats.facts import Facts, given
from lld_agent.threats.prerequisites.common import LOGIN, WRITES, first

_SENSITIVE = frozenset(
    {DataClass.CREDENTIAL, DataClass.SECRET, DataClass.PERSONAL, DataClass.PROMPT}
)
_INTEGRITY = re.compile(
    r"(?:\w+_)?(?:audit\w*|ledger\w*|balance|journal|payments?|invoices?|transactions?|votes?|grades?|hash|checksum"
    r"|prices?|amount|total_amount|fees?|fines?|quota|credits?)(?:_\w+)?",
    re.IGNORECASE,
)
_CACHED = re.compile(
    r"session|auth|permission|token|role|tenant|user|profile|api key|credential", re.IGNORECASE
)
_TENANT = re.compile(r"tenant(?:_?id)?|org(?:anization|anisation)?_id|workspace_id", re.IGNORECASE)
_CLAIM = re.compile(
    r"\bmulti-?tenan\w+|\btenant[_ ](?:id|claim)\b|\btenants? isolat", re.IGNORECASE
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
    return first(flows, "carries sensitive data over a border")


def repudiation(facts: Facts) -> Ground | None:
    """T06."""
    writes = [
        e
        for e in facts.endpoints
        if e.method in WRITES and not reads_only(e.path) and not LOGIN.search(e.path)
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
