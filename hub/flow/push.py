"""Road 5: tell a cart what happened, on the ladder R10, the same id on every try."""

from dataclasses import dataclass
from datetime import datetime

import orjson

from hub import log, metrics
from hub.contract.errors import (
    AskEndedError,
    CartBusyError,
    CartGoneError,
    CartRefusedError,
    CartUnavailableError,
    HubError,
)
from hub.contract.updates import PushReceipt
from hub.domain.verdict import Attention
from hub.flow.backoff import next_callback, next_when_busy
from hub.flow.cases import load
from hub.flow.connection_view import let_in
from hub.flow.lost_payments import let_go
from hub.flow.settle import look_when_told
from hub.flow.standings import (
    note_told,
    says_of_asks,
    with_standings,
)
from hub.flow.steps import Step
from hub.flow.tell import update_from
from hub.flow.tools import Parts
from hub.queue import Lane
from hub.registry import UnknownConnectorError
from hub.store import (
    attempts,
    connections,
    journal,
    leases,
    operations,
    orders,
    transactions,
)
from hub.store.connections import StoredConnection
from hub.store.journal import Entry
from hub.store.operations import StoredOperation
from hub.store.store import Scope

_logger = log.get("push")
_LOST = "HUB-HTTP-002"


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """An update whose attempt stands in the book before its first byte leaves."""

    operation: StoredOperation
    attempt_id: str
    data_key_id: str
    connection: StoredConnection


def push(parts: Parts, claimed: StoredOperation) -> None:
    """Tell one cart one update."""
    store = parts.store.of(claimed.merchant_id)
    sending = store.write(lambda scope: _begin(scope, parts, claimed))
    if sending is not None:
        tell(parts, sending)


def tell(parts: Parts, sending: Telling) -> None:
    """Send an update that was begun, and store how that ended."""
    claimed = sending.operation
    store = parts.store.of(claimed.merchant_id)
    try:
        receipt = _send(parts, claimed, sending.connection)
    except HubError as error:
        failure = error
        metrics.count(metrics.PUSHES, sending.connection.connector, failure.code)
        lanes = store.write(
            lambda scope: _failed(scope, parts, claimed, sending, failure)
        )
        for lane in lanes:
            parts.bell.ring(lane)
        return
    metrics.count(metrics.PUSHES, sending.connection.connector, "delivered")
    parts.step(Step.CALLBACK_SENT)
    store.write(lambda scope: _delivered(scope, parts, claimed, sending, receipt))


def _begin(scope: Scope, parts: Parts, claimed: StoredOperation) -> Telling | None:
    now = parts.clock.now()
    connection = connections.get(scope, claimed.destination, now=now)
    key_id = orders.data_key_of(scope, claimed.order_id)
    if connection is None or key_id is None or connection.is_push_disabled:
        leases.end(scope, claimed, state="refused", now=now, reason_code="HUB-CART-410")
        return None
    update = with_standings(scope, parts, claimed, connection)
    if update is None:
        leases.end(scope, claimed, state="superseded", now=now)
        return None
    if not leases.mark_sending(scope, claimed, now=now):
        return None
    return _start(scope, update, connection, data_key_id=key_id, now=now)


def begin_first(scope: Scope, parts: Parts, order_id: str) -> Telling | None:
    """Begin an order's first update in the commit that planned it.

    None for any other, which may stand behind one that is on its way (I-23).
    """
    planned = operations.planned_updates(scope, order_id)
    if [(one.seq, one.tries) for one in planned] != [(1, 0)]:
        return None
    now = parts.clock.now()
    connection = connections.get(scope, planned[0].destination, now=now)
    key_id = orders.data_key_of(scope, order_id)
    if connection is None or key_id is None or connection.is_push_disabled:
        return None
    update = with_standings(scope, parts, planned[0], connection)
    claimed = leases.begin_at_once(scope, update, now=now) if update else None
    if claimed is None:
        return None
    return _start(scope, claimed, connection, data_key_id=key_id, now=now)


def _start(
    scope: Scope,
    claimed: StoredOperation,
    connection: StoredConnection,
    *,
    data_key_id: str,
    now: datetime,
) -> Telling:
    attempt_id = attempts.begin(
        scope,
        claimed,
        request=orjson.dumps(claimed.payload),
        data_key_id=data_key_id,
        now=now,
    )
    return Telling(
        operation=claimed,
        attempt_id=attempt_id,
        data_key_id=data_key_id,
        connection=connection,
    )


def _send(
    parts: Parts, claimed: StoredOperation, connection: StoredConnection
) -> PushReceipt:
    try:
        connector = parts.registry.connector(connection.connector)
    except UnknownConnectorError as error:
        raise CartRefusedError("the connector is not installed") from error
    with let_in(parts, connection) as view:
        return connector.push(update_from(claimed.id, claimed.payload), view)


def _delivered(
    scope: Scope,
    parts: Parts,
    claimed: StoredOperation,
    sending: Telling,
    receipt: PushReceipt,
) -> None:
    now = parts.clock.now()
    if says_of_asks(claimed):
        # Whoever decides a request locks its order first.
        load(scope, claimed.transaction_id)
    if not leases.hold(scope, claimed):
        return
    attempts.finish(
        scope,
        sending.attempt_id,
        state="done",
        data_key_id=sending.data_key_id,
        now=now,
        status=receipt.status,
    )
    leases.end(scope, claimed, state="done", now=now)
    note_told(scope, claimed, receipt.ways, now=now)
    look_when_told(scope, parts, claimed.transaction_id, now=now)


def _failed(
    scope: Scope,
    parts: Parts,
    claimed: StoredOperation,
    sending: Telling,
    error: HubError,
) -> set[Lane]:
    now = parts.clock.now()
    is_ended = isinstance(error, AskEndedError)
    # Whoever settles an order locks it before its operations.
    case = load(scope, claimed.transaction_id) if is_ended else None
    if not leases.hold(scope, claimed):
        return set()
    attempts.finish(
        scope,
        sending.attempt_id,
        state="unclear" if isinstance(error, CartUnavailableError) else "refused",
        data_key_id=sending.data_key_id,
        now=now,
        reason_code=error.code,
    )
    _logger.info("push_failed", operation_id=claimed.id, code=error.code)
    if isinstance(error, CartUnavailableError):
        _try_later(scope, claimed, code=error.code, now=now, error=error)
        return set()
    if isinstance(error, CartGoneError):
        connections.disable_push(scope, claimed.destination, now=now)
    if case is None:
        _abandon(scope, claimed, code=error.code, now=now)
        return set()
    needs_person, lanes = let_go(scope, parts, claimed, case, now=now)
    if needs_person:
        _abandon(scope, claimed, code=error.code, now=now)
    else:
        leases.end(scope, claimed, state="superseded", now=now, reason_code=error.code)
    return lanes


def _try_later(
    scope: Scope,
    claimed: StoredOperation,
    *,
    code: str,
    now: datetime,
    error: CartUnavailableError | None = None,
) -> None:
    """Go one step up the ladder R10, unless there is something newer to tell."""
    if leases.has_newer(scope, claimed):
        leases.end(scope, claimed, state="superseded", now=now, reason_code=code)
        return
    wait = error.retry_after_seconds if error else None
    due_at, tries = None, claimed.tries - 1
    if isinstance(error, CartBusyError):
        # Who is only busy is waited for on the same step.
        due_at = next_when_busy(wait, since=claimed.created_at, now=now)
    if due_at is None:
        tries = claimed.tries
        due_at = next_callback(tries=tries, retry_after_seconds=wait, now=now)
    if due_at is None:
        _abandon(scope, claimed, code=code, now=now)
        return
    why = {"reason_code": code, "retry_class": "R10"}
    leases.give_back(scope, claimed, due_at=due_at, tries=tries, **why)


def take_back(
    scope: Scope, lapsed: StoredOperation, *, attempt_id: str, now: datetime
) -> None:
    """Plan an update again whose process died while it told the cart (C14).

    A cart that hears the same update twice knows it by its id.
    """
    key_id = orders.data_key_of(scope, lapsed.order_id)
    if key_id is None:
        raise LookupError(f"no order {lapsed.order_id}")
    attempts.finish(
        scope,
        attempt_id,
        state="unclear",
        data_key_id=key_id,
        now=now,
        reason_code=_LOST,
    )
    _try_later(scope, lapsed, code=_LOST, now=now)


def _abandon(
    scope: Scope, claimed: StoredOperation, *, code: str, now: datetime
) -> None:
    """Give up and say so; the alarm of the order itself, where there is one, stays."""
    leases.end(scope, claimed, state="refused", now=now, reason_code=code)
    stored = transactions.get(scope, claimed.transaction_id)
    if stored is not None and not stored.needs_attention:
        transactions.save_attention(
            scope, claimed.transaction_id, Attention(code=code), now=now
        )
    journal.write(
        scope,
        Entry(
            kind="push_abandoned",
            order_id=claimed.order_id,
            transaction_id=claimed.transaction_id,
            code=code,
            operation_id=claimed.id,
        ),
        now=now,
    )
