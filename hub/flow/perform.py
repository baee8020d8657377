"""Road 4: record `sending`, send, store what came back and what follows from it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from hub.domain.known import Fact, Known, move
from hub.domain.plan import plan
from hub.flow.accepted import Question
from hub.flow.backoff import after_seconds, jittered
from hub.flow.calls import prepare
from hub.flow.cases import Case, load
from hub.flow.late import learn_late
from hub.flow.outcomes import Outcome, outcome_of
from hub.flow.push import Telling, begin_first, tell
from hub.flow.relay import Place, Relay
from hub.flow.settle import is_overtaken, settle
from hub.flow.steps import Step
from hub.flow.tools import Parts
from hub.provider.port import Exchange, Operation, PreparedCall, Refused
from hub.queue import Lane
from hub.store import (
    attempts,
    inquiries,
    journal,
    leases,
    operations,
    provider_codes,
    transactions,
)
from hub.store.journal import Entry
from hub.store.operations import StoredOperation
from hub.store.store import Scope

_LOOK_AGAIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """An operation whose attempt stands in the book before its first byte leaves."""

    operation: StoredOperation
    attempt_id: str
    call: PreparedCall


def perform(
    parts: Parts, claimed: StoredOperation, relay: Relay | None = None
) -> set[Lane]:
    """Perform one operation at the provider; returns the lanes that have work now."""
    parts.step(Step.LEASED)
    store = parts.store.of(claimed.merchant_id)
    begun = store.write(lambda scope: _begin(scope, parts, claimed))
    if begun is None:
        return {Lane.PROVIDER}
    return carry_out(parts, begun, relay)


def carry_out(parts: Parts, begun: Begun, relay: Relay | None = None) -> set[Lane]:
    """Send what was begun and store what follows; returns the lanes with work now.

    Where the cart's lane has a place, the same commit begins to tell the cart.
    """
    parts.step(Step.SENDING_COMMITTED)
    merchant_id = begun.operation.merchant_id

    def spool(raw: bytes) -> None:
        parts.step(Step.BYTES_SENT)
        parts.spool.keep(merchant_id, begun.attempt_id, raw)
        parts.step(Step.ANSWER_SPOOLED)

    exchange = parts.provider.send(begun.call, spool=spool)
    with Place(relay, merchant_id) as place:

        def conclude(scope: Scope) -> tuple[set[Lane], Telling | None]:
            lanes = finish(
                scope,
                parts,
                begun.operation,
                attempt_id=begun.attempt_id,
                exchange=exchange,
            )
            if not place.is_there or Lane.CART not in lanes:
                return lanes, None
            telling = begin_first(scope, parts, begun.operation.order_id)
            return lanes - {Lane.CART} if telling else lanes, telling

        lanes, telling = parts.store.of(merchant_id).write(conclude)
        parts.step(Step.RESULT_COMMITTED)
        if telling is not None:
            place.use(partial(_tell, parts, telling))
    parts.spool.forget(merchant_id, begun.attempt_id)
    return lanes


def _tell(parts: Parts, telling: Telling, _relay: Relay | None) -> set[Lane]:
    tell(parts, telling)
    return set()


def begin_at_once(scope: Scope, parts: Parts, case: Case) -> Begun | None:
    """Begin an order's first registration in the commit that planned it.

    None for anything else, which is claimed from the book as ever: also for an order
    that settling corrected by rule, which `case` does not know.
    """
    planned = operations.open_provider_operation(scope, case.transaction.id)
    is_first = (
        planned is not None
        and (planned.kind, planned.seq) == (Operation.REGISTER.value, 1)
        and (planned.state, planned.tries) == ("planned", 0)
    )
    stored = transactions.get(scope, case.transaction.id)
    if planned is None or stored is None or not is_first:
        return None
    if planned.payload["digest"] != case.wanted.digest:
        return None
    settled = replace(case, transaction=stored, known=stored.known)
    if not settled.policy(parts.profile).may_send:
        return None
    now = parts.clock.now()
    claimed = leases.begin_at_once(scope, planned, now=now)
    return None if claimed is None else _start(scope, parts, settled, claimed, now=now)


def _begin(scope: Scope, parts: Parts, claimed: StoredOperation) -> Begun | None:
    """Commit the attempt before its first byte (I-09), if it is still wanted."""
    now = parts.clock.now()
    business_now = parts.clock.business_now()
    case = load(scope, claimed.transaction_id)
    policy = case.policy(parts.profile)
    effect = plan(case.wanted, case.known, policy, now=business_now)
    if is_overtaken(scope, claimed, effect):
        operations.supersede(scope, claimed.id, now=now)
        settle(scope, parts, case, now=now)
        return None
    if not policy.may_send:
        # It may have been applied, and nothing may be sent: it waits for the mode.
        leases.give_back(
            scope, claimed, due_at=now + _LOOK_AGAIN, reason_code="", retry_class="R2"
        )
        return None
    if not leases.mark_sending(scope, claimed, now=now):
        return None
    return _start(scope, parts, case, claimed, now=now)


def _start(
    scope: Scope, parts: Parts, case: Case, claimed: StoredOperation, *, now: datetime
) -> Begun:
    call = prepare(scope, parts, case, Operation(claimed.kind), claimed.payload)
    attempt_id = attempts.begin(
        scope,
        claimed,
        request=call.stored,
        data_key_id=case.order.data_key_id,
        now=now,
    )
    if call.operation is Operation.REGISTER:
        business_now = parts.clock.business_now()
        known = move(case.known, Fact.REGISTRATION_SENT, now=business_now)
        _save_registering(scope, case, known, now=now)
    return Begun(operation=claimed, attempt_id=attempt_id, call=call)


def _save_registering(scope: Scope, case: Case, known: Known, *, now: datetime) -> None:
    transactions.save_known(
        scope, case.transaction.id, known, is_open=True, expires_at=None, now=now
    )
    journal.write(
        scope,
        Entry(
            kind="state",
            order_id=case.order.id,
            transaction_id=case.transaction.id,
            from_state=case.known.state.value,
            to_state=known.state.value,
        ),
        now=now,
    )


def finish(
    scope: Scope,
    parts: Parts,
    claimed: StoredOperation,
    *,
    attempt_id: str,
    exchange: Exchange,
) -> set[Lane]:
    """Store an answer and all that follows from it in one commit."""
    now = parts.clock.now()
    case = load(scope, claimed.transaction_id)
    if not leases.hold(scope, claimed):
        return learn_late(
            scope, parts, case, claimed, attempt_id=attempt_id, exchange=exchange
        )
    question = Question(
        operation=claimed,
        known=case.known,
        business_now=parts.clock.business_now(),
        first_unclear_at=_first_unclear_at(scope, parts, claimed),
        amends_after_report=parts.profile.amends_after_report,
    )
    outcome = outcome_of(question, exchange.answer)
    attempts.finish(
        scope,
        attempt_id,
        state=outcome.attempt_state,
        data_key_id=case.order.data_key_id,
        now=now,
        answer=exchange.raw,
        status=exchange.status or None,
        reason_code=outcome.reason_code,
        seconds=exchange.seconds,
    )
    _end_operation(scope, claimed, outcome, now=now)
    _note(scope, case, claimed, outcome, now=now)
    if isinstance(exchange.answer, Refused):
        provider_codes.collect(
            scope,
            [(error.point, error.code) for error in exchange.answer.errors],
            operation=claimed.kind,
            order_id=case.order.id,
            now=now,
        )
    lanes = settle(scope, parts, case.knowing(outcome.known), now=now)
    if outcome.is_out_of_order:
        inquiries.plan(
            scope, case.transaction.id, due_at=question.business_now, count=0
        )
        lanes.add(Lane.PROVIDER)
    return lanes


def _first_unclear_at(
    scope: Scope, parts: Parts, claimed: StoredOperation
) -> datetime | None:
    """Return the business time of the first attempt whose outcome is unclear."""
    # The try that is being finished stands as `sending` itself.
    is_first = claimed.tries <= 1
    found = None if is_first else attempts.first_unclear_at(scope, claimed.id)
    if found is None:
        return None
    return found + (parts.clock.business_now() - parts.clock.now())


def _end_operation(
    scope: Scope, claimed: StoredOperation, outcome: Outcome, *, now: datetime
) -> None:
    if outcome.operation_state != "planned":
        leases.end(
            scope,
            claimed,
            state=outcome.operation_state,
            now=now,
            reason_code=outcome.reason_code,
        )
        return
    if outcome.wait_seconds is None:
        due_at = jittered(outcome.retry_class, tries=claimed.tries, now=now)
    else:
        due_at = after_seconds(outcome.wait_seconds, now=now)
    leases.give_back(
        scope,
        claimed,
        due_at=due_at,
        reason_code=outcome.reason_code,
        retry_class=outcome.retry_class,
        kind=outcome.kind,
    )


def _note(
    scope: Scope,
    case: Case,
    claimed: StoredOperation,
    outcome: Outcome,
    *,
    now: datetime,
) -> None:
    journal.write(
        scope,
        Entry(
            kind="answer",
            order_id=case.order.id,
            transaction_id=case.transaction.id,
            code=outcome.reason_code,
            operation_id=claimed.id,
            detail={"operation": claimed.kind, "result": outcome.attempt_state},
        ),
        now=now,
    )
