"""The double's HTTP server: every shop below one address."""

from __future__ import annotations

import threading
from collections import deque
from http.server import ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from tests.shopify_double import oauth
from tests.shopify_double.engine import Context, Engine, published_schema
from tests.shopify_double.metafields import MetafieldWrites
from tests.shopify_double.order_changes import OrderChanges
from tests.shopify_double.payments_desk import Payments
from tests.shopify_double.reads import QUERIES
from tests.shopify_double.signing import proxy_query, session_token
from tests.shopify_double.subscribing import SUBSCRIBING
from tests.shopify_double.webhooks import Webhooks
from tests.shopify_double.wire import GRAPHQL, Called, Fault, Handler
from tests.shopify_double.world import DEMO_SHOP, Shop, World
from tests.shopify_double.writes import Writes

if TYPE_CHECKING:
    from types import TracebackType


class ShopifyDouble:
    """Shopify at an address of this machine, until it is closed."""

    def __init__(self, *, port: int = 0, retry_seconds: float = 0.05) -> None:
        # Here and not at the first call, which would wait for it past its deadline; and
        # a test that is skipped for want of it is skipped in its own thread.
        published_schema()
        self.world = World()
        self.app = self.world.app
        self.shops = self.world.shops
        self.webhooks = Webhooks(self.world, retry_seconds=retry_seconds)
        self.orders = OrderChanges(self.world, self.webhooks)
        self.engine = Engine(
            QUERIES,
            {
                **Writes(self.orders).by_name(),
                **MetafieldWrites(self.orders).by_name(),
                **SUBSCRIBING,
            },
        )
        self.calls: list[Called] = []
        self._faults: deque[Fault] = deque()
        handler = type("Bound", (Handler,), {"double": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.payments = Payments(self.world, self.orders, self.api_base)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()

    @property
    def api_base(self) -> str:
        """The template for HUB_SHOPIFY_API_BASE."""
        return f"http://127.0.0.1:{self.port}/{{shop}}"

    @property
    def shop(self) -> Shop:
        """The shop that is there from the start."""
        return self.shops[DEMO_SHOP]

    def add_shop(self, domain: str, **settings: Any) -> Shop:
        """Open another shop: add_shop("b.myshopify.com", name="…")."""
        return self.world.add_shop(domain, **settings)

    @property
    def mutations(self) -> list[Called]:
        """The calls that wrote."""
        return [one for one in self.calls if one.is_mutation]

    def base(self, shop: Shop) -> str:
        return self.api_base.replace("{shop}", shop.domain)

    def fail_next(self, kind: str = GRAPHQL, **fault: Any) -> None:
        """Let a fault befall the next call of a kind: see Fault."""
        self._faults.append(Fault(kind, **fault))

    def launch_query(self, shop: Shop | None = None, **more: str) -> str:
        """Return the signed query with which Shopify opens the app."""
        return oauth.launch_query(self.world, shop or self.shop, more=more)

    def session_token(self, shop: Shop | None = None, **changed: Any) -> str:
        """Return a session token as App Bridge gives it."""
        secret = changed.pop("secret", self.app.newest_secret)
        client_id, domain = self.app.client_id, (shop or self.shop).domain
        now = changed.pop("now", None) or self.world.now()
        return session_token(
            secret, client_id=client_id, shop=domain, now=now, **changed
        )

    def proxy_query(self, shop: Shop | None = None, **more: str) -> str:
        """Return the signed query of an app-proxy request."""
        parameters = {
            "shop": (shop or self.shop).domain,
            "logged_in_customer_id": "",
            "path_prefix": "/apps/atobarai",
            "timestamp": str(int(self.world.now().timestamp())),
            **more,
        }
        return proxy_query(self.app.newest_secret, parameters)

    def uninstall(self, shop: Shop | None = None) -> None:
        """Uninstall the app: app/uninstalled, and every token is void."""
        chosen = shop or self.shop
        with self.world.lock:
            body = {
                "id": chosen.id,
                "name": chosen.name,
                "email": "owner@example.jp",
                "domain": chosen.domain,
                "myshopify_domain": chosen.domain,
                "country_code": "JP",
                "currency": "JPY",
                "iana_timezone": "Asia/Tokyo",
                "plan_name": "basic",
            }
            self.webhooks.emit(chosen, "app/uninstalled", body)
            self.world.uninstall(chosen)

    def ask_for_data(self, order: dict[str, Any]) -> None:
        """Send customers/data_request for the buyer of an order."""
        self._comply("customers/data_request", order, "orders_requested")

    def redact_buyer(self, order: dict[str, Any], *, by_email_only: bool) -> None:
        """Send customers/redact for the buyer of an order."""
        name = "" if by_email_only else "orders_to_redact"
        self._comply("customers/redact", order, name)

    def redact_shop(self, shop: Shop | None = None) -> None:
        """Send shop/redact, as happens 48 hours after an uninstallation."""
        chosen = shop or self.shop
        body = {"shop_id": chosen.id, "shop_domain": chosen.domain}
        self.webhooks.emit_to_app(chosen, "shop/redact", body)

    def _comply(self, topic: str, order: dict[str, Any], name: str) -> None:
        shop = self.orders.shop_of(order)
        customer = {"id": 8200000000011, "email": order["email"], "phone": None}
        body: dict[str, Any] = {"shop_id": shop.id, "shop_domain": shop.domain}
        body["customer"] = customer if name else {"email": order["email"]}
        body[name or "orders_to_redact"] = [order["id"]] if name else []
        if topic == "customers/data_request":
            body["data_request"] = {"id": self.world.next_id()}
        self.webhooks.emit_to_app(shop, topic, body)

    def settle(self, seconds: float = 20.0) -> None:
        """Wait until every webhook was taken or given up."""
        self.webhooks.settle(seconds)

    def close(self) -> None:
        self.webhooks.close()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> ShopifyDouble:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def fault_of(self, kind: str) -> Fault | None:
        """Take the fault that was planned for a call of this kind."""
        with self.world.lock:
            for fault in self._faults:
                if fault.kind == kind:
                    fault.times -= 1
                    if fault.times <= 0:
                        self._faults.remove(fault)
                    return fault
        return None

    def answer_graphql(
        self, shop: Shop, access: str, request: dict[str, Any]
    ) -> tuple[int, Any]:
        with self.world.lock:
            token = self.world.token_of(access, shop.domain)
            if token is None:
                words = "[API] Invalid API key or access token"
                return 401, {
                    "errors": f"{words} (unrecognized login or wrong password)"
                }
            if self.app.requires_expiring and token.expires_at is None:
                words = "[API] Non-expiring access tokens are no longer accepted"
                return 403, {"errors": f"{words} for the Admin API"}
            return 200, self.engine.execute(Context(self.world, shop, token), request)
