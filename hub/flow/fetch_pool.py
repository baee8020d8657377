"""Fetches in threads of their own, so that no lane ever waits for a cart.

Whoever waits for a cart keeps its lease for as long as it takes; a process that dies
loses it after a minute, as everywhere.
"""

import threading
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import chain

from sqlalchemy.exc import SQLAlchemyError

from hub import log
from hub.flow.absorb import Asked, ask_cart
from hub.flow.fetching import put_off_for
from hub.flow.tools import Parts
from hub.store import inbox_leases
from hub.store.connections import StoredConnection
from hub.store.inbox import LEASE, ClaimedDelivery, Passed

THREADS = 8
PER_CONNECTION = 2
# Claimed rows that may wait for a thread; what is beyond them stays in the book.
MOST_WAITING, MOST_WAITING_IN_ALL = 8, 64
# A cart that has not answered by then is asked again by the next process.
FAREWELL_SECONDS = 3.0

_logger = log.get("fetch_pool")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A claimed delivery with its connection, None where that is gone."""

    merchant_id: str
    delivery: ClaimedDelivery
    connection: StoredConnection | None


@dataclass(frozen=True, slots=True)
class _Asking:
    arrived: Arrived
    ask: Callable[[], Asked]


class FetchPool:
    """The fetches of one process; `then` takes what can be absorbed."""

    def __init__(self, parts: Parts, then: Callable[[Arrived], None]) -> None:
        """Take the parts; a thread starts with the first fetch."""
        self._parts = parts
        self._then = then
        self._fetches = {
            slug: one.fetch
            for slug, one in parts.registry.connectors.items()
            if one.fetch is not None
        }
        self._changed = threading.Condition()
        self._waiting: dict[str, deque[_Asking]] = {}
        self._running: dict[str, _Asking] = {}
        self._per_connection: Counter[str] = Counter()
        self._renewed_at = parts.clock.now()
        self._is_closed = False
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="fetch")

    @property
    def is_busy(self) -> bool:
        """Tell whether a cart is being asked."""
        with self._changed:
            return bool(self._running or self._waiting)

    def passed(self) -> Passed | None:
        """Return whose deliveries are to be left in the book now; None for nobody's."""
        with self._changed:
            counts = {key: len(rows) for key, rows in self._waiting.items()}
        full = [key for key, count in counts.items() if count >= MOST_WAITING]
        is_full = sum(counts.values()) >= MOST_WAITING_IN_ALL
        if not full and not is_full:
            return None
        return Passed(connections=full, connectors=[*self._fetches] if is_full else [])

    def take(self, arrived: Arrived) -> bool:
        """Take a delivery whose cart is to be asked first; False for any other."""
        connection = arrived.connection
        if connection is None or arrived.delivery.is_fetched:
            return False
        fetch = self._fetches.get(connection.connector)
        if fetch is None:
            return False
        ask = partial(ask_cart, self._parts, arrived.delivery, connection, fetch)
        with self._changed:
            rows = self._waiting.setdefault(connection.id, deque())
            rows.append(_Asking(arrived, ask))
            self._start()
        return True

    def tend(self) -> None:
        """Renew the leases of what waits for its cart, now and then."""
        now = self._parts.clock.now()
        with self._changed:
            held = self._held()
            if now < self._renewed_at + LEASE / 3:
                return
            self._renewed_at = now
        for one in held:
            self._parts.store.of(one.merchant_id).write(
                partial(inbox_leases.renew, claimed=one.delivery, now=now)
            )

    def close(self) -> None:
        """Start nothing more, wait a little, and give back what its cart kept."""
        with self._changed:
            self._is_closed = True
            self._changed.wait_for(lambda: not self._running, FAREWELL_SECONDS)
            left = self._held()
            self._waiting.clear()
        for one in left:
            self._parts.store.of(one.merchant_id).write(
                partial(inbox_leases.give_back, claimed=one.delivery)
            )
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _held(self) -> list[Arrived]:
        waiting = chain.from_iterable(self._waiting.values())
        return [one.arrived for one in (*self._running.values(), *waiting)]

    def _start(self) -> None:
        """Give free threads to those who wait, one connection after the other."""
        while not self._is_closed and len(self._running) < THREADS:
            key = next(filter(self._may_ask, self._waiting), None)
            if key is None:
                return
            rows = self._waiting.pop(key)
            asking = rows.popleft()
            if rows:
                # At the end of the round.
                self._waiting[key] = rows
            self._running[asking.arrived.delivery.id] = asking
            self._per_connection[key] += 1
            self._pool.submit(self._run, key, asking)

    def _may_ask(self, key: str) -> bool:
        return self._per_connection[key] < PER_CONNECTION

    def _run(self, key: str, asking: _Asking) -> None:
        arrived = asking.arrived
        try:
            asked = asking.ask()
            if asked is Asked.READY:
                self._then(arrived)
            elif asked is Asked.SILENT:
                self._put_off_others(key)
        except (SQLAlchemyError, OSError) as error:
            # The lease ends, and the next claim tries again.
            _logger.warning("fetch_failed", error_type=type(error).__name__)
        finally:
            with self._changed:
                self._running.pop(arrived.delivery.id, None)
                self._per_connection[key] -= 1
                self._start()
                self._changed.notify_all()

    def _put_off_others(self, key: str) -> None:
        """Let all of a silent cart's wait: each alone would keep a thread as long."""
        with self._changed:
            others = self._waiting.pop(key, ())
        for one in others:
            put_off_for(self._parts, one.arrived.delivery, wished_seconds=0)
