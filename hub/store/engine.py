"""How a database is opened: SQLite durable and serial, PostgreSQL as it is."""

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url

from hub.store.prepared import say

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    # One fdatasync a commit: an acknowledged webhook survives a power cut (I-34).
    "PRAGMA synchronous=FULL",
    "PRAGMA busy_timeout=5000",
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-8000",
)


class StorageError(Exception):
    """The database is not set up as durability needs (I-34)."""


def open_engine(url: str, *, pool_size: int = 20) -> Engine:
    """Return an engine; nothing is connected before the first use."""
    if make_url(url).get_backend_name() == "sqlite":
        engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=pool_size,
            connect_args={"check_same_thread": False},
        )
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        connect_args={
            "options": "-c statement_timeout=15000 -c lock_timeout=10000"
            " -c idle_in_transaction_session_timeout=60000 -c timezone=UTC"
        },
    )


def check_durability(connection: Connection) -> None:
    """Refuse to start where an acknowledged row could be lost; raises StorageError."""
    if connection.dialect.name == "sqlite":
        wanted = {"journal_mode": "wal", "synchronous": "2"}
        found = {
            name: str(connection.exec_driver_sql(f"PRAGMA {name}").scalar()).lower()
            for name in wanted
        }
    else:
        wanted = {"fsync": "on", "full_page_writes": "on"}
        found = {
            name: str(connection.execute(text(f"SHOW {name}")).scalar())
            for name in wanted
        }
        if str(connection.execute(text("SHOW synchronous_commit")).scalar()) == "off":
            found["synchronous_commit"] = "off"
    if found != wanted:
        raise StorageError(f"the database is not durable: {found}, not {wanted}")


def _set_up_sqlite(dbapi_connection: Any, _record: Any) -> None:
    # The driver's own transactions would begin late and not immediately.
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    say(connection, "BEGIN IMMEDIATE" if writes else "BEGIN")
