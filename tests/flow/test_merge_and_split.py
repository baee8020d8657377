"""Orders that become one, and one that becomes two, as the company's ledger sees it."""

from datetime import timedelta
from typing import Any

import pytest

from hub.contract.events import CancelCause
from hub.contract.updates import MayShip
from hub.domain.known import State
from hub.flow import merge
from hub.flow.intervene import InterventionError
from hub.flow.sweep import sweep
from tests.flow.specimens import order, shipped
from tests.flow.wire_calls import MODIFY, REGISTER
from tests.house import House

A, B = "A-1001", "B-2002"


def join(house: House, *, other: str = B) -> None:
    merge.merge_orders(
        house.parts,
        house.merchant_id,
        house.order(A).id,
        other_number=other,
        reason="まとめて発送",
        user_id="somebody",
    )


def pass_a_minute(house: House) -> None:
    house.settle()
    house.clock.business += timedelta(minutes=1)
    sweep(house.parts)
    house.settle()


def state_of(house: House, number: str) -> tuple[str, int]:
    (one,) = house.ledger(number)
    return one["state"], one["billed_amount"]


@pytest.fixture
def two(house: House) -> House:
    house.hear(order(A), order(B, price=500))
    return house


def test_the_one_takes_the_other_s_goods_and_the_other_ends(two: House) -> None:
    join(two)
    assert (two.may_ship(A), two.may_ship(B)) == (MayShip.NO, MayShip.NO)
    pass_a_minute(two)
    assert state_of(two, A) == ("APPROVED", 4180 + 1880)
    assert state_of(two, B) == ("CANCELLED", 1880)
    assert (two.may_ship(A), two.attention(A), two.attention(B)) == (
        MayShip.YES,
        "",
        "",
    )
    assert two.order(B).wanted.cancel_cause is CancelCause.MERGED


def test_the_other_ends_only_once_the_one_is_told(two: House) -> None:
    two.fault(MODIFY, "not_applied_unanswered")
    join(two)
    pass_a_minute(two)
    assert state_of(two, B)[0] == "APPROVED"
    two.wait(minutes=10)
    pass_a_minute(two)
    assert state_of(two, A) == ("APPROVED", 6060)
    assert state_of(two, B)[0] == "CANCELLED"


def test_a_merge_that_is_declined_leaves_the_other_alone(two: House) -> None:
    two.control(
        "/sandbox/screening", name="much", kind="amount", outcome="NG", from_yen=6000
    )
    join(two)
    pass_a_minute(two)
    assert (two.state(A), two.attention(A)) == (State.DECLINED, "HUB-MERGE-001")
    assert state_of(two, B)[0] == "APPROVED"
    merge.undo_merge(two.parts, two.merchant_id, two.order(A).id, user_id="somebody")
    assert (two.may_ship(B), two.attention(A)) == (MayShip.YES, "")


def test_a_merge_can_be_undone_until_it_is_told(two: House) -> None:
    join(two)
    merge.undo_merge(two.parts, two.merchant_id, two.order(A).id, user_id="somebody")
    pass_a_minute(two)
    assert state_of(two, A) == ("APPROVED", 4180)
    assert state_of(two, B) == ("APPROVED", 1880)


def test_and_not_after_it(two: House) -> None:
    join(two)
    pass_a_minute(two)
    with pytest.raises(InterventionError) as found:
        merge.undo_merge(
            two.parts, two.merchant_id, two.order(A).id, user_id="somebody"
        )
    assert found.value.code == "HUB-MERGE-101"


def test_a_cart_that_names_another_amount_after_it_is_looked_at(two: House) -> None:
    join(two)
    pass_a_minute(two)
    two.hear(order(A, kind="order.amended", version=2, price=1000))
    assert two.attention(A) == "HUB-MERGE-002"


@pytest.mark.parametrize(
    "other",
    [
        order(B, name="見本 太郎"),
        order(B, name="見本NG 太郎"),
        order("C-1"),
    ],
)
def test_only_one_buyer_s_open_orders_are_merged(house: House, other: Any) -> None:
    house.hear(order(A), other)
    with pytest.raises(InterventionError) as found:
        join(house)
    assert found.value.code == "HUB-MERGE-101"


def test_an_order_that_left_is_not_merged(two: House) -> None:
    two.hear(shipped(B))
    with pytest.raises(InterventionError):
        join(two)


def test_an_order_is_not_merged_into_itself(two: House) -> None:
    with pytest.raises(InterventionError):
        join(two, other=A)


def split(house: House, *lines: int) -> str:
    number = merge.split_order(
        house.parts,
        house.merchant_id,
        house.order(A).id,
        lines=frozenset(lines),
        user_id="somebody",
    )
    house.settle()
    return number


def test_a_part_is_registered_once_the_rest_is_told(house: House) -> None:
    house.hear(order(A))
    number = split(house, 1)
    assert house.state(number) is State.RECEIVED
    pass_a_minute(house)
    assert state_of(house, A) == ("APPROVED", 3630)
    assert state_of(house, number) == ("APPROVED", 550)
    assert house.calls() == [REGISTER, MODIFY, REGISTER]


def test_a_part_waits_while_the_rest_is_not_told(house: House) -> None:
    house.hear(order(A))
    house.fault(MODIFY, "not_applied_unanswered")
    number = split(house, 1)
    pass_a_minute(house)
    assert house.state(number) is State.RECEIVED
    house.wait(minutes=10)
    pass_a_minute(house)
    assert house.state(number) is State.AUTHORIZED


def test_the_cart_hears_nothing_of_a_number_that_it_does_not_know(
    house: House,
) -> None:
    house.hear(order(A))
    number = split(house, 1)
    pass_a_minute(house)
    told = {update["order"]["number"] for update in house.cart.heard}
    assert (A in told, number in told) == (True, False)


@pytest.mark.parametrize("lines", [(), (0, 1, 2)])
def test_no_part_is_empty(house: House, lines: tuple[int, ...]) -> None:
    house.hear(order(A))
    with pytest.raises(InterventionError):
        split(house, *lines)
