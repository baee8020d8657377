"""Asking for the result of a screening: a read, by the profile's ladder."""

from dataclasses import replace
from datetime import datetime

from hub.domain.known import Fact, Known, OutOfOrderError, State, Trouble, move
from hub.flow.accepted import VERDICT_FACTS
from hub.flow.calls import credentials_of
from hub.flow.cases import Case, load
from hub.flow.outcomes import CREDENTIALS
from hub.flow.settle import settle
from hub.flow.tools import Parts
from hub.provider.port import (
    AlreadyCancelled,
    Exchange,
    PreparedCall,
    Refused,
    Screened,
)
from hub.queue import Lane
from hub.store import inquiries, operations
from hub.store.store import Scope
from hub.store.transactions import StoredTransaction

_STATE_OF_FACT = {
    Fact.SCREENING_STARTED: State.SCREENING,
    Fact.SCREENING_HELD: State.ON_HOLD,
    Fact.SCREENING_PASSED: State.AUTHORIZED,
    Fact.SCREENING_FAILED: State.DECLINED,
}


def inquire(parts: Parts, claimed: StoredTransaction) -> set[Lane]:
    """Ask for one screening; an answer that says nothing only sets the next time."""
    store = parts.store.of(claimed.merchant_id)

    def prepared(scope: Scope) -> PreparedCall:
        return parts.provider.inquire(
            provider_transaction_id=claimed.known.provider_transaction_id,
            credentials=credentials_of(scope, claimed.credential_set_id),
        )

    call = store.read(prepared)
    exchange = parts.provider.send(call)
    return store.write(lambda scope: _learn(scope, parts, claimed, exchange))


def _learn(
    scope: Scope, parts: Parts, claimed: StoredTransaction, exchange: Exchange
) -> set[Lane]:
    now = parts.clock.now()
    business_now = parts.clock.business_now()
    case = load(scope, claimed.id)
    if _is_stale(scope, case, claimed):
        # The answer may speak of the order as it was before: ask anew.
        inquiries.plan(
            scope, claimed.id, due_at=business_now, count=claimed.inquiry_count
        )
        return settle(scope, parts, case, now=now) | {Lane.PROVIDER}
    known = _after(case, exchange, business_now=business_now)
    if _are_credentials_refused(exchange):
        known = replace(known, trouble=_credentials(known, now=business_now))
    count = claimed.inquiry_count + 1
    due_at = parts.profile.polls.next_at(asked=count, now=business_now)
    inquiries.plan(scope, claimed.id, due_at=due_at, count=count)
    asked = replace(case.transaction, inquiry_due_at=due_at, inquiry_count=count)
    return settle(scope, parts, replace(case, known=known, transaction=asked), now=now)


def _is_stale(scope: Scope, case: Case, claimed: StoredTransaction) -> bool:
    """Tell whether something was, or is being, told to the provider meanwhile."""
    if case.known != claimed.known:
        return True
    waiting = operations.open_provider_operation(scope, claimed.id)
    return waiting is not None and waiting.state == "sending"


def _are_credentials_refused(exchange: Exchange) -> bool:
    answer = exchange.answer
    return isinstance(answer, Refused) and answer.are_credentials


def _credentials(known: Known, *, now: datetime) -> Trouble:
    """Return the trouble of refused credentials, which keeps its beginning."""
    held = known.trouble
    if held is not None and held.code == CREDENTIALS:
        return held
    return Trouble(code=CREDENTIALS, since=now)


def _after(case: Case, exchange: Exchange, *, business_now: datetime) -> Known:
    known = case.known
    if isinstance(exchange.answer, Screened):
        known = replace(known, trouble=None)
    try:
        match exchange.answer:
            case AlreadyCancelled():
                return move(known, Fact.CANCELLATION_CONFIRMED, now=business_now)
            case Screened(verdict=verdict, reasons=reasons):
                fact = VERDICT_FACTS[verdict]
                told = replace(known, reasons=tuple(reasons))
                if _STATE_OF_FACT[fact] is known.state:
                    # Nothing new, and a verdict asked for twice lives no longer.
                    return told if fact is Fact.SCREENING_HELD else known
                return move(told, fact, now=business_now)
            case _:
                return known
    except OutOfOrderError:
        return known
