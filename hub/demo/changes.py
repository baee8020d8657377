"""What may be done to a placed order: pure functions to its next version."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from .orders import PaymentMethod, PlacedOrder, Shipment


def amended(order: PlacedOrder, basket: Mapping[str, int]) -> PlacedOrder:
    """Return the order with other quantities."""
    return replace(order, basket=dict(basket), version=order.version + 1)


def cancelled(order: PlacedOrder, *, now: datetime) -> PlacedOrder:
    """Return the order as cancelled."""
    return replace(order, cancelled_at=now, version=order.version + 1)


def shipped(
    order: PlacedOrder, *, carrier: str, tracking_number: str, now: datetime
) -> PlacedOrder:
    """Return the order with its parcel, or with the parcel's corrected number."""
    before = order.shipment
    parcel = Shipment(
        carrier=carrier,
        tracking_number=tracking_number,
        shipped_at=before.shipped_at if before else now,
        version=before.version + 1 if before else 1,
    )
    return replace(order, shipment=parcel, version=order.version + 1)


def paid_otherwise(order: PlacedOrder, method: PaymentMethod) -> PlacedOrder:
    """Return the order with another payment method, after a declined screening."""
    return replace(order, payment_method=method, version=order.version + 1)
