"""A house whose shop is one of the Shopify double, with the real connector between."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import requests
from flask import Flask
from sqlalchemy import delete, select

from connectors.shopify.manifest import TOPICS
from hub.app import create_app
from hub.contract.http import PublicHttp
from hub.domain.policy import Mode
from hub.flow import install_care
from hub.flow.install import Arrived, desk_of, keep, offered
from hub.flow.install_claim import Place, claim
from hub.flow.reconcile import look_at_one
from hub.store import connections, credentials, merchants
from hub.store.store import Scope
from hub.store.tables import connection, poll_cursor
from tests.house import House, same_parts
from tests.shopify_double import ShopifyDouble
from tests.shopify_double.documents import GATEWAY, HANAKO
from tests.shopify_double.webhooks import Sent
from tests.shopify_double.world import Shop, Subscription
from tests.wsgi import serving

HANDLE = "atodene-screening"


@dataclass
class ShopifyShop:
    """A hub that listens, a shop that sends, and both sides' books."""

    house: House
    double: ShopifyDouble
    shop: Shop
    app: Flask

    def move(self, **time: float) -> None:
        """Let time pass, here and at Shopify, and do what has become due."""
        self.double.world.advance(**time)
        self.house.wait(**time)
        self.settle()

    def settle(self) -> None:
        """Let every webhook arrive and all that follows happen, echoes included."""
        for _ in range(8):
            self.double.settle()
            before = len(self.double.webhooks.sent)
            self.house.settle()
            self.double.settle()
            if len(self.double.webhooks.sent) == before:
                return
        raise AssertionError("hub and shop answer each other without an end")

    def place(self, **wish: Any) -> dict[str, Any]:
        """Place an order and let all that follows happen."""
        order = self.double.orders.place(self.shop, **wish)
        self.settle()
        return order

    def look(self) -> None:
        """Let the hub look at every shop, and do what follows."""
        assert look_at_one(self.house.parts)
        while look_at_one(self.house.parts):
            pass
        query = select(poll_cursor.c.failures)
        failures = self.house.read(
            lambda s: s.connection.execute(query).scalars().all()
        )
        assert set(failures) == {0}
        self.settle()

    def uninstall(self) -> None:
        """Remove the app in the shop's admin."""
        self.double.uninstall(self.shop)
        self.settle()

    def install_again(self) -> None:
        """Open the app once more; the hub subscribes anew beside its sweep."""
        assert bring_token(self).connection_id == self.house.connection_id
        install_care.tend(self.house.parts)
        self.house.wait()
        self.settle()

    def answers(self) -> list[int]:
        """Return how each delivery was answered at last."""
        return [one.answers[-1] for one in self.double.webhooks.sent]


def number_of(order: dict[str, Any]) -> str:
    """Return the order's number as the hub has it."""
    return str(order["name"]).removeprefix("#")


def holds(order: dict[str, Any]) -> list[str]:
    """Return the handles that hold an order's goods."""
    return [
        one["handle"] for made in order["_fulfillment_orders"] for one in made["holds"]
    ]


def state_at_shop(order: dict[str, Any]) -> str:
    """Return the state that the order shows in the shop."""
    values = {key: one["value"] for (_, key), one in order["_metafields"].items()}
    return str(values.get("state", ""))


def resent(store: ShopifyShop, topic: str = "orders/create") -> Sent:
    """Return the newest delivery of a topic, as it was sent."""
    return [one for one in store.double.webhooks.sent if one.topic == topic][-1]


def post(sent: Sent, *, body: bytes = b"", **headers: str) -> int:
    """Send a delivery once more, changed; returns the status."""
    told = sent.headers | {name.replace("_", "-"): one for name, one in headers.items()}
    with requests.Session() as session:
        answer = session.post(
            sent.uri, data=body or sent.body, headers=told, timeout=10
        )
    return answer.status_code


def buyer(surname: str) -> dict[str, Any]:
    """Return the addresses of a buyer with this surname, for a decision by name."""
    address = {**HANAKO, "last_name": surname, "name": f"花子 {surname}"}
    return {"billing_address": address, "shipping_address": dict(address)}


Furnish = Callable[[House, ShopifyDouble], House]


class _Door:
    """A server whose application knows the server's own address."""

    app: Flask

    def __call__(self, environ: Any, start_response: Any) -> Any:
        return self.app(environ, start_response)


@contextmanager
def shopify_shop(
    house: House,
    *,
    rotates: bool = False,
    furnish: Furnish = lambda house, _double: house,
    **settings: str,
) -> Iterator[ShopifyShop]:
    """Exchange the house's cart for a shop of a new double, where the app is installed.

    Where it `rotates`, the operator has a new secret, and Shopify signs by the old one.
    `furnish` adds to the hub before it listens.
    """
    door = _Door()
    with ShopifyDouble() as double, serving(door) as address:
        if rotates:
            double.app.secrets.append("shpss_d0000000000000000000000000000002")
        config = replace(
            house.parts.config, environment=_environment(double), public_url=address
        )
        callbacks = PublicHttp(allow=frozenset({f"127.0.0.1:{double.port}"}))
        opened = same_parts(house, config=config, callbacks=callbacks)
        seen = furnish(replace(opened, _receivers=[]), double)
        door.app = create_app(seen.parts)
        double.app.compliance_url = f"{address}/hooks/shopify"
        store = ShopifyShop(seen, double, double.shop, door.app)
        _forget_connection(seen)
        install(store, **settings)
        yield store


def _environment(double: ShopifyDouble) -> dict[str, str]:
    """Return what the operator sets; an earlier secret where there is one."""
    given = {
        "HUB_SHOPIFY_CLIENT_ID": double.app.client_id,
        "HUB_SHOPIFY_CLIENT_SECRET": double.app.newest_secret,
        "HUB_SHOPIFY_API_BASE": double.api_base,
    }
    if double.app.webhook_secret != double.app.newest_secret:
        given["HUB_SHOPIFY_CLIENT_SECRET_PREVIOUS"] = double.app.webhook_secret
    return given


def _forget_connection(house: House) -> None:
    """Leave the house's shop without a cart, as before an app is installed."""
    house.parts.store.of(house.merchant_id).write(
        lambda scope: scope.connection.execute(
            delete(connection).where(connection.c.id == house.connection_id)
        )
    )


def install(store: ShopifyShop, **settings: str) -> None:
    """Install the app from its embedded page, and give it to the house's shop."""
    house = store.house
    house.connection_id = claim(
        house.parts,
        bring_token(store).claim_token,
        Place(shop_id=house.shop_id),
        merchant_id=house.merchant_id,
        user_id="somebody",
    )

    def work(scope: Scope) -> str:
        now = house.clock.now()
        found = connections.get(scope, house.connection_id, now=now)
        held = credentials.get(scope, house.connection_id)
        assert found is not None
        assert held is not None
        chosen = {**found.settings.values, "payment_methods": GATEWAY, **settings}
        connections.change_settings(scope, house.connection_id, chosen)
        return held.hook_key

    house.hook_key = house.parts.store.of(house.merchant_id).write(work)
    _subscribe(store)


def bring_token(store: ShopifyShop) -> Arrived:
    """Let the embedded page bring its session token, which installs the app."""
    parts = store.house.parts
    connector, _install = offered(parts, "shopify")
    assert connector.embed is not None
    token = store.double.session_token(store.shop)
    installed = connector.embed.exchange(token, desk_of(parts, connector))
    return keep(parts, "shopify", installed)


def second_shop(store: ShopifyShop, domain: str) -> ShopifyShop:
    """Return another shop of the same merchant, where the app is installed too."""
    house = store.house
    now = house.clock.now()
    shop_id = house.parts.store.of(house.merchant_id).write(
        lambda scope: merchants.add_shop(
            scope,
            name=domain,
            mode=Mode.AUTOMATIC,
            cutover_at=now - timedelta(days=1),
            order_number_prefix="B-",
            now=now,
        )
    )
    other = replace(
        store,
        house=replace(house, shop_id=shop_id, _receivers=[]),
        shop=store.double.add_shop(domain),
    )
    install(other)
    return other


def _subscribe(store: ShopifyShop) -> None:
    """Subscribe to every topic at once, as `enable` does call by call."""
    public = store.house.parts.config.public_url
    store.shop.subscriptions = [
        Subscription(
            id=str(number),
            topic=topic.upper().replace("/", "_"),
            uri=f"{public}/hooks/shopify/{store.house.hook_key}",
        )
        for number, topic in enumerate(TOPICS, start=1)
    ]
