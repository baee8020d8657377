"""Looking at carts for what their webhooks did not bring (照合).

It runs beside the sweep in threads of its own, since it waits for carts; it only asks,
so it needs no bell. A lease in the database lets one process look at a cart at a time.
"""

import threading
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from hub import log
from hub.contract.connector import Poll
from hub.contract.errors import CartUnavailableError, HubError
from hub.contract.polling import Polled
from hub.contract.proof import polled
from hub.flow.backoff import after_seconds
from hub.flow.connection_view import let_in
from hub.flow.tools import Parts
from hub.queue import Lane
from hub.store import audit, connections, inbox, poll_cursors
from hub.store.connections import StoredConnection
from hub.store.poll_cursors import Watch
from hub.store.store import Scope

# Carts that one process looks at together: a slow one keeps no other waiting.
THREADS = 3
PERIOD_SECONDS = 5.0
# Looks in a row at a cart that has more; then another cart has its turn.
MOST_LOOKS = 20
_FIRST_SECONDS, _LONGEST_SECONDS, _LONGEST_WISH = 60.0, 1800.0, 3600.0
# What a person is told of a cart that could not be looked at for an hour.
CODE = "HUB-CART-505"
_DEFECT = "HUB-GEN-001"

_logger = log.get("reconcile")


class LeaseLostError(Exception):
    """Another process looks at the cart now; nothing of ours is stored."""


def reconcile_beside(
    parts: Parts, *, should_stop: Callable[[], bool]
) -> list[threading.Thread]:
    """Look at due carts in a few threads until told to stop."""
    if not looked_at(parts):
        return []
    threads = [
        threading.Thread(
            target=_look_forever, args=(parts, should_stop), name="poll", daemon=True
        )
        for _ in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    return threads


def _look_forever(parts: Parts, should_stop: Callable[[], bool]) -> None:
    while not should_stop():
        try:
            while not should_stop() and look_at_one(parts):
                pass
        except (SQLAlchemyError, OSError) as error:
            _logger.warning("reconcile_failed", error_type=type(error).__name__)
        deadline = time.monotonic() + PERIOD_SECONDS
        while not should_stop() and time.monotonic() < deadline:
            time.sleep(0.1)


def look_at_one(parts: Parts) -> bool:
    """Look at the cart that is due longest; False where none is due."""
    slugs = looked_at(parts)
    now = parts.clock.now()
    across = parts.store.across
    if not slugs:
        return False
    for merchant_id, connection_id in across.read(
        lambda found: poll_cursors.unwatched(found, slugs)
    ):
        parts.store.of(merchant_id).write(
            partial(poll_cursors.begin, connection_id=connection_id, now=now)
        )
    # A claim is a write, so it is only tried where it may succeed.
    if not across.read(lambda found: poll_cursors.is_any_due(found, slugs, now=now)):
        return False
    watch = across.write(lambda found: poll_cursors.claim(found, slugs, now=now))
    if watch is None:
        return False
    look(parts, watch)
    return True


def ask_now(
    parts: Parts, merchant_id: str, connection_id: str, *, user_id: str
) -> bool:
    """Have a cart looked at at once (今すぐ照合); False where none can be."""
    now = parts.clock.now()

    def work(scope: Scope) -> bool:
        found = connections.get(scope, connection_id, now=now)
        slugs = looked_at(parts)
        if found is None or found.is_disabled or found.connector not in slugs:
            return False
        if not poll_cursors.ask(scope, connection_id, now=now):
            poll_cursors.begin(scope, connection_id, now=now)
        audit.record(
            scope,
            user_id=user_id,
            action="ask_cart",
            subject=connection_id,
            detail={},
            now=now,
        )
        return True

    return parts.store.of(merchant_id).write(work)


def looked_at(parts: Parts) -> list[str]:
    """Return the connectors whose carts can be looked at."""
    known = parts.registry.connectors
    return [slug for slug, connector in known.items() if connector.poll is not None]


def look(parts: Parts, watch: Watch) -> None:
    """Look at one cart until it has no more, and store when to look again."""
    store = parts.store.of(watch.merchant_id)
    try:
        is_more = _looks(parts, watch)
    except LeaseLostError:
        return
    except SQLAlchemyError:
        # The database's trouble says nothing of the cart; the lease ends by itself.
        raise
    except HubError as error:
        _fail(parts, watch, error)
        return
    except Exception as error:  # noqa: BLE001 - a stranger's connector may fail anyhow
        _logger.warning("poll_defect", error_type=type(error).__name__)
        _fail(parts, watch, None)
        return
    now = parts.clock.now()
    period = parts.config.reconcile_seconds
    due_at = now if is_more else after_seconds(period, now=now)
    store.write(
        lambda scope: poll_cursors.end_well(scope, watch, due_at=due_at, now=now)
    )


def _looks(parts: Parts, watch: Watch) -> bool:
    """Look and store, page by page; True where the cart still has more."""
    connection, poll = _read(parts, watch)
    cursor = watch.cursor
    with let_in(parts, connection) as view:
        for _ in range(MOST_LOOKS):
            asked_at = parts.clock.now()
            found = poll(view, cursor)
            keep(parts, watch, found, asked_at=asked_at)
            # A cart that shows the same page again for ever has no more.
            if not found.is_more or found.cursor == cursor:
                return False
            cursor = found.cursor
    return True


def _read(parts: Parts, watch: Watch) -> tuple[StoredConnection, Poll]:
    now = parts.clock.now()
    connection = parts.store.of(watch.merchant_id).read(
        lambda scope: connections.get(scope, watch.connection_id, now=now)
    )
    if connection is None or connection.is_disabled:
        raise LeaseLostError(watch.connection_id)
    poll = parts.registry.connector(connection.connector).poll
    if poll is None:
        raise LeaseLostError(watch.connection_id)
    return connection, poll


def keep(parts: Parts, watch: Watch, found: Polled, *, asked_at: datetime) -> None:
    """Store what one look brought and the new cursor, in one commit; then ring.

    What a webhook or an earlier look brought already is only counted (I-03). Raises
    LeaseLostError, with nothing stored.
    """
    now = parts.clock.now()

    def work(scope: Scope) -> bool:
        if not poll_cursors.move_on(scope, watch, found.cursor, now=now):
            raise LeaseLostError(watch.connection_id)
        stored = [
            inbox.add(
                scope,
                polled(message, received_at=asked_at),
                connection_id=watch.connection_id,
                shop_id=watch.shop_id,
                now=now,
            )
            for message in found.messages
        ]
        return any(is_new for _id, is_new in stored)

    if parts.store.of(watch.merchant_id).write(work):
        parts.bell.ring(Lane.ABSORB)


def _fail(parts: Parts, watch: Watch, error: HubError | None) -> None:
    """Store that the cart could not be looked at, and look again later and later."""
    now = parts.clock.now()
    wished = error.retry_after_seconds if isinstance(error, CartUnavailableError) else 0
    grown = min(_FIRST_SECONDS * 2 ** min(watch.failures, 10), _LONGEST_SECONDS)
    seconds = max(grown, min(wished or 0, _LONGEST_WISH))
    code = error.code if error else _DEFECT
    parts.store.of(watch.merchant_id).write(
        lambda scope: poll_cursors.end_badly(
            scope, watch, code=code, due_at=after_seconds(seconds, now=now), now=now
        )
    )
    _logger.warning("poll_failed", connection_id=watch.connection_id, code=code)
