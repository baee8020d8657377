"""A server that answers with exactly the bytes it was told, for the client's tests."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Answering = Callable[[socket.socket], None]


class RawServer:
    """Listens on loopback; every connection is handed to one function."""

    def __init__(self, answering: Answering, *, is_keeping: bool = False) -> None:
        self._answering = answering
        self._is_keeping = is_keeping
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._listener.getsockname()[1])
        self.connections = 0
        self.requests: list[bytes] = []
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/callback"

    @property
    def netloc(self) -> str:
        return f"127.0.0.1:{self.port}"

    def stop(self) -> None:
        for end in [self._listener, *self._open]:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self) -> None:
        while True:
            try:
                end, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(end)
            threading.Thread(target=self._serve, args=(end,), daemon=True).start()

    def _serve(self, end: socket.socket) -> None:
        with suppress(OSError, ValueError):
            while request := read_request(end):
                self.requests.append(request)
                self._answering(end)
                if not self._is_keeping:
                    break
        end.close()


def read_request(end: socket.socket) -> bytes:
    """Reads one request with a Content-Length, b"" at the end of the connection."""
    got = b""
    while b"\r\n\r\n" not in got:
        part = end.recv(65536)
        if not part:
            return b""
        got += part
    head, _, body = got.partition(b"\r\n\r\n")
    size = 0
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            size = int(line.split(b":")[1])
    while len(body) < size:
        body += end.recv(65536)
    return head + b"\r\n\r\n" + body


@contextmanager
def serving(answering: Answering, *, is_keeping: bool = False) -> Iterator[RawServer]:
    server = RawServer(answering, is_keeping=is_keeping)
    try:
        yield server
    finally:
        server.stop()


def says(*parts: bytes) -> Answering:
    """Sends the parts and closes."""
    return lambda end: end.sendall(b"".join(parts))


def drips(start: bytes, drop: bytes, *, every_seconds: float = 0.02) -> Answering:
    """Sends a start, then one drop after another until nobody listens."""

    def answering(end: socket.socket) -> None:
        end.sendall(start)
        while True:
            end.sendall(drop)
            time.sleep(every_seconds)

    return answering


def floods(start: bytes, drop: bytes) -> Answering:
    """Sends as fast as the client takes it."""

    def answering(end: socket.socket) -> None:
        end.sendall(start)
        while True:
            end.sendall(drop)

    return answering


def resets_after(sent: bytes) -> Answering:
    """Sends some bytes, then resets the connection."""

    def answering(end: socket.socket) -> None:
        end.sendall(sent)
        time.sleep(0.05)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        end.close()

    return answering


def stalls(end: socket.socket) -> None:
    """Answers nothing and waits for the client to go."""
    end.recv(1)


EMPTY_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
