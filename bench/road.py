"""Sends orders at a steady rate and hears the callbacks: both ends of the road."""

import asyncio
import time
from dataclasses import dataclass, field

import orjson

from bench.installation import BenchShop
from bench.payloads import Signer, order_body
from bench.processes import HOST
from hub.clock import TOKYO, Clock

CONNECTIONS = 32
PAYLOAD_BYTES = 9000
SETTLED = "screening.ok"
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


@dataclass(slots=True)
class Road:
    """When each order was due to be sent, was answered and was told as settled."""

    sent: dict[str, float] = field(default_factory=dict)
    answered: dict[str, float] = field(default_factory=dict)
    settled: dict[str, float] = field(default_factory=dict)
    other_answers: list[int] = field(default_factory=list)
    other_updates: dict[str, int] = field(default_factory=dict)
    callbacks: int = 0
    late_sends: int = 0

    def end_to_end_ms(self) -> list[float]:
        """Return webhook sent to settled callback received, of orders that settled."""
        return [
            (moment - self.sent[number]) * 1000
            for number, moment in self.settled.items()
            if number in self.sent
        ]

    def answer_ms(self) -> list[float]:
        """Return webhook sent to 2xx received."""
        return [(at - self.sent[number]) * 1000 for number, at in self.answered.items()]

    @property
    def missing(self) -> int:
        """Return how many accepted orders never settled."""
        return len(self.answered.keys() - self.settled.keys())


class Cart:
    """A shop's two ends in one event loop: paced webhooks out, callbacks in."""

    def __init__(
        self, shops: list[BenchShop], *, hub_port: int, callback_port: int, prefix: str
    ) -> None:
        """Take the shops, which are served in turn."""
        self._shops = shops
        self._hub_port = hub_port
        self._callback_port = callback_port
        self._prefix = prefix
        self._clock = Clock()
        self.road = Road()

    async def drive(self, *, rate: float, seconds: float, patience: float) -> Road:
        """Send at the rate, then wait for what has not settled yet."""
        server = await asyncio.start_server(self._hear, HOST, self._callback_port)
        async with server:
            await self._send_all(rate=rate, seconds=seconds)
            deadline = time.monotonic() + patience
            while self.road.missing and time.monotonic() < deadline:
                await asyncio.sleep(0.02)
            # What comes twice or late shows itself here.
            await asyncio.sleep(0.5)
        return self.road

    async def _send_all(self, *, rate: float, seconds: float) -> None:
        waiting: asyncio.Queue[tuple[str, float, bytes] | None] = asyncio.Queue()
        senders = [
            asyncio.create_task(self._sender(waiting)) for _ in range(CONNECTIONS)
        ]
        begin = time.monotonic()
        for number in range(int(rate * seconds)):
            due = begin + number / rate
            name = f"{self._prefix}{number:06d}"
            request = self._request(name, number)
            pause = due - time.monotonic()
            if pause > 0:
                await asyncio.sleep(pause)
            elif pause < -0.05:
                self.road.late_sends += 1
            # From when it was due: a slow hub must not slow the clock that times it.
            self.road.sent[name] = max(due, time.monotonic() if pause > 0 else due)
            waiting.put_nowait((name, due, request))
        for _ in senders:
            waiting.put_nowait(None)
        await asyncio.gather(*senders)

    def _request(self, name: str, number: int) -> bytes:
        shop = self._shops[number % len(self._shops)]
        moment = self._clock.now()
        local = moment.astimezone(TOKYO).replace(microsecond=0)
        body = order_body(name, local, length=PAYLOAD_BYTES)
        signed = Signer(shop.secret).headers(f"msg_{name}", moment, body)
        head = (
            f"POST {shop.path} HTTP/1.1\r\nHost: {HOST}:{self._hub_port}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        )
        return head.encode() + signed.encode() + b"\r\n" + body

    async def _sender(
        self, waiting: "asyncio.Queue[tuple[str, float, bytes] | None]"
    ) -> None:
        reader, writer = await asyncio.open_connection(HOST, self._hub_port)
        while (item := await waiting.get()) is not None:
            name, _due, request = item
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(_length(head))
            status = int(head[9:12])
            if 200 <= status < 300:
                self.road.answered[name] = time.monotonic()
            else:
                self.road.other_answers.append(status)
        writer.close()

    async def _hear(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                body = await reader.readexactly(_length(head))
                moment = time.monotonic()
                writer.write(_ANSWER)
                self._note(orjson.loads(body), moment)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            # The end of the run cancels what still listens; nothing is left to tell.
            writer.close()

    def _note(self, update: dict[str, object], moment: float) -> None:
        order = update["order"]
        number = str(order["number"]) if isinstance(order, dict) else ""
        kind = str(update["type"])
        self.road.callbacks += 1
        if kind == SETTLED:
            self.road.settled.setdefault(number, moment)
        else:
            seen = self.road.other_updates
            seen[kind] = seen.get(kind, 0) + 1


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    return 0


def drive(
    shops: list[BenchShop],
    *,
    hub_port: int,
    callback_port: int,
    prefix: str,
    rate: float,
    seconds: float,
    patience: float = 20.0,
) -> Road:
    """Drive the road once and return what was seen."""
    cart = Cart(shops, hub_port=hub_port, callback_port=callback_port, prefix=prefix)
    return asyncio.run(cart.drive(rate=rate, seconds=seconds, patience=patience))
