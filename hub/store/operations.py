"""The ledger of intended effects: planned before they are tried."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, or_, select, update

from hub.store import statements
from hub.store.filters import IS_OPEN, IS_PROVIDERS
from hub.store.statements import change, every, first, row_of
from hub.store.store import Scope
from hub.store.tables import operation
from hub.store.types import new_id

Target = Literal["provider", "cart"]
OPEN = ("planned", "leased", "sending")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredOperation:
    """An operation as stored."""

    id: str
    merchant_id: str
    order_id: str
    transaction_id: str
    target: Target
    destination: str
    kind: str
    effect_key: str
    seq: int
    state: str
    payload: dict[str, Any]
    reason_code: str
    tries: int
    due_at: datetime
    lease_until: datetime | None
    lease_token: str | None
    created_at: datetime
    ended_at: datetime | None


def stored(row: Any) -> StoredOperation:
    """Return an operation from its row."""
    return StoredOperation(
        id=row.id,
        merchant_id=row.merchant_id,
        order_id=row.order_id,
        transaction_id=row.transaction_id,
        target=row.target,
        destination=row.destination,
        kind=row.kind,
        effect_key=row.effect_key,
        seq=row.seq,
        state=row.state,
        payload=row.payload,
        reason_code=row.reason_code,
        tries=row.tries,
        due_at=row.due_at,
        lease_until=row.lease_until,
        lease_token=row.lease_token,
        created_at=row.created_at,
        ended_at=row.ended_at,
    )


def add(
    scope: Scope,
    *,
    order_id: str,
    transaction_id: str,
    target: Target,
    kind: str,
    payload: dict[str, Any],
    now: datetime,
    destination: str = "",
    effect_key: str = "",
    seq: int | None = None,
) -> str:
    """Plan an operation; provider operations are numbered per order."""
    operation_id = new_id(now)
    statements.add(
        scope,
        operation,
        {
            "id": operation_id,
            "order_id": order_id,
            "transaction_id": transaction_id,
            "target": target,
            "destination": destination,
            "kind": kind,
            "effect_key": effect_key,
            "seq": _next_seq(scope, order_id, target) if seq is None else seq,
            "state": "planned",
            "payload": payload,
            "due_at": now,
            "created_at": now,
        },
    )
    return operation_id


_NEWEST = (
    row_of(operation, "order_id", "target")
    .with_only_columns(operation.c.seq)
    .order_by(operation.c.seq.desc())
    .limit(1)
)
_OPEN = row_of(operation, "transaction_id").where(IS_PROVIDERS, IS_OPEN)


def _next_seq(scope: Scope, order_id: str, target: Target) -> int:
    newest = first(scope, _NEWEST, order_id=order_id, target=target)
    return (newest.seq if newest else 0) + 1


def get(scope: Scope, operation_id: str) -> StoredOperation | None:
    """Return the operation of an id."""
    row = first(scope, row_of(operation, "id"), id=operation_id)
    return stored(row) if row else None


def open_provider_operation(
    scope: Scope, transaction_id: str
) -> StoredOperation | None:
    """Return the one operation that a transaction has open at the provider."""
    row = first(scope, _OPEN, transaction_id=transaction_id)
    return stored(row) if row else None


_PLANNED = row_of(operation, "order_id", "target", "state")


def planned_updates(scope: Scope, order_id: str) -> list[StoredOperation]:
    """Return what carts are to be told of an order and nobody has claimed."""
    where = {"order_id": order_id, "target": "cart", "state": "planned"}
    return [stored(row) for row in every(scope, _PLANNED, **where)]


def supersede(scope: Scope, operation_id: str, *, now: datetime) -> None:
    """Mark an operation that was never sent as overtaken (I-16)."""
    scope.connection.execute(
        update(operation)
        .where(
            operation.c.merchant_id == scope.merchant_id,
            operation.c.id == operation_id,
            operation.c.state.in_(("planned", "leased")),
        )
        .values(state="superseded", ended_at=now, lease_token=None, lease_until=None)
    )


def supersede_updates(
    scope: Scope, order_id: str, *, destination: str, now: datetime
) -> None:
    """Overtake the unsent updates of an order for one destination (I-23)."""
    where = {
        "order_id": order_id,
        "target": "cart",
        "destination": destination,
        "state": "planned",
    }
    change(scope, operation, where, {"state": "superseded", "ended_at": now})


def try_now(scope: Scope, operation_id: str, *, now: datetime) -> bool:
    """Make a waiting operation due at once (もう一度送信)."""
    changed = scope.connection.execute(
        update(operation)
        .where(
            operation.c.merchant_id == scope.merchant_id,
            operation.c.id == operation_id,
            operation.c.state == "planned",
        )
        .values(due_at=now)
    ).rowcount
    return changed == 1


def is_overtaken() -> ColumnElement[bool]:
    """Return the condition that a cart was told something newer of the order (I-23)."""
    newer = operation.alias("newer")
    return (
        select(newer.c.id)
        .where(
            newer.c.merchant_id == operation.c.merchant_id,
            newer.c.order_id == operation.c.order_id,
            newer.c.target == operation.c.target,
            newer.c.destination == operation.c.destination,
            newer.c.seq > operation.c.seq,
        )
        .exists()
    )


def reopen(scope: Scope, operation_id: str, *, now: datetime) -> bool:
    """Plan an ended cart update again (もう一度送信); its id stays the same (I-21).

    Not where the cart was told something newer since (I-23).
    """
    changed = scope.connection.execute(
        update(operation)
        .where(
            operation.c.merchant_id == scope.merchant_id,
            operation.c.id == operation_id,
            operation.c.target == "cart",
            or_(operation.c.state == "refused", operation.c.state == "unclear"),
            ~is_overtaken(),
        )
        .values(state="planned", due_at=now, tries=0, ended_at=None)
    ).rowcount
    return changed == 1


def answered_late(scope: Scope, operation_id: str, *, now: datetime) -> bool:
    """End an unclear operation whose answer came after all; False for another state."""
    changed = scope.connection.execute(
        update(operation)
        .where(
            operation.c.merchant_id == scope.merchant_id,
            operation.c.id == operation_id,
            operation.c.state == "unclear",
        )
        .values(state="done", ended_at=now)
    ).rowcount
    return changed == 1


def abandon_unclear(scope: Scope, transaction_id: str, *, now: datetime) -> None:
    """Mark unclear registrations as settled by a person's decision."""
    scope.connection.execute(
        update(operation)
        .where(
            operation.c.merchant_id == scope.merchant_id,
            operation.c.transaction_id == transaction_id,
            operation.c.target == "provider",
            operation.c.state == "unclear",
        )
        .values(state="superseded", ended_at=now)
    )
