"""One call of a WSGI application in a thread, and its answer on the way out."""

import asyncio
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hub import log

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

# Above this an answer is sent piece by piece; below it, in one write.
WHOLE_ANSWER = 262_144
# A reader that takes longer than this for one piece gives its thread back.
SEND_SECONDS = 30.0

_HOP_BY_HOP = frozenset(
    (
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    )
)
_logger = log.get("bridge")


@dataclass(frozen=True, slots=True)
class Answer:
    """What an application answered, when it fits in one write."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


def plain_answer(status: int, code: str, meaning: str) -> Answer:
    """Return the bridge's own answer: a stable code and a sentence."""
    text = json.dumps({"code": code, "message": meaning}).encode()
    return Answer(status, [("content-type", "application/json")], text)


def run(
    app: "WSGIApplication",
    environ: dict[str, Any],
    protocol: Any,
    loop: asyncio.AbstractEventLoop,
) -> Answer | None:
    """Run the application in a thread; None when the answer was streamed."""
    started: list[Any] = []
    written: list[bytes] = []

    def start_response(
        status: str, headers: list[tuple[str, str]], _error: Any = None, /
    ) -> Callable[[bytes], object]:
        started[:] = [int(status[:3]), headers]
        return written.append

    stream = _Stream(protocol, loop)
    try:
        pieces = app(environ, start_response)
        try:
            return _collect(started, written, pieces, stream)
        finally:
            close = getattr(pieces, "close", None)
            if close is not None:
                close()
    except Exception as error:  # noqa: BLE001 (the last wall before the socket)
        _logger.error(  # noqa: TRY400 (a traceback could show a buyer)
            "application_failed", error_type=type(error).__name__
        )
    if stream.is_open:
        return None
    return plain_answer(500, "internal", "The hub failed and did not finish this.")


def _collect(
    started: list[Any],
    written: list[bytes],
    pieces: Iterable[bytes],
    stream: "_Stream",
) -> Answer | None:
    size = 0
    for piece in pieces:
        if stream.is_open:
            stream.send(piece)
            continue
        written.append(piece)
        size += len(piece)
        if size > WHOLE_ANSWER:
            stream.open(started[0], _clean(started[1]))
            stream.send(b"".join(written))
    if stream.is_open:
        return None
    return Answer(started[0], _clean(started[1]), b"".join(written))


class _Stream:
    """A long answer, sent from the application's thread at the reader's pace."""

    def __init__(self, protocol: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._protocol = protocol
        self._loop = loop
        self._transport: Any = None

    @property
    def is_open(self) -> bool:
        return self._transport is not None

    def open(self, status: int, headers: list[tuple[str, str]]) -> None:
        self._transport = self._protocol.response_stream(status, headers)

    def send(self, piece: bytes) -> None:
        async def send() -> None:
            await self._transport.send_bytes(piece)

        asyncio.run_coroutine_threadsafe(send(), self._loop).result(SEND_SECONDS)


def _clean(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [
        (name.lower(), value)
        for name, value in headers
        if name.lower() not in _HOP_BY_HOP
    ]
