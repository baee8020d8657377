"""What one order's page reads beside the order: its deliveries and its ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select

from hub.store.store import Scope
from hub.store.tables import (
    cart_order,
    inbox,
    operation,
    order_delivery,
    transaction,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationLine:
    """One intended effect, as it stands in the ledger."""

    id: str
    transaction_id: str
    target: str
    destination: str
    kind: str
    state: str
    reason_code: str
    tries: int
    due_at: datetime
    created_at: datetime
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryLine:
    """One delivery without its body."""

    id: str
    connection_id: str
    topic: str
    origin: str
    state: str
    reason_code: str
    reason_detail: dict[str, str]
    body_length: int
    delivery_count: int
    tries: int
    received_at: datetime
    absorbed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PushBacklog:
    """What a connection's cart was not told yet."""

    waiting: int
    oldest_at: datetime | None


_DELIVERY = (
    inbox.c.id,
    inbox.c.connection_id,
    inbox.c.topic,
    inbox.c.origin,
    inbox.c.state,
    inbox.c.reason_code,
    inbox.c.reason_detail,
    inbox.c.body_length,
    inbox.c.delivery_count,
    inbox.c.tries,
    inbox.c.received_at,
    inbox.c.absorbed_at,
)


def operations_of(scope: Scope, order_id: str) -> Sequence[OperationLine]:
    """Return the ledger of an order, oldest first."""
    rows = scope.connection.execute(
        select(operation)
        .where(
            operation.c.merchant_id == scope.merchant_id,
            operation.c.order_id == order_id,
        )
        .order_by(operation.c.created_at, operation.c.id)
    ).all()
    return [
        OperationLine(
            id=row.id,
            transaction_id=row.transaction_id,
            target=row.target,
            destination=row.destination,
            kind=row.kind,
            state=row.state,
            reason_code=row.reason_code,
            tries=row.tries,
            due_at=row.due_at,
            created_at=row.created_at,
            payload=row.payload,
        )
        for row in rows
    ]


def transaction_ids_of(scope: Scope, order_id: str) -> Sequence[str]:
    """Return the ids of an order's transactions, the first generation first."""
    return list(
        scope.connection.execute(
            select(transaction.c.id)
            .where(
                transaction.c.merchant_id == scope.merchant_id,
                transaction.c.order_id == order_id,
            )
            .order_by(transaction.c.generation)
        ).scalars()
    )


def deliveries_of(scope: Scope, order_id: str) -> Sequence[DeliveryLine]:
    """Return the deliveries that spoke of an order, oldest first."""
    rows = scope.connection.execute(
        select(*_DELIVERY)
        .join(
            order_delivery,
            and_(
                order_delivery.c.merchant_id == inbox.c.merchant_id,
                order_delivery.c.delivery_id == inbox.c.id,
            ),
        )
        .where(
            inbox.c.merchant_id == scope.merchant_id,
            order_delivery.c.order_id == order_id,
        )
        .order_by(inbox.c.received_at, inbox.c.id)
    ).all()
    return [_delivery(row) for row in rows]


def deliveries(
    scope: Scope, *, state: str = "", before: str = "", limit: int = 50
) -> Sequence[DeliveryLine]:
    """Return a merchant's deliveries with ids below a cursor, newest first."""
    query = select(*_DELIVERY).where(inbox.c.merchant_id == scope.merchant_id)
    if state:
        query = query.where(inbox.c.state == state)
    if before:
        query = query.where(inbox.c.id < before)
    # Ids sort by the time they were made, so the primary key serves as the index.
    query = query.order_by(inbox.c.id.desc()).limit(limit)
    return [_delivery(row) for row in scope.connection.execute(query).all()]


def delivery(scope: Scope, delivery_id: str) -> DeliveryLine | None:
    """Return the delivery of an id without its body."""
    query = select(*_DELIVERY).where(
        inbox.c.merchant_id == scope.merchant_id, inbox.c.id == delivery_id
    )
    row = scope.connection.execute(query).one_or_none()
    return _delivery(row) if row else None


def order_numbers_of(
    scope: Scope, delivery_ids: Sequence[str]
) -> dict[str, list[tuple[str, str]]]:
    """Return (order id, order number) by the delivery that spoke of them."""
    rows = scope.connection.execute(
        select(order_delivery.c.delivery_id, cart_order.c.id, cart_order.c.order_number)
        .join(
            cart_order,
            and_(
                cart_order.c.merchant_id == order_delivery.c.merchant_id,
                cart_order.c.id == order_delivery.c.order_id,
            ),
        )
        .where(
            order_delivery.c.merchant_id == scope.merchant_id,
            order_delivery.c.delivery_id.in_(delivery_ids),
        )
        .order_by(cart_order.c.order_number)
    ).all()
    found: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        found.setdefault(row.delivery_id, []).append((row.id, row.order_number))
    return found


def last_received(scope: Scope, connection_id: str) -> datetime | None:
    """Return when a connection was last heard."""
    return scope.connection.execute(
        select(inbox.c.received_at)
        .where(
            inbox.c.merchant_id == scope.merchant_id,
            inbox.c.connection_id == connection_id,
        )
        .order_by(inbox.c.received_at.desc())
        .limit(1)
    ).scalar_one_or_none()


def push_backlog(scope: Scope, connection_id: str) -> PushBacklog:
    """Return what a connection's cart was not told yet."""
    row = scope.connection.execute(
        select(func.count(), func.min(operation.c.created_at)).where(
            operation.c.merchant_id == scope.merchant_id,
            operation.c.target == "cart",
            operation.c.destination == connection_id,
            operation.c.state.in_(("planned", "leased", "sending")),
        )
    ).one()
    return PushBacklog(waiting=row[0], oldest_at=row[1])


def _delivery(row: Any) -> DeliveryLine:
    return DeliveryLine(
        id=row.id,
        connection_id=row.connection_id,
        topic=row.topic,
        origin=row.origin,
        state=row.state,
        reason_code=row.reason_code,
        reason_detail=row.reason_detail or {},
        body_length=row.body_length,
        delivery_count=row.delivery_count,
        tries=row.tries,
        received_at=row.received_at,
        absorbed_at=row.absorbed_at,
    )
