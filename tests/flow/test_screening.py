"""Screening to its end: OK, NG, 審査中, 保留 and a refused registration."""

import pytest

from hub.contract.updates import MayShip
from hub.domain.known import State
from tests.flow.specimens import BUYER, cancelled, order
from tests.flow.wire_calls import MODIFY, REGISTER, RESULT
from tests.house import House

OTHER_ADDRESS = {**BUYER, "address": {**BUYER["address"], "street": "9-9-9"}}
OTHER_PHONE = {**BUYER, "phone": "03-1111-1111"}


def ship_answer(house: House) -> MayShip:
    return house.may_ship()


def test_ng_is_pushed_at_once(house: House) -> None:
    house.hear(order(name="見本NG"))
    assert (house.state(), house.cart.kinds) == (State.DECLINED, ["screening.ng"])


def test_ng_leaves_no_live_leftover_at_the_provider(house: House) -> None:
    house.hear(order(name="見本NG"))
    (one,) = house.ledger()
    assert house.calls() == [REGISTER, MODIFY]
    assert one["cancelled_at"]
    assert not house.known().is_live


def test_the_leftover_of_an_ng_is_no_cancellation_to_the_cart(house: House) -> None:
    house.hear(order(name="見本NG"))
    house.wait(hours=1)
    assert house.cart.kinds == ["screening.ng"]


def test_an_amount_above_the_limit_of_the_provider_is_ng(house: House) -> None:
    house.hear(order(price=27_560, total_excluding_tax=50_000))
    assert house.state() is State.DECLINED


def test_a_screening_in_progress_is_told(house: House) -> None:
    house.hear(order(name="見本審査中"))
    assert house.state() is State.SCREENING
    assert house.cart.kinds == ["screening.pending"]
    assert ship_answer(house) is MayShip.NO


def test_a_screening_in_progress_is_polled_until_ok(house: House) -> None:
    house.hear(order(name="見本審査中"))
    house.wait(seconds=2)
    assert house.state() is State.AUTHORIZED
    assert house.cart.kinds == ["screening.pending", "screening.ok"]


def test_a_screening_in_progress_is_polled_until_ng(house: House) -> None:
    house.hear(order(name="見本審査中NG"))
    house.wait(seconds=2)
    assert house.state() is State.DECLINED
    assert house.cart.kinds == ["screening.pending", "screening.ng"]


def test_an_ng_after_a_review_leaves_no_live_leftover(house: House) -> None:
    house.hear(order(name="見本審査中NG"))
    house.wait(seconds=2)
    (one,) = house.ledger()
    assert one["cancelled_at"]


def test_a_decided_screening_is_not_asked_for_again(house: House) -> None:
    house.hear(order(name="見本審査中"))
    house.wait(seconds=2)
    house.wait(days=2)
    assert house.calls() == [REGISTER, RESULT]


def test_a_screening_that_a_person_decides_is_asked_for_until_then(
    house: House,
) -> None:
    house.hear(order(name="見本目視"))
    for _ in range(3):
        house.wait(seconds=10)
    assert (house.state(), house.calls().count(RESULT)) == (State.SCREENING, 3)
    (one,) = house.ledger()
    house.control(
        f"/sandbox/transactions/{one['transaction_id']}/decision", result="OK"
    )
    house.wait(seconds=10)
    assert house.state() is State.AUTHORIZED


@pytest.mark.parametrize(
    "kind", ["not_applied_unanswered", "garbage", "status_503", "unknown_word"]
)
def test_an_answer_that_says_nothing_only_moves_the_next_question(
    house: House, kind: str
) -> None:
    house.hear(order(name="見本審査中"))
    house.fault(RESULT, kind)
    house.wait(seconds=2)
    assert house.state() is State.SCREENING
    house.wait(seconds=10)
    assert house.state() is State.AUTHORIZED


def test_a_hold_is_told_with_its_reasons(house: House) -> None:
    house.hear(order(name="見本保留"))
    house.wait(seconds=2)
    (one,) = house.ledger()
    last = house.cart.heard[-1]
    assert last["type"] == "screening.hold"
    assert last["transaction"]["reasons"] == list(one["reasons"]) != []


def test_a_hold_keeps_its_reasons_and_asks_for_a_person(house: House) -> None:
    house.hear(order(name="見本保留"))
    house.wait(seconds=2)
    (one,) = house.ledger()
    assert house.known().reasons == tuple(one["reasons"])
    assert house.attention() == "HUB-PROV-103"


def test_a_hold_that_stays_is_told_once(house: House) -> None:
    house.hear(order(name="見本保留"))
    for _ in range(3):
        house.wait(minutes=5)
    assert house.cart.kinds == ["screening.pending", "screening.hold"]


@pytest.mark.parametrize(
    ("name", "buyer"), [("見本保留", OTHER_ADDRESS), ("見本保留電話", OTHER_PHONE)]
)
def test_a_hold_becomes_ok_by_a_correction_of_what_it_names(
    house: House, name: str, buyer: dict[str, str]
) -> None:
    house.hear(order(name=name))
    house.wait(seconds=2)
    corrected = {**buyer, "name": name}
    house.hear(order(kind="order.amended", version=2, buyer=corrected))
    house.wait(seconds=2)
    assert house.state() is State.AUTHORIZED
    assert (house.known().reasons, house.attention()) == ((), "")


def test_a_refused_registration_makes_no_transaction(house: House) -> None:
    house.hear(order(name="見本拒否"))
    assert (house.state(), house.ledger()) == (State.REFUSED, [])
    assert house.cart.kinds == ["attention.required"]


def test_a_refused_registration_says_what_the_provider_named(house: House) -> None:
    house.hear(order(name="見本拒否"))
    assert house.attention() == "HUB-PROV-102"
    assert any(reason.startswith("name:") for reason in house.known().reasons)


def test_a_refused_registration_is_not_sent_again_by_itself(house: House) -> None:
    house.hear(order(name="見本拒否"))
    for _ in range(3):
        house.wait(hours=6)
    assert house.calls() == [REGISTER]


def test_a_refused_registration_is_registered_once_corrected(house: House) -> None:
    house.hear(order(name="見本拒否"), order(kind="order.amended", version=2))
    assert house.state() is State.AUTHORIZED
    assert len(house.ledger()) == 1
    assert house.cart.kinds == ["attention.required", "screening.ok"]


def test_a_cancellation_during_the_screening_ends_it(house: House) -> None:
    house.hear(order(name="見本審査中"), cancelled())
    house.wait(seconds=10)
    assert house.state() is State.CANCELLED
    assert RESULT not in house.calls()
