"""Payments of the double: sessions are started, answered, and become orders.

with ShopifyDouble() as double:
    pay = double.payments
    pay.starting.listens_at("https://hub.example.jp/asks/shopify_payments")
    session = pay.buy(double.shop, amount=7572, surname="山田", copies=3)
    session.state, session.order        # once the app has answered
    pay.refund(session, 7572)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.shopify_double import oauth
from tests.shopify_double import payments as pay
from tests.shopify_double.engine import Context, Engine, published_schema
from tests.shopify_double.payments_graph import PaymentWrites
from tests.shopify_double.payments_sending import Starting
from tests.shopify_double.world import API_VERSION

if TYPE_CHECKING:
    from tests.shopify_double.order_changes import OrderChanges
    from tests.shopify_double.world import Shop, World


class Payments:
    """The payments extension of every shop, at the address of its double."""

    def __init__(self, world: World, orders: OrderChanges, api_base: str) -> None:
        published_schema("payments-apps")
        self._world = world
        self._orders = orders
        self._api_base = api_base
        reads = {"publicApiVersions": _versions}
        writes = PaymentWrites(self).by_name()
        self._engine = Engine(reads, writes, api="payments-apps")
        self.app = world.payments_app
        self.starting = Starting()
        self.sessions: dict[str, pay.Session] = {}
        # What paymentsAppConfigure said, by shop.
        self.configured: dict[str, dict[str, Any]] = {}
        # What the next buyer at the checkout page pays.
        self.wish: dict[str, Any] = {}

    def buy(self, shop: Shop, *, copies: int = 1, **wish: Any) -> pay.Session:
        """Let a buyer choose to pay with us; the app may answer later.

        `copies` requests are sent at one moment.
        """
        session = self.begin(shop, **wish)
        self.send(session, copies=copies)
        return session

    def begin(self, shop: Shop, **wish: Any) -> pay.Session:
        """Make a payment session and send nothing."""
        with self._world.lock:
            way = f"{self.base(shop)}/checkout"
            body = pay.payment_body(self._world, shop, way, **wish)
            return self._kept("payment", shop.domain, body)

    def capture(
        self, payment: pay.Session, amount: int | None = None, *, copies: int = 1
    ) -> pay.Session:
        """Let the merchant take the money that was authorized."""
        return self._follow("capture", payment, amount, copies)

    def refund(
        self, payment: pay.Session, amount: int | None = None, *, copies: int = 1
    ) -> pay.Session:
        """Let the merchant give back an amount, or all."""
        return self._follow("refund", payment, amount, copies)

    def void(self, payment: pay.Session, *, copies: int = 1) -> pay.Session:
        """Let the merchant cancel what was authorized."""
        return self._follow("void", payment, None, copies)

    def _follow(
        self, kind: str, payment: pay.Session, amount: int | None, copies: int
    ) -> pay.Session:
        wanted = payment.amount if amount is None else amount
        with self._world.lock:
            body = pay.following_body(self._world, kind, payment, wanted)
            session = self._kept(kind, payment.shop, body)
            session.order = payment.order
        self.send(session, copies=copies)
        return session

    def send(self, session: pay.Session, *, copies: int = 1) -> None:
        """Start a session at the app, once more where it was sent before."""
        self.starting.start(session, copies=copies)
        ways = [
            one.document.get("redirect_url", "")
            for one in session.answers
            if one.is_taken and session.kind == "payment"
        ]
        session.redirect_url = ways[-1] if ways else ""

    def _kept(self, kind: str, shop: str, body: pay.Body) -> pay.Session:
        session = pay.Session(kind=kind, shop=shop, id=body["id"], body=body)
        self.sessions[session.gid] = session
        return session

    def session_of(self, gid: str) -> pay.Session | None:
        return self.sessions.get(gid)

    def payment_by_id(self, shop: Shop, session_id: str) -> pay.Session | None:
        """Return the payment that a page of this shop is about."""
        with self._world.lock:
            found = self.sessions.get(f"gid://shopify/PaymentSession/{session_id}")
            if found is None or found.shop != shop.domain:
                return None
            found.look_at(self._world.now())
            return found

    def launch_query(self, shop: Shop, **more: str) -> str:
        """Return the signed query with which Shopify opens the payments app."""
        return oauth.launch_query(self._world, shop, more=more, app=self.app)

    def base(self, shop: Shop) -> str:
        return self._api_base.replace("{shop}", shop.domain)

    def way_back(self, session: pay.Session) -> str:
        """Return where the app sends the buyer who has waited."""
        shop = self._world.shops[session.shop]
        return f"{self.base(shop)}/checkouts/{session.id}"

    def answer_graphql(
        self, shop: Shop, access: str, request: dict[str, Any]
    ) -> tuple[int, Any]:
        """Execute a request of the payments app; the token of another app is none."""
        with self._world.lock:
            token = self._world.token_of(access, shop.domain)
            if token is None or token.secret not in self.app.secrets:
                return 401, {"errors": "[API] Invalid API key or access token"}
            return 200, self._engine.execute(Context(self._world, shop, token), request)

    def came_to(self, session: pay.Session) -> None:
        """Let the shop's order follow what the app said."""
        changes = {
            "payment": self._paid,
            "capture": self._captured,
            "refund": self._refunded,
            "void": self._voided,
        }
        changes[session.kind](session)

    def _paid(self, session: pay.Session) -> None:
        if session.state == pay.REJECTED and session.order is None:
            return
        if session.order is None:
            session.order = self._placed(session)
            return
        status, of_transaction = _STATUS[session.state]
        if session.state == pay.RESOLVED and session.body["kind"] == "sale":
            status = "paid"
        for one in session.order["_transactions"]:
            one["status"] = of_transaction
        self._orders.change(session.order, financial_status=status)

    def _placed(self, session: pay.Session) -> dict[str, Any]:
        status, of_transaction = _STATUS[session.state]
        sale = session.body["kind"] == "sale"
        order = self._orders.place(
            self._world.shops[session.shop],
            gateway=pay.GATEWAY,
            lines=({"title": "静岡煎茶 100g", "sku": "TEA", "price": session.amount},),
            shipping_fee=0,
            test=session.body["test"],
            financial_status="paid" if sale and status == "authorized" else status,
        )
        (one,) = order["_transactions"]
        one |= {
            "kind": session.body["kind"],
            "status": of_transaction,
            "payment_id": session.id,
        }
        return order

    def _captured(self, session: pay.Session) -> None:
        if session.order is not None and session.state == pay.RESOLVED:
            self._orders.pay(session.order)

    def _refunded(self, session: pay.Session) -> None:
        if session.order is not None and session.state == pay.RESOLVED:
            whole = session.amount >= int(session.order["total_price"])
            status = "refunded" if whole else "partially_refunded"
            self._orders.change(session.order, financial_status=status)

    def _voided(self, session: pay.Session) -> None:
        if session.order is not None and session.state == pay.RESOLVED:
            self._orders.change(session.order, financial_status="voided")


def _versions(_context: Context) -> list[dict[str, Any]]:
    """Say which versions there are: all that this API lets an app read."""
    return [
        {"handle": API_VERSION, "displayName": API_VERSION, "supported": True},
        {"handle": "unstable", "displayName": "unstable", "supported": False},
    ]


# By the end of a payment: how its order and its transaction stand.
_STATUS = {
    pay.PENDING: ("pending", "pending"),
    pay.RESOLVED: ("authorized", "success"),
    pay.REJECTED: ("voided", "failure"),
}
