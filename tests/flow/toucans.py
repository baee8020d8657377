"""A house whose shop has a toucan: a cart that says everything a cart may say."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from typing import Any

from sqlalchemy import delete

from hub.contract.connector import Role
from hub.contract.inbound import InboundRequest
from hub.contract.secret import Secret
from hub.flow.receive import Receipt
from hub.registry import Registry
from hub.store import connections
from hub.store.store import Scope
from hub.store.tables import connection
from tests.flow import toucan
from tests.house import House, same_parts

SECRET = "whsec_" + base64.b64encode(b"t" * 24).decode()
NOON = "2026-11-25T12:00:00+09:00"


def toucan_house(house: House) -> House:
    """Return the house with the shop's connection exchanged for a toucan's."""
    known = {**house.parts.registry.connectors, "toucan": toucan.connector}
    config = replace(house.parts.config, environment={"HUB_TOUCAN_SECRET": SECRET})
    registry = Registry(connectors=known)
    opened = replace(same_parts(house, registry=registry, config=config), _receivers=[])

    def work(scope: Scope) -> tuple[str, str, str]:
        shop_id = house.shop_id
        scope.connection.execute(delete(connection))
        return connections.add(
            scope,
            shop_id=shop_id,
            connector="toucan",
            roles=tuple(Role),
            settings={"url": f"http://127.0.0.1:{house.cart.port}/"},
            secrets={"secret": Secret(SECRET)},
            now=house.clock.now(),
        )

    store = opened.parts.store.of(house.merchant_id)
    opened.connection_id, opened.hook_key, _tag = store.write(work)
    return opened


def request_of(
    house: House, said: dict[str, Any], *, secret: str = SECRET
) -> InboundRequest:
    body = json.dumps(said).encode()
    return InboundRequest(
        method="POST",
        query="",
        headers=(("X-Toucan", signature(body, secret)),),
        body=body,
        received_at=house.clock.now(),
    )


def signature(body: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def say(house: House, says: str, *, at: str = NOON, **fields: Any) -> Receipt:
    """Let the toucan say something, and do what is due."""
    said = {"says": says, "at": at, "fields": fields}
    receipt, _connector = house.receiver.receive(
        "toucan", house.hook_key, request_of(house, said)
    )
    house.settle()
    return receipt
