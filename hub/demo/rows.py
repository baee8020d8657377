"""Rows of the shop's book as records, and back."""

import json
import sqlite3
from datetime import datetime

from . import wire
from .orders import Draft, PaymentMethod, PlacedOrder, Shipment


def insert_order(
    connection: sqlite3.Connection,
    draft: Draft,
    *,
    number: str,
    token: str,
    now: datetime,
) -> None:
    """Write a new order."""
    connection.execute(
        "INSERT INTO placed_order (number, token, cart_id, placed_at, version, buyer,"
        " ship_to, basket, payment_method) VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?)",
        (
            number,
            token,
            draft.cart_id,
            now.isoformat(),
            wire.contact_text(draft.buyer),
            wire.contact_text(draft.ship_to) if draft.ship_to else None,
            json.dumps(dict(draft.basket)),
            str(draft.payment_method),
        ),
    )


class OrderMovedError(Exception):
    """Somebody else changed the order in the meantime; nothing was written."""


def update_order(connection: sqlite3.Connection, order: PlacedOrder) -> None:
    """Write the next version of an order; raises OrderMovedError when it is not."""
    shipment = order.shipment
    changed = connection.execute(
        "UPDATE placed_order SET version = ?, basket = ?, payment_method = ?,"
        " cancelled_at = ?, carrier = ?, tracking_number = ?, shipped_at = ?,"
        " shipment_version = ? WHERE id = ? AND version = ?",
        (
            order.version,
            json.dumps(dict(order.basket)),
            str(order.payment_method),
            order.cancelled_at.isoformat() if order.cancelled_at else None,
            shipment.carrier if shipment else None,
            shipment.tracking_number if shipment else None,
            shipment.shipped_at.isoformat() if shipment else None,
            shipment.version if shipment else None,
            order.id,
            order.version - 1,
        ),
    )
    if changed.rowcount != 1:
        raise OrderMovedError(order.number)


def order(row: sqlite3.Row) -> PlacedOrder:
    """Read an order."""
    return PlacedOrder(
        id=row["id"],
        number=row["number"],
        token=row["token"],
        placed_at=datetime.fromisoformat(row["placed_at"]),
        version=row["version"],
        buyer=wire.read_contact(row["buyer"]),
        ship_to=wire.read_contact(row["ship_to"]) if row["ship_to"] else None,
        basket=json.loads(row["basket"]),
        payment_method=PaymentMethod(row["payment_method"]),
        cancelled_at=moment(row["cancelled_at"]),
        shipment=_shipment(row),
        news=wire.read_callback(row["news"]) if row["news"] else None,
    )


def moment(text: str | None) -> datetime | None:
    """Read a moment that may be missing."""
    return datetime.fromisoformat(text) if text else None


def _shipment(row: sqlite3.Row) -> Shipment | None:
    if not row["tracking_number"]:
        return None
    return Shipment(
        carrier=row["carrier"],
        tracking_number=row["tracking_number"],
        shipped_at=datetime.fromisoformat(row["shipped_at"]),
        version=row["shipment_version"],
    )
