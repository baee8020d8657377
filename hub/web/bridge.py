"""The bridge from the socket to WSGI: a body is read whole before a thread is taken.

Keys that the bridge adds to the environment. An application must work without them,
so that gunicorn or waitress behind a buffering proxy can serve it too:

* ``hub.body``: the body, complete and of the promised length, as bytes
* ``hub.remote_address``: the sender's address after trusted proxies
  (``REMOTE_ADDR``, ``wsgi.url_scheme`` and ``HTTP_HOST`` say the same story)
"""

import asyncio
import io
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hub.web.calls import Answer, plain_answer, run
from hub.web.framing import (
    Framing,
    Headers,
    Network,
    RefusedRequestError,
    Sender,
    check_framing,
    check_host,
    find_sender,
    passes_to_app,
    too_large,
)
from hub.web.pool import OverloadedError, Pool

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

# All half-read bodies together; beyond it a newcomer is asked to come back.
BODIES_LIMIT = 268_435_456
# How much of a body over the cap is read and thrown away before the refusal.
DROPPED_BYTES = 4_194_304
RETRY_AFTER = ("retry-after", "2")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much and how long a request may take before it gets a thread."""

    body_bytes: int = 2_097_152
    body_seconds: float = 20.0
    first_byte_seconds: float = 10.0


class Bridge:
    """An RSGI application that feeds whole requests to a WSGI application."""

    def __init__(
        self,
        app: "WSGIApplication",
        *,
        pool: Pool,
        limits: Limits,
        trusted: Sequence[Network] = (),
    ) -> None:
        """Join an application, the threads it runs in, and the limits of a request."""
        self._app = app
        self._pool = pool
        self._limits = limits
        self._trusted = trusted
        self._names: dict[str, str | None] = {}
        self._held = 0
        self.open = 0
        self.is_closing = False

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer one request."""
        self.open += 1
        try:
            answer = await self._answer(scope, protocol)
        except RefusedRequestError as refused:
            answer = _refusal(refused)
        finally:
            self.open -= 1
        if answer is not None:
            _send(protocol, answer, is_closing=self.is_closing)

    async def _answer(self, scope: Any, protocol: Any) -> Answer | None:
        headers: Headers = scope.headers.items()
        framing = check_framing(scope.method, scope.path, headers)
        self._refuse_hopeless(framing)
        host = check_host(
            headers, authority=scope.authority, version=scope.http_version
        )
        sender = find_sender(scope.client, headers, host=host, trusted=self._trusted)
        body = b"" if framing.length == 0 else await self._body(protocol, framing)
        environ = self._environ(scope, headers, sender)
        environ["hub.body"] = body
        environ["wsgi.input"] = io.BytesIO(body)
        if body or "content-length" in scope.headers:
            environ["CONTENT_LENGTH"] = str(len(body))
        loop = asyncio.get_running_loop()
        try:
            return await self._pool.submit(
                lambda: run(self._app, environ, protocol, loop)
            )
        except OverloadedError:
            raise RefusedRequestError(
                503, "overloaded", "Too many requests are waiting; send it again."
            ) from None

    def _refuse_hopeless(self, framing: Framing) -> None:
        limit = self._limits.body_bytes
        if framing.length is not None and framing.length > limit + DROPPED_BYTES:
            raise too_large(limit)

    async def _body(self, protocol: Any, framing: Framing) -> bytes:
        held = _Held(self)
        loop = asyncio.get_running_loop()
        begin = loop.time()
        try:
            async with asyncio.timeout_at(
                begin + self._limits.first_byte_seconds
            ) as deadline:
                await self._read(
                    protocol,
                    held,
                    lambda: deadline.reschedule(begin + self._limits.body_seconds),
                )
        except TimeoutError:
            raise RefusedRequestError(
                408, "body_timeout", "The body did not arrive in time."
            ) from None
        finally:
            held.release()
        if held.size > self._limits.body_bytes:
            raise too_large(self._limits.body_bytes)
        body = b"".join(held.pieces)
        if framing.length is not None and framing.length != len(body):
            raise RefusedRequestError(
                400, "body_length", "The body is not as long as Content-Length says."
            )
        return body

    async def _read(
        self, protocol: Any, held: "_Held", on_first: Callable[[], None]
    ) -> None:
        has_ended = False
        async for piece in protocol:
            # granian marks the end with one empty piece. A second piece after it means
            # that the end was a cut or broken chunk (or a trailer, which no cart sends
            # and no signature covers).
            if has_ended:
                raise RefusedRequestError(
                    400, "body_cut", "The body ended before its last chunk."
                )
            if not piece:
                has_ended = True
                continue
            if not held.pieces:
                on_first()
            held.add(piece, limit=self._limits.body_bytes)

    def _environ(self, scope: Any, headers: Headers, sender: Sender) -> dict[str, Any]:
        name, _, port = sender.host.rpartition(":")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": scope.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": scope.path.encode().decode("latin-1"),
            "QUERY_STRING": scope.query_string.encode().decode("latin-1"),
            "SERVER_NAME": name or sender.host or "localhost",
            "SERVER_PORT": port
            if name and port.isdigit()
            else ("443" if sender.scheme == "https" else "80"),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": sender.address,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": sender.scheme,
            "wsgi.errors": sys.stderr,
            "wsgi.input_terminated": True,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            "hub.remote_address": sender.address,
        }
        for header, value in headers:
            key = self._environ_name(header)
            if key is not None:
                known = environ.get(key)
                separator = "; " if key == "HTTP_COOKIE" else ","
                environ[key] = value if known is None else known + separator + value
        if sender.host:
            environ["HTTP_HOST"] = sender.host
        return environ

    def _environ_name(self, header: str) -> str | None:
        if header in self._names:
            return self._names[header]
        key = None
        if passes_to_app(header):
            key = header.upper().replace("-", "_")
            if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
                key = f"HTTP_{key}"
        # Names come from strangers: remember the usual ones, not all of them.
        if len(self._names) < 500:
            self._names[header] = key
        return key


class _Held:
    """The pieces of one body, counted against what all bodies may hold."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self.pieces: list[bytes] = []
        self.size = 0
        self.counted = 0

    def add(self, piece: bytes, *, limit: int) -> None:
        self.size += len(piece)
        if self.size > limit:
            # The rest is read and dropped within the deadline: a sender that is still
            # writing would see a reset connection instead of the 413.
            if self.size > limit + DROPPED_BYTES:
                raise too_large(limit)
            return
        self._bridge._held += len(piece)  # noqa: SLF001 (one accountant, two objects)
        self.counted += len(piece)
        if self._bridge._held > BODIES_LIMIT:  # noqa: SLF001 (as above)
            raise RefusedRequestError(
                503, "overloaded", "Too many bodies are arriving; send it again."
            )
        self.pieces.append(piece)

    def release(self) -> None:
        self._bridge._held -= self.counted  # noqa: SLF001 (as above)


def _refusal(refused: RefusedRequestError) -> Answer:
    answer = plain_answer(refused.status, refused.code, refused.meaning)
    # What is left of a refused body must not be read as the next request.
    answer.headers.append(("connection", "close"))
    if refused.status == 503:
        answer.headers.append(RETRY_AFTER)
    if refused.status == 405:
        answer.headers.append(("allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"))
    return answer


def _send(protocol: Any, answer: Answer, *, is_closing: bool) -> None:
    headers = [*answer.headers, ("server", "hub")]
    if is_closing and ("connection", "close") not in headers:
        headers.append(("connection", "close"))
    if answer.body:
        protocol.response_bytes(answer.status, headers, answer.body)
    else:
        protocol.response_empty(answer.status, headers)
