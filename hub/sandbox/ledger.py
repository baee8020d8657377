"""The company's own book: transactions, merchants, settings and the agenda."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar, cast

import orjson

from hub.sandbox.application_book import ApplicationBook
from hub.sandbox.buyers import BuyerBook
from hub.sandbox.database import Database
from hub.sandbox.passing import next_due
from hub.sandbox.payout_book import PayoutBook
from hub.sandbox.records import Merchant, Transaction, read_transaction
from hub.sandbox.request_book import RequestBook

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaEntry:
    """Something that happens by itself at its moment, besides the transactions'."""

    no: int
    due_at: float
    kind: str
    document: dict[str, Any]


class Ledger:
    """The book in one file; all but `write` and `close` is called inside `write`."""

    def __init__(self, folder: Path) -> None:
        """Open the book in this folder, making both where they are missing."""
        self.database = Database(folder)
        self.requests = RequestBook(self.database)
        self.buyers = BuyerBook(self.database)
        self.payouts = PayoutBook(self.database)
        self.applications = ApplicationBook(self.database)

    def close(self) -> None:
        """Close the file."""
        self.database.close()

    def write(self, work: Callable[[], _T]) -> _T:
        """Run the work inside a transaction that is on disk when this returns."""
        return self.database.write(work)

    # Transactions

    def add_transaction(self, transaction: Transaction) -> Transaction:
        """Store a new transaction and return it with its number."""
        cursor = self.database.execute(
            "INSERT INTO transactions"
            " (merchant, shop_order_id, state, amount, due_at, document, buyer,"
            " open_yen, settle, registered) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*_row(transaction), transaction.registered_at.timestamp()),
        )
        return replace(transaction, no=cast("int", cursor.lastrowid))

    def save_transaction(self, transaction: Transaction) -> None:
        """Store a changed transaction."""
        self.database.execute(
            "UPDATE transactions SET merchant=?, shop_order_id=?, state=?, amount=?,"
            " due_at=?, document=?, buyer=?, open_yen=?, settle=? WHERE no=?",
            (*_row(transaction), transaction.no),
        )

    def find_transaction(self, no: int) -> Transaction | None:
        """Return the transaction with this number."""
        row = self.database.execute(
            "SELECT no, document FROM transactions WHERE no=?", (no,)
        ).fetchone()
        return read_transaction(*row) if row else None

    def find_another(self, merchant: str, no: int) -> Transaction | None:
        """Return the newest transaction of a merchant that is not this one."""
        row = self.database.execute(
            "SELECT no, document FROM transactions WHERE no<>? AND merchant=?"
            " ORDER BY no DESC LIMIT 1",
            (no, merchant),
        ).fetchone()
        return read_transaction(*row) if row else None

    def due_transactions(self, until: float) -> list[Transaction]:
        """Return some transactions to which something is due, the oldest first."""
        rows = self.database.rows(
            "SELECT no, document FROM transactions WHERE due_at <= ?"
            " ORDER BY due_at, no LIMIT 500",
            (until,),
        )
        return [read_transaction(*row) for row in rows]

    def transactions(
        self, *, merchant: str = "", shop_order_id: str = "", limit: int = -1
    ) -> list[Transaction]:
        """Return transactions in the order of their registration."""
        where, values = _conditions(merchant=merchant, shop_order_id=shop_order_id)
        rows = self.database.rows(
            f"SELECT no, document FROM transactions {where}"  # noqa: S608  # fixed text
            " ORDER BY no DESC LIMIT ?",
            (*values, limit),
        )
        return [read_transaction(*row) for row in reversed(rows)]

    def on_the_desk(self, limit: int) -> list[Transaction]:
        """Return the transactions that wait for a reviewer, the oldest first."""
        rows = self.database.rows(
            "SELECT no, document FROM transactions WHERE state IN ('REVIEW', 'HOLD')"
            " ORDER BY no LIMIT ?",
            (limit,),
        )
        return [read_transaction(*row) for row in rows]

    def counts(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a counting question."""
        return self.database.rows(sql)

    # The agenda

    def put_on_agenda(self, due_at: float, kind: str, **document: object) -> None:
        """Let something happen by itself at a moment."""
        self.database.execute(
            "INSERT INTO agenda (due_at, kind, document) VALUES (?, ?, ?)",
            (due_at, kind, orjson.dumps(document)),
        )

    def next_on_agenda(self) -> AgendaEntry | None:
        """Return what happens next by itself."""
        row = self.database.execute(
            "SELECT no, due_at, kind, document FROM agenda ORDER BY due_at, no LIMIT 1"
        ).fetchone()
        if not row:
            return None
        no, due_at, kind, document = row
        return AgendaEntry(
            no=no, due_at=due_at, kind=kind, document=orjson.loads(document)
        )

    def take_off_agenda(self, no: int) -> None:
        """Strike out what has happened."""
        self.database.execute("DELETE FROM agenda WHERE no=?", (no,))

    def is_on_agenda(self, kind: str) -> bool:
        """Tell whether anything of this kind is to come."""
        return bool(
            self.database.rows("SELECT 1 FROM agenda WHERE kind=? LIMIT 1", (kind,))
        )

    # Merchants and settings

    def merchants(self) -> Iterator[Merchant]:
        """Return every merchant."""
        for code, link_id, password, name, starts_on in self.database.rows(
            "SELECT shop_code, link_id, link_password, name, starts_on FROM merchant"
            " ORDER BY shop_code"
        ):
            yield Merchant(
                shop_code=code,
                link_id=link_id,
                link_password=password,
                name=name,
                starts_on=date.fromisoformat(starts_on) if starts_on else None,
            )

    def save_merchant(self, merchant: Merchant) -> None:
        """Store a merchant, replacing one with the same code."""
        starts_on = merchant.starts_on
        self.database.execute(
            "INSERT OR REPLACE INTO merchant"
            " (shop_code, link_id, link_password, name, starts_on)"
            " VALUES (?, ?, ?, ?, ?)",
            (
                merchant.shop_code,
                merchant.link_id,
                merchant.link_password,
                merchant.name,
                starts_on.isoformat() if starts_on else None,
            ),
        )

    def setting(self, name: str) -> Any:
        """Return a stored setting, or None."""
        row = self.database.execute(
            "SELECT value FROM setting WHERE name=?", (name,)
        ).fetchone()
        return orjson.loads(row[0]) if row else None

    def save_setting(self, name: str, value: object) -> None:
        """Store a setting."""
        self.database.execute(
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
        transaction.buyer or None,
        transaction.open_yen,
        transaction.to_settle,
    )


def _conditions(**wanted: str) -> tuple[str, tuple[str, ...]]:
    given = {name: value for name, value in wanted.items() if value}
    if not given:
        return "", ()
    return "WHERE " + " AND ".join(f"{name}=?" for name in given), tuple(given.values())
