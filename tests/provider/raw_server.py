"""A provider that says exactly the bytes it is told to, and then perhaps hangs."""

import socket
import threading
from contextlib import contextmanager


@contextmanager
def speaking(*answers, stay=0.0):
    """Answer each connection's first request with the next bytes, then close."""
    listener = socket.create_server(("127.0.0.1", 0))
    received: list[bytes] = []
    stop = threading.Event()

    def serve():
        for answer in answers:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                received.append(_request(connection))
                connection.sendall(answer)
                stop.wait(stay)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/api/", received
    finally:
        stop.set()
        listener.close()
        thread.join(timeout=5)


def http(status, body=b"", *headers):
    """Return the bytes of an answer that ends the connection."""
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *headers,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _request(connection):
    raw = b""
    while b"</request>" not in raw:
        piece = connection.recv(65_536)
        if not piece:
            break
        raw += piece
    return raw
