"""The loop over due rows: whatever a lost bell or a dead process left behind.

It rings, it takes leases back, and it lets time have its effect. Running it twice, or
in two processes, changes nothing more.
"""

import time
from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from hub import log
from hub.domain.known import Fact, move
from hub.domain.plan import is_expired
from hub.flow.cases import load
from hub.flow.perform import finish
from hub.flow.settle import settle
from hub.flow.tools import Parts
from hub.provider.port import Exchange, Operation, Unclear
from hub.queue import Lane
from hub.store import attempts, inbox, inquiries, leases, transactions
from hub.store.operations import StoredOperation
from hub.store.store import Across, Scope

PERIOD_SECONDS = 3.0

_logger = log.get("sweep")


def sweep_forever(parts: Parts, *, should_stop: Callable[[], bool]) -> None:
    """Sweep every few seconds until told to stop."""
    while not should_stop():
        try:
            sweep(parts)
        except (SQLAlchemyError, OSError) as error:
            _logger.warning("sweep_failed", error_type=type(error).__name__)
        deadline = time.monotonic() + PERIOD_SECONDS
        while not should_stop() and time.monotonic() < deadline:
            time.sleep(0.1)


def sweep(parts: Parts) -> None:
    """Look once at everything that may be due."""
    replay_spool(parts)
    take_back_leases(parts)
    expire(parts)
    now = parts.clock.now()
    business_now = parts.clock.business_now()
    for lane in parts.store.across.read(
        lambda across: _due_lanes(across, now=now, business_now=business_now)
    ):
        parts.bell.ring(lane)


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


def replay_spool(parts: Parts) -> None:
    """Store answers that came and were not stored (C12)."""
    for merchant_id, attempt_id in list(parts.spool.left()):
        store = parts.store.of(merchant_id)
        found = store.read(partial(attempts.in_flight, attempt_id=attempt_id))
        if found is None:
            parts.spool.forget(merchant_id, attempt_id)
            continue
        lease = found.lease_until
        if lease is not None and lease > parts.clock.now():
            # Its process may be alive and just about to store it.
            continue
        _adopt_answer(parts, found, attempt_id)


def _adopt_answer(parts: Parts, found: StoredOperation, attempt_id: str) -> None:
    raw = parts.spool.read(found.merchant_id, attempt_id)
    if raw is None:
        return

    def work(scope: Scope) -> set[Lane]:
        case = load(scope, found.transaction_id)
        sent_id = case.known.provider_transaction_id
        if found.kind == Operation.REGISTER.value:
            sent_id = case.transaction.provider_order_number
        answer = parts.provider.read(Operation(found.kind), raw, sent_id=sent_id)
        exchange = Exchange(answer=answer, raw=raw, status=200)
        return finish(scope, parts, found, attempt_id=attempt_id, exchange=exchange)

    lanes = parts.store.of(found.merchant_id).write(work)
    parts.spool.forget(found.merchant_id, attempt_id)
    _logger.info("answer_replayed", operation_id=found.id)
    for lane in lanes:
        parts.bell.ring(lane)


def take_back_leases(parts: Parts) -> None:
    """End leases that lapsed: unsent is planned again, sent is unclear (I-19)."""
    now = parts.clock.now()
    for lapsed in parts.store.across.read(
        lambda across: leases.lapsed(across, now=now)
    ):
        lanes = parts.store.of(lapsed.merchant_id).write(
            partial(_take_back, parts=parts, lapsed=lapsed)
        )
        for lane in lanes:
            parts.bell.ring(lane)


def _take_back(scope: Scope, parts: Parts, lapsed: StoredOperation) -> set[Lane]:
    now = parts.clock.now()
    attempt_id = attempts.sending_of(scope, lapsed.id)
    if lapsed.state == "leased" or attempt_id is None:
        leases.give_back(scope, lapsed, due_at=now, reason_code="", retry_class="R9")
        return {Lane(lapsed.target)}
    if lapsed.target == "provider":
        exchange = Exchange(answer=Unclear(code="HUB-PROV-203"))
        return finish(scope, parts, lapsed, attempt_id=attempt_id, exchange=exchange)
    case = load(scope, lapsed.transaction_id)
    attempts.finish(
        scope,
        attempt_id,
        state="unclear",
        data_key_id=case.order.data_key_id,
        now=now,
        reason_code="HUB-HTTP-002",
    )
    # A cart that hears the same update twice knows it by its id (C14).
    leases.give_back(
        scope, lapsed, due_at=now, reason_code="HUB-HTTP-002", retry_class="R10"
    )
    return {Lane.CART}


def expire(parts: Parts) -> None:
    """Let authorizations end that have outlived their life."""
    business_now = parts.clock.business_now()
    for merchant_id, transaction_id in parts.store.across.read(
        lambda across: transactions.expired(across, business_now=business_now)
    ):
        lanes = parts.store.of(merchant_id).write(
            partial(_expire, parts=parts, transaction_id=transaction_id)
        )
        for lane in lanes:
            parts.bell.ring(lane)


def _expire(scope: Scope, parts: Parts, transaction_id: str) -> set[Lane]:
    business_now = parts.clock.business_now()
    case = load(scope, transaction_id)
    if not is_expired(case.known, now=business_now):
        return set()
    expired = move(case.known, Fact.APPROVAL_EXPIRED, now=business_now)
    return settle(scope, parts, case.knowing(expired), now=parts.clock.now())
