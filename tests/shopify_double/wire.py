"""What comes in over HTTP, and how it is answered."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from tests.shopify_double import oauth, pages, payments_pages
from tests.shopify_double.world import API_VERSION

if TYPE_CHECKING:
    from tests.shopify_double.server import ShopifyDouble
    from tests.shopify_double.world import Shop

GRAPHQL = "graphql"
PAYMENTS = "payments"
TOKEN = "token"


@dataclass
class Fault:
    """What befalls the next call of a kind.

    `kind` is graphql, payments or token. `status` is answered in its stead; `seconds`
    are waited first; `cut` ends the connection without an answer, with `after_effect`
    only once the work is done.
    """

    kind: str
    status: int = 0
    seconds: float = 0.0
    cut: bool = False
    after_effect: bool = False
    times: int = 1


@dataclass
class Called:
    """One call that came in."""

    kind: str
    shop: str
    request: dict[str, Any]
    status: int = 0
    answer: Any = None

    @property
    def is_mutation(self) -> bool:
        query = str(self.request.get("query", "")).lstrip()
        return self.kind in (GRAPHQL, PAYMENTS) and query.startswith("mutation")


class Handler(BaseHTTPRequestHandler):
    """Answers every shop of one double."""

    double: ShopifyDouble
    protocol_version = "HTTP/1.1"
    # Two small writes would wait for each other.
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if path == "/app-bridge.js":
            self._send(200, pages.APP_BRIDGE, "text/javascript")
            return
        domain, _, rest = path.lstrip("/").partition("/")
        shop = self.double.shops.get(domain)
        if shop is None:
            self._send(404, "Not Found")
        elif rest == "admin/oauth/authorize":
            self._consent(shop, query)
        elif rest == "idtoken":
            self._send(200, self.double.session_token(shop), "text/plain")
        elif rest.partition("/")[0] in ("checkout", "checkouts"):
            status, text = payments_pages.page(self.double, shop, rest)
            self._send(status, text, "text/html; charset=utf-8")
        elif rest.startswith("admin"):
            self._send(200, pages.admin(self.double, shop), "text/html; charset=utf-8")
        else:
            self._send(404, "Not Found")

    def _consent(self, shop: Shop, query: str) -> None:
        wish = dict(parse_qsl(query, keep_blank_values=True))
        agreed = wish.pop("agreed", "") == "1"
        with self.double.world.lock:
            status, text = oauth.authorize(
                self.double.world, shop, urlencode(wish), agreed=agreed
            )
        if status == 302:
            self._send(302, "", Location=text)
        else:
            self._send(status, text, "text/html; charset=utf-8")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        domain, _, rest = self.path.lstrip("/").partition("/")
        kind = {
            "admin/oauth/access_token": TOKEN,
            f"admin/api/{API_VERSION}/graphql.json": GRAPHQL,
            f"payments_apps/api/{API_VERSION}/graphql.json": PAYMENTS,
        }.get(rest)
        shop = self.double.shops.get(domain)
        if shop is not None and rest == "checkout":
            way = payments_pages.chosen(self.double, shop)
            self._send(303 if way else 502, "", Location=way)
            return
        if shop is None or kind is None:
            self._answer(404, {"errors": "Not Found"})
            return
        called = Called(kind, domain, self._read(body))
        with self.double.world.lock:
            self.double.calls.append(called)
        self._carry_out(called, shop, self.double.fault_of(kind))

    def _read(self, body: bytes) -> dict[str, Any]:
        if "urlencoded" in self.headers.get("Content-Type", ""):
            return dict(parse_qsl(body.decode()))
        document: dict[str, Any] = json.loads(body)
        return document

    def _carry_out(self, called: Called, shop: Shop, fault: Fault | None) -> None:
        if fault is not None:
            time.sleep(fault.seconds)
            if fault.status:
                called.status = fault.status
                self._answer(fault.status, {"errors": "the double fails"})
                return
            if fault.cut and not fault.after_effect:
                self.close_connection = True
                return
        if called.kind == TOKEN:
            with self.double.world.lock:
                status, answer = oauth.access_token(
                    self.double.world, shop, called.request
                )
        else:
            access = self.headers.get("X-Shopify-Access-Token", "")
            speaks = self.double
            of = speaks.payments if called.kind == PAYMENTS else speaks
            status, answer = of.answer_graphql(shop, access, called.request)
        called.status, called.answer = status, answer
        if fault is not None and fault.cut:
            self.close_connection = True
            return
        self._answer(status, answer)

    def _answer(self, status: int, document: Any) -> None:
        more = {"Retry-After": "2.0"} if status == 429 else {}
        self._send(status, json.dumps(document), "application/json", **more)

    def _send(
        self, status: int, text: str, kind: str = "text/plain", **headers: str
    ) -> None:
        raw = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("X-Shopify-API-Version", self.double.app.answers_version)
        self.send_header("Content-Length", str(len(raw)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_arguments: object) -> None:
        """Stay silent."""
