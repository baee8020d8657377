"""The canonical JSON, read into the contract's records."""

from dataclasses import dataclass, replace
from typing import Any

from marshmallow import post_load

from hub.contract.events import Version
from hub.contract.fields import (
    ChoiceField,
    DayField,
    DoorSchema,
    FlagField,
    ListField,
    MomentField,
    PartField,
    TextField,
    TextsField,
    VersionField,
    WholeField,
    YenField,
)
from hub.contract.order import (
    Address,
    Browser,
    Contact,
    InvoiceDelivery,
    LineItem,
    LineKind,
    Order,
    OrderKind,
)
from hub.contract.prefectures import normal_prefecture, split_prefecture


class AddressSchema(DoorSchema):
    """A postal address."""

    postal_code = TextField(longest=20)
    prefecture = TextField(longest=50)
    city = TextField()
    street = TextField()
    building = TextField()
    country = TextField(longest=20)

    @post_load
    def _made(self, members: dict[str, str], **_: Any) -> Address:
        prefecture = normal_prefecture(members["prefecture"])
        city = members["city"]
        if not prefecture.strip():
            prefecture, city = split_prefecture(city)
        country = members["country"].strip() or "JP"
        return Address(
            **{
                **members,
                "prefecture": prefecture,
                "city": city,
                "country": country,
            }
        )


class ContactSchema(DoorSchema):
    """The buyer, or whom the goods go to."""

    name = TextField()
    name_kana = TextField()
    company = TextField()
    section = TextField()
    phone = TextField(longest=50)
    email = TextField()
    address = PartField(AddressSchema, required=True)

    @post_load
    def _made(self, members: dict[str, Any], **_: Any) -> Contact:
        return Contact(**members)


class LineSchema(DoorSchema):
    """One line of an order."""

    kind = ChoiceField(LineKind, load_default=LineKind.GOODS)
    name = TextField(longest=1000)
    sku = TextField()
    unit_price = YenField(required=True)
    quantity = WholeField(lowest=0, highest=1_000_000, load_default=1)
    tax_rate = WholeField(lowest=0, highest=100, allow_none=True, load_default=None)

    @post_load
    def _made(self, members: dict[str, Any], **_: Any) -> LineItem:
        return LineItem(**members)


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionedOrder:
    """An order with the version that stands among its members."""

    order: Order
    version: Version | None


class BrowserSchema(DoorSchema):
    """The buyer's browser, for the provider's screening."""

    headers = TextsField()
    address = TextField(longest=100)
    device = TextField(longest=1000)

    @post_load
    def _made(self, members: dict[str, Any], **_: Any) -> Browser:
        headers = tuple((members["headers"] or {}).items())
        return Browser(**{**members, "headers": headers})


class OrderSchema(DoorSchema):
    """A whole order."""

    number = TextField(longest=100, is_needed=True)
    version = VersionField(load_default=None)
    ordered_at = MomentField(required=True)
    buyer = PartField(ContactSchema, required=True)
    ship_to = PartField(ContactSchema, allow_none=True, load_default=None)
    lines = ListField(PartField(LineSchema), required=True)
    total = YenField(required=True)
    total_excluding_tax = YenField(allow_none=True, load_default=None)
    currency = TextField(longest=20)
    payment_method = TextField()
    invoice_delivery = ChoiceField(
        InvoiceDelivery, load_default=InvoiceDelivery.SEPARATE
    )
    shipping_method = TextField()
    is_test = FlagField(load_default=False)
    is_gift = FlagField(load_default=False)
    kind = ChoiceField(OrderKind, allow_none=True, load_default=None)
    ships_on = DayField(allow_none=True, load_default=None)
    browser = PartField(BrowserSchema, allow_none=True, load_default=None)
    expected_parcels = WholeField(
        lowest=0, highest=1000, allow_none=True, load_default=None
    )

    @post_load
    def _made(self, members: dict[str, Any], **_: Any) -> VersionedOrder:
        version = members.pop("version")
        members["currency"] = members["currency"].strip().upper() or "JPY"
        if _is_same(members["buyer"], members["ship_to"]):
            members["ship_to"] = None
        members["kind"] = _kind(members, is_gift=members.pop("is_gift"))
        return VersionedOrder(order=Order(**members), version=version)


class OrderNumberSchema(DoorSchema):
    """The number of an order, where the event needs nothing else of it."""

    number = TextField(longest=100, is_needed=True)
    payment_method = TextField()


class _ShipmentSchema(DoorSchema):
    number = TextField(longest=100, is_needed=True)
    version = VersionField(load_default=None)
    carrier = TextField()
    service = TextField()
    tracking_number = TextField(longest=200)
    shipped_at = MomentField(load_default=None)


class ShipmentSchema(_ShipmentSchema):
    """One parcel that left; its carrier and number may follow later."""

    is_final = FlagField(load_default=False)


class TakenBackSchema(_ShipmentSchema):
    """One parcel that did not leave after all; its number is enough."""


class OrderEventSchema(DoorSchema):
    """order.placed and order.amended."""

    occurred_at = MomentField(required=True)
    order = PartField(OrderSchema, required=True)


class CancelEventSchema(DoorSchema):
    """order.cancelled."""

    occurred_at = MomentField(required=True)
    order = PartField(OrderNumberSchema, required=True)
    reason = TextField(longest=2000)


class ShipmentEventSchema(DoorSchema):
    """shipment.created and shipment.changed."""

    occurred_at = MomentField(required=True)
    order = PartField(OrderNumberSchema, required=True)
    shipment = PartField(ShipmentSchema, required=True)


class TakenBackEventSchema(DoorSchema):
    """shipment.cancelled."""

    occurred_at = MomentField(required=True)
    order = PartField(OrderNumberSchema, required=True)
    shipment = PartField(TakenBackSchema, required=True)


def _is_same(buyer: Contact, ship_to: Contact | None) -> bool:
    if ship_to is None:
        return True
    filled = replace(
        ship_to,
        email=buyer.email,
        phone=ship_to.phone or buyer.phone,
        name_kana=ship_to.name_kana or buyer.name_kana,
    )
    return filled == buyer


def _kind(members: dict[str, Any], *, is_gift: bool) -> OrderKind:
    """Return the kind that the cart names, or the one that its facts tell."""
    if members["is_test"]:
        return OrderKind.TEST
    named: OrderKind | None = members["kind"]
    if named is not None:
        return named
    is_elsewhere = members["ship_to"] is not None
    return OrderKind.GIFT if is_gift and is_elsewhere else OrderKind.NORMAL
