"""Shopify's messages, told as the cart's facts."""

import re
from collections.abc import Callable, Mapping, Sequence

from hub.contract.connector import Settings
from hub.contract.errors import ForeignShopError, PayloadError
from hub.contract.events import (
    AppRemoved,
    CancelCause,
    CartEvent,
    OrderAmended,
    OrderCancelled,
    OrderDeleted,
    OrderPlaced,
    version_of,
)
from hub.contract.json_body import read_json
from hub.contract.proof import Delivery

from .compliance import (
    buyer_forgotten,
    check_shop,
    data_requested,
    shop_forgotten,
)
from .extension_orders import session_parcels
from .fetch import DOCUMENT, INSTALLED
from .gateways import is_by_extension, is_ours, named_methods
from .graphql_order import graphql_fulfillments, graphql_head, graphql_order
from .order_builder import built
from .rest_order import rest_head, rest_order
from .rest_shipments import rest_fulfillments
from .routing import parts_named, routed
from .schemas import (
    DeletedSchema,
    EditedSchema,
    RefundSchema,
    ScopesSchema,
    ShopSchema,
    TrackedSchema,
    loaded,
    unreadable,
)
from .shipments import shipped
from .shop_order import OrderHead, ShopOrder

POLLED = "poll/order"

_Members = Mapping[str, object]
_Events = Sequence[CartEvent]
_SHOP_ID = re.compile(r"https://[^/]+/([0-9]{1,19})/orders/", re.ASCII)
_NO_DOCUMENT = "注文を読み直せませんでした。 / The order was not read anew."
_UNKNOWN = "この種類の通知は扱っていません。 / Messages of this kind are not read."
_RETURNED = "すべての商品が返品または取消になりました。"
_MORE = "削除の通知ではありません。 / It is not the message of a deletion."
_REFUND, _TRACKED, _EDITED = RefundSchema(), TrackedSchema(), EditedSchema()
_DELETED, _SHOP, _SCOPES = DeletedSchema(), ShopSchema(), ScopesSchema()
# Such a body says the id, and at most which resource it is the id of.
_DELETED_MEMBERS = frozenset({"id", "admin_graphql_api_id"})


def translate(delivery: Delivery, settings: Settings) -> Sequence[CartEvent]:
    """Return the events of a message, () where it is not for us.

    The topic is not signed, so it decides how a body is read and nothing else: a body
    of another shape is a PayloadError, and all topics of orders mean the order as it
    stands now. Raises ForeignShopError where the body names another shop.
    """
    reading = _READINGS.get(delivery.topic)
    if reading is None:
        raise unreadable({"topic": _UNKNOWN})
    return reading(read_json(delivery.body), delivery, settings)


def _placed(document: object, _delivery: Delivery, settings: Settings) -> _Events:
    head = rest_head(document)
    return _told(head, settings, lambda: rest_order(document, head), is_new=True)


def _cancelled(document: object, _delivery: Delivery, settings: Settings) -> _Events:
    head = rest_head(document)
    return _told(head, settings, lambda: rest_order(document, head))


def _updated(document: object, delivery: Delivery, settings: Settings) -> _Events:
    head = rest_head(document)
    if DOCUMENT in delivery.documents:
        told = _anew(delivery, settings)
        if told is not None:
            return told
    # An order of others is not read anew. One that the app is not shown, for it is
    # older than sixty days (1.7), was sent whole all the same.
    return _as_sent(document, head, settings)


def _as_sent(document: object, head: OrderHead, settings: Settings) -> _Events:
    by_extension = is_by_extension(head.gateways, settings)
    is_seen = is_ours(head.gateways, settings) and not by_extension
    sent = rest_fulfillments(document) if is_seen else ((), False)
    parcels = tuple(shipped(head, sent[0], is_all_out=sent[1]))
    try:
        told = _told(head, settings, lambda: rest_order(document, head))
    except PayloadError as error:
        # Goods that are out must not wait for what cannot be read of the rest.
        raise PayloadError(
            str(error), fields=error.fields, readable=(*error.readable, *parcels)
        ) from error
    return (*told, *parcels)


def _named_by(schema: object) -> "_Reading":
    def reading(document: object, delivery: Delivery, settings: Settings) -> _Events:
        loaded(schema, document)  # type: ignore[arg-type]  # one of the schemas above
        return _anew(delivery, settings) or ()

    return reading


def _polled(document: object, delivery: Delivery, settings: Settings) -> _Events:
    head = graphql_head(document, read_at=delivery.read_at)
    return _as_it_stands(document, head, settings, is_new=True)


def _anew(delivery: Delivery, settings: Settings) -> _Events | None:
    order = _document(delivery)
    if order is None:
        return None
    head = graphql_head(order, read_at=delivery.read_at)
    return _as_it_stands(order, head, settings)


def _as_it_stands(
    order: object, head: OrderHead, settings: Settings, *, is_new: bool = False
) -> _Events:
    told = _told(
        head, settings, lambda: graphql_order(order, head, settings), is_new=is_new
    )
    return (*told, *_shipments(order, head, settings))


def _tracked(document: object, delivery: Delivery, settings: Settings) -> _Events:
    loaded(_TRACKED, document)
    order = _document(delivery)
    if order is None:
        return ()
    head = graphql_head(order, read_at=delivery.read_at)
    return tuple(_shipments(order, head, settings))


def _routing(document: object, delivery: Delivery, settings: Settings) -> _Events:
    parts_named(document)
    if DOCUMENT not in delivery.documents:
        # Its fulfilment order belongs to an order of others.
        return ()
    order = _document(delivery)
    if order is None:
        return ()
    head = graphql_head(order, read_at=delivery.read_at)
    _check_shop_id(head, settings)
    is_elsewhere = is_by_extension(head.gateways, settings)
    if is_elsewhere or not is_ours(head.gateways, settings):
        return ()
    return routed(document, order, head, delivery)


def _shipments(order: object, head: OrderHead, settings: Settings) -> _Events:
    _check_shop_id(head, settings)
    by_extension = is_by_extension(head.gateways, settings)
    if not by_extension and not is_ours(head.gateways, settings):
        return ()
    made, is_all_out = graphql_fulfillments(order)
    if by_extension:
        told = session_parcels(order, head, made, settings, is_all_out=is_all_out)
        return tuple(told)
    return tuple(shipped(head, made, is_all_out=is_all_out))


def _told(
    head: OrderHead,
    settings: Settings,
    whole: Callable[[], ShopOrder],
    *,
    is_new: bool = False,
) -> _Events:
    """Return the order as it stands: ours, not ours any more, or at its end."""
    _check_shop_id(head, settings)
    if not named_methods(settings) or is_by_extension(head.gateways, settings):
        # Nobody said yet which name is ours, so no order is: neither to register it
        # nor to end it. What was paid through the extension, the other app tells.
        return ()
    if not is_ours(head.gateways, settings):
        # An order that names no method says nothing about ours.
        return () if is_new or not head.gateways else (_ended(head),)
    if head.cancelled_at:
        return (_cancellation(head, head.cancel_reason, CancelCause.ORDER),)
    shop_order = whole()
    if shop_order.lines and not any(line.current for line in shop_order.lines):
        return (_cancellation(head, _RETURNED, CancelCause.EMPTIED),)
    kind = OrderPlaced if is_new else OrderAmended
    order = built(shop_order, settings)
    version = version_of(head.changed_at, read_at=head.read_at)
    return (kind(order=order, version=version, occurred_at=head.changed_at),)


def _cancellation(head: OrderHead, reason: str, cause: CancelCause) -> OrderCancelled:
    return OrderCancelled(
        order_number=head.number,
        occurred_at=head.cancelled_at or head.changed_at,
        reason=reason,
        cause=cause,
        reference=head.reference,
    )


def _ended(head: OrderHead) -> OrderCancelled:
    return OrderCancelled(
        order_number=head.number,
        occurred_at=head.changed_at,
        cause=CancelCause.PAYMENT_METHOD,
        reference=head.reference,
    )


def _paid(document: object, _delivery: Delivery, settings: Settings) -> _Events:
    # The merchant's own book-keeping: nothing is screened or ended by it.
    _check_shop_id(rest_head(document), settings)
    return ()


def _deleted(document: object, delivery: Delivery, _settings: Settings) -> _Events:
    members = loaded(_DELETED, document)
    if isinstance(document, dict) and not document.keys() <= _DELETED_MEMBERS:
        raise unreadable({"": _MORE})
    reference = f"gid://shopify/Order/{members['id']}"
    return (OrderDeleted(reference=reference, occurred_at=delivery.received_at),)


def _uninstalled(document: object, delivery: Delivery, settings: Settings) -> _Events:
    check_shop(loaded(_SHOP, document)["myshopify_domain"], settings)
    if INSTALLED in delivery.documents:
        # It came late: the app was installed again since.
        return ()
    return (AppRemoved(occurred_at=delivery.received_at),)


def _scopes(document: object, _delivery: Delivery, _settings: Settings) -> _Events:
    # What is missing shows in the probe of the connection, and where a call fails.
    loaded(_SCOPES, document)
    return ()


def _document(delivery: Delivery) -> object | None:
    """Return the order that was read anew, None where it is not there any more."""
    if DOCUMENT not in delivery.documents:
        raise unreadable({DOCUMENT: _NO_DOCUMENT})
    return read_json(delivery.documents[DOCUMENT])


def _check_shop_id(head: OrderHead, settings: Settings) -> None:
    ours, found = settings.text("shop_id").strip(), _SHOP_ID.match(head.status_url)
    if ours and found and found.group(1) != ours:
        raise ForeignShopError("the order is of another shop than the connection")


_Reading = Callable[[object, Delivery, Settings], _Events]
_READINGS: Mapping[str, _Reading] = {
    "orders/create": _placed,
    "orders/updated": _updated,
    "orders/edited": _named_by(_EDITED),
    "orders/cancelled": _cancelled,
    "orders/paid": _paid,
    "orders/delete": _deleted,
    "refunds/create": _named_by(_REFUND),
    "fulfillments/create": _tracked,
    "fulfillments/update": _tracked,
    "fulfillment_orders/order_routing_complete": _routing,
    "fulfillment_orders/placed_on_hold": _routing,
    "fulfillment_orders/hold_released": _routing,
    "fulfillment_orders/split": _routing,
    "fulfillment_orders/moved": _routing,
    "fulfillment_orders/merged": _routing,
    "app/uninstalled": _uninstalled,
    "app/scopes_update": _scopes,
    "customers/data_request": data_requested,
    "customers/redact": buyer_forgotten,
    "shop/redact": shop_forgotten,
    POLLED: _polled,
}
