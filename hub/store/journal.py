"""The journal: what happened to an order, in the order in which the hub learnt it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from hub.store.statements import add
from hub.store.store import Scope
from hub.store.tables import journal
from hub.store.types import new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the journal; `detail` never holds personal data."""

    kind: str
    order_id: str
    transaction_id: str | None = None
    from_state: str = ""
    to_state: str = ""
    code: str = ""
    delivery_id: str | None = None
    operation_id: str | None = None
    user_id: str | None = None
    detail: dict[str, Any] | None = None
    at: datetime | None = None


def write(scope: Scope, *entries: Entry, now: datetime) -> None:
    """Append lines."""
    add(scope, journal, *(_row(entry, now) for entry in entries))


def _row(entry: Entry, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(now),
        "order_id": entry.order_id,
        "transaction_id": entry.transaction_id,
        "at": now,
        "kind": entry.kind,
        "from_state": entry.from_state,
        "to_state": entry.to_state,
        "code": entry.code,
        "delivery_id": entry.delivery_id,
        "operation_id": entry.operation_id,
        "user_id": entry.user_id,
        "detail": entry.detail,
    }


def of_order(scope: Scope, order_id: str) -> list[Entry]:
    """Return the lines of an order, oldest first."""
    rows = scope.connection.execute(
        select(journal)
        .where(
            journal.c.merchant_id == scope.merchant_id, journal.c.order_id == order_id
        )
        .order_by(journal.c.at, journal.c.id)
    ).all()
    return [
        Entry(
            kind=row.kind,
            order_id=row.order_id,
            transaction_id=row.transaction_id,
            from_state=row.from_state,
            to_state=row.to_state,
            code=row.code,
            delivery_id=row.delivery_id,
            operation_id=row.operation_id,
            user_id=row.user_id,
            detail=row.detail,
            at=row.at,
        )
        for row in rows
    ]
