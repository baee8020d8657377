"""What a request means for the order."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from connectors.shopify.schemas import unreadable
from connectors.shopify.translate import translate as told_by_shopify
from hub.contract.asking import AskKind
from hub.contract.connector import Settings
from hub.contract.events import (
    CartEvent,
    OrderCancelled,
    OrderCharged,
    OrderPlaced,
    OrderReduced,
    version_of,
)
from hub.contract.json_body import read_json
from hub.contract.proof import Delivery

from .manifest import APP_TOPICS
from .orders import order_of
from .sessions import session_of

VOIDED = "Shopify で支払いが取り消されました。"
NOT_IN_YEN = "日本円ではないお支払いは受けられません。"
_UNKNOWN = "この種類の依頼は扱っていません。 / Requests of this kind are not read."


def translate(delivery: Delivery, settings: Settings) -> Sequence[CartEvent]:
    """Return the events of a request or of a message to the app; raises PayloadError.

    A payment in another currency is placed and cancelled at once: it stands in the
    books, is registered nowhere, and Shopify is told no. A capture waits for the
    shipment report of the order; what it leaves out of the order is not billed.
    """
    if delivery.topic in APP_TOPICS:
        return told_by_shopify(delivery, settings)
    if delivery.topic not in set(AskKind):
        raise unreadable({"topic": _UNKNOWN})
    kind = AskKind(delivery.topic)
    return _MEANINGS[kind](session_of(kind, read_json(delivery.body)))


def _placed(session: Mapping[str, Any]) -> Sequence[CartEvent]:
    proposed_at = session["proposed_at"]
    placed = OrderPlaced(
        order=order_of(session),
        version=version_of(proposed_at),
        occurred_at=proposed_at,
    )
    if session["amount"] is not None:
        return (placed,)
    return (
        placed,
        OrderCancelled(
            order_number=placed.order_number,
            occurred_at=proposed_at,
            reason=NOT_IN_YEN,
            reference=session["gid"],
        ),
    )


def _captured(session: Mapping[str, Any]) -> Sequence[CartEvent]:
    return (
        OrderCharged(
            order_number=session["payment_id"],
            reference=session["gid"],
            amount=session["amount"],
            occurred_at=session["proposed_at"],
        ),
    )


def _refunded(session: Mapping[str, Any]) -> Sequence[CartEvent]:
    return (
        OrderReduced(
            order_number=session["payment_id"],
            reference=session["gid"],
            amount=session["amount"],
            occurred_at=session["proposed_at"],
        ),
    )


def _voided(session: Mapping[str, Any]) -> Sequence[CartEvent]:
    return (
        OrderCancelled(
            order_number=session["payment_id"],
            occurred_at=session["proposed_at"],
            reason=VOIDED,
        ),
    )


_MEANINGS: Mapping[AskKind, Callable[[Mapping[str, Any]], Sequence[CartEvent]]] = {
    AskKind.PAYMENT: _placed,
    AskKind.CAPTURE: _captured,
    AskKind.REFUND: _refunded,
    AskKind.VOID: _voided,
}
