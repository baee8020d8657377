"""Bodies, read whole: with a cap, a deadline, and a limit on all of them together."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from granian._granian import RSGIProtocolClosed, RSGIProtocolError

from hub.web.framing import Framing, RefusedRequestError, too_large

# All half-read bodies together; beyond it a newcomer is asked to come back.
BODIES_LIMIT = 268_435_456
# How much of a body over the cap is read and thrown away before the refusal.
DROPPED_BYTES = 4_194_304
# A body that promises no more is awaited whole: each piece costs a turn of the loop.
# All connections of a process together cannot promise more than BODIES_LIMIT so.
SMALL_BODY = 32_768


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much and how long a request may take before it gets a thread."""

    body_bytes: int = 2_097_152
    body_seconds: float = 20.0
    first_byte_seconds: float = 10.0


class Bodies:
    """Reads the bodies of one process and counts what is half read."""

    def __init__(self, limits: Limits) -> None:
        """Take the limits of one body."""
        self._limits = limits
        self.held = 0

    def refuse_hopeless(self, framing: Framing) -> None:
        """Refuse at once what promises to be far over the cap."""
        limit = self._limits.body_bytes
        if framing.length is not None and framing.length > limit + DROPPED_BYTES:
            raise too_large(limit)

    async def read(self, protocol: Any, framing: Framing) -> bytes:
        """Return a body that is whole; raises RefusedRequestError for any other."""
        length = framing.length
        if length is not None and length <= min(SMALL_BODY, self._limits.body_bytes):
            body = await self._read_small(protocol, length)
        else:
            body = await self._read_large(protocol)
        if length is not None and length != len(body):
            raise RefusedRequestError(
                400, "body_length", "The body is not as long as Content-Length says."
            )
        return body

    async def _read_small(self, protocol: Any, length: int) -> bytes:
        limits = self._limits
        self.hold(length)
        try:
            # Its first byte and its last have the time of a long one's first byte.
            async with asyncio.timeout(
                min(limits.first_byte_seconds, limits.body_seconds)
            ):
                body: bytes = await protocol()
        except TimeoutError:
            raise _too_slow() from None
        except (RSGIProtocolClosed, RSGIProtocolError):
            raise _cut() from None
        finally:
            self.held -= length
        return body

    async def _read_large(self, protocol: Any) -> bytes:
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
            raise _too_slow() from None
        finally:
            held.release()
        if held.size > self._limits.body_bytes:
            raise too_large(self._limits.body_bytes)
        return b"".join(held.pieces)

    def hold(self, size: int) -> None:
        """Count bytes that are held; raises RefusedRequestError for too many."""
        if self.held + size > BODIES_LIMIT:
            raise RefusedRequestError(
                503, "overloaded", "Too many bodies are arriving; send it again."
            )
        self.held += size

    async def _read(
        self, protocol: Any, held: "_Held", on_first: Callable[[], None]
    ) -> None:
        has_ended = False
        async for piece in protocol:
            # granian marks the end with one empty piece. A second piece after it means
            # that the end was a cut or broken chunk (or a trailer, which no cart sends
            # and no signature covers).
            if has_ended:
                raise _cut()
            if not piece:
                has_ended = True
                continue
            if not held.pieces:
                on_first()
            held.add(piece, limit=self._limits.body_bytes)


class _Held:
    """The pieces of one body, counted against what all bodies may hold."""

    def __init__(self, bodies: Bodies) -> None:
        self._bodies = bodies
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
        self._bodies.hold(len(piece))
        self.counted += len(piece)
        self.pieces.append(piece)

    def release(self) -> None:
        self._bodies.held -= self.counted


def _too_slow() -> RefusedRequestError:
    return RefusedRequestError(408, "body_timeout", "The body did not arrive in time.")


def _cut() -> RefusedRequestError:
    return RefusedRequestError(400, "body_cut", "The body ended before its last byte.")
