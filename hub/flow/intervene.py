"""What a named person decides: each decision is audited, and legal or refused."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from hub.contract.errors import HubError
from hub.contract.events import OrderCancelled
from hub.domain.known import Fact, OutOfOrderError, State, move
from hub.domain.policy import Mode
from hub.domain.wanted import fold
from hub.flow.cases import Case, load, new_transaction
from hub.flow.settle import forget_refusals, settle
from hub.flow.tools import Parts
from hub.queue import Lane
from hub.store import (
    audit,
    inbox,
    journal,
    merchants,
    operations,
    orders,
    transactions,
)
from hub.store.journal import Entry
from hub.store.store import Scope

LONGEST_REASON = 500
_PLAIN_ID_LENGTH = 11


class InterventionError(HubError):
    """The decision is not possible in the present state; `code` says why."""

    code = "HUB-ACT-001"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Deed:
    """One audited decision."""

    user_id: str
    action: str
    subject: str
    detail: dict[str, str]


def _carry_out(
    parts: Parts, merchant_id: str, deed: _Deed, work: Callable[[Scope], set[Lane]]
) -> None:
    def audited(scope: Scope) -> set[Lane]:
        lanes = work(scope)
        audit.record(
            scope,
            user_id=deed.user_id,
            action=deed.action,
            subject=deed.subject,
            detail=deed.detail,
            now=parts.clock.now(),
        )
        return lanes

    for lane in parts.store.of(merchant_id).write(audited):
        parts.bell.ring(lane)


def replay_delivery(
    parts: Parts, merchant_id: str, delivery_id: str, *, user_id: str
) -> None:
    """Process a stored delivery again; what it did already is not done twice."""

    def work(scope: Scope) -> set[Lane]:
        if not inbox.replay(scope, delivery_id, now=parts.clock.now()):
            raise InterventionError("no such delivery", code="HUB-ACT-404")
        return {Lane.ABSORB}

    deed = _Deed(user_id=user_id, action="replay", subject=delivery_id, detail={})
    _carry_out(parts, merchant_id, deed, work)


def release_order(
    parts: Parts, merchant_id: str, order_id: str, *, user_id: str
) -> None:
    """Let an order be registered: under 承認制, or one from before the cut-over."""

    def work(scope: Scope) -> set[Lane]:
        now = parts.clock.now()
        case = _case_of_order(scope, order_id)
        if case.shop.mode is Mode.SHADOW:
            raise InterventionError("the shop sends nothing", code="HUB-ACT-002")
        orders.release(scope, order_id, user_id=user_id, now=now)
        _journal(scope, parts, case, "released", user_id=user_id)
        released = replace(case, order=replace(case.order, is_released=True))
        return settle(scope, parts, released, now=now)

    deed = _Deed(user_id=user_id, action="release", subject=order_id, detail={})
    _carry_out(parts, merchant_id, deed, work)


def close_attention(
    parts: Parts, merchant_id: str, transaction_id: str, *, reason: str, user_id: str
) -> None:
    """Close what needed attention, with a reason; it comes back with a new cause."""
    _need_reason(reason)

    def work(scope: Scope) -> set[Lane]:
        now = parts.clock.now()
        case = _case(scope, transaction_id)
        if not case.transaction.needs_attention:
            raise InterventionError("nothing needs attention", code="HUB-ACT-003")
        closed = {
            "code": case.transaction.attention_code,
            "state": case.known.state.value,
            "user_id": user_id,
            "reason": reason,
            "at": now.isoformat(),
        }
        transactions.close_attention(scope, transaction_id, closed=closed, now=now)
        code = case.transaction.attention_code
        _journal(scope, parts, case, "closed", user_id=user_id, code=code)
        return set()

    deed = _Deed(
        user_id=user_id,
        action="close_attention",
        subject=transaction_id,
        detail={"reason": reason},
    )
    _carry_out(parts, merchant_id, deed, work)


def send_again(
    parts: Parts, merchant_id: str, operation_id: str, *, user_id: str
) -> None:
    """Try a waiting or abandoned operation now; a registration in doubt never."""

    def work(scope: Scope) -> set[Lane]:
        now = parts.clock.now()
        found = operations.get(scope, operation_id)
        if found is None:
            raise InterventionError("no such operation", code="HUB-ACT-404")
        is_due = operations.try_now(scope, operation_id, now=now)
        if not is_due and not operations.reopen(scope, operation_id, now=now):
            raise InterventionError("it cannot be sent again", code="HUB-ACT-004")
        return {Lane(found.target)}

    deed = _Deed(user_id=user_id, action="send_again", subject=operation_id, detail={})
    _carry_out(parts, merchant_id, deed, work)


def retry_refused(
    parts: Parts, merchant_id: str, transaction_id: str, *, user_id: str
) -> None:
    """Try once more what the provider refused, after something changed outside."""

    def work(scope: Scope) -> set[Lane]:
        case = _case(scope, transaction_id)
        if not case.known.refused:
            raise InterventionError("nothing was refused", code="HUB-ACT-005")
        _journal(scope, parts, case, "retried", user_id=user_id)
        known = forget_refusals(case.known)
        return settle(scope, parts, case.knowing(known), now=parts.clock.now())

    deed = _Deed(user_id=user_id, action="retry", subject=transaction_id, detail={})
    _carry_out(parts, merchant_id, deed, work)


def adopt(
    parts: Parts,
    merchant_id: str,
    transaction_id: str,
    *,
    provider_transaction_id: str,
    typed_number: str,
    user_id: str,
) -> None:
    """Take over a transaction that exists at the provider, by its お問合せ番号."""
    number = provider_transaction_id.strip()
    if not number.isascii() or not number.isalnum() or len(number) > _PLAIN_ID_LENGTH:
        raise InterventionError("not an inquiry number", code="HUB-ACT-006")

    def work(scope: Scope) -> set[Lane]:
        case = _typed(_case(scope, transaction_id), typed_number)
        if transactions.is_known_id(scope, number):
            raise InterventionError("another order has it", code="HUB-ACT-007")
        order = case.wanted.order
        known = replace(
            _moved(parts, case, Fact.ADOPTED).known,
            provider_transaction_id=number,
            registered=case.wanted.digest,
            amount=order.total if order else None,
        )
        _journal(scope, parts, case, "adopted", user_id=user_id)
        operations.abandon_unclear(scope, transaction_id, now=parts.clock.now())
        lanes = settle(scope, parts, case.knowing(known), now=parts.clock.now())
        transactions.plan_inquiry(
            scope, transaction_id, due_at=parts.clock.business_now(), count=0
        )
        return lanes | {Lane.PROVIDER}

    deed = _Deed(
        user_id=user_id,
        action="adopt",
        subject=transaction_id,
        detail={"provider_transaction_id": number},
    )
    _carry_out(parts, merchant_id, deed, work)


def register_again(
    parts: Parts,
    merchant_id: str,
    transaction_id: str,
    *,
    typed_number: str,
    user_id: str,
) -> None:
    """Give an unclear registration up and register anew, under the next number."""

    def work(scope: Scope) -> set[Lane]:
        now = parts.clock.now()
        case = _typed(_case(scope, transaction_id), typed_number)
        given_up = _moved(parts, case, Fact.GIVEN_UP)
        _journal(scope, parts, case, "given_up", user_id=user_id)
        # Its end is told by the new generation, not as a cancellation.
        transactions.save_known(
            scope,
            transaction_id,
            given_up.known,
            is_open=False,
            expires_at=None,
            now=now,
        )
        transactions.save_attention(scope, transaction_id, None, now=now)
        fresh = new_transaction(
            scope,
            parts,
            case.shop,
            case.order,
            generation=case.transaction.generation + 1,
            now=now,
        )
        again = replace(case, transaction=fresh, known=fresh.known)
        return settle(scope, parts, again, now=now)

    deed = _Deed(
        user_id=user_id, action="register_again", subject=transaction_id, detail={}
    )
    _carry_out(parts, merchant_id, deed, work)


def cancel_transaction(
    parts: Parts,
    merchant_id: str,
    order_id: str,
    *,
    reason: str,
    typed_number: str,
    user_id: str,
) -> None:
    """Cancel the deferred payment of an order, as its cancellation in the cart does."""
    _need_reason(reason)

    def work(scope: Scope) -> set[Lane]:
        now = parts.clock.now()
        case = _typed(_case_of_order(scope, order_id), typed_number)
        if case.known.state in (State.CANCELLED, State.DECLINED):
            raise InterventionError("it is ended already", code="HUB-ACT-008")
        event = OrderCancelled(
            order_number=case.order.order_number, occurred_at=now, reason=reason
        )
        wanted = fold(case.wanted, event)
        orders.save_wanted(scope, case.order, wanted, now=now)
        _journal(scope, parts, case, "cancel_wanted", user_id=user_id)
        return settle(scope, parts, replace(case, wanted=wanted), now=now)

    deed = _Deed(
        user_id=user_id, action="cancel", subject=order_id, detail={"reason": reason}
    )
    _carry_out(parts, merchant_id, deed, work)


def set_mode(
    parts: Parts, merchant_id: str, shop_id: str, *, mode: Mode, user_id: str
) -> None:
    """Change how far a shop lets the hub go by itself."""

    def work(scope: Scope) -> set[Lane]:
        if shop_id not in merchants.shop_ids(scope):
            raise InterventionError("no such shop", code="HUB-ACT-404")
        merchants.set_mode(scope, shop_id, mode)
        # What waited for the mode is planned now, and what it forbids is not.
        lanes: set[Lane] = set()
        for transaction_id in transactions.unfinished_of_shop(scope, shop_id):
            case = load(scope, transaction_id)
            lanes |= settle(scope, parts, case, now=parts.clock.now())
        return lanes

    deed = _Deed(
        user_id=user_id,
        action="set_mode",
        subject=shop_id,
        detail={"mode": mode.value},
    )
    _carry_out(parts, merchant_id, deed, work)


def _case(scope: Scope, transaction_id: str) -> Case:
    try:
        return load(scope, transaction_id)
    except LookupError as error:
        raise InterventionError("no such transaction", code="HUB-ACT-404") from error


def _case_of_order(scope: Scope, order_id: str) -> Case:
    found = transactions.current(scope, order_id)
    if found is None:
        raise InterventionError("no such order", code="HUB-ACT-404")
    return _case(scope, found.id)


def _typed(case: Case, typed_number: str) -> Case:
    if typed_number.strip() != case.order.order_number:
        raise InterventionError("the number differs", code="HUB-ACT-009")
    return case


def _moved(parts: Parts, case: Case, fact: Fact) -> Case:
    try:
        known = move(case.known, fact, now=parts.clock.business_now())
    except OutOfOrderError as error:
        raise InterventionError("not in this state") from error
    return case.knowing(known)


def _need_reason(reason: str) -> None:
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise InterventionError("a reason is needed", code="HUB-ACT-010")


def _journal(
    scope: Scope, parts: Parts, case: Case, kind: str, *, user_id: str, code: str = ""
) -> None:
    journal.write(
        scope,
        Entry(
            kind=kind,
            order_id=case.order.id,
            transaction_id=case.transaction.id,
            user_id=user_id,
            code=code,
        ),
        now=parts.clock.now(),
    )
