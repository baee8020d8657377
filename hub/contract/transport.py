"""How one request is carried: checked connections, whole answers.

requests' adapter is used without its Session: a Session reads the whole body of a
redirect before anybody can bound it, and keeps cookies between merchants.
"""

import http.client
import socket
import threading
import time
import zlib
from typing import Any

import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.retry import Retry

from hub.contract.deadline import Call

# Servers close what is idle; a request sent into a closing connection would end as
# "perhaps sent", so an old connection is not used again.
IDLE_SECONDS = 5.0
_READ_BYTES = 65536


class _Active(threading.local):
    call: Call


# Which call the connections of this thread serve; urllib3 has no way to pass it.
active = _Active()


class _WholeHead(http.client.HTTPResponse):
    """An answer whose head must end with its empty line.

    http.client takes the end of the connection for the end of the headers, and would
    hand out "200, no body" for an answer that was cut there.
    """

    def begin(self) -> None:
        """Read the head; raises IncompleteRead where it was cut or is interim."""
        lines = _Lines(self.fp)
        head: Any = self
        head.fp = lines
        try:
            super().begin()
        finally:
            if head.fp is lines:
                head.fp = lines.file
        # An interim answer that http.client takes for the last one would leave the real
        # one in the connection, to be read as the answer to the next request.
        if lines.last not in (b"\r\n", b"\n") or self.status < 200:
            raise http.client.IncompleteRead(b"")


class _Lines:
    """Remembers the last line read."""

    def __init__(self, file: Any) -> None:
        self.file = file
        self.last = b""

    def readline(self, limit: int = -1) -> bytes:
        self.last = self.file.readline(limit)
        return self.last

    def close(self) -> None:
        self.file.close()

    def flush(self) -> None:
        self.file.flush()


class _Checked(HTTPConnection):
    """A connection that is dialled, watched and aged by the active call."""

    response_class = _WholeHead
    last_used = 0.0

    def _new_conn(self) -> socket.socket:
        return active.call.connect(self._dns_host, self.port)

    def send(self, data: Any) -> None:
        """Send after telling the call, connecting first where needed."""
        if self.sock is None:
            self.connect()
        active.call.about_to_send(self.host, self.port, self.sock)
        super().send(data)

    @property
    def is_connected(self) -> bool:
        """Tell whether the connection is open and young enough."""
        if time.monotonic() - self.last_used > IDLE_SECONDS:
            return False
        return super().is_connected


class _CheckedTls(_Checked, HTTPSConnection):
    """The same over TLS; the name for the certificate stays the URL's host."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Checked

    def _put_conn(self, conn: Any) -> None:
        if conn is not None:
            conn.last_used = time.monotonic()
        super()._put_conn(conn)


class _TlsPool(_Pool, HTTPSConnectionPool):
    ConnectionCls = _CheckedTls


class CheckedAdapter(HTTPAdapter):
    """requests' adapter over the connections above; for one thread."""

    def __init__(self, *, hosts: int) -> None:
        """Keep one connection for each of so many hosts."""
        super().__init__(
            pool_connections=hosts, pool_maxsize=1, max_retries=Retry(0, read=False)
        )

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Make the pools of checked connections."""
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}


def whole_body(raw: urllib3.HTTPResponse, cap_bytes: int) -> bytes:
    """Return the decoded body; raises OSError over the cap and for a cut one."""
    parts: list[bytes] = []
    size = 0
    while part := raw.read(_READ_BYTES, decode_content=False):
        size += len(part)
        if size > cap_bytes:
            raise OSError("the answer is over the cap")
        parts.append(part)
    encoding = raw.headers.get("content-encoding", "identity").strip().lower()
    return _decoded(b"".join(parts), encoding, cap_bytes)


def _decoded(body: bytes, encoding: str, cap_bytes: int) -> bytes:
    if encoding in ("", "identity"):
        return body
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise OSError("the answer has an encoding nobody asked for")
    # Never more than one byte over the cap, whatever the sender packed.
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
    unpacked = unpacker.decompress(body, cap_bytes + 1)
    if len(unpacked) > cap_bytes:
        raise OSError("the answer is over the cap")
    if not unpacker.eof:
        raise OSError("the packed answer was cut")
    return unpacked
