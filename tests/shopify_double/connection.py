"""A connection of the hub's contract to a shop of the double, without a hub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.contract.connector import Settings
from hub.contract.credentials import Credentials
from hub.contract.errors import CartUnauthorizedError
from hub.contract.http import OperatorHttp
from hub.contract.install import AppDesk
from hub.contract.secret import Secret
from tests.shopify_double.world import SCOPES

if TYPE_CHECKING:
    from datetime import datetime

    from hub.contract.credentials import Renewal
    from hub.contract.http import HttpSession
    from tests.shopify_double.server import ShopifyDouble
    from tests.shopify_double.world import Shop, Token

CALLBACK = "https://hub.example.jp/install/shopify/callback"


def settings_of(double: ShopifyDouble, **values: str) -> Settings:
    """The operator's settings, and those of a connection where they are given."""
    app = double.app
    base = {"client_id": app.client_id, "api_base": double.api_base}
    # The current secret goes first; those of the overlap follow.
    secrets = tuple(Secret(one) for one in reversed(app.secrets))
    return Settings(values=base | values, secrets={"client_secret": secrets})


def desk_of(double: ShopifyDouble) -> AppDesk:
    """What the app itself may use."""
    return AppDesk(
        settings=settings_of(double),
        http=OperatorHttp([double.base(double.shop)]),
        callback_url=CALLBACK,
        now=double.world.now(),
    )


class Joined:
    """The connection of one installed shop; the clock is the double's."""

    def __init__(
        self, double: ShopifyDouble, shop: Shop | None = None, **settings: str
    ) -> None:
        self._double = double
        self.shop = shop or double.shop
        named = {"shop": self.shop.domain, "shop_id": str(self.shop.id)}
        self.settings = settings_of(double, **(named | settings))
        self.http: HttpSession = OperatorHttp([double.base(self.shop)])
        self.is_void = False
        self.renewals = 0
        secret = double.app.newest_secret
        self.take(
            double.world.mint(self.shop.domain, SCOPES, secret=secret, expiring=True)
        )

    def take(self, token: Token) -> None:
        """Hold a token of the double as its installation would have brought it."""
        values = {"access_token": Secret(token.access)}
        if token.refresh:
            values["refresh_token"] = Secret(token.refresh)
        self.held = Credentials(
            values=values,
            notes={"scope": ",".join(token.scopes)},
            expires_at=token.expires_at,
        )

    def now(self) -> datetime:
        return self._double.world.now()

    def credentials(self) -> Credentials:
        if self.is_void:
            raise CartUnauthorizedError("the connection must be installed again")
        return self.held

    def renew(self, using: Renewal) -> Credentials:
        self.renewals += 1
        try:
            self.held = using(self.held)
        except CartUnauthorizedError:
            self.is_void = True
            raise
        return self.held
