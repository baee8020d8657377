"""What the tests of the speaking side begin with: a shop, an order, an update."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from connectors.shopify.push import push
from hub.contract.updates import CartUpdate, MayShip, UpdateKind
from tests.shopify_double.connection import Joined
from tests.shopify_double.documents import GATEWAY

MOMENT = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
HANDLE = "atodene-screening"

_LABELS = {
    "RECEIVED": ("受付", UpdateKind.ORDER_RECEIVED, MayShip.NO),
    "SCREENING": ("審査中", UpdateKind.SCREENING_PENDING, MayShip.NO),
    "ON_HOLD": ("保留", UpdateKind.SCREENING_HOLD, MayShip.CHECK),
    "AUTHORIZED": ("審査OK", UpdateKind.SCREENING_OK, MayShip.YES),
    "DECLINED": ("審査NG", UpdateKind.SCREENING_NG, MayShip.NO),
    "SHIPMENT_REPORTED": ("出荷報告済み", UpdateKind.SHIPPING_ACCEPTED, MayShip.YES),
    "CANCELLED": ("取消済み", UpdateKind.TRANSACTION_CANCELLED, MayShip.NO),
}


def told(order, state, sequence=1, **changed):
    """Return the update of an order of the double in a state."""
    label, kind, may_ship = _LABELS[state]
    update = CartUpdate(
        id=f"upd_{state}_{sequence}",
        kind=kind,
        sequence=sequence,
        order_number=order["name"].lstrip("#"),
        occurred_at=MOMENT + timedelta(minutes=sequence),
        state=state,
        state_label=label,
        may_ship=may_ship,
        message_code=f"HUB-STATE-{state}",
        provider_transaction_id="X0000000001",
        reference=order["admin_graphql_api_id"],
    )
    return replace(update, **changed)


def settings(**values):
    """Return the connection's settings with the double's payment method."""
    return {"payment_methods": GATEWAY, **values}


def metafields(order):
    """Return the values that an order of the double shows, by key."""
    return {key: one["value"] for (_, key), one in order["_metafields"].items()}


def holds(order):
    """Return the handles on all fulfilment orders."""
    return [
        one.get("handle")
        for made in order["_fulfillment_orders"]
        for one in made["holds"]
    ]


def mutations(double):
    """Return the names of the mutations that were called, in their order."""
    return [
        one.request["query"].split("(")[0].split("{")[0].split()[1]
        for one in double.mutations
    ]


def joined(double, **values):
    """Return the connection to the double's shop."""
    return Joined(double, **settings(**values))


def pushed(double, order, state, sequence=1, **values):
    """Tell the double that an order's transaction is in a state."""
    connection = joined(double, **values)
    return push(told(order, state, sequence), connection)
