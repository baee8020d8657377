"""What a named person decides: each decision is audited, and legal or refused."""

from dataclasses import replace

from hub.contract.events import OrderCancelled
from hub.domain.known import State
from hub.domain.policy import Mode
from hub.domain.wanted import fold
from hub.flow.cases import load
from hub.flow.deeds import (
    LONGEST_REASON,
    Deed,
    InterventionError,
    carry_out,
    case_of,
    case_of_order,
    need_reason,
    note,
    typed,
)
from hub.flow.settle import closed_before, closed_cause, forget_refusals, settle
from hub.flow.tag_deeds import may_go_automatic
from hub.flow.tools import Parts
from hub.flow.unclear import adopt, register_again, settle_report
from hub.queue import Lane
from hub.store import inbox, merchants, operations, orders, transactions
from hub.store.store import Scope

# How many closed causes a transaction remembers.
_CLOSED_KEPT = 20

__all__ = [
    "LONGEST_REASON",
    "InterventionError",
    "adopt",
    "cancel_transaction",
    "close_attention",
    "register_again",
    "release_order",
    "replay_delivery",
    "retry_refused",
    "send_again",
    "set_mode",
    "settle_report",
]


def replay_delivery(
    parts: Parts, merchant_id: str, delivery_id: str, *, user_id: str
) -> None:
    """Process a stored delivery again; what it did already is not done twice."""

    def work(scope: Scope) -> set[Lane]:
        if not inbox.replay(scope, delivery_id, now=parts.clock.now()):
            raise InterventionError("no such delivery", code="HUB-ACT-404")
        return {Lane.ABSORB}

    deed = Deed(user_id=user_id, action="replay", subject=delivery_id, detail={})
    carry_out(parts, merchant_id, deed, work)


def release_order(
    parts: Parts, merchant_id: str, order_id: str, *, user_id: str
) -> None:
    """Let an order be registered: under 承認制, or one from before the cut-over."""

    def work(scope: Scope) -> set[Lane]:
        now = parts.clock.now()
        case = case_of_order(scope, order_id)
        if case.shop.mode is Mode.SHADOW:
            raise InterventionError("the shop sends nothing", code="HUB-ACT-002")
        orders.release(scope, order_id, user_id=user_id, now=now)
        note(scope, parts, case, "released", user_id=user_id)
        released = replace(case, order=replace(case.order, is_released=True))
        return settle(scope, parts, released, now=now)

    deed = Deed(user_id=user_id, action="release", subject=order_id, detail={})
    carry_out(parts, merchant_id, deed, work)


def close_attention(
    parts: Parts, merchant_id: str, transaction_id: str, *, reason: str, user_id: str
) -> None:
    """Close what needed attention, with a reason; it comes back with a new cause."""
    need_reason(reason)

    def work(scope: Scope) -> set[Lane]:
        now = parts.clock.now()
        case = case_of(scope, transaction_id)
        if not case.transaction.needs_attention:
            raise InterventionError("nothing needs attention", code="HUB-ACT-003")
        before = [{**one, "before": []} for one in closed_before(case)]
        closed = {
            **closed_cause(case, case.transaction.attention_code),
            "user_id": user_id,
            "reason": reason,
            "at": now.isoformat(),
            "before": before[:_CLOSED_KEPT],
        }
        transactions.close_attention(scope, transaction_id, closed=closed, now=now)
        code = case.transaction.attention_code
        note(scope, parts, case, "closed", user_id=user_id, code=code)
        # Another cause may stand beneath the one that was closed.
        return settle(scope, parts, case_of(scope, transaction_id), now=now)

    deed = Deed(
        user_id=user_id,
        action="close_attention",
        subject=transaction_id,
        detail={"reason": reason},
    )
    carry_out(parts, merchant_id, deed, work)


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

    deed = Deed(user_id=user_id, action="send_again", subject=operation_id, detail={})
    carry_out(parts, merchant_id, deed, work)


def retry_refused(
    parts: Parts, merchant_id: str, transaction_id: str, *, user_id: str
) -> None:
    """Try once more what the provider refused, after something changed outside."""

    def work(scope: Scope) -> set[Lane]:
        case = case_of(scope, transaction_id)
        if not case.known.refused:
            raise InterventionError("nothing was refused", code="HUB-ACT-005")
        note(scope, parts, case, "retried", user_id=user_id)
        known = forget_refusals(case.known)
        return settle(scope, parts, case.knowing(known), now=parts.clock.now())

    deed = Deed(user_id=user_id, action="retry", subject=transaction_id, detail={})
    carry_out(parts, merchant_id, deed, work)


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
    need_reason(reason)

    def work(scope: Scope) -> set[Lane]:
        now = parts.clock.now()
        case = typed(case_of_order(scope, order_id), typed_number)
        if case.known.state in (State.CANCELLED, State.DECLINED):
            raise InterventionError("it is ended already", code="HUB-ACT-008")
        event = OrderCancelled(
            order_number=case.order.order_number, occurred_at=now, reason=reason
        )
        wanted = fold(case.wanted, event)
        orders.save_wanted(scope, case.order, wanted, now=now)
        note(scope, parts, case, "cancel_wanted", user_id=user_id)
        return settle(scope, parts, replace(case, wanted=wanted), now=now)

    deed = Deed(
        user_id=user_id, action="cancel", subject=order_id, detail={"reason": reason}
    )
    carry_out(parts, merchant_id, deed, work)


def set_mode(
    parts: Parts, merchant_id: str, shop_id: str, *, mode: Mode, user_id: str
) -> None:
    """Change how far a shop lets the hub go by itself; 自動 needs the tag (S22)."""

    def work(scope: Scope) -> set[Lane]:
        if shop_id not in merchants.shop_ids(scope):
            raise InterventionError("no such shop", code="HUB-ACT-404")
        if mode is Mode.AUTOMATIC and not may_go_automatic(scope, parts, shop_id):
            raise InterventionError("its tag is a sample", code="HUB-TAG-001")
        merchants.set_mode(scope, shop_id, mode)
        # What waited for the mode is planned now, and what it forbids is not.
        lanes: set[Lane] = set()
        for transaction_id in transactions.unfinished_of_shop(scope, shop_id):
            case = load(scope, transaction_id)
            lanes |= settle(scope, parts, case, now=parts.clock.now())
        return lanes

    deed = Deed(
        user_id=user_id,
        action="set_mode",
        subject=shop_id,
        detail={"mode": mode.value},
    )
    carry_out(parts, merchant_id, deed, work)
