"""The shop's own book: orders, webhooks to be sent, push-backs received."""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from hub.clock import TOKYO

from . import rows, wire
from .orders import Draft, News, PlacedOrder
from .schema import SCHEMA


class Reception(StrEnum):
    """What became of a push-back."""

    TAKEN = "taken"
    DUPLICATE = "duplicate"
    OLDER = "older"
    NOT_OURS = "not ours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One webhook on its way to the hub."""

    id: int
    webhook_id: str
    order_number: str
    kind: str
    body: bytes
    attempts: int
    outcome: str
    written_at: datetime
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One moment of an order's story: a push-back that was taken."""

    received_at: datetime
    news: News


class Book:
    """One SQLite file; every order and its webhook are written in one commit."""

    def __init__(self, data_dir: Path) -> None:
        """Open the book in a folder, making both where they are missing."""
        data_dir.mkdir(parents=True, exist_ok=True)
        self._path = data_dir / "demo-shop.sqlite"
        self._path.touch(mode=0o600)
        with closing(self._connect()) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(SCHEMA)

    def place(self, draft: Draft, *, now: datetime) -> PlacedOrder:
        """Write an order and its webhook; the same cart placed twice is one order."""
        with self._writing() as connection:
            found = _one(connection, "cart_id", draft.cart_id)
            if found:
                return found
            number = _next_number(connection, now)
            token = secrets.token_urlsafe(16)
            rows.insert_order(connection, draft, number=number, token=token, now=now)
            order = _surely(connection, number)
            if order.is_deferred:
                _write_letter(connection, "order.placed", order, now=now)
            return order

    def record(
        self, order: PlacedOrder, kind: str, *, now: datetime, reason: str = ""
    ) -> None:
        """Write a changed order and the webhook that tells the hub, in one commit."""
        with self._writing() as connection:
            rows.update_order(connection, order)
            _write_letter(connection, kind, order, now=now, reason=reason)

    def by_token(self, token: str) -> PlacedOrder | None:
        """Return the order that a buyer's address names."""
        with closing(self._connect()) as connection:
            return _one(connection, "token", token)

    def by_number(self, number: str) -> PlacedOrder | None:
        """Return the order of a number."""
        with closing(self._connect()) as connection:
            return _one(connection, "number", number)

    def newest_orders(self, limit: int = 100) -> list[PlacedOrder]:
        """Return orders, the newest first."""
        with closing(self._connect()) as connection:
            found = connection.execute(
                "SELECT * FROM placed_order ORDER BY id DESC LIMIT ?", (limit,)
            )
            return [rows.order(row) for row in found]

    def receive(
        self, news: News, *, webhook_id: str, body: bytes, now: datetime
    ) -> Reception:
        """Keep a push-back once, and let only a newer one change the order."""
        with self._writing() as connection:
            seen = "SELECT 1 FROM callback WHERE webhook_id = ?"
            if connection.execute(seen, (webhook_id,)).fetchone():
                return Reception.DUPLICATE
            reception = _reception(connection, news)
            connection.execute(
                "INSERT INTO callback VALUES (?, ?, ?, ?, ?, ?)",
                (
                    webhook_id,
                    news.order_number,
                    news.sequence,
                    now.isoformat(),
                    str(reception),
                    body,
                ),
            )
            if reception is Reception.TAKEN:
                connection.execute(
                    "UPDATE placed_order SET sequence = ?, news = ? WHERE number = ?",
                    (news.sequence, body, news.order_number),
                )
            return reception

    def story(self, order: PlacedOrder) -> list[Chapter]:
        """Return the push-backs that moved an order, the oldest first."""
        with closing(self._connect()) as connection:
            found = connection.execute(
                "SELECT received_at, body FROM callback"
                " WHERE order_number = ? AND reception = 'taken' ORDER BY sequence",
                (order.number,),
            )
            return [
                Chapter(
                    received_at=datetime.fromisoformat(row["received_at"]),
                    news=wire.read_callback(row["body"]),
                )
                for row in found
            ]

    def letters(self, order: PlacedOrder) -> list[Letter]:
        """Return an order's webhooks, the oldest first."""
        with closing(self._connect()) as connection:
            found = connection.execute(
                "SELECT * FROM outbox WHERE order_number = ? ORDER BY id",
                (order.number,),
            )
            return [_letter(row) for row in found]

    def due_letters(self, now: datetime) -> list[Letter]:
        """Return each order's first undelivered webhook, where it is due."""
        with closing(self._connect()) as connection:
            found = connection.execute(
                "SELECT * FROM outbox WHERE id IN (SELECT min(id) FROM outbox"
                " WHERE delivered_at IS NULL GROUP BY order_number)"
                " AND due_at <= ? ORDER BY id LIMIT 50",
                (now.timestamp(),),
            )
            return [_letter(row) for row in found]

    def waiting_count(self) -> int:
        """Return how many webhooks the hub has not yet taken."""
        with closing(self._connect()) as connection:
            counted = "SELECT count(*) FROM outbox WHERE delivered_at IS NULL"
            return int(connection.execute(counted).fetchone()[0])

    def delivered(self, letter: Letter, *, outcome: str, now: datetime) -> None:
        """Note that the hub has a webhook for good."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE outbox SET attempts = attempts + 1, outcome = ?,"
                " delivered_at = ? WHERE id = ?",
                (outcome, now.isoformat(), letter.id),
            )

    def postponed(self, letter: Letter, *, outcome: str, due_at: datetime) -> None:
        """Note a failed attempt and the moment of the next."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE outbox SET attempts = attempts + 1, outcome = ?, due_at = ?"
                " WHERE id = ?",
                (outcome, due_at.timestamp(), letter.id),
            )

    def cookie_key(self) -> str:
        """Return the key that signs the shop's cookies, made at the first call."""
        with self._writing() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO setting VALUES ('cookie_key', ?)",
                (secrets.token_urlsafe(32),),
            )
            read = "SELECT value FROM setting WHERE name = 'cookie_key'"
            return str(connection.execute(read).fetchone()[0])

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=10, isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with closing(self._connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            with connection:
                yield connection


def _one(connection: sqlite3.Connection, column: str, key: str) -> PlacedOrder | None:
    queries = {
        "cart_id": "SELECT * FROM placed_order WHERE cart_id = ?",
        "number": "SELECT * FROM placed_order WHERE number = ?",
        "token": "SELECT * FROM placed_order WHERE token = ?",
    }
    row = connection.execute(queries[column], (key,)).fetchone()
    return rows.order(row) if row else None


def _surely(connection: sqlite3.Connection, number: str) -> PlacedOrder:
    found = _one(connection, "number", number)
    if found is None:
        raise LookupError(f"order {number} was written and cannot be read")
    return found


def _next_number(connection: sqlite3.Connection, now: datetime) -> str:
    prefix = f"D-{now.astimezone(TOKYO):%Y%m%d}-"
    today = "SELECT count(*) FROM placed_order WHERE number LIKE ?"
    count = connection.execute(today, (prefix + "%",)).fetchone()[0]
    return f"{prefix}{count + 1:04d}"


def _reception(connection: sqlite3.Connection, news: News) -> Reception:
    row = connection.execute(
        "SELECT sequence FROM placed_order WHERE number = ?", (news.order_number,)
    ).fetchone()
    if row is None:
        return Reception.NOT_OURS
    return Reception.TAKEN if news.sequence > row["sequence"] else Reception.OLDER


def _write_letter(
    connection: sqlite3.Connection,
    kind: str,
    order: PlacedOrder,
    *,
    now: datetime,
    reason: str = "",
) -> None:
    connection.execute(
        "INSERT INTO outbox (webhook_id, order_number, kind, body, written_at, due_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            f"msg_{secrets.token_urlsafe(18)}",
            order.number,
            kind,
            wire.event(kind, order, now=now, reason=reason),
            now.isoformat(),
            now.timestamp(),
        ),
    )


def _letter(row: sqlite3.Row) -> Letter:
    return Letter(
        id=row["id"],
        webhook_id=row["webhook_id"],
        order_number=row["order_number"],
        kind=row["kind"],
        body=row["body"],
        attempts=row["attempts"],
        outcome=row["outcome"],
        written_at=datetime.fromisoformat(row["written_at"]),
        delivered_at=rows.moment(row["delivered_at"]),
    )
