"""What a person may do, what not, and that nothing is done twice by it."""

import pytest

from hub.domain.known import State
from hub.flow.intervene import (
    InterventionError,
    cancel_transaction,
    replay_delivery,
    retry_refused,
    send_again,
)
from tests.flow.specimens import cancelled, order, shipped
from tests.flow.wire_calls import MODIFY, REGISTER, SHIP
from tests.house import House

CLERK = "u-1"


def replay(house: House, delivery_id: str) -> None:
    replay_delivery(house.parts, house.merchant_id, delivery_id, user_id=CLERK)
    house.settle()


def cancel(
    house: House, *, reason: str = "購入者の都合", typed: str = "A-1001"
) -> None:
    cancel_transaction(
        house.parts,
        house.merchant_id,
        house.order().id,
        reason=reason,
        typed_number=typed,
        user_id=CLERK,
    )
    house.settle()


def retry(house: House) -> None:
    retry_refused(house.parts, house.merchant_id, house.transaction().id, user_id=CLERK)
    house.settle()


def test_a_delivery_processed_again_does_nothing_twice(house: House) -> None:
    house.hear(order(), shipped())
    before = house.transaction()
    for delivery in house.deliveries():
        replay(house, delivery.id)
    assert house.calls() == [REGISTER, SHIP]
    assert house.cart.kinds == ["screening.ok", "shipping.accepted"]
    assert house.transaction() == before


def test_an_old_delivery_processed_again_does_not_undo_a_newer_one(
    house: House,
) -> None:
    house.hear(order(), order(kind="order.amended", version=2, price=1000))
    for delivery in house.deliveries():
        replay(house, delivery.id)
    (one,) = house.ledger()
    assert one["billed_amount"] == 2880
    assert house.calls() == [REGISTER, MODIFY]


def test_a_cancelled_order_processed_again_stays_cancelled(house: House) -> None:
    house.hear(order(), cancelled())
    for delivery in house.deliveries():
        replay(house, delivery.id)
    assert (house.state(), house.calls()) == (State.CANCELLED, [REGISTER, MODIFY])


def test_an_unreadable_delivery_is_set_aside_and_can_be_processed_again(
    house: House,
) -> None:
    house.hear({"type": "order.placed", "order": {}})
    (delivery,) = house.deliveries()
    assert delivery.state == "quarantined"
    replay(house, delivery.id)
    (again,) = house.deliveries()
    assert again.state == "quarantined"


def test_an_unknown_delivery_is_not_processed(house: House) -> None:
    with pytest.raises(InterventionError) as caught:
        replay(house, "nobodys")
    assert caught.value.code == "HUB-ACT-404"


def test_a_person_cancels_an_order_at_the_provider(house: House) -> None:
    house.hear(order())
    cancel(house)
    (one,) = house.ledger()
    assert (house.state(), one["state"]) == (State.CANCELLED, "CANCELLED")
    assert house.cart.kinds == ["screening.ok", "transaction.cancelled"]


def test_a_person_cancels_a_reported_shipment(house: House) -> None:
    house.hear(order(), shipped())
    cancel(house)
    (one,) = house.ledger()
    assert one["state"] == "CANCELLED"


@pytest.mark.parametrize(
    ("reason", "typed", "code"),
    [
        ("", "A-1001", "HUB-ACT-010"),
        ("見" * 501, "A-1001", "HUB-ACT-010"),
        ("購入者の都合", "A-1002", "HUB-ACT-009"),
    ],
)
def test_a_person_cancels_nothing_without_reason_and_number(
    house: House, reason: str, typed: str, code: str
) -> None:
    house.hear(order())
    with pytest.raises(InterventionError) as caught:
        cancel(house, reason=reason, typed=typed)
    assert caught.value.code == code
    assert house.calls() == [REGISTER]


@pytest.mark.parametrize("name", ["見本NG", "見本 花子"])
def test_what_is_ended_is_not_cancelled(house: House, name: str) -> None:
    house.hear(order(name=name), cancelled())
    with pytest.raises(InterventionError) as caught:
        cancel(house)
    assert caught.value.code == "HUB-ACT-008"


def test_a_refused_registration_is_tried_again_by_a_person(house: House) -> None:
    house.hear(order(name="見本拒否"))
    retry(house)
    assert house.calls() == [REGISTER, REGISTER]
    assert (house.state(), house.attention()) == (State.REFUSED, "HUB-PROV-102")


def test_a_refused_amendment_is_tried_again_by_a_person(house: House) -> None:
    house.fault(MODIFY, "ng_without_errors")
    house.hear(order(), order(kind="order.amended", version=2, price=1500))
    assert house.attention() == "HUB-PROV-301"
    retry(house)
    (one,) = house.ledger()
    assert (one["billed_amount"], house.attention()) == (3880, "")


def test_a_refused_amendment_is_not_sent_again_by_itself(house: House) -> None:
    house.fault(MODIFY, "ng_without_errors")
    house.hear(order(), order(kind="order.amended", version=2, price=1500))
    house.wait(days=1)
    assert house.calls() == [REGISTER, MODIFY]


def test_goods_that_are_out_make_a_refused_amendment_an_alarm(house: House) -> None:
    house.fault(MODIFY, "ng_without_errors")
    house.hear(order(), order(kind="order.amended", version=2, price=1500), shipped())
    found = house.transaction()
    assert (found.attention_code, found.attention_is_alarm) == ("HUB-PROV-301", True)


def test_what_was_not_refused_is_not_tried_again(house: House) -> None:
    house.hear(order())
    with pytest.raises(InterventionError) as caught:
        retry(house)
    assert caught.value.code == "HUB-ACT-005"


def test_a_waiting_call_is_made_now_by_a_person(house: House) -> None:
    house.hear(order())
    house.fault(SHIP, "not_applied_unanswered")
    house.hear(shipped())
    waiting = house.operations(target="provider")[-1]
    send_again(house.parts, house.merchant_id, waiting.id, user_id=CLERK)
    house.settle()
    assert house.state() is State.SHIPMENT_REPORTED


def test_a_call_that_was_made_is_not_made_again(house: House) -> None:
    house.hear(order())
    (done,) = house.operations(target="provider")
    with pytest.raises(InterventionError) as caught:
        send_again(house.parts, house.merchant_id, done.id, user_id=CLERK)
    assert caught.value.code == "HUB-ACT-004"


def test_an_unknown_call_is_not_made(house: House) -> None:
    with pytest.raises(InterventionError) as caught:
        send_again(house.parts, house.merchant_id, "nobodys", user_id=CLERK)
    assert caught.value.code == "HUB-ACT-404"
