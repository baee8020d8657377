"""What the cart of the tests sends, in the canonical shape of the generic connector."""

from typing import Any

BUYER: dict[str, Any] = {
    "name": "見本 花子",
    "name_kana": "ミホン ハナコ",
    "company": "",
    "section": "",
    "phone": "045-000-1234",
    "email": "hanako@example.jp",
    "address": {
        "postal_code": "150-0001",
        "prefecture": "東京都",
        "city": "渋谷区神宮前",
        "street": "1-2-3",
        "building": "見本ハイツ405",
        "country": "JP",
    },
}
TRACKING = "444413758703"


def order(
    number: str = "A-1001",
    *,
    kind: str = "order.placed",
    version: int = 1,
    name: str = "見本 花子",
    price: int = 1650,
    **fields: Any,
) -> dict[str, Any]:
    lines = [
        {
            "kind": "goods",
            "name": "ほうじ茶",
            "sku": "TEA-08",
            "unit_price": price,
            "quantity": 2,
            "tax_rate": 8,
        },
        {"kind": "shipping", "name": "送料", "unit_price": 550, "quantity": 1},
        {"kind": "fee", "name": "後払い手数料", "unit_price": 330, "quantity": 1},
    ]
    return {
        "type": kind,
        "occurred_at": "2026-11-25T09:12:44+09:00",
        "order": {
            "number": number,
            "version": version,
            "ordered_at": "2099-01-01T00:00:00+09:00",
            "payment_method": "後払い",
            "is_test": False,
            "currency": "JPY",
            "buyer": {**BUYER, "name": name},
            "ship_to": None,
            "invoice_delivery": "separate",
            "shipping_method": "ヤマト運輸 宅急便",
            "lines": lines,
            "total": price * 2 + 880,
            "total_excluding_tax": None,
            **fields,
        },
    }


def cancelled(number: str = "A-1001") -> dict[str, Any]:
    return {
        "type": "order.cancelled",
        "occurred_at": "2026-11-25T10:00:00+09:00",
        "order": {"number": number, "version": 9},
        "reason": "購入者の都合",
    }


def shipped(
    number: str = "A-1001",
    *,
    kind: str = "shipment.created",
    tracking: str = TRACKING,
    version: int = 1,
    carrier: str = "ヤマト運輸",
    service: str = "宅急便",
) -> dict[str, Any]:
    return {
        "type": kind,
        "occurred_at": "2026-11-25T12:00:00+09:00",
        "order": {"number": number},
        "shipment": {
            "number": "S-1",
            "version": version,
            "carrier": carrier,
            "service": service,
            "tracking_number": tracking,
            "shipped_at": "2026-11-25T12:00:00+09:00",
        },
    }
