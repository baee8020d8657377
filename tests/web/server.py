"""The default server in a process of its own, around an application that records."""

import hashlib
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub.web.bodies import Limits
from hub.web.serve import listen, port_of, serve

LIMIT = 100_000


def recorder(path: Path) -> Callable[..., Iterable[bytes]]:
    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = environ["wsgi.input"].read()
        seen = {
            "method": environ["REQUEST_METHOD"],
            "path": environ["PATH_INFO"].encode("latin-1").decode(),
            "length": len(body),
            "promised": environ.get("CONTENT_LENGTH"),
            "sha": hashlib.sha256(body).hexdigest(),
            "address": environ["REMOTE_ADDR"],
            "scheme": environ["wsgi.url_scheme"],
            "host": environ.get("HTTP_HOST", ""),
            "headers": sorted(k for k in environ if k.startswith("HTTP_")),
        }
        with path.open("a") as file:
            file.write(json.dumps(seen) + "\n")
        return answer(environ, start_response)

    return app


def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    path = environ["PATH_INFO"]
    if path == "/slow":
        time.sleep(0.5)
    if path == "/long":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return (b"%06d\n" % n * 1000 for n in range(200))
    if path == "/bare" and environ["REQUEST_METHOD"] != "POST":
        start_response("405 Method Not Allowed", [("Allow", "POST")])
        return [b""]
    if path == "/fails":
        raise RuntimeError("見本")
    start_response(
        "202 Accepted",
        [("Content-Type", "text/plain"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")],
    )
    return [b"took it"]


@dataclass
class RunningServer:
    port: int
    pid: int
    record: Path

    def exchange(
        self, sent: bytes, *, cut: bool = False, seconds: float = 5.0
    ) -> bytes:
        """Send raw bytes, perhaps close our half, and read until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port)) as wire:
            wire.settimeout(seconds)
            try:
                wire.sendall(sent)
                if cut:
                    wire.shutdown(socket.SHUT_WR)
                return b"".join(iter(lambda: wire.recv(65536), b""))
            except ConnectionError:
                return b""

    def seen(self) -> list[dict[str, Any]]:
        if not self.record.exists():
            return []
        return [json.loads(line) for line in self.record.read_text().splitlines()]


@contextmanager
def running_server(
    record: Path, *, limits: Limits | None = None, **options: Any
) -> Iterator[RunningServer]:
    listener = listen("127.0.0.1", 0)
    pid = os.fork()
    if pid == 0:
        try:
            sys.stderr = sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123 (the child's)
            serve(
                recorder(record),
                listener=listener,
                limits=limits
                or Limits(body_bytes=LIMIT, body_seconds=1.0, first_byte_seconds=0.6),
                **options,
            )
        finally:
            os._exit(0)
    port = port_of(listener)
    listener.close()
    try:
        yield RunningServer(port=port, pid=pid, record=record)
    finally:
        os.kill(pid, signal.SIGTERM)
        os.waitpid(pid, 0)
