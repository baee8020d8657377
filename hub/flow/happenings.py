"""何が起きましたか: a person's word about an order that has left, shown and then done.

What is stored is only what is wanted; every call follows from it in its own commit, so
that a crash between two of them changes nothing but the time.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from hub.clock import tokyo_date
from hub.domain.after_shipping import AfterPlan, plan_after
from hub.domain.happening import ImpossibleError, Told
from hub.flow.cases import Case
from hub.flow.deeds import (
    Deed,
    InterventionError,
    carry_out,
    case_of_order,
    need_reason,
    note,
)
from hub.flow.settle import forget_refusals, settle
from hub.flow.tools import Parts
from hub.queue import Lane
from hub.store import journal, orders
from hub.store.journal import Entry
from hub.store.store import Scope

ToldAt = Callable[[datetime], Told]


def plan_ahead(
    parts: Parts, merchant_id: str, order_id: str, told_at: ToldAt
) -> AfterPlan:
    """Return what would follow from a person's word; raises InterventionError."""

    def work(scope: Scope) -> AfterPlan:
        return _planned(parts, case_of_order(scope, order_id), told_at)

    return parts.store.of(merchant_id).read(work)


def _planned(parts: Parts, case: Case, told_at: ToldAt) -> AfterPlan:
    now = parts.clock.business_now()
    try:
        return plan_after(
            case.wanted,
            case.known,
            case.policy(parts.profile),
            told_at(now),
            today=tokyo_date(now),
        )
    except ImpossibleError as error:
        raise InterventionError("it does not fit", code=error.code) from error


def carry_on(
    parts: Parts,
    merchant_id: str,
    order_id: str,
    told_at: ToldAt,
    *,
    seen: str,
    reason: str,
    user_id: str,
) -> None:
    """Do what a plan showed; `seen` is its stamp, and another one is not done."""
    need_reason(reason)
    told = told_at(parts.clock.business_now())

    def work(scope: Scope) -> set[Lane]:
        case = case_of_order(scope, order_id)
        plan = _planned(parts, case, told_at)
        if plan.stamp != seen:
            raise InterventionError("the plan is another", code="HUB-AFTER-103")
        if plan.is_left_open:
            raise InterventionError("it would stay open", code="HUB-AFTER-105")
        now = parts.clock.now()
        orders.save_wanted(scope, case.order, plan.wanted, now=now)
        _note(scope, case, plan, told, now=now)
        ahead = replace(
            case,
            order=replace(case.order, wanted=plan.wanted),
            wanted=plan.wanted,
            known=forget_refusals(case.known),
        )
        return settle(scope, parts, ahead, now=now)

    deed = Deed(
        user_id=user_id,
        action="happening",
        subject=order_id,
        detail={"happening": told.happening.value, "reason": reason},
    )
    carry_out(parts, merchant_id, deed, work)


def _note(
    scope: Scope, case: Case, plan: AfterPlan, told: Told, *, now: datetime
) -> None:
    journal.write(
        scope,
        Entry(
            kind=f"happened_{told.happening.value}",
            order_id=case.order.id,
            transaction_id=case.transaction.id,
            user_id=told.user_id,
            detail={
                "stage": plan.stage.value,
                "result": plan.result.value,
                "calls": [call.key for call in plan.calls],
                "old_total": int(plan.old_total),
                "new_total": int(plan.new_total),
                "refund": int(plan.refund),
            },
        ),
        now=now,
    )


def refund_done(parts: Parts, merchant_id: str, order_id: str, *, user_id: str) -> None:
    """Say that the shop has paid the buyer back."""

    def work(scope: Scope) -> set[Lane]:
        case = case_of_order(scope, order_id)
        refund = case.wanted.refund
        if refund is None or refund.done_on is not None:
            raise InterventionError("nothing is to be refunded", code="HUB-AFTER-101")
        done_on = tokyo_date(parts.clock.business_now())
        wanted = replace(case.wanted, refund=replace(refund, done_on=done_on))
        now = parts.clock.now()
        orders.save_wanted(scope, case.order, wanted, now=now)
        note(scope, parts, case, "refunded", user_id=user_id)
        return settle(scope, parts, replace(case, wanted=wanted), now=now)

    deed = Deed(user_id=user_id, action="refund_done", subject=order_id, detail={})
    carry_out(parts, merchant_id, deed, work)
