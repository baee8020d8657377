"""影運転, 承認制 and 自動, and orders from before the cut-over."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from connectors.generic_webhook.schemas import OrderEventSchema
from hub.domain.known import State
from hub.domain.policy import Mode
from hub.flow.calls import credentials_of
from hub.flow.intervene import InterventionError, adopt, release_order, set_mode
from hub.store import merchants
from tests.flow.conftest import OpenHouse
from tests.flow.specimens import cancelled, order, shipped
from tests.flow.wire_calls import MODIFY, REGISTER
from tests.house import House

CLERK = "u-1"
BEFORE = "2020-01-01T00:00:00+09:00"


@pytest.fixture
def shadow(open_house: OpenHouse) -> Iterator[House]:
    with open_house() as opened:
        opened.open(mode=Mode.SHADOW)
        yield opened


@pytest.fixture
def approval(open_house: OpenHouse) -> Iterator[House]:
    with open_house() as opened:
        opened.open(mode=Mode.APPROVAL)
        yield opened


def release(house: House) -> None:
    release_order(house.parts, house.merchant_id, house.order().id, user_id=CLERK)
    house.settle()


def switch(house: House, mode: Mode) -> None:
    set_mode(house.parts, house.merchant_id, house.shop_id, mode=mode, user_id=CLERK)
    house.settle()


def test_in_the_shadow_nothing_is_sent_and_nothing_told(shadow: House) -> None:
    shadow.hear(order(), shipped(), cancelled())
    shadow.wait(days=1)
    assert (shadow.calls(), shadow.cart.heard) == ([], [])


def test_in_the_shadow_our_own_check_speaks(shadow: House) -> None:
    shadow.hear(order(total=1))
    assert shadow.state() is State.INVALID
    assert shadow.transaction().findings[0].field == "total"
    assert shadow.cart.heard == []


def test_in_the_shadow_a_person_releases_nothing(shadow: House) -> None:
    shadow.hear(order())
    with pytest.raises(InterventionError) as caught:
        release(shadow)
    assert caught.value.code == "HUB-ACT-002"
    assert shadow.calls() == []


def test_out_of_the_shadow_what_waited_is_registered(shadow: House) -> None:
    shadow.hear(order())
    switch(shadow, Mode.AUTOMATIC)
    assert (shadow.state(), shadow.cart.kinds) == (State.AUTHORIZED, ["screening.ok"])


def test_under_approval_an_order_waits_for_a_person(approval: House) -> None:
    approval.hear(order())
    approval.wait(days=1)
    assert (approval.state(), approval.calls()) == (State.RECEIVED, [])
    assert approval.attention() == "HUB-MODE-001"


def test_under_approval_a_released_order_is_registered(approval: House) -> None:
    approval.hear(order())
    release(approval)
    assert (approval.state(), approval.attention()) == (State.AUTHORIZED, "")


def test_a_released_order_goes_its_way_by_itself(approval: House) -> None:
    approval.hear(order())
    release(approval)
    approval.hear(shipped())
    assert approval.state() is State.SHIPMENT_REPORTED


def test_a_release_does_not_lift_our_own_check(approval: House) -> None:
    approval.hear(order(total=1))
    release(approval)
    assert (approval.state(), approval.calls()) == (State.INVALID, [])


def test_one_release_does_not_release_another_order(approval: House) -> None:
    approval.hear(order(), order("A-1002"))
    release(approval)
    assert [row["shop_order_id"] for row in approval.ledger()] == ["A-1001"]


def test_out_of_approval_what_waited_is_registered(approval: House) -> None:
    approval.hear(order(), order("A-1002"))
    switch(approval, Mode.AUTOMATIC)
    assert len(approval.ledger()) == 2
    assert (approval.attention("A-1001"), approval.attention("A-1002")) == ("", "")


def test_back_to_approval_what_was_not_sent_waits(house: House) -> None:
    house.hear(order())
    switch(house, Mode.APPROVAL)
    house.hear(shipped())
    assert house.state() is State.AUTHORIZED
    assert house.attention() == "HUB-MODE-001"


def test_into_the_shadow_an_unsent_cancellation_is_not_sent(house: House) -> None:
    house.hear(order())
    house.send(cancelled())
    switch(house, Mode.SHADOW)
    house.wait(days=1)
    assert house.calls() == [REGISTER]


def test_out_of_the_shadow_a_cancellation_is_made_up_for(house: House) -> None:
    house.hear(order())
    switch(house, Mode.SHADOW)
    house.hear(cancelled())
    switch(house, Mode.AUTOMATIC)
    assert house.calls() == [REGISTER, MODIFY]
    assert house.state() is State.CANCELLED


def test_the_mode_of_a_strange_shop_is_not_changed(house: House) -> None:
    with pytest.raises(InterventionError) as caught:
        set_mode(
            house.parts, house.merchant_id, "nobodys", mode=Mode.SHADOW, user_id=CLERK
        )
    assert caught.value.code == "HUB-ACT-404"


def test_an_order_before_the_cutover_is_never_registered_by_a_machine(
    house: House,
) -> None:
    house.hear(order(ordered_at=BEFORE))
    house.hear(order(kind="order.amended", version=2, price=1000, ordered_at=BEFORE))
    for _ in range(3):
        house.wait(days=1)
    assert (house.state(), house.calls()) == (State.RECEIVED, [])
    assert house.order().is_before_cutover


def test_an_order_before_the_cutover_is_registered_by_a_person(house: House) -> None:
    house.hear(order(ordered_at=BEFORE))
    release(house)
    assert house.state() is State.AUTHORIZED


def test_a_parcel_does_not_register_an_order_before_the_cutover(house: House) -> None:
    house.hear(shipped(), order(ordered_at=BEFORE))
    house.wait(days=1)
    assert house.calls() == []


def test_an_order_before_the_cutover_is_adopted_with_its_number(
    house: House,
) -> None:
    number = registered_elsewhere(house)
    house.hear(order(ordered_at=BEFORE))
    adopt(
        house.parts,
        house.merchant_id,
        house.transaction().id,
        provider_transaction_id=number,
        typed_number="A-1001",
        user_id=CLERK,
    )
    house.settle()
    assert house.state() is State.AUTHORIZED
    assert house.calls().count(REGISTER) == 1


def registered_elsewhere(house: House) -> str:
    """Return the inquiry number of the order as another program registered it."""
    credential_set = house.read(merchants.newest_credentials)
    found = house.read(lambda scope: credentials_of(scope, credential_set))
    other = OrderEventSchema().load(order())["order"].order
    call = house.parts.provider.register(
        other, order_number="A-1001", credentials=found
    )
    house.parts.provider.send(call)
    (one,) = house.ledger()
    number: str = one["transaction_id"]
    return number


def test_the_cutover_is_a_moment_and_not_a_day(house: House) -> None:
    now = house.clock.now()
    just_before = (now - timedelta(days=1, seconds=5)).isoformat()
    just_after = (now - timedelta(days=1, seconds=-5)).isoformat()
    house.hear(
        order("A-1", ordered_at=just_before), order("A-2", ordered_at=just_after)
    )
    assert [row["shop_order_id"] for row in house.ledger()] == ["A-2"]
