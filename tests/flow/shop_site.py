"""A shop's own server: its pages, and a callback that checks signatures."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from hub.clock import Clock
from hub.contract.errors import SignatureError
from hub.contract.inbound import InboundRequest
from hub.contract.secret import Secret
from hub.contract.signatures import verify_standard
from tests.house import CALLBACK_SECRET


@dataclass
class Site:
    """The shop's own server: its pages, and its callback with its answers."""

    pages: dict[str, str] = field(default_factory=dict)
    moves: dict[str, str] = field(default_factory=dict)
    checks_signatures: bool = True
    status: int = 204
    heard: list[bytes] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def running_site() -> Iterator[Site]:
    opened = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = opened.pages.get(self.path)
            moved = opened.moves.get(self.path)
            self.send_response(302 if moved else 404 if page is None else 200)
            if moved:
                self.send_header("Location", moved)
            self.end_headers()
            self.wfile.write((page or "").encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            opened.heard.append(body)
            self.send_response(opened.status if self._is_proven(body) else 401)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _is_proven(self, body: bytes) -> bool:
            now = Clock().now()
            request = InboundRequest(
                method="POST",
                query="",
                headers=list(self.headers.items()),
                body=body,
                received_at=now,
            )
            try:
                verify_standard(request, [Secret(CALLBACK_SECRET)], now=now)
            except SignatureError:
                return not opened.checks_signatures
            return True

        def log_message(self, *_arguments: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    opened.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield opened
    server.shutdown()
    server.server_close()
