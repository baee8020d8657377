"""The order as a webhook's body shows it: the REST resource (shopify.md 2.4)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from hub.contract.fields import (
    DoorSchema,
    FlagField,
    ListField,
    MomentField,
    PartField,
    TextField,
)
from hub.contract.order import Browser

from .schemas import (
    AmountField,
    CustomerSchema,
    RateField,
    count_field,
    id_field,
    loaded,
    maybe,
    parts,
)
from .shop_order import OrderHead, ShopAddress, ShopLine, ShopOrder

_TIP, _DUTIES = "チップ", "関税"
_ZERO = Decimal(0)


class HeadSchema(DoorSchema):
    """What is asked of every order first."""

    id = id_field(required=True)
    name = TextField(longest=100, is_needed=True)
    updated_at = MomentField(required=True)
    cancelled_at = MomentField(allow_none=True, load_default=None)
    cancel_reason = TextField()
    payment_gateway_names = ListField(TextField(), required=True)
    order_status_url = TextField(longest=2000)


class AddressSchema(DoorSchema):
    """A mailing address."""

    first_name = TextField()
    last_name = TextField()
    name = TextField()
    company = TextField()
    address1 = TextField()
    address2 = TextField()
    city = TextField()
    province = TextField()
    province_code = TextField(longest=20)
    zip = TextField(longest=50)
    country_code = TextField(longest=20)
    phone = TextField(longest=100)


class AllocationSchema(DoorSchema):
    """A share of a discount."""

    amount = AmountField(required=True)


class TaxSchema(DoorSchema):
    """One tax of a line."""

    rate = RateField(allow_none=True, load_default=None)


class PlanSchema(DoorSchema):
    """How a line is sold again and again."""

    name = TextField()


class PlanAllocationSchema(DoorSchema):
    """The plan of a line."""

    selling_plan = maybe(PlanSchema)


class LineSchema(DoorSchema):
    """One line."""

    name = TextField(longest=1000)
    title = TextField(longest=1000)
    sku = TextField()
    price = AmountField(required=True)
    quantity = count_field(required=True)
    current_quantity = count_field(allow_none=True, load_default=None)
    discount_allocations = parts(AllocationSchema)
    tax_lines = parts(TaxSchema)
    requires_shipping = FlagField(allow_none=True, load_default=None)
    selling_plan_allocation = maybe(PlanAllocationSchema)


class ShippingSchema(DoorSchema):
    """One shipping method with its price."""

    title = TextField()
    price = AmountField(required=True)
    discounted_price = AmountField(allow_none=True, load_default=None)
    is_removed = FlagField(allow_none=True, load_default=None)
    tax_lines = parts(TaxSchema)


class MoneySchema(DoorSchema):
    """An amount with its currency."""

    amount = AmountField(required=True)


class SetSchema(DoorSchema):
    """An amount in the shop's currency and the buyer's."""

    shop_money = PartField(MoneySchema, required=True)


class AttributeSchema(DoorSchema):
    """What the cart asked the buyer beside Shopify's own questions."""

    name = TextField()
    value = TextField(longest=5000)


class ClientSchema(DoorSchema):
    """The buyer's browser."""

    user_agent = TextField(longest=2000)
    accept_language = TextField()


class OrderSchema(DoorSchema):
    """The whole order."""

    created_at = MomentField(required=True)
    test = FlagField(allow_none=True, load_default=None)
    source_name = TextField()
    currency = TextField(longest=20, is_needed=True)
    presentment_currency = TextField(longest=20)
    taxes_included = FlagField(required=True)
    financial_status = TextField()
    email = TextField()
    contact_email = TextField()
    phone = TextField(longest=100)
    tags = TextField(longest=20_000)
    note_attributes = parts(AttributeSchema)
    customer = maybe(CustomerSchema)
    billing_address = maybe(AddressSchema)
    shipping_address = maybe(AddressSchema)
    current_total_price = AmountField(required=True)
    total_outstanding = AmountField(allow_none=True, load_default=None)
    current_total_tax = AmountField(required=True)
    total_tip_received = AmountField(allow_none=True, load_default=None)
    current_total_duties_set = maybe(SetSchema)
    current_shipping_price_set = maybe(SetSchema)
    shipping_lines = parts(ShippingSchema)
    line_items = ListField(PartField(LineSchema), required=True)
    browser_ip = TextField(longest=100)
    client_details = maybe(ClientSchema)


_HEAD, _ORDER = HeadSchema(), OrderSchema()


def rest_head(document: object) -> OrderHead:
    """Return what is asked of a body first; raises PayloadError."""
    members = loaded(_HEAD, document)
    return OrderHead(
        reference=f"gid://shopify/Order/{members['id']}",
        number=members["name"].removeprefix("#"),
        changed_at=members["updated_at"],
        cancelled_at=members["cancelled_at"],
        cancel_reason=members["cancel_reason"],
        gateways=tuple(members["payment_gateway_names"]),
        status_url=members["order_status_url"],
    )


def rest_order(document: object, head: OrderHead) -> ShopOrder:
    """Return the whole order of a body; raises PayloadError."""
    members = loaded(_ORDER, document)
    customer = members["customer"] or {"email": "", "phone": ""}
    shown = [one for one in members["shipping_lines"] if not one["is_removed"]]
    email = members["email"] or members["contact_email"] or customer["email"]
    return ShopOrder(
        head=head,
        ordered_at=members["created_at"],
        is_test=bool(members["test"]),
        source=members["source_name"],
        currency=members["currency"].upper(),
        presentment=members["presentment_currency"].strip().upper(),
        taxes_included=members["taxes_included"],
        financial_status=members["financial_status"].lower(),
        email=email,
        phones=(members["phone"], customer["phone"]),
        tags=tuple(members["tags"].split(",")),
        attributes=tuple((a["name"], a["value"]) for a in members["note_attributes"]),
        billing=_address(members["billing_address"]),
        shipping=_address(members["shipping_address"]),
        total=members["current_total_price"],
        outstanding=members["total_outstanding"],
        paid_elsewhere=None,
        received=None,
        extras=(
            (_TIP, members["total_tip_received"] or _ZERO),
            (_DUTIES, _money(members["current_total_duties_set"]) or _ZERO),
        ),
        tax=members["current_total_tax"],
        shipping_fee=_shipping_fee(members, shown),
        shipping_title=shown[0]["title"] if shown else "",
        shipping_rates=_rates(shown[0]) if shown else (),
        lines=tuple(map(_line, members["line_items"])),
        methods=(),
        browser=_browser(members),
    )


def _address(members: Mapping[str, Any] | None) -> ShopAddress | None:
    if members is None:
        return None
    kept = {name: text for name, text in members.items() if name != "country_code"}
    return ShopAddress(**kept, country=members["country_code"])


def _money(members: Mapping[str, Any] | None) -> Decimal | None:
    amount: Decimal | None = members["shop_money"]["amount"] if members else None
    return amount


def _shipping_fee(members: Mapping[str, Any], shown: list[Any]) -> Decimal:
    current = _money(members["current_shipping_price_set"])
    if current is not None:
        return current
    prices = (one["discounted_price"] for one in shown)
    return sum(
        (
            one["price"] if price is None else price
            for one, price in zip(shown, prices, strict=True)
        ),
        _ZERO,
    )


def _rates(members: Mapping[str, Any]) -> tuple[Decimal, ...]:
    rates = (one["rate"] for one in members["tax_lines"])
    return tuple(rate for rate in rates if rate is not None)


def _line(members: Mapping[str, Any]) -> ShopLine:
    quantity, current = members["quantity"], members["current_quantity"]
    plan = (members["selling_plan_allocation"] or {}).get("selling_plan") or {}
    return ShopLine(
        name=members["name"] or members["title"],
        sku=members["sku"],
        price=members["price"],
        quantity=quantity,
        current=quantity if current is None else current,
        discount=sum((a["amount"] for a in members["discount_allocations"]), _ZERO),
        rates=_rates(members),
        plan=plan.get("name", ""),
        is_sent=members["requires_shipping"] is not False,
    )


def _browser(members: Mapping[str, Any]) -> Browser | None:
    client = members["client_details"] or {}
    pairs = (
        ("User-Agent", client.get("user_agent", "")),
        ("Accept-Language", client.get("accept_language", "")),
    )
    headers = tuple(pair for pair in pairs if pair[1])
    address = members["browser_ip"]
    return Browser(headers=headers, address=address) if headers or address else None
