"""Forgetting the persons of an order: what was sealed goes with its data key.

The order gets a new data key for what is left of it. What stood under the old one is
destroyed, so that a copy of a row is of no use either.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import delete, exists, select, update

from hub.domain.forgetting import known_of, without_persons
from hub.store import data_keys, inbox_documents, orders
from hub.store.known_json import known_from_json, known_to_json
from hub.store.orders import StoredOrder
from hub.store.store import Scope
from hub.store.tables import (
    attempt,
    cart_order,
    inbox,
    invoice_print_data,
    operation,
    order_delivery,
    person,
    transaction,
)
from hub.store.wanted_json import split

_OPEN = ("planned", "leased", "sending")


def is_busy(scope: Scope, order_id: str) -> bool:
    """Tell whether something of an order is on its way, or about to be."""
    query = select(operation.c.id).where(
        operation.c.merchant_id == scope.merchant_id,
        operation.c.order_id == order_id,
        operation.c.state.in_(_OPEN),
    )
    return scope.connection.execute(query.limit(1)).first() is not None


def erase_order(scope: Scope, order: StoredOrder, *, now: datetime) -> None:
    """Forget the persons of an order, and all that was sent and received of them."""
    key_id = data_keys.create(scope, f"erased:{order.id}", now)
    _erase_person(scope, order, key_id, now=now)
    ids = _transactions(scope, order)
    _erase_attempts(scope, ids, key_id, now=now)
    _run(
        scope,
        delete(invoice_print_data).where(invoice_print_data.c.transaction_id.in_(ids)),
        invoice_print_data,
    )
    _erase_deliveries(scope, order.id, now=now)
    data_keys.destroy(scope, order.data_key_id)


def _erase_person(
    scope: Scope, order: StoredOrder, key_id: str, *, now: datetime
) -> None:
    open_part, persons = split(without_persons(order.wanted))
    changed = update(cart_order).where(cart_order.c.id == order.id)
    told = {
        "wanted": open_part,
        "data_key_id": key_id,
        "erased_at": now,
        "updated_at": now,
    }
    _run(scope, changed.values(**told), cart_order)
    body = data_keys.seal_for(
        scope, key_id, orjson.dumps(persons), column=orders.PERSON
    )
    hashes = dict.fromkeys(("name_hash", "kana_hash", "phone_hash", "email_hash"))
    changed = update(person).where(person.c.order_id == order.id)
    _run(scope, changed.values(body=body, data_key_id=key_id, **hashes), person)
    orders.close_opened(order.id)


def _transactions(scope: Scope, order: StoredOrder) -> list[str]:
    """Move the digests of an order's transactions along; returns their ids."""
    after = without_persons(order.wanted)
    rows = scope.connection.execute(
        select(transaction.c.id, transaction.c.known).where(
            transaction.c.merchant_id == scope.merchant_id,
            transaction.c.order_id == order.id,
        )
    ).all()
    for row in rows:
        known = known_from_json(row.known)
        moved = known_of(known, order.wanted, after)
        if moved != known:
            changed = update(transaction).where(transaction.c.id == row.id)
            _run(scope, changed.values(known=known_to_json(moved)), transaction)
    return [row.id for row in rows]


def _erase_attempts(
    scope: Scope, transaction_ids: Sequence[str], key_id: str, *, now: datetime
) -> None:
    nothing = data_keys.seal_for(scope, key_id, b"", column="attempt.request")
    told = {
        "request": nothing,
        "answer": None,
        "data_key_id": key_id,
        "erased_at": now,
    }
    changed = update(attempt).where(attempt.c.transaction_id.in_(transaction_ids))
    _run(scope, changed.values(**told), attempt)


def _erase_deliveries(scope: Scope, order_id: str, *, now: datetime) -> None:
    """Forget the deliveries that spoke of no other order that is still known."""
    other = order_delivery.alias("other")
    is_needed = exists().where(
        other.c.merchant_id == order_delivery.c.merchant_id,
        other.c.delivery_id == order_delivery.c.delivery_id,
        cart_order.c.merchant_id == other.c.merchant_id,
        cart_order.c.id == other.c.order_id,
        cart_order.c.erased_at.is_(None),
    )
    ids = scope.connection.execute(
        select(order_delivery.c.delivery_id).where(
            order_delivery.c.merchant_id == scope.merchant_id,
            order_delivery.c.order_id == order_id,
            ~is_needed,
        )
    ).scalars()
    for delivery_id in list(ids):
        erase_delivery(scope, delivery_id, now=now)


def erase_delivery(scope: Scope, delivery_id: str, *, now: datetime) -> None:
    """Forget the bytes of one delivery; one that waits to be absorbed stays."""
    row = scope.connection.execute(
        select(inbox.c.data_key_id).where(
            inbox.c.merchant_id == scope.merchant_id,
            inbox.c.id == delivery_id,
            inbox.c.state != "new",
            inbox.c.erased_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return
    # The key of its day opens others too, so here the bytes themselves are replaced.
    nothing = data_keys.seal_for(scope, row.data_key_id, b"", column="inbox.body")
    changed = update(inbox).where(inbox.c.id == delivery_id)
    told = {"body": nothing, "reason_detail": None, "erased_at": now}
    _run(scope, changed.values(**told), inbox)
    inbox_documents.erase(scope, delivery_id)


def unlinked_deliveries(
    scope: Scope, connection_id: str, *, before: datetime, limit: int, after: str = ""
) -> list[str]:
    """Return deliveries of a connection that led to no order and are still readable.

    By id, those behind `after`.
    """
    is_linked = exists().where(
        order_delivery.c.merchant_id == inbox.c.merchant_id,
        order_delivery.c.delivery_id == inbox.c.id,
    )
    query = (
        select(inbox.c.id)
        .where(
            inbox.c.merchant_id == scope.merchant_id,
            inbox.c.connection_id == connection_id,
            inbox.c.state != "new",
            inbox.c.erased_at.is_(None),
            inbox.c.received_at <= before,
            inbox.c.id > after,
            ~is_linked,
        )
        .order_by(inbox.c.id)
        .limit(limit)
    )
    return list(scope.connection.execute(query).scalars())


def _run(scope: Scope, statement: Any, table: Any) -> None:
    scope.connection.execute(statement.where(table.c.merchant_id == scope.merchant_id))
