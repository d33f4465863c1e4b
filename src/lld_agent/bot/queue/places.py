"""Where a queue is: an address, and what follows from it."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from lld_agent.errors import OutputError, UsageError

_HINT = "use sqlite:///queue.sqlite or postgresql://user@host/database"


@dataclass(frozen=True, slots=True)
class Place:
    """Where deliveries and jobs are kept.

    Attributes:
        inbox: address of the database with our own tables.
        engine: address of the database with the tables of DBOS. On SQLite it is a second file:
            a worker that writes its steps must not hold up a delivery that waits for an answer.
    """

    inbox: str
    engine: str

    @property
    def is_sqlite(self) -> bool:
        """Return whether it is a pair of files on this machine."""
        return self.inbox.startswith("sqlite")

    @property
    def shown(self) -> str:
        """Return the address without a password."""
        return make_url(self.inbox).render_as_string(hide_password=True)


def place_of(address: str) -> Place:
    """Return the place that an address names.

    Raises:
        UsageError: it is neither a SQLite file nor PostgreSQL. The message does not repeat it:
            it may hold a password.
    """
    try:
        url = make_url(address)
    except ArgumentError:
        raise UsageError("the address of the queue cannot be read", _HINT) from None
    if url.drivername == "sqlite" and url.database and url.database != ":memory:":
        file = Path(url.database).absolute()
        second = file.with_name(f"{file.stem}.engine{file.suffix or '.sqlite'}")
        return Place(f"sqlite:///{file}", f"sqlite:///{second}")
    if url.drivername in {"postgres", "postgresql", "postgresql+psycopg"} and url.database:
        whole = url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        return Place(whole, whole)
    raise UsageError("the queue needs a SQLite file or PostgreSQL", _HINT)


def connect(address: str) -> Engine:
    """Return an engine for the tables of ours; on SQLite with write-ahead log and full syncs.

    Raises:
        OutputError: the folder of a SQLite file cannot be made.
    """
    url = make_url(address)
    if url.drivername != "sqlite":
        return create_engine(url, pool_size=5, max_overflow=5, pool_pre_ping=True)
    prepare_file(address)
    engine = create_engine(url, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _set_up_sqlite)
    return engine


def prepare_file(address: str) -> None:
    """Make a SQLite file that uses a write-ahead log; nothing on other databases.

    DBOS leaves SQLite's journal as it is, and the mode stays with the file.

    Raises:
        OutputError: the file or its folder cannot be made.
    """
    import sqlite3  # noqa: PLC0415 - only where a queue is a file

    url = make_url(address)
    if url.drivername != "sqlite" or not url.database:
        return
    file = Path(url.database)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(file, timeout=30)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        finally:
            connection.close()
    except (OSError, sqlite3.Error) as error:
        raise OutputError(
            f"the queue {file} cannot be opened: {error}", "name another file with --queue"
        ) from error


def _set_up_sqlite(connection: object, _record: object) -> None:
    # IMMEDIATE: two writers wait for each other in place of failing half way.
    connection.isolation_level = "IMMEDIATE"  # type: ignore[attr-defined]
    for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]
