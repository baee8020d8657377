"""One merchant's hub on a real database, its cart and the real sandbox, for tests."""

import base64
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import requests

from hub.config import Config
from hub.contract.connector import Role
from hub.contract.http import OperatorHttp
from hub.contract.inbound import InboundRequest
from hub.contract.secret import Secret
from hub.contract.signatures import sign_standard
from hub.contract.updates import MayShip
from hub.domain.known import Known, State
from hub.domain.policy import Mode
from hub.domain.verdict import may_ship
from hub.flow.receive import Receipt, Receiver
from hub.flow.steps import Step, no_step
from hub.flow.sweep import sweep
from hub.flow.verify_books import verify_books
from hub.parts import Parts, assemble
from hub.provider.client import AtodeneProvider
from hub.provider.profile import Profile
from hub.store import attempts, connections, merchants, orders, records, transactions
from hub.store.attempts import StoredAttempt
from hub.store.invariants import Violation
from hub.store.merchants import CredentialSet
from hub.store.orders import StoredOrder
from hub.store.schema import migrate
from hub.store.store import Scope
from hub.store.transactions import StoredTransaction
from tests.cart import Cart, MovableClock
from tests.witness import disagreements
from tests.work_off import work_off

__all__ = ["Cart", "House", "MovableClock", "running_house", "same_parts"]

T = TypeVar("T")

HOOK_SECRET = "whsec_" + base64.b64encode(b"h" * 24).decode()
CALLBACK_SECRET = "whsec_" + base64.b64encode(b"c" * 24).decode()


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

    def hear(self, *bodies: Any) -> None:
        """Send webhooks one after the other, and do what is due after each."""
        for body in bodies:
            self.send(body)
            self.settle()

    def until(self, condition: Callable[[], bool], *, seconds: float = 60) -> None:
        """Work until the condition holds; fails after so many seconds."""
        deadline = datetime.now(UTC) + timedelta(seconds=seconds)
        while not condition():
            assert datetime.now(UTC) < deadline, "it never came to be"
            sweep(self.parts)
            self.settle()

    def move_real(self, **time: float) -> None:
        """Let real time pass."""
        self.clock.real += timedelta(**time)

    def wait(self, **time: float) -> None:
        """Let time pass, sweep, and do everything that has become due."""
        self.move_real(**time)
        sweep(self.parts)
        self.settle()

    # What the hub knows

    def read(self, work: Callable[[Scope], T]) -> T:
        return self.parts.store.of(self.merchant_id).read(work)

    def order(self, number: str = "A-1001") -> StoredOrder:
        found = self.read(lambda scope: orders.find(scope, self.shop_id, number))
        assert found is not None, f"no order {number}"
        return found

    def transaction(self, number: str = "A-1001") -> StoredTransaction:
        order_id = self.order(number).id
        found = self.read(lambda scope: transactions.current(scope, order_id))
        assert found is not None
        return found

    def known(self, number: str = "A-1001") -> Known:
        return self.transaction(number).known

    def state(self, number: str = "A-1001") -> State:
        return self.known(number).state

    def may_ship(self, number: str = "A-1001") -> MayShip:
        """Return the answer to 発送していい? now."""
        return may_ship(
            self.order(number).wanted,
            self.known(number),
            now=self.clock.business_now(),
            life=self.parts.profile.approval_life,
        )

    def attention(self, number: str = "A-1001") -> str:
        """Return the code of what a person must look at, "" for nothing."""
        found = self.transaction(number)
        return found.attention_code if found.needs_attention else ""

    def operations(self, number: str = "A-1001", *, target: str = "") -> list[Any]:
        order_id = self.order(number).id
        found = self.read(lambda scope: records.operations_of(scope, order_id))
        return [one for one in found if target in ("", one.target)]

    def attempts(self, number: str = "A-1001") -> list[StoredAttempt]:
        """Return what was sent for an order, with what came back."""
        transaction_id = self.transaction(number).id
        return list(
            self.read(
                lambda scope: list(attempts.of_transaction(scope, transaction_id))
            )
        )

    def deliveries(self) -> list[Any]:
        return list(self.read(records.deliveries))

    def violations(self) -> list[Violation]:
        """Return what is wrong with the books."""
        return verify_books(self.parts)

    # The outside witness

    def ledger(self, number: str = "") -> list[dict[str, Any]]:
        """Return the transactions of the outside witness."""
        answer = requests.Session().get(
            f"{self.control_url}/sandbox/ledger",
            params={"shop_order_id": number},
            timeout=60,
        )
        found: list[dict[str, Any]] = answer.json()["transactions"]
        return found

    def calls(self, number: str = "") -> list[str]:
        """Return the wire operations that the witness heard, oldest first."""
        answer = requests.Session().get(
            f"{self.control_url}/sandbox/ledger",
            params={"shop_order_id": number},
            timeout=60,
        )
        return [call["operation"] for call in answer.json()["requests"]]

    def control(self, path: str, **body: Any) -> None:
        """Tell the sandbox something through its control port."""
        answer = requests.Session().post(
            f"{self.control_url}{path}", json=body, timeout=60
        )
        answer.raise_for_status()

    def fault(self, operation: str, kind: str, **more: Any) -> None:
        """Let the next call of an operation go wrong."""
        self.control("/sandbox/faults", operation=operation, kind=kind, **more)

    def disagreements(self) -> list[str]:
        """Return where the books and the witness differ (I-07, I-08, I-13)."""
        return list(disagreements(self.parts, self.ledger()))


@contextmanager
def running_house(
    tmp_path: Path,
    *,
    provider_url: str,
    control_url: str,
    database_url: str = "",
    is_migrated: bool = False,
    profile: Profile | None = None,
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
    if profile is not None:
        parts = with_profile(parts, profile)
    try:
        if not is_migrated:
            migrate(parts.store.engine)
        yield House(parts=parts, clock=clock, cart=cart, control_url=control_url)
    finally:
        parts.store.close()
        cart.close()


def same_parts(house: House, **changes: Any) -> House:
    """Return the house with some of its parts exchanged."""
    return replace(house, parts=replace(house.parts, **changes))


def with_profile(parts: Parts, profile: Profile) -> Parts:
    """Return the parts with another belief about the provider."""
    url = parts.config.provider_url
    provider = AtodeneProvider(base_url=url, http=OperatorHttp([url]), profile=profile)
    return replace(parts, profile=profile, provider=provider)
