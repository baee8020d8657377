"""The generic connector, for a cart that can be asked too."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from connectors.generic_webhook import connector as generic
from hub.contract.connector import Connection, Connector, Settings
from hub.contract.errors import CartRefusedError, CartUnavailableError
from hub.contract.events import CartEvent
from hub.contract.http import AnswerLostError, NotSentError, PublicHttp
from hub.contract.polling import Polled, PolledMessage
from hub.contract.proof import Delivery, content_key
from hub.flow.tools import Parts
from hub.registry import Registry
from tests.asked_cart.double import AskedCart
from tests.house import House, same_parts

TOPIC = "poll/order"


def _asked(connection: Connection, port: int, wish: dict[str, Any]) -> Any:
    try:
        answer = connection.http.post(
            f"http://127.0.0.1:{port}/",
            body=json.dumps(wish).encode(),
            headers={},
            total_seconds=30,
            cap_bytes=100_000,
        )
    except (NotSentError, AnswerLostError) as error:
        raise CartUnavailableError("no answer") from error
    if answer.status == 404:
        raise CartRefusedError("no such order", code="HUB-CART-404")
    if answer.status != 200:
        seconds = int(answer.headers.get("retry-after", "0"))
        raise CartUnavailableError("not now", retry_after_seconds=seconds)
    return json.loads(answer.body)


def asking(port: int) -> Connector:
    """Return the connector of the cart at this port."""

    def ask(connection: Connection, wish: dict[str, Any]) -> Any:
        return _asked(connection, port, wish)

    def fetch(delivery: Delivery, connection: Connection) -> Mapping[str, bytes]:
        named = json.loads(delivery.body).get("changed")
        if named is None:
            return {}
        found = ask(connection, {"order": named})
        return {"order": json.dumps(found, ensure_ascii=False).encode()}

    def poll(connection: Connection, cursor: str) -> Polled:
        found = ask(connection, {"from": int(cursor or 0)})
        bodies = [
            json.dumps(one, ensure_ascii=False).encode() for one in found["messages"]
        ]
        return Polled(
            messages=[
                PolledMessage(topic=TOPIC, dedupe_key=content_key(TOPIC, b), body=b)
                for b in bodies
            ],
            cursor=str(found["next"]),
            is_more=found["is_more"],
        )

    def translate(delivery: Delivery, settings: Settings) -> Sequence[CartEvent]:
        body = delivery.documents.get("order", delivery.body)
        return generic.translate(replace(delivery, body=body), settings)

    return replace(generic, translate=translate, fetch=fetch, poll=poll)


def that_asks(parts: Parts, port: int) -> Parts:
    """The same parts, whose generic connector asks the cart at this port."""
    allowed = parts.config.callback_allow | {f"127.0.0.1:{port}"}
    slug = generic.manifest.slug
    return replace(
        parts,
        registry=Registry(
            connectors={**parts.registry.connectors, slug: asking(port)}, failures=()
        ),
        callbacks=PublicHttp(allow=allowed),
    )


@contextmanager
def asking_house(house: House) -> Iterator[tuple[House, AskedCart]]:
    """Give the house with its cart, which can be asked now."""
    cart = AskedCart()
    try:
        parts = that_asks(house.parts, cart.port)
        opened = replace(house, _receivers=[])
        yield (
            same_parts(opened, registry=parts.registry, callbacks=parts.callbacks),
            cart,
        )
    finally:
        cart.close()
