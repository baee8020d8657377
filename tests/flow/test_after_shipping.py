"""What a person says has happened to goods that are out, up to the company's ledger."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from hub.contract.money import Yen
from hub.contract.order import Parcel
from hub.domain.after_shipping import AfterPlan
from hub.domain.happening import Happening, Told
from hub.domain.known import State
from hub.flow import happenings
from hub.flow.intervene import InterventionError
from hub.flow.settle import operation_of
from hub.flow.sweep import sweep
from tests.flow.specimens import order, shipped
from tests.flow.wire_calls import MODIFY, REGISTER, SHIP
from tests.house import House

H = Happening
WHO = "somebody"


def told_at(happening: Happening, **given: Any) -> happenings.ToldAt:
    def at(now: datetime) -> Told:
        return Told(happening=happening, at=now, user_id=WHO, **given)

    return at


def planned(house: House, happening: Happening, **given: Any) -> AfterPlan:
    return happenings.plan_ahead(
        house.parts, house.merchant_id, house.order().id, told_at(happening, **given)
    )


def say(house: House, happening: Happening, *, seen: str = "", **given: Any) -> None:
    plan = planned(house, happening, **given)
    happenings.carry_on(
        house.parts,
        house.merchant_id,
        house.order().id,
        told_at(happening, **given),
        seen=seen or plan.stamp,
        reason="購入者から連絡",
        user_id=WHO,
    )


def carried_out(house: House, happening: Happening, **given: Any) -> dict[str, Any]:
    """Say it of an order that is reported, work it off, and return the ledger's."""
    house.hear(order(), shipped())
    say(house, happening, **given)
    house.settle()
    (one,) = house.ledger()
    return one


def moved(carrier: str = "佐川急便", number: str = "512547514334") -> Parcel:
    now = datetime.fromisoformat("2026-11-26T12:00:00+09:00")
    return Parcel(number="", carrier=carrier, tracking_number=number, shipped_at=now)


def history(one: dict[str, Any]) -> list[str]:
    return [entry["what"] for entry in one["history"]]


def test_goods_that_came_back_whole_end_the_transaction(house: House) -> None:
    one = carried_out(house, H.RETURNED)
    assert (one["state"], house.state()) == ("CANCELLED", State.CANCELLED)
    assert house.attention() == ""


def test_a_part_that_came_back_is_billed_no_more(house: House) -> None:
    one = carried_out(house, H.REDUCED, remaining={0: 1})
    assert (one["state"], one["billed_amount"]) == ("SHIPPED", 2530)
    assert history(one) == [
        "registered",
        "reported",
        "report_cancelled",
        "changed",
        "reported",
    ]
    assert (house.known().amount, house.attention()) == (Yen(2530), "")


def test_goods_that_go_out_once_more_are_a_changed_report(house: House) -> None:
    one = carried_out(house, H.RESENT, parcel=moved())
    assert history(one)[-1] == "report_changed"
    assert one["tracking_number"] == "512547514334"


def test_what_is_sent_later_makes_no_call(house: House) -> None:
    carried_out(house, H.SENT_LATER, parcel=moved())
    assert house.calls() == [REGISTER, SHIP]
    assert len(house.order().wanted.parcels) == 2


def test_an_exchange_of_the_same_amount_makes_no_call(house: House) -> None:
    carried_out(house, H.EXCHANGED)
    assert house.calls() == [REGISTER, SHIP]


def test_a_buyer_who_has_paid_is_refunded_by_the_shop(house: House) -> None:
    one = carried_out(house, H.BUYER_PAID, refund=Yen(500))
    assert (one["billed_amount"], house.calls()) == (4180, [REGISTER, SHIP])
    assert house.attention() == "HUB-AFTER-002"
    happenings.refund_done(
        house.parts, house.merchant_id, house.order().id, user_id=WHO
    )
    assert house.attention() == ""
    with pytest.raises(InterventionError):
        happenings.refund_done(
            house.parts, house.merchant_id, house.order().id, user_id=WHO
        )


def test_a_return_after_the_payment_is_a_refund_and_no_cancellation(
    house: House,
) -> None:
    carried_out(house, H.BUYER_PAID)
    say(house, H.RETURNED)
    house.settle()
    assert house.calls() == [REGISTER, SHIP]
    refund = house.order().wanted.refund
    assert refund is not None
    assert refund.amount == 4180


def test_what_is_shown_is_what_is_done(house: House) -> None:
    house.hear(order(), shipped())
    plan = planned(house, H.REDUCED, remaining={0: 1})
    before = len(house.operations(target="provider"))
    say(house, H.REDUCED, remaining={0: 1})
    house.settle()
    done = house.operations(target="provider")[before:]
    assert [one.kind for one in done] == [operation_of(call) for call in plan.calls]


def test_a_plan_of_an_order_that_changed_since_is_not_done(house: House) -> None:
    house.hear(order(), shipped())
    seen = planned(house, H.REDUCED, remaining={0: 1}).stamp
    house.hear(order(kind="order.amended", version=2, price=1000))
    with pytest.raises(InterventionError) as found:
        say(house, H.REDUCED, remaining={0: 1}, seen=seen)
    assert found.value.code == "HUB-AFTER-103"


def test_a_report_that_could_not_come_back_is_not_taken_back(house: House) -> None:
    house.hear(order(), shipped())
    house.clock.business += timedelta(days=89)
    with pytest.raises(InterventionError) as found:
        say(house, H.REDUCED, remaining={0: 1})
    assert found.value.code == "HUB-AFTER-105"
    assert house.calls() == [REGISTER, SHIP]


@pytest.mark.parametrize("call", [SHIP, MODIFY])
def test_every_step_goes_on_after_its_answer_was_lost(house: House, call: str) -> None:
    house.hear(order(), shipped())
    house.fault(call, "not_applied_unanswered")
    say(house, H.REDUCED, remaining={0: 1})
    house.settle()
    house.wait(minutes=10)
    (one,) = house.ledger()
    assert (one["state"], one["billed_amount"]) == ("SHIPPED", 2530)
    assert house.attention() == ""


def test_a_report_that_does_not_come_back_is_the_top_alarm(house: House) -> None:
    house.hear(order(), shipped())
    house.fault(MODIFY, "ng_without_errors")
    say(house, H.REDUCED, remaining={0: 1})
    house.settle()
    found = house.transaction()
    assert (found.attention_code, found.attention_is_alarm) == ("HUB-AFTER-001", True)
    (one,) = house.ledger()
    assert one["state"] == "APPROVED"


def test_it_is_the_alarm_while_the_next_call_does_not_get_through(
    house: House,
) -> None:
    house.hear(order(), shipped())
    house.fault(MODIFY, "not_applied_unanswered", times=50)
    say(house, H.REDUCED, remaining={0: 1})
    house.settle()
    assert house.attention() == ""
    house.clock.business += timedelta(minutes=4)
    sweep(house.parts)
    assert house.attention() == "HUB-AFTER-001"


def test_the_amount_that_a_person_named_outlives_other_changes(house: House) -> None:
    carried_out(house, H.REDUCED, remaining={0: 1})
    house.hear(
        order(kind="order.amended", version=2, shipping_method="佐川急便 飛脚宅配便")
    )
    (one,) = house.ledger()
    assert one["billed_amount"] == 2530


def test_the_cart_s_own_new_amount_counts_again(house: House) -> None:
    carried_out(house, H.REDUCED, remaining={0: 1})
    house.hear(order(kind="order.amended", version=2, price=1000))
    (one,) = house.ledger()
    assert (one["state"], one["billed_amount"]) == ("SHIPPED", 2880)
