"""What a cart says beside its orders: references, notices, and the app that went."""

from typing import Any

import pytest

from hub.domain.known import State
from hub.domain.policy import Mode
from hub.flow.resuming import resume
from hub.flow.sweep import sweep
from hub.store import journal, merchants, orders
from tests.flow.specimens import TRACKING, order
from tests.flow.toucans import say, toucan_house
from tests.house import House

NUMBER, GID = "A-1001", "gid://toucan/Order/1"


@pytest.fixture
def perch(house: House) -> House:
    return toucan_house(house)


def place(house: House, **fields: Any) -> None:
    say(house, "placed", **{"number": NUMBER, "reference": GID, **fields})


def said(house: House) -> list[str]:
    order_id = house.order().id
    entries = house.read(lambda scope: journal.of_order(scope, order_id))
    return [entry.code for entry in entries if entry.kind == "cart_event"]


def test_an_order_is_found_by_the_carts_own_id_and_told_with_it(perch: House) -> None:
    place(perch)
    found = perch.read(lambda s: orders.find_by_reference(s, perch.shop_id, GID))
    assert found is not None
    assert found.order_number == NUMBER
    assert {update["reference"] for update in perch.cart.heard} == {GID}


def test_a_known_number_with_another_id_is_left_to_a_person(perch: House) -> None:
    place(perch)
    calls = perch.calls()
    place(perch, reference="gid://toucan/Order/2", name="別人 太郎", version=2)
    newest = perch.deliveries()[0]
    assert (newest.state, newest.reason_code) == ("quarantined", "HUB-HOOK-409")
    assert perch.order().wanted.reference == GID
    assert perch.calls() == calls


def test_an_id_that_is_named_later_is_kept_and_amends_nothing(perch: House) -> None:
    place(perch, reference="")
    calls = perch.calls()
    place(perch, version=1)
    assert (perch.order().wanted.reference, perch.calls()) == (GID, calls)
    place(perch, reference="", version=2)
    assert (perch.order().wanted.reference, perch.calls()) == (GID, calls)


def test_that_an_order_came_in_is_told_and_then_overtaken(perch: House) -> None:
    place(perch)
    told = perch.operations(target="cart")
    assert [one.kind for one in told] == ["order.received", "screening.ok"]
    assert perch.cart.kinds[-1] == "screening.ok"


def test_a_shadow_tells_nothing(perch: House) -> None:
    perch.parts.store.of(perch.merchant_id).write(
        lambda scope: merchants.set_mode(scope, perch.shop_id, Mode.SHADOW)
    )
    place(perch)
    assert perch.cart.heard == []


def test_a_generic_cart_never_hears_that_an_order_came_in(house: House) -> None:
    house.hear(order())
    assert "order.received" not in house.cart.kinds


def test_an_order_before_the_cut_over_is_not_held(perch: House) -> None:
    place(perch, ordered_at="2020-01-01T00:00:00+09:00")
    assert (perch.state(), perch.cart.heard) == (State.RECEIVED, [])


def test_what_a_cart_forgot_is_told_again(perch: House) -> None:
    place(perch)
    count = len(perch.cart.heard)
    say(perch, "order_forgotten", order_number=NUMBER)
    (again,) = perch.cart.heard[count:]
    assert (again["type"], again["reference"]) == ("screening.ok", GID)


def test_a_notice_of_an_order_that_is_not_ours_is_passed_over(perch: House) -> None:
    say(perch, "order_forgotten", order_number="Z-9")
    say(perch, "deleted", reference="gid://toucan/Order/9")
    assert [one.state for one in perch.deliveries()] == ["ignored", "ignored"]


def test_a_hold_released_by_hand_alarms_while_it_may_not_be_shipped(
    perch: House,
) -> None:
    place(perch, name="見本保留")
    perch.until(lambda: perch.state() is State.ON_HOLD)
    say(perch, "unblocked", order_number=NUMBER)
    expected = ("HUB-SHIP-012", "ShippingUnblocked")
    assert (perch.attention(), said(perch)[-1]) == expected
    assert perch.transaction().attention_is_alarm


def test_an_approved_order_may_be_unblocked(perch: House) -> None:
    place(perch)
    say(perch, "unblocked", order_number=NUMBER)
    assert (perch.state(), perch.attention()) == (State.AUTHORIZED, "")


def test_a_deleted_order_is_left_to_a_person_and_cancels_nothing(
    perch: House,
) -> None:
    place(perch)
    calls = perch.calls()
    say(perch, "deleted", reference=GID)
    assert (perch.state(), perch.attention()) == (State.AUTHORIZED, "HUB-CONN-101")
    assert perch.calls() == calls


def test_after_the_app_went_nothing_is_registered_and_the_rest_goes_on(
    perch: House,
) -> None:
    place(perch)
    say(perch, "app_removed")
    sweep(perch.parts)
    assert perch.attention() == "HUB-CONN-102"
    place(perch, number="A-1002", reference="gid://toucan/Order/2")
    assert perch.ledger("A-1002") == []
    assert (perch.state("A-1002"), perch.attention("A-1002")) == (
        State.RECEIVED,
        "HUB-CONN-103",
    )
    say(perch, "shipped", number=NUMBER, tracking_number=TRACKING)
    assert (perch.state(), perch.attention()) == (State.SHIPMENT_REPORTED, "")


def test_an_app_that_is_installed_again_registers_what_waited(perch: House) -> None:
    say(perch, "app_removed")
    place(perch)
    assert perch.state() is State.RECEIVED
    perch.parts.store.of(perch.merchant_id).write(
        lambda scope: resume(scope, perch.parts, perch.connection_id)
    )
    perch.wait(seconds=5)
    assert (perch.state(), perch.attention()) == (State.AUTHORIZED, "")
