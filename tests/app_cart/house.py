"""A hub whose operator offers the bazaar's app, beside the bazaar's own server."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from hub.contract.credentials import Credentials
from hub.contract.http import PublicHttp
from hub.contract.secret import Secret
from hub.flow.tools import Parts
from hub.registry import Registry
from hub.store import connections, credentials
from hub.store.store import Scope
from tests.app_cart.bazaar import SLUG, connector
from tests.app_cart.double import AppCart
from tests.house import House, same_parts

CLIENT_ID = "client-7"
SECRET = "bazaar-secret-of-the-app"


def environment(cart: AppCart) -> dict[str, str]:
    return {
        "HUB_BAZAAR_CLIENT_ID": CLIENT_ID,
        "HUB_BAZAAR_CLIENT_SECRET": SECRET,
        "HUB_BAZAAR_API_BASE": cart.base,
    }


def with_app(parts: Parts, given: dict[str, str], port: int) -> Parts:
    """The same parts, with the bazaar's connector and the operator's settings."""
    config = replace(parts.config, environment=given)
    return replace(
        parts,
        config=config,
        registry=Registry(
            connectors={**parts.registry.connectors, SLUG: connector}, failures=()
        ),
        callbacks=PublicHttp(allow=frozenset({f"127.0.0.1:{port}"})),
    )


@contextmanager
def app_house(house: House, **more: str) -> Iterator[tuple[House, AppCart]]:
    cart = AppCart()
    try:
        parts = with_app(house.parts, {**environment(cart), **more}, cart.port)
        yield same_parts(replace(house, _receivers=[]), **_fields(parts)), cart
    finally:
        cart.close()


def _fields(parts: Parts) -> dict[str, Any]:
    return {
        "config": parts.config,
        "registry": parts.registry,
        "callbacks": parts.callbacks,
    }


def connect(house: House, cart: AppCart, shop: str = "aoba") -> House:
    """Return the house with a connection whose app is installed at the cart."""
    tokens = cart.issue(shop)
    given = Credentials(values={name: Secret(one) for name, one in tokens.items()})
    now = house.clock.now()

    def work(scope: Scope) -> tuple[str, str]:
        connection_id, hook_key, _tag = connections.add(
            scope,
            shop_id=house.shop_id,
            connector=SLUG,
            roles=(),
            settings={"shop": shop},
            secrets={},
            now=now,
        )
        credentials.put(scope, connection_id, given, hook_key=hook_key, now=now)
        return connection_id, hook_key

    store = house.parts.store.of(house.merchant_id)
    connection_id, hook_key = store.write(work)
    return replace(house, connection_id=connection_id, hook_key=hook_key)
