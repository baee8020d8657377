import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from lxml import etree

from hub.clock import Clock
from hub.sandbox.rules import Rules
from hub.sandbox.testing import RunningSandbox

LINK = (
    "<linkInfo><shopCode>atd000000001</shopCode><linkId>original00</linkId>"
    "<linkPassword>Example01</linkPassword></linkInfo>"
)
CUSTOMER = {
    "shopOrderId": "M-20261123-0007",
    "shopOrderDate": "2026/11/23",
    "name": "見本花子",
    "kanaName": "ミホンハナコ",
    "zip": "900-0000",
    "address": "沖縄県見本市例町1-2-3サンプル荘101",
    "companyName": "",
    "sectionName": "",
    "tel": "098-000-0000",
    "email": "hanako@example.com",
    "billedAmount": "4180",
    "expand1": "00",
    "service": "2",
}
SHIP = {
    "shipName": "見本花子",
    "shipKananame": "ミホンハナコ",
    "shipZip": "900-0000",
    "shipAddress": "沖縄県見本市例町1-2-3サンプル荘101",
    "shipCompanyName": "",
    "shipSectionName": "",
    "shipTel": "098-000-0000",
}


@dataclass
class Answered:
    """One HTTP answer of the wire."""

    status: int
    body: bytes

    @property
    def root(self) -> etree._Element:
        return etree.fromstring(self.body)

    def text(self, name: str) -> str | None:
        return self.root.findtext(f".//{name}")

    def texts(self, name: str) -> list[str]:
        return [found.text or "" for found in self.root.iter(name)]

    @property
    def errors(self) -> list[tuple[str | None, str | None]]:
        return [
            (error.findtext("errorPoint"), error.findtext("errorCode"))
            for error in self.root.iter("error")
        ]


def leaves(container: str, texts: dict[str, str]) -> str:
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in texts.items())
    return f"<{container}>{inner}</{container}>"


@dataclass
class ShopClient:
    """A merchant's program that speaks to the sandbox over real HTTP."""

    wire_url: str
    control_url: str
    link: str = LINK
    customer: dict[str, str] = field(default_factory=lambda: dict(CUSTOMER))

    def send(
        self, url: str, path: str, body: bytes, *, method: str = "POST", **headers: str
    ) -> Answered:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return Answered(response.status, response.read())
        finally:
            connection.close()

    def post(self, operation: str, body: str | bytes, **headers: str) -> Answered:
        content = body.encode() if isinstance(body, str) else body
        return self.send(self.wire_url, f"/api/{operation}", content, **headers)

    def order(self, *, ship: dict[str, str] | None = None, **changes: str) -> str:
        customer = {**self.customer, **changes}
        if "billedAmount" in changes:
            lines = [("例の茶葉", changes["billedAmount"], "1")]
        else:
            lines = [("例の茶葉", "1650", "2"), ("送料", "880", "1")]
        details = "".join(
            leaves("detail", {"goods": goods, "goodsPrice": price, "goodsAmount": n})
            for goods, price, n in lines
        )
        shown = SHIP if ship is None else ship
        return (
            f"{leaves('customer', customer)}{leaves('ship', shown)}"
            f"<details>{details}</details>"
        )

    def register(
        self, *, ship: dict[str, str] | None = None, **changes: str
    ) -> Answered:
        order = self.order(ship=ship, **changes)
        return self.post("transaction.do", f"<request>{self.link}{order}</request>")

    def call(self, operation: str, order: str = "", **info: str) -> Answered:
        inner = f"{self.link}{leaves('transactionInfo', info)}{order}"
        return self.post(operation, f"<request>{inner}</request>")

    def result(self, transaction_id: str) -> Answered:
        return self.call("getauthori.do", transactionId=transaction_id)

    def cancel(self, transaction_id: str) -> Answered:
        return self.call(
            "modifytransaction.do", updateTypeFlag="1", transactionId=transaction_id
        )

    def change(self, transaction_id: str, **changes: str) -> Answered:
        return self.call(
            "modifytransaction.do",
            self.order(ship=None, **changes),
            updateTypeFlag="2",
            transactionId=transaction_id,
        )

    def ship(self, transaction_id: str, **changes: str) -> Answered:
        info = {
            "deliveryType": "1",
            "transactionId": transaction_id,
            "deliveryCompanyCode": "12",
            "deliverySlipNo": "4444-1375-8703",
            "invoiceDate": "",
        }
        return self.call("shippingrequest.do", **{**info, **changes})

    def print_data(self, transaction_id: str) -> Answered:
        return self.call("getinvoicedata.do", transactionId=transaction_id)

    def control(
        self, path: str, content: object = None, *, method: str = ""
    ) -> tuple[int, Any]:
        body = b"" if content is None else json.dumps(content).encode()
        chosen = method or ("GET" if content is None else "POST")
        answer = self.send(self.control_url, f"/sandbox{path}", body, method=chosen)
        return answer.status, json.loads(answer.body)

    def ledger(self) -> Any:
        return self.control("/ledger")[1]

    def transaction(self, transaction_id: str = "X0000000001") -> Any:
        return self.control(f"/transactions/{transaction_id}")[1]


class MovableTime:
    """The hub's clock in a test, set by hand."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def real_time() -> MovableTime:
    return MovableTime()


@pytest.fixture
def sandbox(tmp_path: Path, real_time: MovableTime) -> Iterator[RunningSandbox]:
    with RunningSandbox(
        tmp_path, clock=Clock(read=real_time), rules=Rules()
    ) as running:
        yield running


@pytest.fixture
def shop(sandbox: RunningSandbox) -> ShopClient:
    return ShopClient(sandbox.wire_url, sandbox.control_url)
