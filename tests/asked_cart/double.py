"""The server of a cart that can be asked: for one order, or for what changed."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class AskedCart:
    """It lists its messages from a number on, two at a time, and shows one order."""

    def __init__(self) -> None:
        self.changes: list[dict[str, Any]] = []
        self.shown: dict[str, dict[str, Any]] = {}
        self.looks: list[int] = []
        self.fetches: list[str] = []
        # Who waits for an answer now, and how many did together at most.
        self.asking: list[int] = []
        self.most_at_once = 0
        self.status = 200
        self.retry_after = 0
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.was_asked = threading.Event()
        cart = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                wish = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                cart.asking.append(id(self))
                cart.most_at_once = max(cart.most_at_once, len(cart.asking))
                cart.was_asked.set()
                cart.may_answer.wait(20)
                cart.asking.remove(id(self))
                body = json.dumps(cart.answer(wish)).encode()
                self.send_response(cart.status)
                if cart.retry_after:
                    self.send_header("Retry-After", str(cart.retry_after))
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

    def answer(self, wish: dict[str, Any]) -> Any:
        if "order" in wish:
            self.fetches.append(wish["order"])
            return self.shown.get(wish["order"], {})
        start = wish["from"]
        self.looks.append(start)
        return {
            "messages": self.changes[start : start + 2],
            "next": min(start + 2, len(self.changes)),
            "is_more": start + 2 < len(self.changes),
        }

    def close(self) -> None:
        self.may_answer.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
