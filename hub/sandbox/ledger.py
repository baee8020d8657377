"""The company's own book: SQLite, every effect on disk before its answer."""

import sqlite3
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any, Final, TypeVar, cast

import orjson

from hub.sandbox.passing import next_due
from hub.sandbox.records import Merchant, Received, Transaction, read_transaction

_T = TypeVar("_T")

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS merchant (
    shop_code TEXT PRIMARY KEY, link_id TEXT NOT NULL, link_password TEXT NOT NULL,
    name TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS transactions (
    no INTEGER PRIMARY KEY AUTOINCREMENT, merchant TEXT NOT NULL,
    shop_order_id TEXT NOT NULL, state TEXT NOT NULL, amount INTEGER NOT NULL,
    due_at REAL, document BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS transactions_by_order
    ON transactions (merchant, shop_order_id);
CREATE INDEX IF NOT EXISTS transactions_by_due
    ON transactions (due_at) WHERE due_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS request (
    no INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, operation TEXT NOT NULL,
    merchant TEXT NOT NULL, shop_order_id TEXT NOT NULL, transaction_id TEXT NOT NULL,
    amount INTEGER, result TEXT NOT NULL, codes TEXT NOT NULL, fault TEXT NOT NULL,
    is_applied INTEGER NOT NULL, is_answered INTEGER NOT NULL, notes TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS request_body (
    slot INTEGER PRIMARY KEY, request_no INTEGER NOT NULL, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value BLOB NOT NULL)
    WITHOUT ROWID;
"""
_PRAGMAS: Final = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA busy_timeout=10000",
    "PRAGMA wal_autocheckpoint=4000",
)
# Bodies are kept for people to look at, so only the newest need a place.
_KEPT_BODIES: Final = 5_000
_NO_END: Final = 2**63 - 1


class _Job:
    """One piece of work waiting for the next commit."""

    __slots__ = ("error", "is_done", "outcome", "work")

    def __init__(self, work: Callable[[], object]) -> None:
        self.work = work
        self.outcome: object = None
        self.error: Exception | None = None
        self.is_done = False


class Ledger:
    """One SQLite file; whoever holds the lock commits for everybody who waits."""

    def __init__(self, folder: Path) -> None:
        """Open the book in this folder, making both where they are missing."""
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = Lock()
        self._jobs: deque[_Job] = deque()
        self._database = sqlite3.connect(
            folder / "sandbox.sqlite",
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        for pragma in _PRAGMAS:
            self._database.execute(pragma)
        self._database.executescript(f"BEGIN IMMEDIATE;{_SCHEMA}COMMIT;")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    def write(self, work: Callable[[], _T]) -> _T:
        """Run the work inside a transaction that is on disk when this returns."""
        job = _Job(work)
        self._jobs.append(job)
        with self._lock:
            if not job.is_done:
                self._commit_waiting()
        if job.error:
            raise job.error
        return cast("_T", job.outcome)

    def _commit_waiting(self) -> None:
        jobs: list[_Job] = []
        self._database.execute("BEGIN IMMEDIATE")
        try:
            while self._jobs:
                jobs.append(self._jobs.popleft())
                jobs[-1].outcome = jobs[-1].work()
            self._database.execute("COMMIT")
        except Exception:  # noqa: BLE001  # each job gets its own verdict below
            self._database.execute("ROLLBACK")
            for job in jobs:
                self._commit_alone(job)
        for job in jobs:
            job.is_done = True

    def _commit_alone(self, job: _Job) -> None:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            job.outcome = job.work()
            self._database.execute("COMMIT")
        except Exception as error:  # noqa: BLE001  # raised again in its own thread
            self._database.execute("ROLLBACK")
            job.error = error

    # Everything below is called from inside `write` only.

    def add_transaction(self, transaction: Transaction) -> Transaction:
        """Store a new transaction and return it with its number."""
        cursor = self._database.execute(
            "INSERT INTO transactions"
            " (merchant, shop_order_id, state, amount, due_at, document)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            _row(transaction),
        )
        return replace(transaction, no=cast("int", cursor.lastrowid))

    def save_transaction(self, transaction: Transaction) -> None:
        """Store a changed transaction."""
        self._database.execute(
            "UPDATE transactions SET merchant=?, shop_order_id=?, state=?, amount=?,"
            " due_at=?, document=? WHERE no=?",
            (*_row(transaction), transaction.no),
        )

    def find_transaction(self, no: int) -> Transaction | None:
        """Return the transaction with this number."""
        row = self._database.execute(
            "SELECT no, document FROM transactions WHERE no=?", (no,)
        ).fetchone()
        return read_transaction(*row) if row else None

    def due_transactions(self, now: datetime) -> list[Transaction]:
        """Return some transactions to which something is due, the oldest first."""
        rows = self._database.execute(
            "SELECT no, document FROM transactions WHERE due_at <= ?"
            " ORDER BY due_at, no LIMIT 500",
            (now.timestamp(),),
        ).fetchall()
        return [read_transaction(*row) for row in rows]

    def transactions(
        self, *, merchant: str = "", shop_order_id: str = "", limit: int = -1
    ) -> list[Transaction]:
        """Return transactions in the order of their registration."""
        where, values = _conditions(merchant=merchant, shop_order_id=shop_order_id)
        rows = self._database.execute(
            f"SELECT no, document FROM transactions {where}"  # noqa: S608  # fixed text
            " ORDER BY no DESC LIMIT ?",
            (*values, limit),
        ).fetchall()
        return [read_transaction(*row) for row in reversed(rows)]

    def counts(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a counting question."""
        return self._database.execute(sql).fetchall()

    def add_request(self, received: Received) -> int:
        """Store one request in the order of arrival and return its number."""
        cursor = self._database.execute(
            "INSERT INTO request (at, operation, merchant, shop_order_id,"
            " transaction_id, amount, result, codes, fault, is_applied, is_answered,"
            " notes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                received.at.isoformat(),
                received.operation,
                received.merchant,
                received.shop_order_id,
                received.transaction_id,
                received.amount,
                received.result,
                received.codes,
                received.fault,
                received.is_applied,
                received.is_answered,
                received.notes,
            ),
        )
        no = cast("int", cursor.lastrowid)
        self._database.execute(
            "INSERT OR REPLACE INTO request_body VALUES (?, ?, ?)",
            (no % _KEPT_BODIES, no, received.body),
        )
        return no

    def requests(
        self,
        *,
        since: int = 0,
        until: int = _NO_END,
        limit: int = -1,
        **wanted: str,
    ) -> list[dict[str, Any]]:
        """Return requests in the order of their arrival."""
        where, values = _conditions(**wanted)
        after = f"{where} AND no > ?" if where else "WHERE no > ?"
        after += " AND no <= ?"
        cursor = self._database.execute(
            f"SELECT * FROM request {after}"  # noqa: S608  # fixed text
            " ORDER BY no DESC LIMIT ?",
            (*values, since, until, limit),
        )
        names = [column[0] for column in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        for request in found:
            for name in ("is_applied", "is_answered"):
                request[name] = bool(request[name])
        return found[::-1]

    def request_body(self, no: int) -> bytes | None:
        """Return what a request carried, while it is still kept."""
        row = self._database.execute(
            "SELECT body FROM request_body WHERE slot=? AND request_no=?",
            (no % _KEPT_BODIES, no),
        ).fetchone()
        return row[0] if row else None

    def merchants(self) -> Iterator[Merchant]:
        """Return every merchant."""
        rows = self._database.execute(
            "SELECT shop_code, link_id, link_password, name FROM merchant"
            " ORDER BY shop_code"
        ).fetchall()
        for code, link_id, password, name in rows:
            yield Merchant(
                shop_code=code, link_id=link_id, link_password=password, name=name
            )

    def save_merchant(self, merchant: Merchant) -> None:
        """Store a merchant, replacing one with the same code."""
        self._database.execute(
            "INSERT OR REPLACE INTO merchant VALUES (?, ?, ?, ?)",
            (
                merchant.shop_code,
                merchant.link_id,
                merchant.link_password,
                merchant.name,
            ),
        )

    def setting(self, name: str) -> Any:
        """Return a stored setting, or None."""
        row = self._database.execute(
            "SELECT value FROM setting WHERE name=?", (name,)
        ).fetchone()
        return orjson.loads(row[0]) if row else None

    def save_setting(self, name: str, value: object) -> None:
        """Store a setting."""
        self._database.execute(
            "INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, orjson.dumps(value))
        )


def _row(transaction: Transaction) -> tuple[object, ...]:
    due = next_due(transaction)
    return (
        transaction.merchant,
        transaction.shop_order_id,
        transaction.state.value,
        transaction.billed_amount,
        due.timestamp() if due else None,
        transaction.document(),
    )


def _conditions(**wanted: str) -> tuple[str, tuple[str, ...]]:
    given = {name: value for name, value in wanted.items() if value}
    if not given:
        return "", ()
    return "WHERE " + " AND ".join(f"{name}=?" for name in given), tuple(given.values())
