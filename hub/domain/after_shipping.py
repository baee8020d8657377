"""何が起きましたか: what becomes of an order that has left, shown before it is done.

A person's word is folded into what is wanted and the calls fall out of `plan`, so that
what is shown and what is done are the same function.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from hub.contract.money import Yen
from hub.contract.order import InvoiceDelivery
from hub.domain.foresight import Foresight, foresee
from hub.domain.happening import (
    NOTHING,
    REPRICING,
    Happening,
    ImpossibleError,
    Told,
    folded,
)
from hub.domain.known import Known, State
from hub.domain.plan import Effect
from hub.domain.policy import Policy
from hub.domain.revision import Stated
from hub.domain.wanted import Wanted


class Stage(StrEnum):
    """How far the money is; after the report it is computed or a person's word."""

    BEFORE_REPORT = "before_report"
    REPORTED = "reported"
    INVOICE_ISSUED = "invoice_issued"
    ADVANCE_PAID = "advance_paid"
    BUYER_PAID = "buyer_paid"


class Result(StrEnum):
    """What becomes of the transaction."""

    CANCELLED = "cancelled"
    AMENDED = "amended"
    MOVED = "moved"
    UNCHANGED = "unchanged"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterPlan:
    """What would follow: the calls in their order, and what they mean for the money."""

    stage: Stage
    result: Result
    wanted: Wanted
    foresight: Foresight
    old_total: Yen
    new_total: Yen
    refund: Yen
    is_enclosed: bool
    stamp: str

    @property
    def calls(self) -> tuple[Effect, ...]:
        """Return the calls at the provider, in their order."""
        return self.foresight.effects

    @property
    def is_left_open(self) -> bool:
        """Tell whether a report would be taken back and could not be made again."""
        return self.foresight.end.taken_back_at is not None

    @property
    def is_rescreened(self) -> bool:
        """Tell whether a higher amount may lose the approval of goods that are out."""
        return self.result is Result.AMENDED and self.new_total > self.old_total


def stage_of(wanted: Wanted, known: Known, *, today: date) -> Stage:
    """Return how far the money is, on a day of Japan.

    No API tells what follows the report: a named person's word counts, and else the
    day on which the invoice is expected.
    """
    said = {statement.stated for statement in wanted.statements}
    if Stated.BUYER_PAID in said:
        return Stage.BUYER_PAID
    if Stated.ADVANCE_PAID in said:
        return Stage.ADVANCE_PAID
    if known.state is not State.SHIPMENT_REPORTED or known.reported is None:
        return Stage.BEFORE_REPORT
    issue_on = known.reported.expected_issue_on
    # Without a day it is the enclosed invoice, which left with the goods.
    is_issued = Stated.INVOICE_ISSUED in said or issue_on is None or today >= issue_on
    return Stage.INVOICE_ISSUED if is_issued else Stage.REPORTED


def choices(wanted: Wanted, known: Known) -> tuple[Happening, ...]:
    """Return what may be said of an order in its present state, () for nothing."""
    if wanted.is_cancelled or wanted.merged_into or wanted.told is None:
        return ()
    if known.in_doubt_since is not None:
        # Whatever keeps the order depends on whether its report stands.
        return (Happening.RETURNED, Happening.UNDELIVERED)
    if known.state is State.SHIPMENT_REPORTED:
        return tuple(Happening)
    if known.state is not State.AUTHORIZED:
        return ()
    return tuple(Happening) if wanted.shipped_parcels else (Happening.REDUCED,)


def plan_after(
    wanted: Wanted, known: Known, policy: Policy, told: Told, *, today: date
) -> AfterPlan:
    """Return what would follow from a person's word; raises ImpossibleError."""
    order = wanted.told
    if order is None or told.happening not in choices(wanted, known):
        raise ImpossibleError("HUB-AFTER-101")
    stated = replace(wanted, statements=(*wanted.statements, *told.paid))
    stage = stage_of(stated, known, today=today)
    is_paid = stage is Stage.BUYER_PAID
    after, refund = folded(
        stated, known, told, policy.parcels, order=order, is_paid=is_paid
    )
    foresight = foresee(after, known, policy, now=told.at)
    return AfterPlan(
        stage=stage,
        result=_result(after, known, told, refund=refund),
        wanted=after,
        foresight=foresight,
        old_total=order.total,
        new_total=_total(after),
        refund=refund,
        is_enclosed=order.invoice_delivery is InvoiceDelivery.ENCLOSED,
        stamp=_stamp(wanted, known),
    )


def _result(after: Wanted, known: Known, told: Told, *, refund: Yen) -> Result:
    if refund:
        return Result.REFUNDED
    if after.is_cancelled:
        return Result.CANCELLED
    if told.happening in REPRICING:
        return Result.AMENDED
    is_moved = told.happening is Happening.RESENT and known.reported is not None
    return Result.MOVED if is_moved else Result.UNCHANGED


def _total(wanted: Wanted) -> Yen:
    told = wanted.told
    return told.total if told and not wanted.is_cancelled else NOTHING


def _stamp(wanted: Wanted, known: Known) -> str:
    """Return a stamp of what a plan was made from, to notice that it changed since."""
    parcels = [(one.parcel, one.version) for one in wanted.parcels]
    reported = known.reported.tracking_number if known.reported else ""
    made_from = (wanted.digest, parcels, known.state, known.registered, reported)
    return hashlib.sha256(repr(made_from).encode()).hexdigest()[:16]
