"""Under which number an order stands at the provider (architecture 2)."""

import pytest

from hub.domain.known import State
from hub.flow.intervene import register_again
from tests.flow.more_shops import with_shop
from tests.flow.specimens import order
from tests.house import House


def test_an_order_keeps_its_own_number_at_the_provider(house: House) -> None:
    house.hear(order("A-1001"))
    (one,) = house.ledger()
    assert one["shop_order_id"] == "A-1001"


@pytest.mark.parametrize("number", ["A" * 21, "注文-1001", "A 1001"])
def test_a_number_that_the_provider_cannot_hold_gives_way_to_a_short_one(
    house: House, number: str
) -> None:
    house.hear(order(number))
    (one,) = house.ledger()
    assert house.state(number) is State.AUTHORIZED
    assert one["shop_order_id"] == house.transaction(number).provider_order_number
    assert len(one["shop_order_id"]) <= 20


def test_two_shops_that_count_alike_share_no_number(house: House) -> None:
    other = with_shop(house)
    house.hear(order("A-1001"))
    other.hear(order("A-1001"))
    numbers = [one["shop_order_id"] for one in house.ledger()]
    assert len(set(numbers)) == 2
    assert (house.state(), other.state()) == (State.AUTHORIZED, State.AUTHORIZED)


def test_a_prefix_stands_before_the_numbers_of_its_shop(house: House) -> None:
    other = with_shop(house, order_number_prefix="B-")
    other.hear(order("A-1001"))
    assert other.transaction().provider_order_number == "B-A-1001"


def test_a_second_registration_avoids_a_number_that_another_order_has(
    house: House,
) -> None:
    house.hear(order("A-1001-2"))
    house.hear(order(name="見本無応答"))
    register_again(
        house.parts,
        house.merchant_id,
        house.transaction().id,
        typed_number="A-1001",
        user_id="u" * 26,
    )
    number = house.transaction().provider_order_number
    assert number not in ("A-1001", "A-1001-2")
    assert len(number) <= 20
