"""What a cart's requests are answered, decided in the commit that decides the rest."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hub.contract.asking import AskKind, AskOutcome
from hub.contract.events import OrderCancelled
from hub.domain.asks import HOPELESS, is_folded, outcome_of
from hub.domain.findings import Finding, blocking
from hub.domain.known import State
from hub.domain.wanted import Wanted, denied, fold
from hub.flow.cases import Case
from hub.flow.own_check import checked
from hub.flow.tools import Parts
from hub.store import asks, journal, orders, transactions
from hub.store.asks import StoredAsk
from hub.store.journal import Entry
from hub.store.store import Scope

# A screening that takes longer is told to the cart, and to the buyer who waits.
SLOW_AFTER = timedelta(seconds=30)
# The provider said itself that its answer takes time.
_TAKES_TIME = frozenset({State.SCREENING, State.ON_HOLD})
_DENIED = "ask.denied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What is wanted and known after the answers, and which connections hear them."""

    case: Case
    findings: tuple[Finding, ...]
    connections: frozenset[str] = frozenset()


def are_heard(parts: Parts) -> bool:
    """Tell whether any connector that is there asks."""
    connectors = parts.registry.connectors.values()
    return any(one.ask is not None for one in connectors)


def answered(
    scope: Scope,
    parts: Parts,
    case: Case,
    findings: tuple[Finding, ...],
    *,
    now: datetime,
    business_now: datetime,
) -> Answered:
    """Decide the open requests of an order.

    An answer may change what is wanted, and so what another request is answered: a
    payment that is denied ends its order, a refund that is denied takes nothing off.
    """
    open_ones = _open_asks(scope, parts, case)
    final: dict[str, AskOutcome] = {}
    while (
        wanted := _after_answers(case, findings, open_ones, final, now=now)
    ) != case.wanted:
        orders.save_wanted(scope, case.order, wanted, now=now)
        case = replace(case, wanted=wanted)
        case, found = checked(scope, parts, case, now=now, business_now=business_now)
        if found or not wanted.is_cancelled:
            # What stood in the way of an order that it ended is still what is told.
            findings = found
    connections = {
        one.connection_id
        for one in open_ones
        if _stored(scope, case, one, final.get(one.id), now=now)
    }
    return Answered(case=case, findings=findings, connections=frozenset(connections))


def _open_asks(scope: Scope, parts: Parts, case: Case) -> Sequence[StoredAsk]:
    if not are_heard(parts):
        return ()
    order = case.order
    found = asks.of_order(scope, order.shop_id, order.order_number)
    open_ones = [one for one in found if not one.is_final]
    if not open_ones:
        return ()
    current = transactions.current(scope, order.id)
    # What becomes of an earlier generation answers nothing.
    is_current = current is not None and current.id == case.transaction.id
    return open_ones if is_current else ()


def _after_answers(
    case: Case,
    findings: tuple[Finding, ...],
    open_ones: Sequence[StoredAsk],
    final: dict[str, AskOutcome],
    *,
    now: datetime,
) -> Wanted:
    """Decide until an answer changes what is wanted; returns that."""
    for one in open_ones:
        if one.id in final:
            continue
        outcome = _outcome(case, findings, one, now=now)
        if outcome is AskOutcome.PENDING:
            continue
        final[one.id] = outcome
        if outcome is AskOutcome.DENIED:
            wanted = _denied(case, one, now=now)
            if wanted != case.wanted:
                return wanted
    return case.wanted


def _outcome(
    case: Case, findings: tuple[Finding, ...], one: StoredAsk, *, now: datetime
) -> AskOutcome:
    is_expired = now >= one.expires_at
    if _is_unheard(case, one):
        # Its delivery is not absorbed yet, or set aside. What is denied is not folded
        # any more when it comes.
        return AskOutcome.DENIED if is_expired else AskOutcome.PENDING
    return outcome_of(
        one.kind,
        case.wanted,
        case.known,
        case.shop.mode,
        is_expired=is_expired,
        is_given_up=one.given_up_at is not None,
        is_hopeless=_is_hopeless(case, findings),
    )


def _is_hopeless(case: Case, findings: tuple[Finding, ...]) -> bool:
    # Of an app that is gone nobody would bring the parcels.
    is_alone = case.shop.app_removed_at is not None
    return is_alone or any(found.code in HOPELESS for found in blocking(findings))


def _is_unheard(case: Case, one: StoredAsk) -> bool:
    if case.wanted.order is None:
        return False
    return not is_folded(one.kind, one.reference, case.wanted)


def _denied(case: Case, one: StoredAsk, *, now: datetime) -> Wanted:
    wanted = case.wanted
    if one.kind is AskKind.PAYMENT:
        ended = OrderCancelled(
            order_number=case.order.order_number, occurred_at=now, reason=_DENIED
        )
        return fold(wanted, ended)
    if one.kind is not AskKind.VOID and not wanted.is_cancelled:
        # What the cart did not give back or charge stays as the provider holds it.
        return denied(wanted, one.reference)
    return wanted


def _stored(
    scope: Scope,
    case: Case,
    one: StoredAsk,
    final: AskOutcome | None,
    *,
    now: datetime,
) -> bool:
    """Store how a request stands; True where its cart is to be told."""
    outcome = final or _pending(case, one, now=now)
    look_at = None if final else _look_at(case, one, outcome)
    if (outcome, look_at) == (one.outcome, one.look_at):
        return False
    asks.decide(scope, one.id, outcome, look_at=look_at, now=now)
    if outcome is None or outcome is one.outcome:
        return False
    journal.write(
        scope,
        Entry(
            kind="ask",
            order_id=case.order.id,
            transaction_id=case.transaction.id,
            code=f"{one.kind.value}.{outcome.value}",
        ),
        now=now,
    )
    return True


def _pending(case: Case, one: StoredAsk, *, now: datetime) -> AskOutcome | None:
    """Return PENDING where that is told: of a payment whose answer takes its time."""
    if one.kind is not AskKind.PAYMENT or case.wanted.order is None:
        return None
    is_slow = case.known.state in _TAKES_TIME or now >= one.asked_at + SLOW_AFTER
    # Once told it stays, whatever state comes before the answer.
    return AskOutcome.PENDING if is_slow or one.outcome else None


def _look_at(case: Case, one: StoredAsk, outcome: AskOutcome | None) -> datetime | None:
    if one.kind is AskKind.PAYMENT:
        is_soon = outcome is None and case.wanted.order is not None
        return one.asked_at + SLOW_AFTER if is_soon else one.expires_at
    is_waiting = case.wanted.order is None or _is_unheard(case, one)
    return one.expires_at if is_waiting else None
