"""The shop's side of a test: a cart that hears callbacks, and a clock to be moved."""

import json
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from hub.clock import Clock


class MovableClock(Clock):
    """A clock whose two times a test moves forward.

    Two companies live on one day: one clock may go with `others` when they are moved.
    """

    def __init__(self) -> None:
        self.real = timedelta()
        self.business = timedelta()
        self.others: list[MovableClock] = []
        super().__init__(lambda: self.business, read=self._read_moved)

    def _read_moved(self) -> datetime:
        moved = sum((other.real for other in self.others), self.real)
        return datetime.now(UTC) + moved


class Cart:
    """The shop's side: it hears callbacks over HTTP and keeps them in order."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.ids: list[str] = []
        self.answers: list[int] = []
        cart = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                cart.heard.append(json.loads(body))
                cart.ids.append(self.headers["webhook-id"])
                status = cart.answers.pop(0) if cart.answers else 204
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

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
    def kinds(self) -> list[str]:
        return [update["type"] for update in self.heard]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
