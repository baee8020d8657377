"""One merchant's hub on a real database, its cart and the real sandbox, for tests."""

import base64
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests

from hub.clock import Clock
from hub.config import Config
from hub.contract.connector import Role
from hub.contract.inbound import InboundRequest
from hub.contract.secret import Secret
from hub.contract.signatures import sign_standard
from hub.domain.policy import Mode
from hub.flow.receive import Receipt, Receiver
from hub.flow.steps import Step, no_step
from hub.flow.sweep import sweep
from hub.parts import Parts, assemble
from hub.store import connections, merchants
from hub.store.merchants import CredentialSet
from hub.store.schema import migrate
from tests.work_off import work_off

HOOK_SECRET = "whsec_" + base64.b64encode(b"h" * 24).decode()
CALLBACK_SECRET = "whsec_" + base64.b64encode(b"c" * 24).decode()


class MovableClock(Clock):
    """A clock whose two times a test moves forward."""

    def __init__(self) -> None:
        self.real = timedelta()
        self.business = timedelta()
        super().__init__(lambda: self.business, read=self._read_moved)

    def _read_moved(self) -> datetime:
        return datetime.now(UTC) + self.real


class Cart:
    """The shop's side: it hears callbacks over HTTP and keeps them in order."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.ids: list[str] = []
        self.answers: list[int] = []
        cart = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                cart.heard.append(json.loads(body))
                cart.ids.append(self.headers["webhook-id"])
                status = cart.answers.pop(0) if cart.answers else 204
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                """Stay silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()

    @property
    def kinds(self) -> list[str]:
        return [update["type"] for update in self.heard]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@dataclass
class House:
    """A hub with one merchant and one shop."""

    parts: Parts
    clock: MovableClock
    cart: Cart
    control_url: str
    merchant_id: str = ""
    shop_id: str = ""
    connection_id: str = ""
    hook_key: str = ""
    _receivers: list[Receiver] = field(default_factory=list)

    def open(self, *, mode: Mode = Mode.AUTOMATIC, name: str = "見本茶舗") -> None:
        """Add the merchant, the shop and its generic connection."""
        now = self.clock.now()
        credentials = CredentialSet(
            id="",
            shop_code="atd000000001",
            link_id="original00",
            link_password=Secret("Example01"),
        )
        self.merchant_id = self.parts.store.across.write(
            lambda across: merchants.add_merchant(
                across, name=name, credentials=credentials, now=now
            )
        )
        store = self.parts.store.of(self.merchant_id)
        self.shop_id = store.write(
            lambda scope: merchants.add_shop(
                scope,
                name=name,
                mode=mode,
                cutover_at=now - timedelta(days=1),
                now=now,
            )
        )
        self.connection_id, self.hook_key, _tag = store.write(
            lambda scope: connections.add(
                scope,
                shop_id=self.shop_id,
                connector="generic_webhook",
                roles=tuple(Role),
                settings={"callback_url": f"http://127.0.0.1:{self.cart.port}/"},
                secrets={
                    "secret": Secret(HOOK_SECRET),
                    "callback_secret": Secret(CALLBACK_SECRET),
                },
                now=now,
            )
        )

    def send(self, body: Any, *, message_id: str = "") -> Receipt:
        """Send one signed webhook, as the cart does, without a socket."""
        raw = json.dumps(body, ensure_ascii=False).encode()
        now = self.clock.now()
        headers = sign_standard(
            message_id=message_id or secrets.token_hex(8),
            sent_at=now,
            body=raw,
            secrets=[Secret(HOOK_SECRET)],
        )
        request = InboundRequest(
            method="POST",
            query="",
            headers=(("content-type", "application/json"), *headers.items()),
            body=raw,
            received_at=now,
        )
        receipt, _connector = self.receiver.receive(
            "generic_webhook", self.hook_key, request
        )
        return receipt

    @property
    def receiver(self) -> Receiver:
        if not self._receivers:
            self._receivers.append(Receiver(self.parts))
        return self._receivers[0]

    def settle(self) -> None:
        """Do everything that is due now, in this thread."""
        work_off(self.parts)

    def until(self, condition: Callable[[], bool], *, seconds: float = 10) -> None:
        """Work until the condition holds; fails after so many seconds."""
        deadline = datetime.now(UTC) + timedelta(seconds=seconds)
        while not condition():
            assert datetime.now(UTC) < deadline, "it never came to be"
            sweep(self.parts)
            self.settle()

    def move_real(self, **time: float) -> None:
        """Let real time pass."""
        self.clock.real += timedelta(**time)

    def ledger(self) -> list[dict[str, Any]]:
        """Return the transactions of the outside witness."""
        answer = requests.Session().get(f"{self.control_url}/sandbox/ledger", timeout=5)
        transactions: list[dict[str, Any]] = answer.json()["transactions"]
        return transactions

    def control(self, path: str, **body: Any) -> None:
        """Tell the sandbox something through its control port."""
        answer = requests.Session().post(
            f"{self.control_url}{path}", json=body, timeout=5
        )
        answer.raise_for_status()


@contextmanager
def running_house(
    tmp_path: Path,
    *,
    provider_url: str,
    control_url: str,
    database_url: str = "",
    redis_url: str = "redis://127.0.0.1:1/0",
    step: Callable[[Step], None] = no_step,
) -> Iterator[House]:
    """Open a hub on a fresh database; nothing rings, tests work it off themselves."""
    cart = Cart()
    clock = MovableClock()
    config = Config(
        data_dir=tmp_path / "hub",
        database_url=database_url,
        redis_url=redis_url,
        provider_url=provider_url,
        poll_profile="demo",
        callback_allow=frozenset({f"127.0.0.1:{cart.port}"}),
    )
    config.data_dir.mkdir(parents=True, exist_ok=True)
    parts = assemble(config, step=step, clock=clock)
    try:
        migrate(parts.store.engine)
        yield House(parts=parts, clock=clock, cart=cart, control_url=control_url)
    finally:
        parts.store.close()
        cart.close()


def same_parts(house: House, **changes: Any) -> House:
    """Return the house with some of its parts exchanged."""
    return replace(house, parts=replace(house.parts, **changes))
