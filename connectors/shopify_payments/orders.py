"""The order that a payment session is for, from what its body says of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from marshmallow import ValidationError

from connectors.shopify.addresses import persons_of
from connectors.shopify.amounts import DIFFERENCE
from connectors.shopify.schemas import AmountField, count_field
from connectors.shopify.shop_order import ShopAddress
from hub.contract.fields import DoorSchema, TextField
from hub.contract.money import Yen, sum_of
from hub.contract.order import LineItem, LineKind, Order, OrderKind

PAYMENT_METHOD = "後払い(Shopify 決済アプリ)"
ALL_OF_IT = "ご注文商品一式"
_MOST_LINES = 200


class LineSchema(DoorSchema):
    """A line, where a partner is sent any (shopify.md 4.1)."""

    title = TextField(longest=1000)
    name = TextField(longest=1000)
    sku = TextField()
    quantity = count_field(required=True)
    price = AmountField(required=True)


_LINE = LineSchema()


def order_of(session: Mapping[str, Any]) -> Order:
    """Return the order of a payment session in yen or any other currency.

    In another currency nothing is read as yen. No reading of the name is in the body.
    """
    amount: Yen | None = session["amount"]
    buyer, ship_to = _persons(session["customer"] or {})
    order = Order(
        number=session["id"],
        reference=session["gid"],
        ordered_at=session["proposed_at"],
        buyer=buyer,
        ship_to=ship_to,
        lines=(),
        total=Yen(0),
        currency=session["currency"],
        payment_method=PAYMENT_METHOD,
        is_test=session["test"],
        kind=OrderKind.TEST if session["test"] else OrderKind.NORMAL,
    )
    if amount is None:
        return order
    return replace(order, lines=_lines(session["line_items"], amount), total=amount)


def _persons(customer: Mapping[str, Any]) -> Any:
    return persons_of(
        _address(customer.get("billing_address")),
        _address(customer.get("shipping_address")),
        phones=(customer.get("phone_number", ""),),
        email=customer.get("email", ""),
    )


def _address(members: Mapping[str, Any] | None) -> ShopAddress | None:
    if members is None:
        return None
    return ShopAddress(
        first_name=members["given_name"],
        last_name=members["family_name"],
        name="",
        company=members["company"],
        address1=members["line1"],
        address2=members["line2"],
        city=members["city"],
        # A name or a code: which of them is not said.
        province=members["province"],
        province_code=members["province"],
        zip=members["postal_code"],
        country=members["country_code"],
        phone=members["phone_number"],
    )


def _lines(listed: object, total: Yen) -> Sequence[LineItem]:
    """Return the lines, their sum the total; one line where the body has none.

    A payment is not refused for lines that nobody promised: what cannot be read as
    lines in whole yen is passed over, and the buyer is billed the same.
    """
    lines = _read(listed)
    if not lines:
        return (LineItem(kind=LineKind.GOODS, name=ALL_OF_IT, unit_price=total),)
    difference = total - sum_of([line.amount for line in lines])
    if difference:
        lines.append(
            LineItem(kind=LineKind.ADJUSTMENT, name=DIFFERENCE, unit_price=difference)
        )
    return tuple(lines)


def _read(listed: object) -> list[LineItem]:
    if not isinstance(listed, list) or len(listed) > _MOST_LINES:
        return []
    try:
        found = [_LINE.load(one) for one in listed]
    except ValidationError:
        return []
    lines = []
    for one in found:
        name = one["name"].strip() or one["title"].strip()
        is_whole = one["price"] == one["price"].to_integral_value()
        if not name or not one["quantity"] or not is_whole or one["price"] < 0:
            return []
        lines.append(
            LineItem(
                kind=LineKind.GOODS,
                name=name,
                sku=one["sku"].strip(),
                unit_price=Yen(int(one["price"])),
                quantity=one["quantity"],
            )
        )
    return lines
