"""Road 1 and 2: prove a request, commit it, and only then say so (I-01, I-04).

`receive` does all of it and waits. A server that must not wait does it in steps:
`known_door` or, with the database, `open_door`; then `check`; then `keep`.
"""

import shutil
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.exc import SQLAlchemyError

from hub import log
from hub.config import merged
from hub.contract.connector import Connector, SettingKind, Settings
from hub.contract.errors import SignatureError
from hub.contract.inbound import InboundRequest
from hub.contract.secret import Secret
from hub.flow import previous_secrets
from hub.flow.app_settings import in_force
from hub.flow.steps import Step
from hub.flow.tools import Parts
from hub.queue import Lane
from hub.registry import UnknownConnectorError
from hub.store import arrivals, connections, inbox, sealing
from hub.store.arrivals import Arrival
from hub.store.connections import StoredConnection
from hub.store.sealing import Sealer
from hub.store.store import MerchantStore, Scope

# A disabled connection or a new secret takes effect within this time. In its second
# half one request reads anew while the others go on with what is known.
CACHE_SECONDS = 1.0
LOOK_SECONDS = 5.0
MOST_WAITING = 50_000
LEAST_FREE_BYTES = 100_000_000

_logger = log.get("receive")


class Receipt(StrEnum):
    """How a request was taken (architecture 6)."""

    NEW = "new"
    DUPLICATE = "duplicate"
    UNPROVEN = "unproven"
    DISABLED = "disabled"
    NOT_NOW = "not_now"
    # Proven, but of a shop that nobody here has: there is no tenant to keep it for.
    NOBODYS = "nobodys"
    # Proven, but a cart that waits for an answer must ask so that it can be read.
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Door:
    """What stands behind a hook key for a moment; nothing for a key of nobody."""

    connector: Connector
    connection: StoredConnection | None
    store: MerchantStore | None
    sealer: Sealer | None
    day: date
    until: float


@dataclass(frozen=True, slots=True)
class Proven:
    """A proven request, ready to be committed."""

    door: Door
    store: MerchantStore
    arrival: Arrival


Kept = Callable[[Receipt | None, Exception | None], None]


class Receiver:
    """Takes webhooks for all connectors."""

    def __init__(self, parts: Parts) -> None:
        """Take the parts; nothing is read yet."""
        self._parts = parts
        self._doors: dict[tuple[str, str], Door] = {}
        self._reading: set[tuple[str, str]] = set()
        self._lock = threading.Lock()
        self._is_full = False
        self._look_at = 0.0

    def receive(
        self, slug: str, hook_key: str, request: InboundRequest
    ) -> tuple[Receipt, Connector | None]:
        """Prove and commit; the receipt says what may be answered."""
        door = self.known_door(slug, hook_key) or self.open_door(slug, hook_key)
        if isinstance(door, Receipt):
            return door, None
        outcome = self.check(door, request)
        if isinstance(outcome, Receipt):
            return outcome, door.connector
        future: Future[Receipt] = Future()

        def tell(receipt: Receipt | None, error: Exception | None) -> None:
            if receipt is not None:
                future.set_result(receipt)
            else:
                future.set_exception(error or RuntimeError("no receipt"))

        self.keep(outcome, tell)
        return future.result(), door.connector

    def known_door(self, slug: str, hook_key: str) -> Door | None:
        """Return what was read less than a second ago, without any wait.

        None asks the caller to open the door.
        """
        door = self._doors.get((slug, hook_key))
        if door is None or door.day != self._parts.clock.now().date():
            return None
        left = door.until - time.monotonic()
        if left > CACHE_SECONDS / 2:
            return door
        # A race here makes two of them read, which is no harm.
        if left <= 0 or (slug, hook_key) not in self._reading:
            self._reading.add((slug, hook_key))
            return None
        return door

    def open_door(self, slug: str, hook_key: str) -> Door | Receipt:
        """Read what stands behind a hook key; a receipt where that is the answer."""
        try:
            connector = self._parts.registry.connector(slug)
        except UnknownConnectorError:
            return Receipt.UNPROVEN
        try:
            return self._read_door(connector, hook_key)
        except (SQLAlchemyError, OSError) as error:
            return _not_now(error)
        finally:
            self._reading.discard((slug, hook_key))

    def check(self, door: Door, request: InboundRequest) -> Proven | Receipt:
        """Prove a request without a database; a receipt where that is the answer."""
        self._parts.step(Step.BODY_READ)
        if self._is_full:
            return Receipt.NOT_NOW
        connection = door.connection
        # An unknown key costs the same work and gets the same answer (T-04).
        settings = connection.settings if connection else self._nobodys(door.connector)
        try:
            delivery = door.connector.verify(request, settings)
        except SignatureError as error:
            slug = door.connector.manifest.slug
            _logger.info("unproven", connector=slug, code=error.code)
            return Receipt.UNPROVEN
        if connection is None:
            return Receipt.UNPROVEN
        if door.sealer is None or door.store is None:
            return Receipt.DISABLED
        now = self._parts.clock.now()
        previous_secrets.note(door.connector.manifest.slug, delivery, now=now)
        arrival = arrivals.arrival(
            delivery,
            connection_id=connection.id,
            shop_id=connection.shop_id,
            sealer=door.sealer,
            now=now,
        )
        return Proven(door, door.store, arrival)

    def keep(self, proven: Proven, tell: Kept) -> None:
        """Commit a proven request; `tell` gets the receipt after the commit.

        It is called in another thread, must be quick and must not raise.
        """

        def done(is_new: bool | None, error: Exception | None) -> None:  # noqa: FBT001 (the writer calls it)
            if isinstance(error, SQLAlchemyError | OSError):
                tell(_not_now(error), None)
            elif error is not None:
                tell(None, error)
            else:
                self._parts.step(Step.DELIVERY_COMMITTED)
                tell(Receipt.NEW if is_new else Receipt.DUPLICATE, None)

        proven.store.join(self._insert, proven.arrival, done=done)

    def ring(self) -> None:
        """Ring for what was received; after the answer is on its way, or before."""
        self._parts.step(Step.ANSWERED_BEFORE_RING)
        self._parts.bell.ring(Lane.ABSORB)
        self._parts.step(Step.RUNG)

    def _insert(self, scope: Scope, items: list[Arrival]) -> Sequence[bool]:
        found = arrivals.add_all(scope, items)
        self._parts.step(Step.INSERTED_UNCOMMITTED)
        return found

    def _read_door(self, connector: Connector, hook_key: str) -> Door:
        moment = time.monotonic()
        if moment >= self._look_at:
            self._is_full = self._look()
            self._look_at = moment + LOOK_SECONDS
        slug, now = connector.manifest.slug, self._parts.clock.now()
        found = self._parts.store.across.read(
            lambda across: connections.by_hook_key(across, slug, hook_key, now=now)
        )
        if found is not None:
            found = in_force(self._parts, found, connector.manifest)
        is_open = found is not None and not found.is_disabled
        store = self._parts.store.of(found.merchant_id) if found and is_open else None
        door = Door(
            connector=connector,
            connection=found,
            store=store,
            sealer=_day_sealer(store, now) if store else None,
            day=now.date(),
            until=moment + CACHE_SECONDS,
        )
        # What strangers try is not remembered: it would push out what is used.
        if found is not None:
            with self._lock:
                if len(self._doors) > 10_000:
                    self._doors.clear()
                self._doors[slug, hook_key] = door
        return door

    def _nobodys(self, connector: Connector) -> Settings:
        app = self._parts.config.of_app(connector.manifest)
        return merged(app, _nobodys(connector))

    def _look(self) -> bool:
        parts = self._parts
        if parts.store.across.read(inbox.count_new) > MOST_WAITING:
            return True
        return shutil.disk_usage(parts.config.data_dir).free < LEAST_FREE_BYTES


def _day_sealer(store: MerchantStore, now: datetime) -> Sealer:
    return sealing.sealer(store, f"day:{now:%Y-%m-%d}", now)


def _not_now(error: Exception) -> Receipt:
    # Without the trace, whose values could hold what was received.
    _logger.warning("receive_failed", error_type=type(error).__name__)
    return Receipt.NOT_NOW


# Of the right form, and nobody's.
_NOBODYS_SECRET = Secret("whsec_" + "A" * 32)


def _nobodys(connector: Connector) -> Settings:
    names = [
        field.name
        for field in connector.manifest.settings
        if field.kind is SettingKind.SECRET
    ]
    return Settings(secrets=dict.fromkeys(names, (_NOBODYS_SECRET,)))
