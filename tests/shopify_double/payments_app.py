"""An app of payments as small as can be, for tests of the double alone."""

import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests

from tests.shopify_double import ShopifyDouble
from tests.shopify_double.payments import Session
from tests.shopify_double.payments_graph import GATEWAY_SCOPE, SCOPE
from tests.shopify_double.world import Token

Answered = dict[str, Any]


class AnApp:
    """An app that takes what comes, after some refusals."""

    def __init__(self) -> None:
        self.refusals: list[int] = []
        self.heard: list[tuple[str, dict[str, str], Any]] = []
        app, lock = self, threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                with lock:
                    heard = (self.path, dict(self.headers), json.loads(raw))
                    app.heard.append(heard)
                    status = app.refusals.pop(0) if app.refusals else 201
                self.send_response(status)
                self.end_headers()
                self.wfile.write(b'{"redirect_url": "http://127.0.0.1:1/wait/t"}')

            def log_message(self, *_arguments: object) -> None:
                """Stay silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self._server.server_address[1]}/asks/x"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def token(double: ShopifyDouble, *scopes: str, secret: str = "") -> Token:
    return double.world.mint(
        double.shop.domain,
        scopes or (SCOPE, GATEWAY_SCOPE),
        secret=secret or double.payments.app.newest_secret,
        expiring=True,
    )


def ask(
    double: ShopifyDouble, query: str, access: Token | None = None, **variables: Any
) -> tuple[int, Answered]:
    answer = requests.post(
        f"{double.base(double.shop)}/payments_apps/api/2026-10/graphql.json",
        json={"query": query, "variables": variables},
        headers={"X-Shopify-Access-Token": (access or token(double)).access},
        timeout=60,
    )
    return answer.status_code, answer.json()


RESOLVE = """mutation($id: ID!, $end: DateTime) {
  paymentSessionResolve(id: $id, authorizationExpiresAt: $end) {
    paymentSession { id authorizationExpiresAt
      state { ... on PaymentSessionStateResolved { code } }
      nextAction { action context {
        ... on PaymentSessionActionsRedirect { redirectUrl } } } }
    userErrors { field message } } }"""
REJECT = """mutation($id: ID!, $reason: PaymentSessionRejectionReasonInput!) {
  paymentSessionReject(id: $id, reason: $reason) {
    paymentSession { state {
      ... on PaymentSessionStateRejected { code reason merchantMessage } } }
    userErrors { message } } }"""
PEND = """mutation($id: ID!, $end: DateTime!) {
  paymentSessionPending(
      id: $id, pendingExpiresAt: $end, reason: PARTNER_ACTION_REQUIRED) {
    paymentSession { pendingExpiresAt
      state { ... on PaymentSessionStatePending { code reason } } }
    userErrors { code } } }"""


def resolve(double: ShopifyDouble, session: Session, end: str | None = None) -> Any:
    _, answer = ask(double, RESOLVE, id=session.gid, end=end)
    return answer["data"]["paymentSessionResolve"]


def reject(double: ShopifyDouble, session: Session) -> Any:
    reason = {"code": "INSTRUMENT_DECLINED", "merchantMessage": "別の方法で"}
    _, answer = ask(double, REJECT, id=session.gid, reason=reason)
    return answer["data"]["paymentSessionReject"]


def pend(double: ShopifyDouble, session: Session, **left: float) -> Any:
    end = (double.world.now() + timedelta(**left)).isoformat()
    _, answer = ask(double, PEND, id=session.gid, end=end)
    return answer["data"]["paymentSessionPending"]


def codes(answer: Any) -> list[str]:
    return [one["code"] for one in answer["userErrors"]]


def end(double: ShopifyDouble, session: Session, verb: str) -> Any:
    name = f"{session.kind}Session{verb}"
    reason = ", reason: {code: PROCESSING_ERROR}" if verb == "Reject" else ""
    kind = session.kind.capitalize()
    query = f"""mutation($id: ID!) {{ {name}(id: $id{reason}) {{
      {session.kind}Session {{ state {{
        ... on {kind}SessionStateResolved {{ code }}
        ... on {kind}SessionStateRejected {{ code }} }} }}
      userErrors {{ code }} }} }}"""
    return ask(double, query, id=session.gid)[1]["data"][name]
