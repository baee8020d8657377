"""The canonical JSON, told as the cart's facts."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from marshmallow import Schema, ValidationError

from hub.contract.connector import Settings
from hub.contract.errors import PayloadError
from hub.contract.events import (
    CancelCause,
    CartEvent,
    OrderAmended,
    OrderCancelled,
    OrderPlaced,
    OrderShipped,
    version_of,
)
from hub.contract.fields import findings
from hub.contract.json_body import read_json
from hub.contract.order import Parcel
from hub.contract.proof import Delivery
from hub.text.widths import full_width_kana, narrow, single_spaced

from .schemas import (
    CancelEventSchema,
    OrderEventSchema,
    ShipmentEventSchema,
    TakenBackEventSchema,
    VersionedOrder,
)

_Members = Mapping[str, Any]
_NOT_AN_EVENT = (
    "イベントのオブジェクト({…})で書いてください。 / Write an event object ({…})."
)


def translate(delivery: Delivery, settings: Settings) -> Sequence[CartEvent]:
    """Return the events of a body; a bad element does not reject the others.

    Raises PayloadError, with the events that could be read, where any could not.
    """
    document = read_json(delivery.body)
    if not isinstance(document, list):
        return _wanted(_event(document), settings)
    found: dict[str, str] = {}
    readable: list[CartEvent] = []
    for index, element in enumerate(document):
        try:
            readable.extend(_wanted(_event(element), settings))
        except PayloadError as error:
            for path, words in error.fields.items():
                found[f"{index}.{path}".rstrip(".")] = words
    if found:
        raise _unreadable(found, readable)
    return readable


_Told = tuple[CartEvent, str]


def _event(element: object) -> _Told:
    """Return the event and the payment method that its order names, "" for none."""
    if not isinstance(element, dict):
        raise _unreadable({"": _NOT_AN_EVENT})
    kind = element.get("type")
    reading = _READINGS.get(kind) if isinstance(kind, str) else None
    if reading is None:
        names = ", ".join(_READINGS)
        words = f"次のどれかを書いてください: {names} / Write one of: {names}"
        raise _unreadable({"type": words})
    schema, told = reading
    try:
        return told(schema.load(element))
    except ValidationError as error:
        raise _unreadable(findings(error)) from error


def _placed(members: _Members) -> _Told:
    read: VersionedOrder = members["order"]
    occurred_at = members["occurred_at"]
    version = read.version or version_of(occurred_at)
    event = OrderPlaced(order=read.order, version=version, occurred_at=occurred_at)
    return event, read.order.payment_method


def _amended(members: _Members) -> _Told:
    read: VersionedOrder = members["order"]
    occurred_at = members["occurred_at"]
    version = read.version or version_of(occurred_at)
    event = OrderAmended(order=read.order, version=version, occurred_at=occurred_at)
    return event, read.order.payment_method


def _cancelled(members: _Members) -> _Told:
    event = OrderCancelled(
        order_number=members["order"]["number"],
        occurred_at=members["occurred_at"],
        reason=members["reason"],
    )
    return event, members["order"]["payment_method"]


def _shipped(members: _Members) -> _Told:
    return _moved(members, is_cancelled=False)


def _taken_back(members: _Members) -> _Told:
    return _moved(members, is_cancelled=True)


def _moved(members: _Members, *, is_cancelled: bool) -> _Told:
    shipment = members["shipment"]
    occurred_at = members["occurred_at"]
    parcel = Parcel(
        number=shipment["number"],
        carrier=shipment["carrier"],
        service=shipment["service"],
        tracking_number=shipment["tracking_number"],
        shipped_at=shipment["shipped_at"] or occurred_at,
        is_cancelled=is_cancelled,
        is_final=shipment.get("is_final", False),
    )
    event = OrderShipped(
        order_number=members["order"]["number"],
        parcel=parcel,
        version=shipment["version"] or version_of(occurred_at),
        occurred_at=occurred_at,
    )
    return event, members["order"]["payment_method"]


_READINGS: Mapping[str, tuple[Schema, Callable[[_Members], _Told]]] = {
    "order.placed": (OrderEventSchema(), _placed),
    "order.amended": (OrderEventSchema(), _amended),
    "order.cancelled": (CancelEventSchema(), _cancelled),
    "shipment.created": (ShipmentEventSchema(), _shipped),
    "shipment.changed": (ShipmentEventSchema(), _shipped),
    "shipment.cancelled": (TakenBackEventSchema(), _taken_back),
}


def _wanted(told: _Told, settings: Settings) -> Sequence[CartEvent]:
    event, payment_method = told
    accepted = _labels(settings.text("payment_methods"))
    # A cancellation or a parcel need not name the method; the order was asked already.
    names_nothing = isinstance(event, OrderCancelled | OrderShipped) and (
        not payment_method.strip()
    )
    if not accepted or names_nothing or _folded(payment_method) in accepted:
        return (event,)
    if isinstance(event, OrderAmended) and payment_method.strip():
        # It may have been ours before; the hub knows, and drops it if not.
        return (_ended(event),)
    return ()


def _ended(event: OrderAmended) -> OrderCancelled:
    return OrderCancelled(
        order_number=event.order_number,
        occurred_at=event.occurred_at,
        cause=CancelCause.PAYMENT_METHOD,
    )


def _labels(text: str) -> frozenset[str]:
    parts = text.replace("\n", ",").replace("，", ",").split(",")
    return frozenset(_folded(part) for part in parts if part.strip())


def _folded(label: str) -> str:
    return single_spaced(full_width_kana(narrow(label)))


def _unreadable(
    found: dict[str, str], readable: Sequence[CartEvent] = ()
) -> PayloadError:
    # Paths are the contract's own names and numbers; no value is repeated.
    paths = ", ".join(list(found)[:20]) or "the body"
    return PayloadError(
        f"the message is not readable at: {paths}", fields=found, readable=readable
    )
