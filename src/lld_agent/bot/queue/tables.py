"""The tables of ours, the same on SQLite and PostgreSQL."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Engine,
    Float,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.exc import SQLAlchemyError

from lld_agent.bot.queue.places import Place, connect
from lld_agent.errors import OutputError

METADATA = MetaData()
_SEQUENCE = BigInteger().with_variant(Integer, "sqlite")

# One row per delivery and pull request. A row is new (no job), queued (a job), claimed (that job
# has begun), handled. Rows of dead letters are handled with the outcome `dead`.
DELIVERIES = Table(
    "lld_deliveries",
    METADATA,
    Column("seq", _SEQUENCE, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False),
    Column("pull", Text, nullable=False),
    Column("wish", Text, nullable=False),
    Column("rule", Text, nullable=False, server_default=""),
    Column("asker", Text, nullable=False, server_default=""),
    Column("comment", Text, nullable=False, server_default=""),
    Column("received", Float, nullable=False),
    Column("due", Float, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("crashes", Integer, nullable=False, server_default="0"),
    Column("round", Integer, nullable=False, server_default="0"),
    Column("job", Text),
    Column("claimed", Boolean, nullable=False, server_default=text("false")),
    Column("handled", Float),
    Column("outcome", Text, nullable=False, server_default=""),
    Column("why", Text, nullable=False, server_default=""),
    UniqueConstraint("id", "pull"),
)
_OPEN = DELIVERIES.c.handled.is_(None)
Index(
    "lld_deliveries_open",
    DELIVERIES.c.pull,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)
Index("lld_deliveries_job", DELIVERIES.c.job)

# Which head of a pull request was read last, for the reconciliation at the start.
REVIEWS = Table(
    "lld_reviews",
    METADATA,
    Column("pull", Text, primary_key=True),
    Column("head", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("at", Float, nullable=False),
)
COUNTS = Table(
    "lld_counts",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)
WORKERS = Table(
    "lld_workers",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("beat", Float, nullable=False),
)
LEASES = Table(
    "lld_leases",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until", Float, nullable=False),
)
_LOCK = 0x6C6C64  # "lld": one process at a time makes the tables


def open_tables(place: Place) -> Engine:
    """Return the engine of a queue's tables, which are made where there are none.

    Raises:
        OutputError: the database does not answer, or does not let us.
    """
    engine = connect(place.inbox)
    try:
        create_tables(engine)
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        raise OutputError(
            f"the queue {place.shown} cannot be opened: {reason}", "check --queue"
        ) from error
    return engine


def create_tables(engine: Engine) -> None:
    """Make the tables that are not there; any number of processes may do so at once."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        else:
            connection.execute(text("BEGIN IMMEDIATE"))
        METADATA.create_all(connection)
