"""Answers that come after the lease was taken back: kept, and believed where proof."""

from hub import log
from hub.domain.known import State
from hub.flow.accepted import Question
from hub.flow.cases import Case
from hub.flow.outcomes import outcome_of
from hub.flow.settle import settle
from hub.flow.tools import Parts
from hub.provider.port import Exchange, Operation, Screened
from hub.queue import Lane
from hub.store import attempts, journal, operations
from hub.store.journal import Entry
from hub.store.operations import StoredOperation
from hub.store.store import Scope

_logger = log.get("late")


def learn_late(
    scope: Scope,
    parts: Parts,
    case: Case,
    claimed: StoredOperation,
    *,
    attempt_id: str,
    exchange: Exchange,
) -> set[Lane]:
    """Keep a late answer; a registration that nobody decided about is thereby clear.

    What a person decided in the meantime stands, and every other operation is said
    again anyway.
    """
    _logger.warning("late_answer", operation_id=claimed.id)
    if not exchange.raw:
        return set()
    is_proof = _is_proof(scope, case, claimed, exchange)
    is_kept = attempts.keep_late(
        scope,
        attempt_id,
        data_key_id=case.order.data_key_id,
        answer=exchange.raw,
        status=exchange.status or None,
        is_proof=is_proof,
    )
    if not is_kept or not is_proof:
        return set()
    now = parts.clock.now()
    operations.answered_late(scope, claimed.id, now=now)
    question = Question(
        operation=claimed, known=case.known, business_now=parts.clock.business_now()
    )
    outcome = outcome_of(question, exchange.answer)
    journal.write(
        scope,
        Entry(
            kind="answer",
            order_id=case.order.id,
            transaction_id=case.transaction.id,
            operation_id=claimed.id,
            detail={"operation": claimed.kind, "result": outcome.attempt_state},
        ),
        now=now,
    )
    return settle(scope, parts, case.knowing(outcome.known), now=now)


def _is_proof(
    scope: Scope, case: Case, claimed: StoredOperation, exchange: Exchange
) -> bool:
    stored = operations.get(scope, claimed.id)
    return (
        claimed.kind == Operation.REGISTER.value
        and stored is not None
        and stored.state == "unclear"
        and case.known.state is State.UNCLEAR
        and isinstance(exchange.answer, Screened)
    )
