"""PRF005."""

import math
import re
from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from lld_agent.language.quantity import find_quantities
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.quantity import Dimension
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import Constraint, EnvVar, LoadMetric
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.measures import autoscaling

_POOL = re.compile(
    r"(?:.*_)?POOL_(?:MAX_)?(?:SIZE|MAX|CONNECTIONS)\Z|(?:.*_)?MAX_POOL(?:_SIZE)?\Z", re.IGNORECASE
)
_OVERFLOW = re.compile(r"(?:.*_)?MAX_OVERFLOW\Z|(?:.*_)?POOL_OVERFLOW\Z", re.IGNORECASE)
_WORKERS = re.compile(
    r"(?:UVICORN_|GUNICORN_|WEB_|APP_|SERVER_)?(?:WORKERS|WORKER_COUNT|WEB_CONCURRENCY)\Z|WEB_CONCURRENCY\Z",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"redis|http|thread|kafka|clickhouse|mongo|grpc|celery|browser", re.IGNORECASE
)
_MAXIMUM = re.compile(
    r"\bmax_connections\b[`*\s]{0,4}(?:=|:|is|of|to|\(|\|)?[`*\s]{0,4}(?P<n>\d{2,6})(?!\d|\.\d)"
)
_DATABASE = re.compile(r"database|\bdb\b|postgres|mysql|\bsql\b", re.IGNORECASE)
_CONNECTIONS = re.compile(r"connection", re.IGNORECASE)
_POOLER = re.compile(
    r"pgbouncer|pgcat|pgpool|proxysql|rds proxy|connection pooler|odyssey", re.IGNORECASE
)
_SURGE = 0.25
"""What a Kubernetes rolling update may add by default (`maxSurge` of a Deployment)."""


class _Limit(NamedTuple):
    allowed: float
    span: Span
    hard: bool


class PoolOverDatabase(Rule):
    """All pools together fit into the connections that the database allows.

    ## What it checks
    Most replicas (with a quarter more during an update) times workers times pool size, against the connection limit.

    ## Why
    Scaling out under load is then what takes the database down.

    ## Fires when
    The product is above `max_connections` or a limit among the constraints (error), or above the most database
    connections that the load table expects (warning).

    ## Incorrect
        2-40 replicas, `DB_POOL_SIZE` 20, max_connections = 500: 50 x 20 = 1000

    ## Correct
        `DB_POOL_SIZE` 10 and max_connections = 500, or a pooler in front of the database

    ## Known false positives
    A pooler that the document does not name.

    ## Sections read
    Scaling strategy, variables, constraints, expected load, text.

    ## Source
    PostgreSQL documentation, Connections and Authentication; Kubernetes documentation, Deployments.
    """

    id: ClassVar[str] = "PRF005"
    name: ClassVar[str] = "pool-over-db"
    severity: ClassVar[Severity] = Severity.ERROR

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit."""
        scaled, limit = autoscaling(design), _limit(design)
        pool, pool_span = _setting(design, _POOL)
        if scaled is None or limit is None or pool is None or _POOLER.search(design.source.text):
            yield Skipped(
                "needs replicas, the size of a pool and a connection limit, and no pooler between"
            )
            return
        pool += _setting(design, _OVERFLOW)[0] or 0
        workers = _setting(design, _WORKERS)[0] or 1
        replicas = math.ceil(scaled.quantity.high * (1 + _SURGE))
        total = replicas * workers * pool
        if total > limit.allowed:
            each = f"{workers} workers x {pool}" if workers > 1 else f"{pool}"
            yield Hit(
                message=f"{scaled.quantity.high:g} replicas ({replicas} with an assumed surge of 25 %) x {each} connections"
                f" = {total}, above the {limit.allowed:g} of the database",
                places=(
                    Place(pool_span),
                    Place(scaled.span, "the replicas"),
                    Place(limit.span, "the limit"),
                ),
                subject="database connections",
                object="pool",
                hint="make the pool smaller, put a pooler in between, or allow more connections",
                severity=None if limit.hard else Severity.WARNING,
            )


def _setting(design: Design, pattern: re.Pattern[str]) -> tuple[int | None, Span]:
    """Return the default of the one variable with such a name, and its place."""
    rows = [
        row
        for row in design.of(EnvVar)
        if pattern.match(row["variable"].text)
        and not _ELSEWHERE.search(f"{row['variable'].text} {row['description'].text}")
        and row["default"].text.strip().isdecimal()
        and row.confidence >= 0.5
    ]
    if len(rows) != 1:
        return None, Design.nowhere()
    return int(rows[0]["default"].text), rows[0].span


def _limit(design: Design) -> _Limit | None:
    found = _MAXIMUM.search(design.source.text)
    if found:
        return _Limit(float(found["n"]), Span(*found.span()), hard=True)
    for row in (*design.of(Constraint), *design.of(LoadMetric)):
        words = " ".join(cell.text for cell in row.cells.values())
        if row.confidence < 0.5 or not _DATABASE.search(words) or not _CONNECTIONS.search(words):
            continue
        counts = [
            q.high
            for name, cell in row.cells.items()
            if name != "impact"
            for q in find_quantities(cell.text, "count" if row.kind is LoadMetric else "")
            if q.dimension is Dimension.COUNT and q.high < math.inf
        ]
        if counts:
            return _Limit(max(counts), row.span, hard=row.kind is Constraint)
    return None
