"""Ready request bodies, so that every outcome is one copied line away."""

import re
from collections.abc import Mapping
from datetime import date
from itertools import count
from typing import Final

from hub.sandbox.errors import DeskError
from hub.sandbox.records import Merchant
from hub.sandbox.tables import CANCEL, CHANGE, REPORT, SEPARATE, Operation
from hub.sandbox.wire_xml import elements

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n<request>'
_SET: Final = "set."
_LEAVE_OUT: Final = "leave_out"
_TWICE: Final = "twice"
_LINES: Final = "lines"
_EDITS: Final = (_LEAVE_OUT, _TWICE, _LINES)
_COUNTS: Final = tuple(map(str, range(1, 100)))
_NUMBERS: Final = count(1)
_ORDER_KEYS: Final = (
    *("order", "name", "amount", "address", "tel", "goods", "service"),
)
_KEYS: Final[Mapping[Operation, tuple[str, ...]]] = {
    Operation.REGISTER: _ORDER_KEYS,
    Operation.RESULT: ("transaction_id",),
    Operation.MODIFY: ("transaction_id", "cancel", *_ORDER_KEYS),
    Operation.SHIP: ("transaction_id", "tracking_number", "carrier", "type", "date"),
    Operation.PRINT_DATA: ("transaction_id",),
}


def example_body(
    operation: str, wanted: Mapping[str, str], *, merchant: Merchant, today: date
) -> str:
    """Return a request of this call; raises DeskError on an unknown call or key."""
    try:
        call = Operation(operation)
    except ValueError as error:
        calls = [str(one) for one in Operation]
        raise DeskError(f"There is no call {operation}; there are {calls}.") from error
    texts, edits = _parted(wanted)
    unknown = sorted(set(texts) - set(_KEYS[call]))
    if unknown:
        raise DeskError(
            f"Unknown: {unknown}. This call takes {list(_KEYS[call])}, and to spoil "
            f"it {list(_EDITS)} or set.<element>."
        )
    body = f"{_HEAD}{_link(merchant)}{_inner(call, texts, today)}</request>\n"
    for name, value in edits.items():
        body = _edited(body, name, value)
    return body


def _parted(wanted: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    edits = {
        name: value
        for name, value in wanted.items()
        if name in _EDITS or name.startswith(_SET)
    }
    return {name: wanted[name] for name in set(wanted) - set(edits)}, edits


def _edited(body: str, name: str, value: str) -> str:
    """Return the body spoilt or filled in as a key of the request says."""
    element = name.removeprefix(_SET) if name.startswith(_SET) else value
    if name == _LINES:
        element = "detail"
        if value not in _COUNTS:
            raise DeskError("lines is a number from 1 to 99. No example was made.")
    tag = re.escape(element)
    found = re.search(f"<{tag}>.*?</{tag}>", body, re.DOTALL)
    if not found:
        raise DeskError(f"This body has no element {element}. No example was made.")
    new = {
        _LEAVE_OUT: "",
        _TWICE: found[0] * 2,
        _LINES: found[0] * (int(value) if name == _LINES else 1),
    }.get(name, elements([(element, value)]))
    return body[: found.start()] + new + body[found.end() :]


def _inner(call: Operation, wanted: Mapping[str, str], today: date) -> str:
    if call is Operation.REGISTER:
        return _order(wanted, today)
    about = [("transactionId", wanted.get("transaction_id", "X0000000001"))]
    if call is Operation.SHIP:
        about += [
            ("deliveryType", wanted.get("type", REPORT)),
            ("deliveryCompanyCode", wanted.get("carrier", "12")),
            ("deliverySlipNo", wanted.get("tracking_number", "444413758703")),
            ("invoiceDate", wanted.get("date", "")),
        ]
    if call is not Operation.MODIFY:
        return _within("transactionInfo", about)
    flag = CANCEL if "cancel" in wanted else CHANGE
    change = "" if flag == CANCEL else _order(wanted, today)
    return _within("transactionInfo", [("updateTypeFlag", flag), *about]) + change


def _within(name: str, texts: list[tuple[str, str]]) -> str:
    return f"<{name}>{elements(texts)}</{name}>"


def _link(merchant: Merchant) -> str:
    return _within(
        "linkInfo",
        [
            ("shopCode", merchant.shop_code),
            ("linkId", merchant.link_id),
            ("linkPassword", merchant.link_password),
        ],
    )


def _order(wanted: Mapping[str, str], today: date) -> str:
    name = wanted.get("name", "見本花子")
    address = wanted.get("address", "沖縄県見本市例町1-2-3サンプル荘101")
    tel, amount = wanted.get("tel", "098-000-0000"), wanted.get("amount", "4180")
    customer = [
        ("shopOrderId", wanted.get("order") or f"TRY-{next(_NUMBERS):04d}"),
        ("shopOrderDate", f"{today:%Y/%m/%d}"),
        ("name", name),
        ("kanaName", "ミホンハナコ"),
        ("zip", "900-0000"),
        ("address", address),
        ("tel", tel),
        ("email", "hanako@example.com"),
        ("billedAmount", amount),
        ("service", wanted.get("service", SEPARATE)),
    ]
    ship = [
        ("shipName", name),
        ("shipKananame", "ミホンハナコ"),
        ("shipZip", "900-0000"),
        ("shipAddress", address),
        ("shipTel", tel),
    ]
    detail = [
        ("goods", wanted.get("goods", "例の茶葉")),
        ("goodsPrice", amount),
        ("goodsAmount", "1"),
    ]
    line = f"<details>{_within('detail', detail)}</details>"
    return _within("customer", customer) + _within("ship", ship) + line
