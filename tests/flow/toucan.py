"""A connector that says everything a cart may say, for tests of the hub's side."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from hub.contract.connector import (
    CONTRACT_NUMBER,
    Connection,
    Connector,
    Located,
    Manifest,
    Role,
    SettingField,
    SettingKind,
    Settings,
)
from hub.contract.errors import CartUnavailableError, PayloadError
from hub.contract.events import (
    AppRemoved,
    BuyerDataRequested,
    BuyerForgotten,
    CartEvent,
    OrderCancelled,
    OrderDeleted,
    OrderForgotten,
    OrderPlaced,
    OrderShipped,
    ShippingUnblocked,
    ShopForgotten,
    version_of,
)
from hub.contract.http import AnswerLostError, NotSentError
from hub.contract.inbound import InboundRequest
from hub.contract.json_body import read_json
from hub.contract.money import Yen
from hub.contract.order import Address, Contact, LineItem, LineKind, Order, Parcel
from hub.contract.proof import Delivery, content_key, signed
from hub.contract.signatures import HmacScheme, verify_hmac
from hub.contract.updates import CartUpdate, PushReceipt

_SCHEME = HmacScheme(header="X-Toucan")


def verify(request: InboundRequest, settings: Settings) -> Delivery:
    """Return the proven delivery."""
    verify_hmac(
        request,
        settings.accepted_secrets("secret"),
        scheme=_SCHEME,
        now=request.received_at,
    )
    key = content_key("says", request.body)
    return signed(request, topic="says", dedupe_key=key)


def locate(request: InboundRequest, settings: Settings) -> Located:
    """Return an app-level message and the shop in it."""
    delivery = verify(request, settings)
    return Located(shop_key=_document(delivery)["shop"], delivery=delivery)


def _document(delivery: Delivery) -> Mapping[str, Any]:
    document = read_json(delivery.body)
    if not isinstance(document, dict):
        raise PayloadError("no object", fields={"": "必須です。 / Required."})
    return document


def translate(delivery: Delivery, settings: Settings) -> Sequence[CartEvent]:
    """Return what the toucan says."""
    del settings
    document = _document(delivery)
    says, fields = document.get("says"), document.get("fields", {})
    if says not in _SAYS:
        raise PayloadError("unknown", fields={"says": "必須です。 / Required."})
    at = datetime.fromisoformat(document["at"])
    if says == "placed":
        return (placed(fields, at),)
    if says == "shipped":
        return (_shipped(fields, at),)
    return (_SAYS[says](occurred_at=at, **fields),)


_SAYS: dict[str, Any] = {
    "placed": OrderPlaced,
    "shipped": OrderShipped,
    "cancelled": OrderCancelled,
    "order_forgotten": OrderForgotten,
    "unblocked": ShippingUnblocked,
    "deleted": OrderDeleted,
    "app_removed": AppRemoved,
    "data_request": BuyerDataRequested,
    "buyer_forgotten": BuyerForgotten,
    "shop_forgotten": ShopForgotten,
}


def placed(fields: Mapping[str, Any], at: datetime) -> OrderPlaced:
    """Return an order of one line, whose fields may differ."""
    order = Order(
        number=fields["number"],
        reference=fields.get("reference", ""),
        ordered_at=datetime.fromisoformat(
            fields.get("ordered_at", "2099-01-01T00:00:00+09:00")
        ),
        buyer=Contact(
            name=fields.get("name", "見本 花子"),
            name_kana="ミホン ハナコ",
            phone=fields.get("phone", "045-000-1234"),
            email=fields.get("email", "hanako@example.jp"),
            address=Address(
                country=fields.get("country", "JP"),
                postal_code="150-0001",
                prefecture="東京都",
                city="渋谷区神宮前",
                street="1-2-3",
            ),
        ),
        lines=(LineItem(kind=LineKind.GOODS, name="ほうじ茶", unit_price=Yen(3300)),),
        total=Yen(3300),
        payment_method="後払い",
        shipping_method="ヤマト運輸 宅急便",
    )
    version = version_of(fields.get("version", 1))
    return OrderPlaced(order=order, version=version, occurred_at=at)


def _shipped(fields: Mapping[str, Any], at: datetime) -> OrderShipped:
    parcel = Parcel(
        number="S-1",
        carrier="ヤマト運輸",
        service="宅急便",
        tracking_number=fields["tracking_number"],
        shipped_at=at,
    )
    return OrderShipped(
        order_number=fields["number"],
        parcel=parcel,
        version=version_of(1),
        occurred_at=at,
    )


def push(update: CartUpdate, connection: Connection) -> PushReceipt:
    """Repeat the state under the id of the update."""
    told = {
        "id": update.id,
        "type": update.kind.value,
        "state": update.state,
        "reference": update.reference,
    }
    try:
        answer = connection.http.post(
            connection.settings.text("url"),
            body=json.dumps(told).encode(),
            headers={},
            total_seconds=15,
            cap_bytes=1024,
        )
    except (NotSentError, AnswerLostError) as error:
        raise CartUnavailableError("no answer") from error
    if answer.status >= 300:
        raise CartUnavailableError("not now")
    return PushReceipt(status=answer.status)


_SECRET = SettingField(
    name="secret",
    kind=SettingKind.SECRET,
    label_ja="鍵",
    label_en="Secret",
    is_generated=True,
)
connector = Connector(
    manifest=Manifest(
        slug="toucan",
        title_ja="見本のオオハシ",
        title_en="Specimen toucan",
        contract=CONTRACT_NUMBER,
        settings=(
            _SECRET,
            SettingField(
                name="url", kind=SettingKind.URL, label_ja="通知先", label_en="Callback"
            ),
        ),
        app_settings=(replace(_SECRET, is_generated=False),),
        topics=("says",),
        app_topics=("says",),
        roles=tuple(Role),
        accepted_status=200,
        hears_received=True,
    ),
    verify=verify,
    translate=translate,
    push=push,
    locate=locate,
)
