"""The documents we send, built from the field table."""

import base64
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeVar

from hub.contract.order import Order
from hub.provider.browser import device_info, http_header
from hub.provider.details import details_of
from hub.provider.fields import (
    BUYER,
    DETAIL,
    ORDER_HEAD,
    ORDER_TAIL,
    SHIP,
    Field,
)
from hub.provider.port import Credentials
from hub.provider.profile import BasicAuth, Profile
from hub.provider.told import told_of
from hub.provider.xml_codec import Node

CANCEL, CHANGE = "1", "2"
REPORT, CHANGE_REPORT, CANCEL_REPORT = "1", "2", "3"
PASSWORD = "linkPassword"  # noqa: S105 - the name of an element
S = TypeVar("S")


def link_info(credentials: Credentials) -> Node:
    """Return who we are, the first block of every request."""
    return _block(
        "linkInfo",
        [
            ("shopCode", credentials.shop_code),
            ("linkId", credentials.link_id),
            (PASSWORD, credentials.link_password.reveal()),
        ],
    )


def browser_info(order: Order) -> Node:
    """Return the browser block of a registration, empty without a browser."""
    found = order.browser
    return _block(
        "browserInfo",
        [
            ("httpHeader", http_header(found) if found else ""),
            ("deviceInfo", device_info(found) if found else ""),
        ],
    )


def order_blocks(
    order: Order, *, order_number: str, profile: Profile
) -> tuple[Node, ...]:
    """Return customer, ship and details, the same for registering and changing."""
    told = told_of(order, order_number=order_number, profile=profile)
    customer = Node(
        "customer",
        children=(
            *_leaves(ORDER_HEAD, told, profile),
            *_leaves(BUYER, order.buyer, profile),
            *_leaves(ORDER_TAIL, told, profile),
        ),
    )
    if told.ship is None:
        ship = tuple(Node(row.element) for row in SHIP)
    else:
        ship = _leaves(SHIP, told.ship, profile)
    details = tuple(
        Node("detail", children=_leaves(DETAIL, detail, profile))
        for detail in details_of(order)
    )
    return (
        customer,
        Node("ship", children=ship),
        Node("details", children=details),
    )


def transaction_info(texts: Sequence[tuple[str, str]]) -> Node:
    """Return the block that names a transaction and what is to be done with it."""
    return _block("transactionInfo", texts)


def invoice_date(issue_on: date | None, profile: Profile) -> str:
    """Return the earliest issue date (no. 17); "" lets the provider decide."""
    is_sent = profile.sends_invoice_date and issue_on is not None
    return f"{issue_on:%Y/%m/%d}" if is_sent else ""


def headers(basic: BasicAuth | None) -> Mapping[str, str]:
    """Return the headers of every request."""
    found = {
        "Content-Type": "application/xml; charset=UTF-8",
        "Accept": "application/xml",
    }
    if basic:
        pair = f"{basic.user}:{basic.password.reveal()}".encode()
        found["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    return found


def without_password(request: Node) -> Node:
    """Return a request with an empty password, as it may be stored."""
    blocks = tuple(
        Node(
            block.name,
            block.text,
            tuple(
                Node(leaf.name) if leaf.name == PASSWORD else leaf
                for leaf in block.children
            ),
        )
        for block in request.children
    )
    return Node(request.name, request.text, blocks)


def _leaves(rows: Sequence[Field[S]], source: S, profile: Profile) -> tuple[Node, ...]:
    return tuple(Node(row.element, row.sent(source, profile)) for row in rows)


def _block(name: str, texts: Sequence[tuple[str, str]]) -> Node:
    return Node(name, children=tuple(Node(element, text) for element, text in texts))
