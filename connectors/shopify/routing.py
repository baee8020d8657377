"""Changes of fulfilment orders: new ones carry no hold of ours (shopify.md 3.4)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hub.contract.events import CartEvent, OrderForgotten, ShippingUnblocked
from hub.contract.fields import DoorSchema, FlagField, ListField, PartField, TextField
from hub.contract.proof import Delivery

from .display import HANDLE
from .schemas import loaded, unreadable
from .shop_order import OrderHead
from .tags import says_ok

HOLD_RELEASED = "fulfillment_orders/hold_released"
PLACED_ON_HOLD = "fulfillment_orders/placed_on_hold"
_PREFIX = "gid://shopify/FulfillmentOrder/"
# Held here means by any app: only what could be shipped now is unblocked.
_OPEN = frozenset({"OPEN", "IN_PROGRESS", "SCHEDULED"})
_NO_PART = "発送の単位(fulfillment order)がありません。 / It names no fulfilment order."


_SCHEMA = DoorSchema.from_dict
_HOLD = _SCHEMA(
    {
        "handle": TextField(),
        "heldByRequestingApp": FlagField(allow_none=True, load_default=None),
    }
)
_PART = _SCHEMA(
    {
        "id": TextField(is_needed=True),
        "status": TextField(),
        "fulfillmentHolds": ListField(PartField(_HOLD), load_default=list),
    }
)
_NODES = _SCHEMA({"nodes": ListField(PartField(_PART), required=True)})
_ORDER = _SCHEMA(
    {
        "fulfillmentOrders": PartField(_NODES, required=True),
        "tags": ListField(TextField(), load_default=list),
    }
)()


def parts_named(document: object) -> frozenset[str]:
    """Return the fulfilment orders that a body names; raises PayloadError for none."""
    named = frozenset(_texts(document, "id"))
    found = frozenset(one for one in named if one.startswith(_PREFIX))
    if not found:
        raise unreadable({"fulfillment_order.id": _NO_PART})
    return found


def routed(
    document: object, order: object, head: OrderHead, delivery: Delivery
) -> Sequence[CartEvent]:
    """Return what a change of the fulfilment orders means for the order."""
    parts = parts_named(document)
    if delivery.topic == PLACED_ON_HOLD and not _is_held_too_late(order, parts):
        return ()
    if delivery.topic != HOLD_RELEASED:
        return (
            OrderForgotten(
                order_number=head.number,
                occurred_at=delivery.received_at,
                reference=head.reference,
            ),
        )
    if _is_anothers(document) or not _is_unheld(order, parts):
        return ()
    return (
        ShippingUnblocked(
            order_number=head.number,
            occurred_at=delivery.received_at,
            reference=head.reference,
        ),
    )


def _is_anothers(document: object) -> bool:
    """Tell whether the body names holds, and none of them is ours."""
    handles = set(_texts(document, "handle"))
    return bool(handles) and HANDLE not in handles


def _is_unheld(order: object, named: frozenset[str]) -> bool:
    """Tell whether one of these parts could be shipped now: nothing of ours holds."""
    members = loaded(_ORDER, order)
    return any(
        part["id"] in named and part["status"].upper() in _OPEN and not _holds(part)
        for part in members["fulfillmentOrders"]["nodes"]
    )


def _is_held_too_late(order: object, named: frozenset[str]) -> bool:
    """Tell whether our hold came into force after the goods were let go.

    An answer to the placing may be lost, and Shopify place it all the same, later.
    """
    members = loaded(_ORDER, order)
    return says_ok(members["tags"]) and any(
        part["id"] in named and _holds(part)
        for part in members["fulfillmentOrders"]["nodes"]
    )


def _holds(part: Mapping[str, Any]) -> bool:
    return any(
        hold["heldByRequestingApp"] and hold["handle"] == HANDLE
        for hold in part["fulfillmentHolds"]
    )


def _texts(node: object, wanted: str) -> Iterator[str]:
    if isinstance(node, dict):
        for name, value in node.items():
            if name == wanted and isinstance(value, str):
                yield value
            yield from _texts(value, wanted)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value, wanted)
