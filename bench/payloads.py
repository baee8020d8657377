"""Signed orders as a cart sends them, 8 to 10 KB each, each with its own signature."""

import base64
import hashlib
import hmac
import random
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson

from hub.clock import TOKYO

# What a cart adds and nobody reads; it makes the body as long as Shopify's.
_NOTE = "お届けの目安や店の案内など、カートが付け足す文字です。"
_SMALL, _LARGE = 8000, 10_000


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs as Standard Webhooks asks, with the shop's secret."""

    secret: str

    def headers(self, message_id: str, moment: datetime, body: bytes) -> str:
        """Return the three headers, ready to be sent."""
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        stamp = str(int(moment.timestamp()))
        signed = f"{message_id}.{stamp}.".encode() + body
        proof = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
        return (
            f"webhook-id: {message_id}\r\nwebhook-timestamp: {stamp}\r\n"
            f"webhook-signature: v1,{proof}\r\n"
        )


def order_body(number: str, moment: datetime, *, length: int) -> bytes:
    """Return an order of one parcel of tea that passes every check."""
    # Each order is another buyer's, as in a shop; one who orders twice is told of.
    buyer = zlib.crc32(number.encode()) % 10_000_000
    address = {
        "postal_code": "150-0001",
        "prefecture": "東京都",
        "city": "渋谷区神宮前",
        "street": "1-2-3",
        "building": "見本ハイツ405",
        "country": "JP",
    }
    contact = {
        "name": "見本 花子",
        "name_kana": "ミホン ハナコ",
        "company": "",
        "section": "",
        "phone": f"0901{buyer:07d}",
        "email": f"hanako.{buyer}@example.jp",
        "address": address,
    }
    line = {
        "kind": "goods",
        "name": "ほうじ茶",
        "sku": "TEA-08",
        "unit_price": 1650,
        "quantity": 2,
        "tax_rate": 8,
    }
    event = {
        "type": "order.placed",
        "occurred_at": moment.isoformat(),
        "order": {
            "number": number,
            "version": 1,
            "ordered_at": moment.isoformat(),
            "payment_method": "後払い",
            "is_test": False,
            "currency": "JPY",
            "buyer": contact,
            "ship_to": None,
            "invoice_delivery": "separate",
            "shipping_method": "ヤマト運輸 宅急便",
            "lines": [line],
            "total": 3300,
            "total_excluding_tax": 3056,
        },
        "x_note": "",
    }
    missing = length - len(orjson.dumps(event))
    event["x_note"] = (_NOTE * (missing // len(_NOTE.encode()) + 1))[: missing // 3]
    return orjson.dumps(event)


def requests_of(
    signer: Signer, *, path: str, host: str, prefix: str, count: int, moment: datetime
) -> Iterator[bytes]:
    """Yield whole HTTP requests, no two alike."""
    chance = random.Random(prefix)
    local = moment.astimezone(TOKYO).replace(microsecond=0)
    for number in range(count):
        name = f"{prefix}{number:06d}"
        body = order_body(name, local, length=chance.randint(_SMALL, _LARGE))
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {host}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        )
        signed = signer.headers(f"msg_{name}", moment, body)
        yield head.encode() + signed.encode() + b"\r\n" + body


def write_for_wrk(path: Path, requests: Iterator[bytes]) -> None:
    """Write requests as bench/replay.lua reads them: eight digits of length, bytes."""
    with path.open("wb") as file:
        for request in requests:
            file.write(f"{len(request):08d}".encode())
            file.write(request)
