"""A house whose shop is one of the Shopify double, with the real connector between."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, select

from connectors.shopify.manifest import TOPICS
from hub.app import create_app
from hub.contract.connector import Role
from hub.contract.credentials import Credentials
from hub.contract.http import PublicHttp
from hub.contract.secret import Secret
from hub.flow.reconcile import look_at_one
from hub.store import connections, credentials
from hub.store.store import Scope
from hub.store.tables import connection, poll_cursor
from tests.house import House, same_parts
from tests.shopify_double import ShopifyDouble
from tests.shopify_double.documents import GATEWAY
from tests.shopify_double.world import SCOPES, Shop, Subscription
from tests.wsgi import serving

HANDLE = "atodene-screening"


@dataclass
class ShopifyShop:
    """A hub that listens, a shop that sends, and both sides' books."""

    house: House
    double: ShopifyDouble
    shop: Shop

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
        """Let the hub look at the shop, and do what follows."""
        assert look_at_one(self.house.parts)
        query = select(poll_cursor.c.failures)
        assert self.house.read(
            lambda s: s.connection.execute(query).scalars().all()
        ) == [0]
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


@contextmanager
def shopify_shop(
    house: House, *, rotates: bool = False, **settings: str
) -> Iterator[ShopifyShop]:
    """Exchange the house's cart for a shop of a new double.

    Where it `rotates`, the operator has a new secret, and Shopify signs by the old one.
    """
    with ShopifyDouble() as double:
        if rotates:
            double.app.secrets.append("shpss_d0000000000000000000000000000002")
        environment = {
            "HUB_SHOPIFY_CLIENT_ID": double.app.client_id,
            "HUB_SHOPIFY_CLIENT_SECRET": double.app.newest_secret,
            "HUB_SHOPIFY_CLIENT_SECRET_PREVIOUS": double.app.webhook_secret,
            "HUB_SHOPIFY_API_BASE": double.api_base,
        }
        opened = replace(
            same_parts(
                house,
                config=replace(house.parts.config, environment=environment),
                callbacks=PublicHttp(allow=frozenset({f"127.0.0.1:{double.port}"})),
            ),
            _receivers=[],
        )
        _connect(opened, double, settings)
        with serving(create_app(opened.parts)) as address:
            _subscribe(double.shop, f"{address}/hooks/shopify/{opened.hook_key}")
            yield ShopifyShop(opened, double, double.shop)


def _connect(house: House, double: ShopifyDouble, settings: dict[str, str]) -> None:
    now, shop = house.clock.now(), double.shop
    token = double.world.mint(
        shop.domain, SCOPES, secret=double.app.newest_secret, expiring=True
    )
    given = Credentials(
        values={
            "access_token": Secret(token.access),
            "refresh_token": Secret(token.refresh),
        },
        notes={"scope": ",".join(SCOPES)},
        expires_at=token.expires_at,
    )
    named = {"shop": shop.domain, "shop_id": str(shop.id), "payment_methods": GATEWAY}

    def work(scope: Scope) -> tuple[str, str]:
        scope.connection.execute(delete(connection))
        connection_id, hook_key, _tag = connections.add(
            scope,
            shop_id=house.shop_id,
            connector="shopify",
            roles=tuple(Role),
            settings=named | settings,
            secrets={},
            now=now,
        )
        credentials.put(scope, connection_id, given, hook_key=hook_key, now=now)
        return connection_id, hook_key

    store = house.parts.store.of(house.merchant_id)
    house.connection_id, house.hook_key = store.write(work)


def _subscribe(shop: Shop, address: str) -> None:
    shop.subscriptions = [
        Subscription(
            id=str(number),
            topic=topic.upper().replace("/", "_"),
            uri=address,
        )
        for number, topic in enumerate(TOPICS, start=1)
    ]
