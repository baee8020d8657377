"""Every happening in every stage: the calls, the money, and what a person must do."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from hub.contract.events import OrderAmended, version_of
from hub.contract.money import Yen
from hub.contract.order import InvoiceDelivery, LineKind
from hub.domain.after_shipping import Result, Stage, choices, plan_after, stage_of
from hub.domain.happening import Happening, ImpossibleError, Told
from hub.domain.known import State
from hub.domain.policy import Mode, Policy
from hub.domain.revision import Stated, Statement
from hub.domain.wanted import fold
from tests.domain.specimens import (
    CHEAPER,
    NOW,
    ORDER,
    PARCEL,
    REPORTED,
    known,
    shipped,
    wanted,
)

H, G, S = Happening, Stage, State
OTHER = replace(
    PARCEL,
    carrier="佐川急便",
    tracking_number="512547514334",
    shipped_at=NOW + timedelta(minutes=1),
)
BEFORE_ISSUE, ISSUED = date(2026, 11, 23), date(2026, 11, 24)
PAID = Statement(stated=Stated.BUYER_PAID, on=BEFORE_ISSUE, user_id="u")
ADVANCED = replace(PAID, stated=Stated.ADVANCE_PAID)
AUTHORIZED = known(S.AUTHORIZED)
SHIPPED = known(S.SHIPMENT_REPORTED, authorized_at=NOW)
# Stage: what is known, the day, and what a person stated with the happening.
AT = {
    G.BEFORE_REPORT: (AUTHORIZED, BEFORE_ISSUE, ()),
    G.REPORTED: (SHIPPED, BEFORE_ISSUE, ()),
    G.INVOICE_ISSUED: (SHIPPED, ISSUED, ()),
    G.ADVANCE_PAID: (SHIPPED, ISSUED, (ADVANCED,)),
    G.BUYER_PAID: (SHIPPED, ISSUED, (PAID,)),
}
TOLD: dict[Happening, dict[str, Any]] = {
    H.RETURNED: {},
    H.REDUCED: {"remaining": {0: 1}},
    H.UNDELIVERED: {},
    H.RESENT: {"parcel": OTHER},
    H.EXCHANGED: {},
    H.EXCHANGED_OTHER: {"adjustment": Yen(-850)},
    H.SENT_LATER: {"parcel": OTHER},
    H.BUYER_PAID: {"refund": Yen(400)},
}
CANCEL, REPORT = ("Cancel",), ("ReportShipment",)
AMEND = ("CancelShipmentReport", "Amend", "ReportShipment")
# Happening: the calls before the report, and after it while the buyer has not paid;
# then what the shop owes a buyer who has.
MATRIX = {
    H.RETURNED: (CANCEL, CANCEL, 3850),
    H.REDUCED: (("Amend", "ReportShipment"), AMEND, 1650),
    H.UNDELIVERED: (CANCEL, CANCEL, 3850),
    H.RESENT: (REPORT, REPORT, 0),
    H.EXCHANGED: (REPORT, (), 0),
    H.EXCHANGED_OTHER: (("Amend", "ReportShipment"), AMEND, 850),
    H.SENT_LATER: (REPORT, (), 0),
    H.BUYER_PAID: (REPORT, (), 400),
}
RESULTS = {
    H.RETURNED: Result.CANCELLED,
    H.REDUCED: Result.AMENDED,
    H.UNDELIVERED: Result.CANCELLED,
    H.RESENT: Result.MOVED,
    H.EXCHANGED: Result.UNCHANGED,
    H.EXCHANGED_OTHER: Result.AMENDED,
    H.SENT_LATER: Result.UNCHANGED,
    H.BUYER_PAID: Result.REFUNDED,
}


def told(happening, **changes):
    given = {"at": NOW, "user_id": "u", **TOLD[happening], **changes}
    return Told(happening=happening, **given)


def planned(happening, stage, want=None, policy=None, **changes):
    what, today, paid = AT[stage]
    word = told(happening, paid=paid, **changes)
    return plan_after(
        want or wanted(PARCEL), what, policy or Policy(), word, today=today
    )


def names(plan):
    return tuple(type(call).__name__ for call in plan.calls)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("happening", Happening)
def test_the_calls_of_every_happening_in_every_stage(happening, stage):
    before, after, owed = MATRIX[happening]
    plan = planned(happening, stage)
    is_refund = stage is G.BUYER_PAID or happening is H.BUYER_PAID
    assert plan.stage is stage
    assert plan.refund == (owed if is_refund else 0)
    if stage is G.BEFORE_REPORT:
        assert names(plan) == before
    elif stage is G.BUYER_PAID and owed:
        assert names(plan) == ()
    else:
        assert names(plan) == after


@pytest.mark.parametrize("stage", [G.REPORTED, G.INVOICE_ISSUED, G.ADVANCE_PAID])
@pytest.mark.parametrize("happening", Happening)
def test_what_becomes_of_a_reported_transaction(happening, stage):
    plan = planned(happening, stage)
    assert plan.result is RESULTS[happening]
    assert not plan.is_left_open
    ended = plan.result is Result.CANCELLED
    end = S.CANCELLED if ended else S.SHIPMENT_REPORTED
    assert plan.foresight.end.state is end


@pytest.mark.parametrize("happening", [H.RETURNED, H.REDUCED, H.UNDELIVERED])
def test_a_buyer_who_has_paid_is_never_amended_silently(happening):
    plan = planned(happening, G.BUYER_PAID)
    assert plan.result is Result.REFUNDED
    assert (plan.old_total, plan.new_total) == (ORDER.total, ORDER.total)
    assert plan.wanted.refund.amount == plan.refund


@pytest.mark.parametrize(
    ("happening", "new"), [(H.RETURNED, 0), (H.REDUCED, 2200), (H.RESENT, 3850)]
)
def test_what_is_billed_in_the_end(happening, new):
    plan = planned(happening, G.REPORTED)
    assert (plan.old_total, plan.new_total) == (3850, new)


def test_goods_that_came_back_are_out_no_more():
    assert planned(H.RETURNED, G.REPORTED).wanted.shipped_parcels == ()


def test_the_new_invoice_of_goods_that_are_out_is_mailed():
    enclosed = replace(ORDER, invoice_delivery=InvoiceDelivery.ENCLOSED)
    want = wanted(PARCEL, order=enclosed)
    digest = want.digest
    what = replace(SHIPPED, registered=digest, print_data_of=digest)
    plan = plan_after(want, what, Policy(), told(H.REDUCED), today=ISSUED)
    assert plan.is_enclosed
    assert plan.wanted.told is not None
    assert plan.wanted.told.invoice_delivery is InvoiceDelivery.SEPARATE
    assert names(plan) == AMEND


def test_a_parcel_that_is_sent_again_replaces_the_reported_one():
    plan = planned(H.RESENT, G.REPORTED)
    (call,) = plan.calls
    assert (call.is_change, call.carrier_code) == (True, "11")


def test_the_cart_s_next_word_of_a_parcel_counts_again():
    after = planned(H.RESENT, G.REPORTED).wanted
    from_cart = replace(PARCEL, tracking_number="444413758714")
    event = shipped(from_cart, 2)
    (parcel,) = fold(after, event).shipped_parcels
    assert parcel == from_cart
    assert fold(after, shipped(from_cart, 1)) == after


def test_a_discount_is_a_line_of_its_own():
    plan = planned(H.REDUCED, G.REPORTED, remaining={}, adjustment=Yen(-500))
    line = plan.wanted.told.lines[-1]
    assert (line.kind, line.amount) == (LineKind.DISCOUNT, -500)


def test_an_exchange_may_cost_more_and_may_then_lose_its_approval():
    plan = planned(H.EXCHANGED_OTHER, G.REPORTED, adjustment=Yen(300))
    assert plan.wanted.told.lines[-1].kind is LineKind.ADJUSTMENT
    assert (plan.is_rescreened, plan.new_total) == (True, 4150)
    assert not planned(H.REDUCED, G.REPORTED).is_rescreened


@pytest.mark.parametrize(
    ("happening", "stage", "changes", "code"),
    [
        (H.REDUCED, G.REPORTED, {"remaining": {0: 3}}, "HUB-AFTER-102"),
        (H.REDUCED, G.REPORTED, {"remaining": {0: -1}}, "HUB-AFTER-102"),
        (H.REDUCED, G.REPORTED, {"remaining": {}}, "HUB-AFTER-102"),
        (H.REDUCED, G.REPORTED, {"remaining": {0: 0, 1: 0}}, "HUB-AFTER-102"),
        (H.REDUCED, G.REPORTED, {"adjustment": Yen(9000)}, "HUB-AFTER-102"),
        (H.EXCHANGED_OTHER, G.BUYER_PAID, {"adjustment": Yen(1)}, "HUB-AFTER-102"),
        (H.BUYER_PAID, G.REPORTED, {"refund": Yen(3851)}, "HUB-AFTER-102"),
        (H.RESENT, G.REPORTED, {"parcel": None}, "HUB-AFTER-104"),
        (
            H.SENT_LATER,
            G.REPORTED,
            {"parcel": replace(OTHER, tracking_number="0000000000")},
            "HUB-AFTER-104",
        ),
        (
            H.RESENT,
            G.REPORTED,
            {"parcel": replace(OTHER, carrier="見本運輸")},
            "HUB-AFTER-104",
        ),
    ],
)
def test_what_does_not_fit_the_order_is_refused(happening, stage, changes, code):
    with pytest.raises(ImpossibleError) as found:
        planned(happening, stage, **changes)
    assert found.value.code == code


@pytest.mark.parametrize(
    ("want", "state", "may"),
    [
        (wanted(PARCEL), S.SHIPMENT_REPORTED, tuple(Happening)),
        (wanted(PARCEL), S.AUTHORIZED, tuple(Happening)),
        (wanted(), S.AUTHORIZED, (H.REDUCED,)),
        (wanted(PARCEL), S.SCREENING, ()),
        (wanted(PARCEL, is_cancelled=True), S.SHIPMENT_REPORTED, ()),
        (wanted(order=None), S.SHIPMENT_REPORTED, ()),
        (replace(wanted(), merged_into="01"), S.AUTHORIZED, ()),
    ],
)
def test_what_may_be_said_of_an_order(want, state, may):
    assert choices(want, known(state)) == may


def test_only_an_end_can_be_said_of_an_order_whose_report_is_in_doubt():
    in_doubt = replace(SHIPPED, in_doubt_since=NOW)
    assert choices(wanted(PARCEL), in_doubt) == (H.RETURNED, H.UNDELIVERED)


@pytest.mark.parametrize("want", [wanted(order=None), wanted(is_cancelled=True)])
def test_of_nothing_nothing_can_be_said(want):
    with pytest.raises(ImpossibleError, match="HUB-AFTER-101"):
        plan_after(want, SHIPPED, Policy(), told(H.RETURNED), today=ISSUED)


def test_a_parcel_that_nobody_knows_cannot_be_sent_again():
    with pytest.raises(ImpossibleError, match="HUB-AFTER-101"):
        planned(H.RESENT, G.REPORTED, wanted())


def test_a_report_without_its_parcel_is_replaced_by_the_first():
    elsewhere = replace(SHIPPED, reported=replace(REPORTED, parcel_number="S-9"))
    plan = plan_after(wanted(PARCEL), elsewhere, Policy(), told(H.RESENT), today=ISSUED)
    assert plan.wanted.shipped_parcels[0].number == "S-1"


def test_the_invoice_counts_as_issued_by_a_person_s_word_or_with_the_goods():
    issued = replace(PAID, stated=Stated.INVOICE_ISSUED)
    said = replace(wanted(PARCEL), statements=(issued,))
    assert stage_of(said, SHIPPED, today=BEFORE_ISSUE) is G.INVOICE_ISSUED
    enclosed = replace(SHIPPED, reported=replace(REPORTED, expected_issue_on=None))
    assert stage_of(wanted(PARCEL), enclosed, today=BEFORE_ISSUE) is G.INVOICE_ISSUED


def test_that_the_buyer_paid_is_kept_once():
    plan = planned(H.BUYER_PAID, G.BUYER_PAID, refund=Yen(0))
    assert plan.wanted.statements == (PAID,)
    assert (plan.result, plan.wanted.refund) == (Result.UNCHANGED, None)
    first = planned(H.BUYER_PAID, G.REPORTED, refund=Yen(0))
    assert [one.stated for one in first.wanted.statements] == [Stated.BUYER_PAID]


def test_a_report_that_could_not_be_made_again_is_seen_before():
    old = replace(SHIPPED, authorized_at=NOW - timedelta(days=88))
    plan = plan_after(wanted(PARCEL), old, Policy(), told(H.REDUCED), today=ISSUED)
    assert plan.is_left_open


def test_a_shop_that_sends_nothing_sees_no_calls():
    shadow = Policy(mode=Mode.SHADOW)
    assert planned(H.REDUCED, G.REPORTED, policy=shadow).calls == ()


def test_a_plan_knows_what_it_was_made_from():
    assert planned(H.REDUCED, G.REPORTED).stamp == planned(H.RETURNED, G.REPORTED).stamp
    other = planned(H.REDUCED, G.REPORTED, wanted(OTHER)).stamp
    assert planned(H.REDUCED, G.REPORTED).stamp != other


def test_a_cart_that_says_the_same_amount_itself_changes_nothing():
    after = planned(H.REDUCED, G.REPORTED).wanted
    line = replace(ORDER.lines[0], quantity=1)
    same = replace(ORDER, lines=(line, ORDER.lines[1]), total=Yen(2200))
    event = OrderAmended(order=same, version=version_of(2), occurred_at=NOW)
    assert fold(after, event).digest == after.digest
    dearer = replace(event, order=CHEAPER)
    assert fold(after, dearer).told == CHEAPER
