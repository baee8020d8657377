"""A shop of the double with both apps: payments ask, and parcels come by webhook."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from connectors.shopify_payments.manifest import SCOPES
from hub.contract.credentials import Credentials
from hub.contract.install import Installed
from hub.contract.secret import Secret
from hub.domain.known import State
from hub.flow.install import keep
from hub.flow.install_claim import Place, claim
from tests.flow.shopify_shop import ShopifyShop, shopify_shop
from tests.house import House, same_parts
from tests.shopify_double import ShopifyDouble
from tests.shopify_double.payments import GATEWAY, Session
from tests.shopify_double.payments_desk import Payments
from tests.shopify_double.world import Shop

SLUG = "shopify_payments"


@dataclass
class Till:
    """A shop whose buyers may pay later, before there is an order."""

    store: ShopifyShop

    @property
    def house(self) -> House:
        return self.store.house

    @property
    def double(self) -> ShopifyDouble:
        return self.store.double

    @property
    def payments(self) -> Payments:
        return self.store.double.payments

    @property
    def shop(self) -> Shop:
        return self.store.shop

    def settle(self) -> None:
        self.store.settle()

    def buy(self, surname: str = "", **wish: Any) -> Session:
        """Let a buyer choose us at the checkout, and let all that follows happen."""
        session = self.payments.buy(self.shop, surname=surname, **wish)
        self.settle()
        return session

    def follow(
        self, kind: str, payment: Session, *amount: int, copies: int = 1
    ) -> Session:
        """Let the merchant capture, refund or void, and let all that follows happen."""
        session: Session = getattr(self.payments, kind)(payment, *amount, copies=copies)
        self.settle()
        return session

    def fulfil(self, payment: Session, number: str) -> None:
        """Send the goods with Yamato; the other app hears of it."""
        assert payment.order is not None
        self.double.orders.fulfil(payment.order, number=number)
        self.settle()

    def state(self, payment: Session) -> State:
        """Return the state of a payment's transaction at the hub."""
        return self.house.state(payment.id)

    def billed(self) -> list[int]:
        """Return what the provider bills, an entry for each live transaction."""
        rows = self.house.ledger()
        return [one["billed_amount"] for one in rows if not one["cancelled_at"]]


def environment_of(double: ShopifyDouble) -> dict[str, str]:
    """Return what the operator sets for the payments app."""
    app = double.payments.app
    return {
        "HUB_SHOPIFY_PAYMENTS_EXTENSION": "1",
        "HUB_SHOPIFY_PAYMENTS_CLIENT_ID": app.client_id,
        "HUB_SHOPIFY_PAYMENTS_CLIENT_SECRET": app.newest_secret,
        "HUB_SHOPIFY_PAYMENTS_PROXY_TOKEN": double.payments.starting.proxy.token,
        "HUB_SHOPIFY_PAYMENTS_API_BASE": double.api_base,
    }


def with_payments(house: House, double: ShopifyDouble) -> House:
    """Return a hub whose operator switched the payments app on."""
    config = house.parts.config
    environment = {**config.environment, **environment_of(double)}
    config = replace(config, environment=environment)
    registry = house.parts.registry.switched(config.is_on)
    return same_parts(house, config=config, registry=registry)


@contextmanager
def payments_till(house: House) -> Iterator[Till]:
    """Exchange the house's cart for a shop of a new double, where both apps are."""
    with shopify_shop(house, furnish=with_payments, payments_gateway=GATEWAY) as store:
        address = store.house.parts.config.public_url
        store.double.payments.starting.listens_at(f"{address}/asks/{SLUG}")
        install_payments(store)
        yield Till(store)


def install_payments(store: ShopifyShop, domain: str = "") -> str:
    """Install the payments app and give it to the shop; returns its connection."""
    house, shop = store.house, store.double.shops[domain or store.shop.domain]
    arrived = keep(house.parts, SLUG, _installed(store.double, shop))
    return claim(
        house.parts,
        arrived.claim_token,
        Place(shop_id=house.shop_id),
        merchant_id=house.merchant_id,
        user_id="somebody",
    )


def _installed(double: ShopifyDouble, shop: Shop) -> Installed:
    """Return what the authorization code grant brings."""
    token = double.world.mint(
        shop.domain, SCOPES, secret=double.payments.app.newest_secret, expiring=True
    )
    values = {
        "access_token": Secret(token.access),
        "refresh_token": Secret(token.refresh),
    }
    return Installed(
        shop_key=shop.domain,
        credentials=Credentials(
            values=values,
            notes={"scope": ",".join(SCOPES)},
            expires_at=token.expires_at,
        ),
        title=shop.name,
        settings={"shop": shop.domain, "shop_id": str(shop.id)},
    )
