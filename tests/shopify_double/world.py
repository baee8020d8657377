"""What the double remembers: the app, its shops, their tokens and subscriptions."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

API_VERSION = "2026-10"
DEMO_SHOP = "atodene-demo.myshopify.com"
SCOPES = (
    "read_orders",
    "write_orders",
    "read_fulfillments",
    "read_merchant_managed_fulfillment_orders",
    "write_merchant_managed_fulfillment_orders",
    "read_third_party_fulfillment_orders",
    "write_third_party_fulfillment_orders",
    "write_app_proxy",
)


@dataclass
class App:
    """The app as Shopify's dashboard knows it.

    `secrets` are those not revoked, the oldest first: webhooks are signed by the
    first, session tokens and queries by the last.
    """

    client_id: str = "00d0uble00000000000000000000c1d0"
    secrets: list[str] = field(
        default_factory=lambda: ["shpss_d0000000000000000000000000000001"]
    )
    handle: str = "atobarai-hub"
    app_url: str = ""
    redirect_urls: list[str] = field(default_factory=list)
    compliance_url: str = ""
    granted_scopes: tuple[str, ...] | None = None
    requires_expiring: bool = True
    shows_consent: bool = False
    # 2: names and addresses; 1: neither; a public app starts without approval.
    customer_data_level: int = 2
    # The version that answers and webhooks name; another one is a version that fell.
    answers_version: str = API_VERSION

    @property
    def webhook_secret(self) -> str:
        return self.secrets[0]

    @property
    def newest_secret(self) -> str:
        return self.secrets[-1]


@dataclass
class Token:
    """A pair of an access token and, where it expires, a refresh token."""

    shop: str
    access: str
    scopes: tuple[str, ...]
    secret: str
    expires_at: datetime | None = None
    refresh: str = ""
    refresh_expires_at: datetime | None = None
    is_void: bool = False
    is_used: bool = False
    # The pair that this one replaced; its refresh token lives until this one is used.
    before: Token | None = None


@dataclass
class Subscription:
    """A webhook subscription that was made through the API."""

    id: str
    topic: str
    uri: str
    name: str | None = None
    filter: str | None = None
    include_fields: list[str] = field(default_factory=list)
    failures: int = 0
    created_at: str = ""


@dataclass
class Bucket:
    """The leaky bucket of query costs, per app and shop.

    As large as a Plus shop's, so that no test waits by chance: Standard restores 100.
    """

    most: float = 20_000.0
    restore_rate: float = 1000.0
    level: float = 20_000.0
    measured_at: datetime | None = None

    def available(self, now: datetime) -> float:
        if self.measured_at is not None:
            passed = max((now - self.measured_at).total_seconds(), 0.0)
            self.level = min(self.most, self.level + passed * self.restore_rate)
        self.measured_at = now
        return self.level

    def empty(self) -> None:
        self.level = 0.0
        self.measured_at = None


@dataclass
class Shop:
    """A shop and all that the double knows of it."""

    domain: str
    id: int
    name: str
    is_installed: bool = False
    is_plus: bool = False
    orders: dict[int, dict[str, Any]] = field(default_factory=dict)
    subscriptions: list[Subscription] = field(default_factory=list)
    definitions: list[dict[str, Any]] = field(default_factory=list)
    installation_metafields: dict[tuple[str, str], dict[str, Any]] = field(
        default_factory=dict
    )
    theme_app_blocks: list[str] = field(default_factory=list)
    bucket: Bucket = field(default_factory=Bucket)
    next_order_number: int = 1001
    sends_webhooks: bool = True

    @property
    def handle(self) -> str:
        return self.domain.removesuffix(".myshopify.com")


class World:
    """Everything behind one lock, and a clock that a test may move forward."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.app = App()
        self.payments_app = App(
            client_id="00d0uble0000000000000000000pay01",
            secrets=["shpss_d00000000000000000000000000pay01"],
            handle="atobarai-payments",
        )
        self.shops: dict[str, Shop] = {}
        self.tokens: list[Token] = []
        self.codes: dict[str, tuple[str, tuple[str, ...]]] = {}
        self.moved = timedelta()
        self._ids = count(6105551234567, 1013)
        self.add_shop(DEMO_SHOP)

    def add_shop(self, domain: str, *, name: str = "") -> Shop:
        shop = Shop(
            domain=domain, id=60_000_000_001 + len(self.shops), name=name or domain
        )
        self.shops[domain] = shop
        return shop

    def now(self) -> datetime:
        return datetime.now(UTC) + self.moved

    def advance(self, **delta: float) -> None:
        """Move the double's clock forward: advance(minutes=56)."""
        self.moved += timedelta(**delta)

    def app_of(self, client_id: object) -> App | None:
        """Return the app of this client id."""
        apps = (self.app, self.payments_app)
        return next((one for one in apps if one.client_id == client_id), None)

    def next_id(self) -> int:
        return next(self._ids)

    def stamp(self) -> str:
        """Return now as webhook bodies write it, in the shop's zone."""
        local = self.now() + timedelta(hours=9)
        return local.strftime("%Y-%m-%dT%H:%M:%S+09:00")

    def mint(
        self,
        shop: str,
        scopes: tuple[str, ...],
        *,
        secret: str,
        expiring: bool,
        before: Token | None = None,
    ) -> Token:
        """Make a token, as the token endpoint does; a test may seed one."""
        now = self.now()
        token = Token(
            shop=shop,
            access=f"shpat_{secrets.token_hex(16)}",
            scopes=scopes,
            secret=secret,
            before=before,
        )
        if expiring:
            token.expires_at = now + timedelta(hours=1)
            token.refresh = f"shprt_{secrets.token_hex(16)}"
            token.refresh_expires_at = now + timedelta(days=90)
        self.tokens.append(token)
        self.shops[shop].is_installed = True
        return token

    def token_of(self, access: str, shop: str) -> Token | None:
        """Return the usable token, and note that its pair is now in use."""
        for token in self.tokens:
            if token.access == access and token.shop == shop and not token.is_void:
                if token.expires_at is not None and token.expires_at <= self.now():
                    return None
                token.is_used = True
                return token
        return None

    def uninstall(self, shop: Shop) -> None:
        """End all access and drop what was made through the API."""
        shop.is_installed = False
        others = self.payments_app.secrets
        for token in self.tokens:
            if token.shop == shop.domain and token.secret not in others:
                token.is_void = True
        shop.subscriptions.clear()

    def uninstall_payments(self, shop: Shop) -> None:
        """End the access of the payments app alone."""
        for token in self.tokens:
            if token.shop == shop.domain and token.secret in self.payments_app.secrets:
                token.is_void = True
