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
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from hub.contract.inbound import InboundRequest
from hub.web.bodies import Bodies, Limits
from hub.web.calls import Answer, plain_answer, run
from hub.web.framing import (
    Headers,
    Network,
    RefusedRequestError,
    Sender,
    check_framing,
    check_host,
    find_sender,
    headers_for_app,
    passes_to_app,
)
from hub.web.intake import Intake
from hub.web.pool import OverloadedError, Pool

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

RETRY_AFTER = ("retry-after", "2")


class Bridge:
    """An RSGI application that feeds whole requests to a WSGI application."""

    def __init__(
        self,
        app: "WSGIApplication",
        *,
        pool: Pool,
        limits: Limits,
        trusted: Sequence[Network] = (),
        intake: Intake | None = None,
    ) -> None:
        """Join an application, the threads it runs in, and the limits of a request.

        What `intake` knows is answered before the application, and as it would.
        """
        self._app = app
        self._pool = pool
        self._bodies = Bodies(limits)
        self._trusted = trusted
        self._intake = intake
        self._names: dict[str, str | None] = {}
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
        method, path = scope.method, scope.path
        framing = check_framing(method, path, headers)
        self._bodies.refuse_hopeless(framing)
        host = check_host(
            headers, authority=scope.authority, version=scope.http_version
        )
        sender = find_sender(scope.client, headers, host=host, trusted=self._trusted)
        body = b""
        if framing.length != 0:
            body = await self._bodies.read(protocol, framing)
        try:
            intake = self._intake
            knock = intake.knock(method, path) if intake is not None else None
            if intake is not None and knock is not None:
                now = intake.clock.now()
                request = _inbound(scope, headers, sender, body, received_at=now)
                return await intake.answer_soon(*knock, request, pool=self._pool)
            return await self._run(scope, headers, sender, body, protocol)
        except OverloadedError:
            raise RefusedRequestError(
                503, "overloaded", "Too many requests are waiting; send it again."
            ) from None

    def _run(
        self,
        scope: Any,
        headers: Headers,
        sender: Sender,
        body: bytes,
        protocol: Any,
    ) -> "asyncio.Future[Answer | None]":
        environ = self._environ(scope, headers, sender)
        environ["hub.body"] = body
        environ["wsgi.input"] = io.BytesIO(body)
        if body or "content-length" in scope.headers:
            environ["CONTENT_LENGTH"] = str(len(body))
        loop = asyncio.get_running_loop()
        return self._pool.submit(lambda: run(self._app, environ, protocol, loop))

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


def _inbound(
    scope: Any, headers: Headers, sender: Sender, body: bytes, *, received_at: datetime
) -> InboundRequest:
    """Return what Flask's route would make of the same request."""
    return InboundRequest(
        method=scope.method,
        query=scope.query_string.encode().decode("latin-1"),
        headers=headers_for_app(headers, host=sender.host),
        body=body,
        received_at=received_at,
        remote_address=sender.address,
    )


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
