"""Payments whose cart waits no longer: its buyer has no order there."""

from dataclasses import replace
from datetime import datetime

from hub.contract.asking import AskKind, AskOutcome
from hub.contract.events import OrderCancelled
from hub.domain.asks import LOST_PAYMENT
from hub.domain.wanted import fold
from hub.flow.cases import Case
from hub.flow.settle import settle
from hub.flow.standings import standings_from
from hub.flow.tell import tell_asks
from hub.flow.tools import Parts
from hub.queue import Lane
from hub.store import asks, orders
from hub.store.operations import StoredOperation
from hub.store.store import Scope


def let_go(
    scope: Scope, parts: Parts, refused: StoredOperation, case: Case, *, now: datetime
) -> tuple[bool, set[Lane]]:
    """Tell the cart of its payment no more, and end the order that it does not have.

    Returns whether a person must look, and the lanes to ring. A denial that nobody
    waits for needs nobody. A cart that asked for more since knows its payment: what
    it says then contradicts itself, and ends nothing.
    """
    order = case.order
    told = {one.reference for one in standings_from(refused.payload)}
    found = [
        one
        for one in asks.of_order(scope, order.shop_id, order.order_number)
        if one.connection_id == refused.destination
    ]
    others = [one for one in found if one.kind is not AskKind.PAYMENT]
    lost = [one for one in found if one not in others and one.reference in told]
    for one in lost:
        asks.tell(scope, one.id, asks.LOST, now=now)
    if lost and all(one.outcome is AskOutcome.DENIED for one in lost):
        if not any(one.is_untold for one in others):
            return False, set()
        # They went with what was refused, and have their answers all the same.
        _tell_others(scope, parts, refused, case, now=now)
        return False, {Lane.CART}
    if not lost or others:
        return True, set()
    return True, settle(scope, parts, _ended(scope, case, now=now), now=now)


def _tell_others(
    scope: Scope, parts: Parts, refused: StoredOperation, case: Case, *, now: datetime
) -> None:
    tell_asks(
        scope,
        case,
        case.policy(parts.profile),
        destination=refused.destination,
        now=now,
        business_now=parts.clock.business_now(),
    )


def _ended(scope: Scope, case: Case, *, now: datetime) -> Case:
    ended = OrderCancelled(
        order_number=case.order.order_number, occurred_at=now, reason=LOST_PAYMENT
    )
    wanted = fold(case.wanted, ended)
    if wanted != case.wanted:
        orders.save_wanted(scope, case.order, wanted, now=now)
    return replace(case, wanted=wanted)
