"""Road 1 and 2: prove a request, commit it, and only then say so (I-01, I-04)."""

import shutil
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.exc import SQLAlchemyError

from hub import log
from hub.contract.connector import Connector, SettingKind, Settings
from hub.contract.errors import SignatureError
from hub.contract.inbound import InboundRequest
from hub.contract.proof import Delivery
from hub.contract.secret import Secret
from hub.flow.steps import Step
from hub.flow.tools import Parts
from hub.queue import Lane
from hub.registry import UnknownConnectorError
from hub.store import connections, inbox
from hub.store.connections import StoredConnection
from hub.store.store import Scope

# A disabled connection or a new secret takes effect within this time.
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


@dataclass(slots=True)
class _Cached:
    connection: StoredConnection | None
    until: float


class Receiver:
    """Takes webhooks for all connectors."""

    def __init__(self, parts: Parts) -> None:
        """Take the parts; nothing is read yet."""
        self._parts = parts
        self._cache: dict[tuple[str, str], _Cached] = {}
        self._lock = threading.Lock()
        self._is_full = False
        self._look_at = 0.0

    def receive(
        self, slug: str, hook_key: str, request: InboundRequest
    ) -> tuple[Receipt, Connector | None]:
        """Prove, commit and ring; the receipt says what may be answered."""
        try:
            connector = self._parts.registry.connector(slug)
        except UnknownConnectorError:
            return Receipt.UNPROVEN, None
        try:
            return self._take(connector, hook_key, request), connector
        except (SQLAlchemyError, OSError) as error:
            # Without the trace, whose values could hold what was received.
            _logger.warning("receive_failed", error_type=type(error).__name__)
            return Receipt.NOT_NOW, connector

    def _take(
        self, connector: Connector, hook_key: str, request: InboundRequest
    ) -> Receipt:
        parts = self._parts
        parts.step(Step.BODY_READ)
        slug = connector.manifest.slug
        now = parts.clock.now()
        connection = self._connection(slug, hook_key, now)
        if self._is_overloaded():
            return Receipt.NOT_NOW
        # An unknown key costs the same work and gets the same answer (T-04).
        settings = connection.settings if connection else _nobodys(connector)
        try:
            delivery = connector.verify(request, settings)
        except SignatureError as error:
            _logger.info("unproven", connector=slug, code=error.code)
            return Receipt.UNPROVEN
        if connection is None:
            return Receipt.UNPROVEN
        if connection.is_disabled:
            return Receipt.DISABLED
        is_new = self._commit(connection, delivery, now)
        parts.step(Step.DELIVERY_COMMITTED)
        if not is_new:
            return Receipt.DUPLICATE
        return Receipt.NEW

    def _commit(
        self, connection: StoredConnection, delivery: Delivery, now: datetime
    ) -> bool:
        def work(scope: Scope) -> bool:
            _delivery_id, is_new = inbox.add(
                scope,
                delivery,
                connection_id=connection.id,
                shop_id=connection.shop_id,
                now=now,
            )
            self._parts.step(Step.INSERTED_UNCOMMITTED)
            return is_new

        return self._parts.store.of(connection.merchant_id).write(work)

    def ring(self) -> None:
        """Ring for what was received; after the answer is on its way, or before."""
        self._parts.step(Step.ANSWERED_BEFORE_RING)
        self._parts.bell.ring(Lane.ABSORB)
        self._parts.step(Step.RUNG)

    def _connection(
        self, slug: str, hook_key: str, now: datetime
    ) -> StoredConnection | None:
        moment = time.monotonic()
        cached = self._cache.get((slug, hook_key))
        if cached is not None and cached.until > moment:
            return cached.connection
        found = self._parts.store.across.read(
            lambda across: connections.by_hook_key(across, slug, hook_key, now=now)
        )
        with self._lock:
            if len(self._cache) > 10_000:
                self._cache.clear()
            if found is not None:
                self._cache[slug, hook_key] = _Cached(found, moment + CACHE_SECONDS)
        return found

    def _is_overloaded(self) -> bool:
        moment = time.monotonic()
        if moment >= self._look_at:
            self._look_at = moment + LOOK_SECONDS
            self._is_full = self._look()
        return self._is_full

    def _look(self) -> bool:
        parts = self._parts
        if parts.store.across.read(inbox.count_new) > MOST_WAITING:
            return True
        return shutil.disk_usage(parts.config.data_dir).free < LEAST_FREE_BYTES


# Of the right form, and nobody's.
_NOBODYS_SECRET = Secret("whsec_" + "A" * 32)


def _nobodys(connector: Connector) -> Settings:
    names = [
        field.name
        for field in connector.manifest.settings
        if field.kind is SettingKind.SECRET
    ]
    return Settings(secrets=dict.fromkeys(names, (_NOBODYS_SECRET,)))
