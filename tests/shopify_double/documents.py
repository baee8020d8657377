"""Orders, fulfilments and refunds as webhook bodies write them (REST resources).

A document is the truth of the double; names that begin with `_` are its own and never
leave it. Amounts are whole yen as text, as Shopify writes them.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

GATEWAY = "後払い（アトディーネ）"

TOWEL = {"title": "オーガニックコットンタオル", "sku": "TW-OG-NV", "price": 3300}
TEA = {"title": "静岡煎茶 100g", "sku": "TEA-SZ-100", "price": 1080, "rate": 0.08}
LINES = ({**TOWEL, "quantity": 2, "variant_title": "ネイビー"}, {**TEA, "quantity": 1})

HANAKO = {
    "first_name": "花子",
    "last_name": "山田",
    "name": "花子 山田",
    "company": None,
    "address1": "神宮前1-2-3",
    "address2": "サンプルハイツ405号室",
    "city": "渋谷区",
    "province": "Tōkyō",
    "province_code": "JP-13",
    "zip": "150-0001",
    "country": "Japan",
    "country_code": "JP",
    "phone": "090-1234-5678",
    "latitude": None,
    "longitude": None,
}
_PERSONAL = ("email", "contact_email", "phone", "customer", "note_attributes")


def money_set(amount: int, currency: str = "JPY") -> dict[str, Any]:
    money = {"amount": str(amount), "currency_code": currency}
    return {"shop_money": dict(money), "presentment_money": dict(money)}


def tax_line(amount: int, rate: float) -> dict[str, Any]:
    price = round(amount * rate / (1 + rate))
    return {
        "title": "CT",
        "rate": rate,
        "price": str(price),
        "price_set": money_set(price),
        "channel_liable": False,
    }


def line_item(number: int, wish: dict[str, Any], discount: int) -> dict[str, Any]:
    """A line; `discount` is its share of the order's discount."""
    quantity, price = wish.get("quantity", 1), wish["price"]
    variant = wish.get("variant_title")
    taxed = price * quantity - discount
    return {
        "id": number,
        "admin_graphql_api_id": f"gid://shopify/LineItem/{number}",
        "sku": wish.get("sku"),
        "title": wish["title"],
        "variant_title": variant,
        "name": f"{wish['title']} - {variant}" if variant else wish["title"],
        "quantity": quantity,
        "current_quantity": quantity,
        "fulfillable_quantity": quantity,
        "fulfillment_status": None,
        "fulfillment_service": "manual",
        "requires_shipping": wish.get("requires_shipping", True),
        "taxable": True,
        "gift_card": wish.get("gift_card", False),
        "grams": 100,
        "price": str(price),
        "price_set": money_set(price),
        "total_discount": "0",
        "total_discount_set": money_set(0),
        "discount_allocations": [
            {
                "amount": str(discount),
                "amount_set": money_set(discount),
                "discount_application_index": 0,
            }
        ]
        if discount
        else [],
        "tax_lines": [tax_line(taxed, wish.get("rate", 0.1))],
        "product_id": 8800000000101,
        "variant_id": 48800000000101,
        "properties": [],
        "vendor": "サンプルストア",
        "duties": [],
        "_discount": discount,
    }


def shipping_line(number: int, fee: int) -> dict[str, Any]:
    return {
        "id": number,
        "title": "宅急便（ヤマト運輸）",
        "code": "宅急便（ヤマト運輸）",
        "source": "shopify",
        "carrier_identifier": None,
        "is_removed": False,
        "price": str(fee),
        "price_set": money_set(fee),
        "discounted_price": str(fee),
        "discounted_price_set": money_set(fee),
        "tax_lines": [tax_line(fee, 0.1)],
        "discount_allocations": [],
    }


def priced(order: dict[str, Any]) -> None:
    """Write every sum of an order anew from its lines, refunds and payments."""
    lines, shipping = order["line_items"], order["shipping_lines"]
    goods = sum(int(one["price"]) * one["quantity"] for one in lines)
    discounts = sum(one["_discount"] for one in lines)
    fee = sum(int(one["price"]) for one in shipping if not one["is_removed"])
    total = goods - discounts + fee
    now_goods = sum(left_of(one) for one in lines)
    now = 0 if order["cancelled_at"] else now_goods + fee - order["_shipping_refunded"]
    taxes = _taxes(lines, shipping)
    tax = sum(int(one["price"]) for one in taxes)
    sums = {
        "total_line_items_price": goods,
        "total_discounts": discounts,
        "subtotal_price": goods - discounts,
        "total_shipping_price": fee,
        "total_tax": tax,
        "total_price": total,
        "total_outstanding": max(now - order["_paid"] - order["_gift_cards"], 0),
        "total_tip_received": 0,
        "current_subtotal_price": now_goods,
        "current_total_discounts": discounts,
        "current_total_tax": tax,
        "current_total_price": now,
        "current_shipping_price": fee - order["_shipping_refunded"],
    }
    for name, amount in sums.items():
        order[name] = str(amount)
        order[f"{name}_set"] = money_set(amount, order["currency"])
    order["tax_lines"] = taxes


def left_of(line: dict[str, Any]) -> int:
    share = line["_discount"] * line["current_quantity"] // max(line["quantity"], 1)
    left: int = int(line["price"]) * line["current_quantity"] - share
    return left


def _taxes(lines: list[Any], shipping: list[Any]) -> list[dict[str, Any]]:
    sums: dict[float, int] = {}
    for one in [*lines, *shipping]:
        for tax in one["tax_lines"]:
            sums[tax["rate"]] = sums.get(tax["rate"], 0) + int(tax["price"])
    return [
        {
            "title": "CT",
            "rate": rate,
            "price": str(price),
            "price_set": money_set(price),
            "channel_liable": False,
        }
        for rate, price in sums.items()
    ]


def shown(document: Any, *, level: int = 2) -> Any:
    """Return what leaves the double; below level 2 nobody is named (F17)."""
    whole = _public(deepcopy(document))
    if level < 2 and isinstance(whole, dict):
        for name in _PERSONAL:
            if name in whole:
                whole[name] = [] if name == "note_attributes" else None
        for name in ("billing_address", "shipping_address", "destination"):
            if whole.get(name):
                kept = ("city", "province", "province_code", "country", "country_code")
                whole[name] = {
                    key: value if key in kept else None
                    for key, value in whole[name].items()
                }
    return whole


def _public(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _public(one) for key, one in node.items() if key[0] != "_"}
    if isinstance(node, list):
        return [_public(one) for one in node]
    return node
