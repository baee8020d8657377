"""The loop over due rows: whatever a lost bell or a dead process left behind.

It rings, it takes leases back, and it lets time have its effect. Running it twice, or
in two processes, changes nothing more.
"""

import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from hub import log, metrics
from hub.domain.known import Fact, move
from hub.domain.plan import is_expired
from hub.flow.answers import are_heard
from hub.flow.asks import look_at
from hub.flow.backoff import jittered
from hub.flow.cases import load
from hub.flow.install_care import tend_beside
from hub.flow.merge import follow
from hub.flow.perform import finish
from hub.flow.privacy import tend_requests
from hub.flow.push import take_back
from hub.flow.reconcile import reconcile_beside
from hub.flow.settle import settle
from hub.flow.tools import Parts
from hub.provider.port import Exchange, Operation, Unclear
from hub.queue import Lane
from hub.store import (
    asks,
    attempts,
    inbox,
    inquiries,
    leases,
    operations,
    transactions,
)
from hub.store.asks import StoredAsk
from hub.store.operations import StoredOperation
from hub.store.store import Across, Scope

PERIOD_SECONDS = 3.0
SPOOL_GRACE = timedelta(seconds=10)
# Deaths of a process before a row of its own waits longer each time.
SUDDEN_TRIES = 3
# What still waits for a cart then is taken up by the next process.
_FAREWELL_SECONDS = 5.0

T = TypeVar("T")

_logger = log.get("sweep")


def sweep_forever(parts: Parts, *, should_stop: Callable[[], bool]) -> None:
    """Sweep every few seconds until told to stop."""
    beside = [
        tend_beside(parts, should_stop=should_stop),
        *reconcile_beside(parts, should_stop=should_stop),
    ]
    while not should_stop():
        try:
            sweep(parts)
        except (SQLAlchemyError, OSError) as error:
            _logger.warning("sweep_failed", error_type=type(error).__name__)
        deadline = time.monotonic() + PERIOD_SECONDS
        while not should_stop() and time.monotonic() < deadline:
            time.sleep(0.1)
    farewell = time.monotonic() + _FAREWELL_SECONDS
    for thread in beside:
        thread.join(timeout=max(0.0, farewell - time.monotonic()))


def sweep(parts: Parts) -> None:
    """Look once at everything that may be due."""
    replay_spool(parts)
    take_back_leases(parts)
    expire(parts)
    look_again(parts)
    look_at_asks(parts)
    tend_requests(parts)
    now = parts.clock.now()
    business_now = parts.clock.business_now()
    for lane in parts.store.across.read(
        lambda across: _due_lanes(across, now=now, business_now=business_now)
    ):
        parts.bell.ring(lane)
    metrics.mark(metrics.SWEPT, parts.clock.now())


def _due_lanes(across: Across, *, now: datetime, business_now: datetime) -> set[Lane]:
    lanes = set()
    if inbox.waiting_merchants(across, after="", now=now):
        lanes.add(Lane.ABSORB)
    if leases.waiting_merchants(across, "cart", after="", now=now):
        lanes.add(Lane.CART)
    if leases.waiting_merchants(
        across, "provider", after="", now=now
    ) or inquiries.is_any_due(across, now=now, business_now=business_now):
        lanes.add(Lane.PROVIDER)
    return lanes


def _each(rows: Iterable[T], work: Callable[[T], set[Lane]], parts: Parts) -> None:
    """Do a work for every row; one that fails must not keep the others waiting."""
    for row in rows:
        try:
            lanes = work(row)
        except Exception as error:  # noqa: BLE001 - the next sweep tries again
            _logger.warning("row_failed", error_type=type(error).__name__)
            continue
        for lane in lanes:
            parts.bell.ring(lane)


def replay_spool(parts: Parts) -> None:
    """Store answers that came and were not stored (C12).

    The process that read one may be alive and about to store it; whoever comes second
    finds it done.
    """
    before = parts.clock.now() - SPOOL_GRACE
    left = list(parts.spool.left(before=before))
    _each(left, lambda found: _replay(parts, *found), parts)


def _replay(parts: Parts, merchant_id: str, attempt_id: str) -> set[Lane]:
    store = parts.store.of(merchant_id)
    try:
        found = store.read(partial(attempts.awaiting_answer, attempt_id=attempt_id))
    except LookupError:
        # Of a database that was put back to an earlier day: a person may need it.
        return set()
    lanes: set[Lane] = set()
    if found is not None:
        raw = parts.spool.read(merchant_id, attempt_id)
        if raw is None:
            return set()
        lanes = store.write(
            partial(_learn, parts=parts, found=(found, attempt_id, raw))
        )
        _logger.info("answer_replayed", operation_id=found.id)
    parts.spool.forget(merchant_id, attempt_id)
    return lanes


def _learn(
    scope: Scope, parts: Parts, found: tuple[StoredOperation, str, bytes]
) -> set[Lane]:
    operation, attempt_id, raw = found
    case = load(scope, operation.transaction_id)
    sent_id = case.known.provider_transaction_id
    if operation.kind == Operation.REGISTER.value:
        sent_id = case.transaction.provider_order_number
    answer = parts.provider.read(Operation(operation.kind), raw, sent_id=sent_id)
    exchange = Exchange(answer=answer, raw=raw, status=200)
    return finish(scope, parts, operation, attempt_id=attempt_id, exchange=exchange)


def take_back_leases(parts: Parts) -> None:
    """End leases that lapsed: unsent is planned again, sent is unclear (I-19)."""
    now = parts.clock.now()
    rows = parts.store.across.read(lambda across: leases.lapsed(across, now=now))

    def work(lapsed: StoredOperation) -> set[Lane]:
        store = parts.store.of(lapsed.merchant_id)
        return store.write(partial(_take_back, parts=parts, lapsed=lapsed))

    _each(rows, work, parts)


def _take_back(scope: Scope, parts: Parts, lapsed: StoredOperation) -> set[Lane]:
    now = parts.clock.now()
    load(scope, lapsed.transaction_id)
    if not leases.hold(scope, lapsed):
        return set()
    attempt_id = attempts.sending_of(scope, lapsed.id)
    if attempt_id is None:
        # Whatever ends its process each time must not do so without a pause (R9).
        is_new = lapsed.tries <= SUDDEN_TRIES
        due_at = now if is_new else jittered("R9", tries=lapsed.tries, now=now)
        leases.give_back(scope, lapsed, due_at=due_at, reason_code="", retry_class="R9")
        return {Lane(lapsed.target)}
    if lapsed.target == "cart":
        take_back(scope, lapsed, attempt_id=attempt_id, now=now)
        return {Lane.CART}
    exchange = Exchange(answer=Unclear(code="HUB-PROV-203"))
    return finish(scope, parts, lapsed, attempt_id=attempt_id, exchange=exchange)


def expire(parts: Parts) -> None:
    """Let authorizations end that have outlived their life."""
    business_now = parts.clock.business_now()
    rows = parts.store.across.read(
        lambda across: transactions.expired(across, business_now=business_now)
    )

    def work(found: tuple[str, str]) -> set[Lane]:
        store = parts.store.of(found[0])
        return store.write(partial(_expire, parts=parts, transaction_id=found[1]))

    _each(rows, work, parts)


def look_again(parts: Parts) -> None:
    """Judge anew each transaction for which a moment has come: a day, a deadline."""
    business_now = parts.clock.business_now()
    rows = parts.store.across.read(
        lambda across: transactions.due_for_a_look(across, business_now=business_now)
    )

    def work(found: tuple[str, str]) -> set[Lane]:
        store = parts.store.of(found[0])
        return store.write(partial(_look, parts=parts, transaction_id=found[1]))

    _each(rows, work, parts)


def look_at_asks(parts: Parts) -> None:
    """Answer carts that waited long enough: for a payment, or for its order."""
    if not are_heard(parts):
        return
    now = parts.clock.now()
    rows = parts.store.across.read(lambda across: asks.due(across, now=now))

    def work(found: StoredAsk) -> set[Lane]:
        store = parts.store.of(found.merchant_id)
        return store.write(partial(look_at, parts=parts, asked=found, now=now))

    _each(rows, work, parts)


def _look(scope: Scope, parts: Parts, transaction_id: str) -> set[Lane]:
    case = follow(scope, parts, load(scope, transaction_id))
    return settle(scope, parts, case, now=parts.clock.now())


def _expire(scope: Scope, parts: Parts, transaction_id: str) -> set[Lane]:
    business_now = parts.clock.business_now()
    case = load(scope, transaction_id)
    if not is_expired(case.known, parts.profile.approval_life, now=business_now):
        return set()
    waiting = operations.open_provider_operation(scope, transaction_id)
    if waiting is not None and waiting.state == "sending":
        # What is on its way was sent in time; its answer comes first.
        return set()
    expired = move(case.known, Fact.APPROVAL_EXPIRED, now=business_now)
    return settle(scope, parts, case.knowing(expired), now=parts.clock.now())
