"""A house whose shop has a heron: a cart that asks and waits for the answer."""

import json
from dataclasses import replace
from typing import Any

from sqlalchemy import delete

from hub.contract.asking import AskKind
from hub.contract.connector import Role
from hub.contract.credentials import Credentials
from hub.contract.inbound import InboundRequest
from hub.contract.secret import Secret
from hub.flow.asks import AskReceipt, hear
from hub.registry import Registry
from hub.store import asks, connections, installations
from hub.store.asks import StoredAsk
from hub.store.store import Across, Scope
from hub.store.tables import ask as ask_table
from hub.store.tables import connection
from tests.flow import heron
from tests.flow.toucans import NOON, SECRET, request_of, signature
from tests.house import House, same_parts

ROLES = (Role.ORDERS, Role.CHANGES, Role.SHIPMENTS)


def heron_house(house: House) -> House:
    """Return the house with the shop's connection exchanged for a heron's."""
    known = {**house.parts.registry.connectors, "heron": heron.connector}
    config = replace(house.parts.config, environment={"HUB_HERON_SECRET": SECRET})
    registry = Registry(connectors=known)
    opened = replace(same_parts(house, registry=registry, config=config), _receivers=[])

    def emptied(scope: Scope) -> None:
        scope.connection.execute(
            delete(connection).where(connection.c.merchant_id == scope.merchant_id)
        )

    opened.parts.store.of(house.merchant_id).write(emptied)
    return with_heron(opened, "heron-1")


def with_heron(
    house: House, shop_key: str, *, roles: tuple[Role, ...] = ROLES
) -> House:
    """Install the app at a cart's shop for the house's own."""
    store, now = house.parts.store, house.clock.now()
    connection_id, hook_key, _tag = store.of(house.merchant_id).write(
        lambda scope: connections.add(
            scope,
            shop_id=house.shop_id,
            connector="heron",
            roles=roles,
            settings={"url": f"http://127.0.0.1:{house.cart.port}/"},
            secrets={"secret": Secret(SECRET)},
            now=now,
        )
    )

    def install(across: Across) -> None:
        token = installations.put_pending(
            across,
            connector="heron",
            shop_key=shop_key,
            title=shop_key,
            settings={},
            given=Credentials(values={}),
            now=now,
        )
        found = installations.pending(across, token, now=now)
        assert found is not None
        installations.claimed(
            across,
            found.id,
            merchant_id=house.merchant_id,
            connection_id=connection_id,
        )

    store.across.write(install)
    return replace(house, connection_id=connection_id, hook_key=hook_key, _receivers=[])


def asked_request(
    house: House, reference: str, *, order: str, shop: str, secret: str, **said: Any
) -> InboundRequest:
    body = json.dumps(
        {"at": NOON, **said, "shop": shop, "reference": reference, "order": order}
    ).encode()
    return InboundRequest(
        method="POST",
        query="",
        headers=(("X-Toucan", signature(body, secret)),),
        body=body,
        received_at=house.clock.now(),
    )


def ask(
    house: House,
    kind: AskKind,
    reference: str,
    *,
    order: str = "A-1001",
    shop: str = "heron-1",
    secret: str = SECRET,
    **said: Any,
) -> AskReceipt:
    """Let the heron ask something; nothing of it is done yet."""
    request = asked_request(
        house, reference, order=order, shop=shop, secret=secret, **said
    )
    return hear(house.parts, "heron", kind, request)


def pay(
    house: House,
    reference: str = "pay-1",
    *,
    order: str = "A-1001",
    shop: str = "heron-1",
    **fields: Any,
) -> AskReceipt:
    """Ask for a payment, and do what is due."""
    receipt = ask(
        house, AskKind.PAYMENT, reference, order=order, shop=shop, fields=fields
    )
    house.settle()
    return receipt


def then(house: House, kind: AskKind, reference: str = "", **said: Any) -> AskReceipt:
    """Ask what follows a payment, and do what is due."""
    receipt = ask(house, kind, reference or f"{kind.value}-1", **said)
    house.settle()
    return receipt


def ship(house: House, tracking: str, *, order: str = "A-1001") -> None:
    said = {
        "says": "shipped",
        "at": NOON,
        "fields": {"number": order, "tracking_number": tracking},
    }
    house.receiver.receive("heron", house.hook_key, request_of(house, said))
    house.settle()


def stored(house: House, reference: str = "pay-1") -> StoredAsk:
    found = house.read(lambda scope: asks.get(scope, house.connection_id, reference))
    assert found is not None
    return found


def token(house: House, reference: str = "pay-1") -> str:
    return asks.token_of(house.parts.store.keys.vault, house.connection_id, reference)


def rows(house: House) -> int:
    """Return how many requests of the merchant stand in the book."""
    return house.read(
        lambda scope: len(
            scope.connection.execute(
                ask_table.select().where(ask_table.c.merchant_id == scope.merchant_id)
            ).all()
        )
    )


def told(house: House) -> list[dict[str, str]]:
    """Return what the heron was told of its requests, oldest first."""
    return [one["asks"] for one in house.cart.heard]
