"""The server of a small cart whose app is installed by OAuth, for tests."""

import json
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class AppCart:
    """It gives tokens, rotates them, and keeps where it is asked to send."""

    def __init__(self) -> None:
        self.codes: dict[str, str] = {}
        self.access: dict[str, str] = {}
        self.refresh: dict[str, set[str]] = {}
        self.asked: Counter[str] = Counter()
        self.hooks: dict[str, str] = {}
        self.seconds = 0.0
        self.status = 0
        self._numbers = 0
        self._lock = threading.Lock()
        cart = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                wish = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                _, shop, what = self.path.split("/")
                token = self.headers.get("Authorization", "")
                status, answer = cart.answer(shop, what, wish, token)
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_arguments: object) -> None:
                """Stay silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}/{{shop}}"

    def answer(
        self, shop: str, what: str, wish: dict[str, Any], token: str
    ) -> tuple[int, dict[str, Any]]:
        with self._lock:
            self.asked[wish.get("grant", what)] += 1
        time.sleep(self.seconds)
        if self.status:
            return self.status, {}
        with self._lock:
            if what == "token":
                return self._token(shop, wish)
            if token != self.access.get(shop):
                return 401, {}
            if what == "hooks":
                self.hooks[shop] = wish["address"]
            return 200, {}

    def _token(self, shop: str, wish: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        grant = wish["grant"]
        if grant == "code" and self.codes.pop(wish["code"], "") != shop:
            return 401, {}
        if grant == "refresh" and wish["token"] not in self.refresh.get(shop, ()):
            return 401, {}
        return 200, self.issue(shop)

    def issue(self, shop: str) -> dict[str, str]:
        """Rotate: the refresh token before stays good until the new one is used."""
        self._numbers += 1
        number = self._numbers
        self.access[shop] = f"access-{shop}-{number}"
        good = {f"refresh-{shop}-{number}", f"refresh-{shop}-{number - 1}"}
        self.refresh[shop] = good
        return {
            "access": self.access[shop],
            "refresh": f"refresh-{shop}-{number}",
        }

    def forget(self, shop: str) -> None:
        """The merchant uninstalls the app."""
        self.access.pop(shop, None)
        self.refresh.pop(shop, None)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
