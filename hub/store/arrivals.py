"""The way into the inbox: many proven deliveries in one statement (I-01, I-03).

What comes in at one moment is committed together, so it is also inserted together:
one statement for all of a merchant's rows of a commit costs a tenth of one each.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Dialect

from hub.contract.proof import Delivery
from hub.store.prepared import say
from hub.store.sealing import Sealer
from hub.store.store import Scope
from hub.store.tables import inbox
from hub.store.types import new_id

BODY = "inbox.body"

_COLUMNS = (
    "merchant_id",
    "id",
    "connection_id",
    "shop_id",
    "dedupe_key",
    "topic",
    "origin",
    "content_type",
    "body",
    "data_key_id",
    "body_sha256",
    "body_length",
    "received_at",
    "state",
    "due_at",
    "delivery_count",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A proven delivery of one connection, its body sealed, ready to be stored."""

    connection_id: str
    dedupe_key: str
    values: dict[str, Any]


def arrival(
    delivery: Delivery,
    *,
    connection_id: str,
    shop_id: str,
    sealer: Sealer,
    now: datetime,
) -> Arrival:
    """Return the row of a delivery, made before the database is asked for anything."""
    return Arrival(
        connection_id=connection_id,
        dedupe_key=delivery.dedupe_key,
        values={
            "merchant_id": sealer.merchant_id,
            "id": new_id(now),
            "connection_id": connection_id,
            "shop_id": shop_id,
            "dedupe_key": delivery.dedupe_key,
            "topic": delivery.topic,
            "origin": delivery.origin.value,
            "content_type": delivery.content_type,
            "body": sealer.seal(delivery.body, column=BODY),
            "data_key_id": sealer.key_id,
            "body_sha256": hashlib.sha256(delivery.body).hexdigest(),
            "body_length": len(delivery.body),
            "received_at": delivery.received_at,
            "state": "new",
            "due_at": now,
        },
    )


def add_all(scope: Scope, arrivals: Sequence[Arrival]) -> list[bool]:
    """Store deliveries of a merchant; returns which of them are new (I-03).

    Of several with one key the first is new at most; every one of them is counted.
    """
    firsts: dict[tuple[str, str], Arrival] = {}
    counts: dict[tuple[str, str], int] = {}
    is_first = []
    for one in arrivals:
        if one.values["merchant_id"] != scope.merchant_id:
            raise ValueError("a delivery was sealed for another merchant")
        key = (one.connection_id, one.dedupe_key)
        is_first.append(key not in firsts)
        firsts.setdefault(key, one)
        counts[key] = counts.get(key, 0) + 1
    # In one order for all processes, so that they cannot lock each other out.
    rows = [
        {**firsts[key].values, "delivery_count": counts[key]} for key in sorted(firsts)
    ]
    _insert(scope.connection, rows)
    stored = _stored(scope, [row["id"] for row in rows])
    return [
        first and one.values["id"] in stored
        for first, one in zip(is_first, arrivals, strict=True)
    ]


def _insert(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    writes = _written(connection.dialect)
    values: list[Any] = []
    for row in rows:
        values += [
            row[name] if write is None else write(row[name]) for name, write in writes
        ]
    say(connection, _upsert(connection.dialect.paramstyle, len(rows)), values)


def _stored(scope: Scope, ids: list[str]) -> set[str]:
    """Return which ids are in the inbox now; an id that is not was a duplicate."""
    mark = _mark(scope.connection.dialect.paramstyle)
    marks = ", ".join([mark] * len(ids))
    where = f"FROM inbox WHERE merchant_id = {mark} AND id IN ({marks})"
    values = (scope.merchant_id, *ids)
    # One row where all are new, as they nearly always are: each row that is fetched
    # gives the interpreter away and waits to get it back.
    (count,) = say(scope.connection, f"SELECT count(*) {where}", values)
    if count == len(ids):
        return set(ids)
    found = scope.connection.exec_driver_sql(f"SELECT id {where}", values)
    return {str(row[0]) for row in found}


@cache
def _upsert(paramstyle: str, rows: int) -> str:
    mark = _mark(paramstyle)
    row = f"({', '.join([mark] * len(_COLUMNS))})"
    return (
        f"INSERT INTO inbox ({', '.join(_COLUMNS)})"  # noqa: S608 - names of columns alone
        f" VALUES {', '.join([row] * rows)}"
        " ON CONFLICT (merchant_id, connection_id, dedupe_key) DO UPDATE"
        " SET delivery_count = inbox.delivery_count + excluded.delivery_count"
    )


def _mark(paramstyle: str) -> str:
    return "?" if paramstyle == "qmark" else "%s"


@cache
def _written(dialect: Dialect) -> list[tuple[str, Any]]:
    """Return each column's name and how its type writes a value, None for as it is."""
    return [(name, inbox.c[name].type.bind_processor(dialect)) for name in _COLUMNS]
