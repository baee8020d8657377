"""送信結果が不明: a registration whose outcome nobody knows waits for a person."""

from dataclasses import replace

import pytest

from hub.contract.updates import MayShip
from hub.domain.known import State
from hub.flow.intervene import (
    InterventionError,
    adopt,
    register_again,
    retry_refused,
    send_again,
)
from tests.flow.specimens import cancelled, order, shipped
from tests.flow.wire_calls import REGISTER
from tests.house import House, same_parts, with_profile

CLERK = "u-1"
FAULTS = {
    "applied_unanswered": 1,
    "not_applied_unanswered": 0,
    "garbage": 1,
    "truncated": 1,
    "cut_connection": 1,
    "wrong_id": 1,
    "empty_result": 1,
    "unknown_word": 1,
    "html_200": 0,
    "status_500": 0,
}
faults = pytest.mark.parametrize("kind", FAULTS)


def unclear(house: House, kind: str = "applied_unanswered") -> None:
    house.fault(REGISTER, kind)
    house.hear(order())
    assert house.state() is State.UNCLEAR


def decide_adopt(house: House, provider_id: str, typed: str = "A-1001") -> None:
    adopt(
        house.parts,
        house.merchant_id,
        house.transaction().id,
        provider_transaction_id=provider_id,
        typed_number=typed,
        user_id=CLERK,
    )
    house.settle()


def decide_again(house: House, typed: str = "A-1001") -> None:
    register_again(
        house.parts,
        house.merchant_id,
        house.transaction().id,
        typed_number=typed,
        user_id=CLERK,
    )
    house.settle()


@faults
def test_an_answer_that_is_no_answer_leaves_the_outcome_unclear(
    house: House, kind: str
) -> None:
    unclear(house, kind)
    assert len(house.ledger()) == FAULTS[kind]
    assert house.attention() == "HUB-PROV-201"


@faults
def test_a_machine_never_sends_an_unclear_registration_again(
    house: House, kind: str
) -> None:
    unclear(house, kind)
    for hours in (1, 6, 24, 24 * 30):
        house.wait(hours=hours)
    assert house.calls() == [REGISTER]


def test_the_cart_is_told_to_keep_the_goods_back(house: House) -> None:
    unclear(house)
    assert house.cart.kinds == ["attention.required"]
    assert house.cart.heard[0]["may_ship"] == "check"
    assert house.may_ship() is MayShip.CHECK


def test_a_changed_order_does_not_move_an_unclear_registration(house: House) -> None:
    unclear(house)
    house.hear(order(kind="order.amended", version=2, price=1000), shipped())
    house.wait(hours=6)
    assert house.calls() == [REGISTER]


def test_a_cancelled_order_does_not_end_an_unclear_registration(house: House) -> None:
    unclear(house)
    house.hear(cancelled())
    house.wait(hours=6)
    assert (house.state(), house.calls()) == (State.UNCLEAR, [REGISTER])


def test_a_person_cannot_send_an_unclear_registration_again(house: House) -> None:
    unclear(house)
    (operation,) = house.operations(target="provider")
    with pytest.raises(InterventionError) as caught:
        send_again(house.parts, house.merchant_id, operation.id, user_id=CLERK)
    assert caught.value.code == "HUB-ACT-004"


def test_an_unclear_registration_is_not_a_refused_one(house: House) -> None:
    unclear(house)
    with pytest.raises(InterventionError) as caught:
        retry_refused(
            house.parts, house.merchant_id, house.transaction().id, user_id=CLERK
        )
    assert caught.value.code == "HUB-ACT-005"


def test_an_adopted_transaction_is_asked_for_and_authorized(house: House) -> None:
    unclear(house)
    (one,) = house.ledger()
    decide_adopt(house, one["transaction_id"])
    assert (house.state(), house.attention()) == (State.AUTHORIZED, "")
    assert house.known().provider_transaction_id == one["transaction_id"]
    assert house.cart.kinds[-1] == "screening.ok"


def test_an_adopted_transaction_is_shipped_as_any_other(house: House) -> None:
    unclear(house)
    house.hear(shipped())
    decide_adopt(house, house.ledger()[0]["transaction_id"])
    assert house.state() is State.SHIPMENT_REPORTED


def test_an_adopted_transaction_of_a_cancelled_order_is_cancelled(
    house: House,
) -> None:
    unclear(house)
    house.hear(cancelled())
    decide_adopt(house, house.ledger()[0]["transaction_id"])
    (one,) = house.ledger()
    assert one["state"] == "CANCELLED"


def test_an_adopted_transaction_is_amended_to_what_is_wanted_now(
    house: House,
) -> None:
    unclear(house)
    house.hear(order(kind="order.amended", version=2, price=1000))
    decide_adopt(house, house.ledger()[0]["transaction_id"])
    (one,) = house.ledger()
    assert one["billed_amount"] == 2880


def test_a_registration_given_up_is_made_anew_under_the_next_number(
    house: House,
) -> None:
    unclear(house, "not_applied_unanswered")
    decide_again(house)
    (one,) = house.ledger()
    assert (one["shop_order_id"], house.state()) == ("A-1001-2", State.AUTHORIZED)
    assert house.calls() == [REGISTER, REGISTER]


def test_the_second_registration_does_not_tell_the_cart_of_a_cancellation(
    house: House,
) -> None:
    unclear(house, "not_applied_unanswered")
    decide_again(house)
    assert house.cart.kinds == ["attention.required", "screening.ok"]


def test_a_second_registration_may_be_unclear_again(house: House) -> None:
    unclear(house, "not_applied_unanswered")
    house.fault(REGISTER, "not_applied_unanswered")
    decide_again(house)
    decide_again(house)
    (one,) = house.ledger()
    assert one["shop_order_id"] == "A-1001-3"


def test_the_wrong_order_number_adopts_nothing(house: House) -> None:
    unclear(house)
    (one,) = house.ledger()
    with pytest.raises(InterventionError) as caught:
        decide_adopt(house, one["transaction_id"], "A-1002")
    assert caught.value.code == "HUB-ACT-009"
    assert house.state() is State.UNCLEAR


def test_the_wrong_order_number_registers_nothing(house: House) -> None:
    unclear(house)
    with pytest.raises(InterventionError) as caught:
        decide_again(house, "A-1002")
    assert caught.value.code == "HUB-ACT-009"
    assert (house.state(), house.calls()) == (State.UNCLEAR, [REGISTER])


@pytest.mark.parametrize("number", ["", "X-1", "Ｘ0000000001", "X00000000012"])
def test_what_is_no_inquiry_number_is_not_adopted(house: House, number: str) -> None:
    unclear(house)
    with pytest.raises(InterventionError) as caught:
        decide_adopt(house, number)
    assert caught.value.code == "HUB-ACT-006"


def test_the_inquiry_number_of_another_order_is_not_adopted(house: House) -> None:
    house.hear(order("A-0999"))
    unclear(house)
    taken = house.known("A-0999").provider_transaction_id
    with pytest.raises(InterventionError) as caught:
        decide_adopt(house, taken)
    assert caught.value.code == "HUB-ACT-007"


def test_a_clear_registration_is_not_adopted(house: House) -> None:
    house.hear(order())
    with pytest.raises(InterventionError) as caught:
        decide_adopt(house, "X0000009999")
    assert caught.value.code == "HUB-ACT-001"


def test_a_clear_registration_is_not_made_again(house: House) -> None:
    house.hear(order())
    with pytest.raises(InterventionError) as caught:
        decide_again(house)
    assert caught.value.code == "HUB-ACT-001"


def test_a_registration_that_surely_did_not_leave_is_sent_by_itself(
    house: House,
) -> None:
    deaf = replace(house.parts.config, provider_url="http://127.0.0.1:9/api/")
    parts = with_profile(replace(house.parts, config=deaf), house.parts.profile)
    nowhere = same_parts(house, provider=parts.provider)
    nowhere.hear(order())
    assert house.state() is State.RECEIVED
    house.wait(minutes=10)
    assert (house.state(), len(house.ledger())) == (State.AUTHORIZED, 1)
