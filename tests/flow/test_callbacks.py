"""What the cart is told, and how often: the ladder R10 with one id (I-21, I-23)."""

import pytest

from hub.domain.known import State
from hub.flow.intervene import InterventionError, send_again
from hub.store import connections
from tests.flow.specimens import cancelled, order, shipped
from tests.house import House

CLERK = "u-1"


def push_states(house: House) -> list[str]:
    return [one.state for one in house.operations(target="cart")]


def test_a_cart_in_trouble_is_told_again_under_the_same_id(house: House) -> None:
    house.cart.answers = [500]
    house.hear(order())
    house.wait(seconds=10)
    assert house.cart.kinds == ["screening.ok"] * 2
    assert len(set(house.cart.ids)) == 1


def test_a_cart_in_trouble_hears_the_same_bytes_again(house: House) -> None:
    house.cart.answers = [503]
    house.hear(order())
    house.wait(seconds=10)
    first, second = house.cart.heard
    assert first == second


def test_the_ladder_ends_after_ten_tries(house: House) -> None:
    house.cart.answers = [500] * 20
    house.hear(order())
    for _ in range(15):
        house.wait(hours=30)
    assert len(house.cart.heard) == 10
    assert push_states(house) == ["refused"]


def test_an_update_that_was_given_up_asks_for_a_person(house: House) -> None:
    house.cart.answers = [500] * 10
    house.hear(order())
    for _ in range(12):
        house.wait(hours=30)
    assert house.attention().startswith("HUB-CART-")


def test_an_update_that_was_given_up_is_sent_again_by_a_person(house: House) -> None:
    house.cart.answers = [400]
    house.hear(order())
    (update,) = house.operations(target="cart")
    send_again(house.parts, house.merchant_id, update.id, user_id=CLERK)
    house.settle()
    assert push_states(house) == ["done"]
    assert len(set(house.cart.ids)) == 1


def test_an_update_that_was_delivered_is_not_sent_again(house: House) -> None:
    house.hear(order())
    (update,) = house.operations(target="cart")
    with pytest.raises(InterventionError) as caught:
        send_again(house.parts, house.merchant_id, update.id, user_id=CLERK)
    assert caught.value.code == "HUB-ACT-004"


def test_an_update_that_was_overtaken_is_not_sent_again(house: House) -> None:
    house.cart.answers = [400]
    house.hear(order(), shipped())
    first, _second = house.operations(target="cart")
    with pytest.raises(InterventionError) as caught:
        send_again(house.parts, house.merchant_id, first.id, user_id=CLERK)
    assert caught.value.code == "HUB-ACT-004"


def test_a_waiting_update_is_sent_now_by_a_person(house: House) -> None:
    house.cart.answers = [500]
    house.hear(order())
    (update,) = house.operations(target="cart")
    send_again(house.parts, house.merchant_id, update.id, user_id=CLERK)
    house.settle()
    assert push_states(house) == ["done"]


def test_a_cart_that_is_gone_is_told_nothing_more(house: House) -> None:
    house.cart.answers = [410]
    house.hear(order(), shipped())
    house.wait(days=1)
    assert len(house.cart.heard) == 1
    found = house.read(
        lambda scope: connections.get(scope, house.connection_id, now=house.clock.now())
    )
    assert found is not None
    assert found.is_push_disabled


def test_a_cart_that_is_gone_is_reported_for_all_the_same(house: House) -> None:
    house.cart.answers = [410]
    house.hear(order(), shipped())
    assert house.state() is State.SHIPMENT_REPORTED


def test_a_newer_state_overtakes_an_update_that_was_not_delivered(
    house: House,
) -> None:
    house.cart.answers = [500]
    house.hear(order(), shipped())
    house.wait(hours=1)
    assert house.cart.kinds == ["screening.ok", "shipping.accepted"]
    assert push_states(house) == ["superseded", "done"]


def test_updates_are_numbered_in_their_order(house: House) -> None:
    house.hear(order(name="見本審査中"))
    house.wait(seconds=2)
    house.hear(shipped(), cancelled())
    assert [update["sequence"] for update in house.cart.heard] == [1, 2, 3, 4]


def test_nothing_is_told_twice_though_time_passes(house: House) -> None:
    house.hear(order(), shipped())
    for _ in range(3):
        house.wait(days=1)
    assert house.cart.kinds == ["screening.ok", "shipping.accepted"]


def test_an_update_says_whether_the_goods_may_leave(house: House) -> None:
    house.hear(order(), shipped(), cancelled())
    assert [update["may_ship"] for update in house.cart.heard] == ["yes", "yes", "no"]


def test_a_report_tells_the_day_of_the_invoice_and_its_evidence(house: House) -> None:
    house.hear(order(), shipped())
    (one,) = house.ledger()
    assert house.cart.heard[-1]["invoice"] == {
        "expected_issue_on": one["issue_on"],
        "evidence": "computed",
    }


def test_a_cart_that_is_down_delays_no_call_at_the_provider(house: House) -> None:
    house.cart.answers = [500] * 5
    house.hear(order(), shipped())
    (one,) = house.ledger()
    assert one["state"] == "SHIPPED"
