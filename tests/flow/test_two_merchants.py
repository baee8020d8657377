"""Two merchants behind one hub: neither can touch the other's rows."""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from hub.domain.known import State
from hub.domain.policy import Mode
from hub.flow import intervene
from hub.flow.intervene import InterventionError
from hub.store import merchants
from tests.flow.more_shops import credentials, let_in, with_merchant, with_shop
from tests.flow.specimens import cancelled, order, shipped
from tests.flow.wire_calls import REGISTER
from tests.house import House

CLERK = "u-1"


class Two(NamedTuple):
    """Who acts, and whose rows are acted upon."""

    stranger: House
    owner: House


def of_transaction(name: str, **more: object) -> Callable[[Two], None]:
    return lambda two: getattr(intervene, name)(
        two.owner.parts,
        two.stranger.merchant_id,
        two.owner.transaction().id,
        user_id=CLERK,
        **more,
    )


def of_order(name: str, **more: str) -> Callable[[Two], None]:
    return lambda two: getattr(intervene, name)(
        two.owner.parts,
        two.stranger.merchant_id,
        two.owner.order().id,
        user_id=CLERK,
        **more,
    )


def send_again(two: Two) -> None:
    intervene.send_again(
        two.owner.parts,
        two.stranger.merchant_id,
        two.owner.operations()[0].id,
        user_id=CLERK,
    )


def replay(two: Two) -> None:
    intervene.replay_delivery(
        two.owner.parts,
        two.stranger.merchant_id,
        two.owner.deliveries()[0].id,
        user_id=CLERK,
    )


def change_mode(two: Two) -> None:
    intervene.set_mode(
        two.owner.parts,
        two.stranger.merchant_id,
        two.owner.shop_id,
        mode=Mode.SHADOW,
        user_id=CLERK,
    )


DEEDS: dict[str, Callable[[Two], None]] = {
    "adopt": of_transaction(
        "adopt", provider_transaction_id="X0000009999", typed_number="A-1001"
    ),
    "register again": of_transaction("register_again", typed_number="A-1001"),
    "close": of_transaction("close_attention", reason="見本"),
    "retry": of_transaction("retry_refused"),
    "release": of_order("release_order"),
    "cancel": of_order("cancel_transaction", reason="見本", typed_number="A-1001"),
    "settle report": of_transaction(
        "settle_report", is_gone=True, typed_number="A-1001"
    ),
    "send again": send_again,
    "replay": replay,
    "mode": change_mode,
}


def test_every_deed_of_a_person_is_tried() -> None:
    taken = {"LONGEST_REASON", "InterventionError"}
    assert len(DEEDS) == len(set(intervene.__all__) - taken)


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS.keys())
def test_a_stranger_finds_nothing_of_another_merchant(
    house: House, deed: Callable[[Two], None]
) -> None:
    other = with_merchant(house)
    # An unclear outcome is open to nearly every deed, by the right merchant.
    house.fault(REGISTER, "not_applied_unanswered")
    house.hear(order())
    other.hear(order("B-1"))
    with pytest.raises(InterventionError) as caught:
        deed(Two(stranger=other, owner=house))
    assert caught.value.code == "HUB-ACT-404"
    assert house.state() is State.UNCLEAR
    assert not house.order().wanted.is_cancelled


def test_two_merchants_have_the_same_order_number(house: House) -> None:
    other = with_merchant(house)
    house.hear(order())
    other.hear(order(price=1000))
    by_merchant = {row["merchant"]: row["billed_amount"] for row in house.ledger()}
    assert by_merchant == {"atd000000001": 4180, "atd000000002": 2880}


def test_a_cancellation_meets_only_its_own_merchant(house: House) -> None:
    other = with_merchant(house)
    house.hear(order())
    other.hear(order(), cancelled())
    assert (house.state(), other.state()) == (State.AUTHORIZED, State.CANCELLED)


def test_one_message_id_may_come_to_two_merchants(house: House) -> None:
    other = with_merchant(house)
    house.send(order(), message_id="msg-1")
    other.send(order(), message_id="msg-1")
    house.settle()
    assert len(house.ledger()) == 2


def test_two_shops_of_a_merchant_have_the_same_order_number(house: House) -> None:
    other = with_shop(house)
    house.hear(order())
    other.hear(order(price=1000))
    assert (house.state(), other.state()) == (State.AUTHORIZED, State.AUTHORIZED)
    # At the provider the number is the merchant's, so the second gets one of ours.
    first, second = (row["shop_order_id"] for row in house.ledger())
    assert first == "A-1001"
    assert second.startswith("H")


def test_two_shops_with_prefixes_keep_their_numbers(house: House) -> None:
    other = with_shop(house, order_number_prefix="B2-")
    house.hear(order())
    other.hear(order())
    assert {row["shop_order_id"] for row in house.ledger()} == {"A-1001", "B2-A-1001"}


def rotate(house: House) -> None:
    found = credentials(7)
    let_in(house, found)
    house.move_real(seconds=1)
    house.parts.store.of(house.merchant_id).write(
        lambda scope: merchants.add_credentials(scope, found, now=house.clock.now())
    )


def test_a_transaction_keeps_the_credentials_it_was_registered_with(
    house: House,
) -> None:
    house.hear(order())
    rotate(house)
    house.hear(shipped())
    (one,) = house.ledger()
    assert (one["merchant"], one["state"]) == ("atd000000001", "SHIPPED")


def test_a_new_order_is_registered_with_the_new_credentials(house: House) -> None:
    house.hear(order())
    rotate(house)
    house.hear(order("A-1002"))
    by_number = {row["shop_order_id"]: row["merchant"] for row in house.ledger()}
    assert by_number == {"A-1001": "atd000000001", "A-1002": "atd000000007"}


def test_wrong_credentials_register_nothing_and_are_tried_again(
    house: House,
) -> None:
    other = with_merchant(house)
    # The provider changed the password; ours is the old one.
    body = {"shop_code": "atd000000002", "link_id": "other00002", "name": "見本"}
    house.control("/sandbox/merchants", **body, link_password="Changed02")
    other.hear(order())
    assert (other.state(), house.ledger()) == (State.RECEIVED, [])
    house.control("/sandbox/merchants", **body, link_password="Example02")
    other.wait(minutes=15)
    assert other.state() is State.AUTHORIZED
