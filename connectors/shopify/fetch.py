"""Reads anew the order that a webhook only names, as it stands now.

A webhook's own body may be late, partial or another resource (shopify.md 2.3): what is
billed is always computed from the order itself.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson

from hub.contract.connector import Connection
from hub.contract.errors import (
    CartRefusedError,
    CartUnavailableError,
    PayloadError,
)
from hub.contract.json_body import read_json
from hub.contract.proof import Delivery

from .api import Client
from .gateways import is_ours
from .queries import query

DOCUMENT = "order"
# What the document holds where the order is not there any more.
NO_ORDER = b"null"
FETCHED_TOPICS = (
    "orders/updated",
    "orders/edited",
    "refunds/create",
    "fulfillments/create",
    "fulfillments/update",
)
ROUTING = "fulfillment_orders/"
UNINSTALLED = "app/uninstalled"
# The document that says that the shop still lets us in.
INSTALLED = "installed"

_MOST_PAGES = 20
# A shop may answer from a copy that lags; from here on it is believed.
_LAG = timedelta(minutes=10)
# Access may outlive the message of its end by a little.
_ACCESS_LAG = timedelta(minutes=1)
_ORDER = re.compile(r"gid://shopify/Order/[0-9]{1,19}", re.ASCII)
_FULFILLMENT_ORDER = re.compile(r"gid://shopify/FulfillmentOrder/[0-9]{1,19}", re.ASCII)


def fetch(delivery: Delivery, connection: Connection) -> Mapping[str, bytes]:
    """Return {"order": the order as GraphQL shows it}, {} where none is needed.

    An order whose payment is not ours is not read: the body says so, or the fulfilment
    order's. A body without an order is left to `translate`, which names what is wrong.
    """
    if delivery.topic == UNINSTALLED:
        return _access(delivery, connection)
    is_routing = delivery.topic.startswith(ROUTING)
    if delivery.topic not in FETCHED_TOPICS and not is_routing:
        return {}
    try:
        body = read_json(delivery.body)
    except PayloadError:
        return {}
    if not isinstance(body, dict) or _is_foreign(body, connection):
        return {}
    client = Client(connection)
    number = _routed(client, body, connection) if is_routing else _named(body)
    if not number:
        return {}
    document = order_document(client, number)
    is_early = connection.now() - delivery.received_at < _LAG
    if is_early and _is_behind(document, body, delivery.topic):
        raise CartUnavailableError("the shop does not show yet what it told")
    return {DOCUMENT: document}


def _access(delivery: Delivery, connection: Connection) -> Mapping[str, bytes]:
    """Tell whether the shop lets us in, though it says that the app was removed.

    Such a message is repeated for hours where nobody took it, and the app may have
    been installed again meanwhile.
    """
    try:
        Client(connection).ask(query("lets_in"), {})
    except CartRefusedError:
        return {}
    if connection.now() - delivery.received_at < _ACCESS_LAG:
        raise CartUnavailableError("the shop lets us in still")
    return {INSTALLED: b"true"}


def changed_at(document: bytes) -> datetime:
    """Return when an order that was read had last changed."""
    moment: str = orjson.loads(document)["updatedAt"]
    return datetime.fromisoformat(moment)


def _is_behind(document: bytes, body: Mapping[str, Any], topic: str) -> bool:
    """Tell whether a document is older than the message for which it was read."""
    if document == NO_ORDER:
        return True
    told = _moment(body.get("updated_at"))
    if told is None:
        return False
    if topic == "orders/updated":
        return changed_at(document) < told
    if not topic.startswith("fulfillments/"):
        return False
    number = str(body.get("id"))
    made = orjson.loads(document)["fulfillments"]
    shown = [_moment(o["updatedAt"]) for o in made if o["legacyResourceId"] == number]
    return not any(one is not None and one >= told for one in shown)


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo else None


def order_document(client: Client, number: str) -> bytes:
    """Return the JSON of an order with all of its lines; NO_ORDER where it is gone.

    Raises CartUnavailableError, CartRefusedError.
    """
    order = client.ask(query("read_order"), {"id": number}).get("order")
    if order is None:
        return NO_ORDER
    try:
        lines = order["lineItems"]
        lines["nodes"] = [*lines["nodes"], *_further_lines(client, number, lines)]
    except (KeyError, TypeError) as error:
        raise CartUnavailableError("the order is not readable") from error
    return orjson.dumps(order)


def _further_lines(
    client: Client, number: str, lines: Mapping[str, Any]
) -> Iterator[Any]:
    page = lines["pageInfo"]
    for _ in range(_MOST_PAGES):
        if not page["hasNextPage"]:
            return
        wish = {"id": number, "after": page["endCursor"]}
        further = client.ask(query("more_lines"), wish)["order"]["lineItems"]
        yield from further["nodes"]
        page = further["pageInfo"]


def _is_foreign(body: Mapping[str, Any], connection: Connection) -> bool:
    gateways = body.get("payment_gateway_names")
    if not isinstance(gateways, list):
        return False
    return not is_ours(map(str, gateways), connection.settings)


def _named(body: Mapping[str, Any]) -> str:
    """Return the id of the order that a body is of or belongs to, "" for none."""
    match body:
        case {"admin_graphql_api_id": str(number)} if _ORDER.fullmatch(number):
            return number
        case {"order_edit": {"order_id": int(order_id)}}:
            pass
        case {"order_id": int(order_id)}:
            pass
        case _:
            return ""
    # A boolean is an int, too.
    return f"gid://shopify/Order/{order_id}" if order_id > 1 else ""


def _routed(client: Client, body: Mapping[str, Any], connection: Connection) -> str:
    """Return the order of the first fulfilment order that a body names, "" for none."""
    part = next(_parts(body), "")
    if not part:
        return ""
    document = query("order_of_fulfillment_order")
    found = client.ask(document, {"id": part}).get("fulfillmentOrder")
    match found:
        case {"order": {"id": str(number), "paymentGatewayNames": [*gateways]}}:
            is_known = is_ours(map(str, gateways), connection.settings)
            return number if is_known else ""
        case _:
            return ""


def _parts(node: object) -> Iterator[str]:
    if isinstance(node, str) and _FULFILLMENT_ORDER.fullmatch(node):
        yield node
    elif isinstance(node, dict):
        for one in node.values():
            yield from _parts(one)
    elif isinstance(node, list):
        for one in node:
            yield from _parts(one)
