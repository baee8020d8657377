"""出荷済・審査未OK: an alarm at once, which stays until a person closes it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from hub.domain.known import State
from hub.flow.intervene import InterventionError, close_attention
from tests.flow.specimens import cancelled, order, shipped
from tests.flow.wire_calls import SHIP
from tests.house import House

ALARM = "HUB-SHIP-001"
BENEATH = ("", "HUB-PROV-101", "HUB-PROV-102", "HUB-PROV-104")


def after_ng(house: House) -> None:
    house.hear(order(name="見本NG"), shipped())


def after_cancellation(house: House) -> None:
    house.hear(order(), cancelled(), shipped())


def after_cancellation_before_registration(house: House) -> None:
    house.hear(cancelled(), order(), shipped())


def after_expiry(house: House) -> None:
    house.hear(order())
    house.clock.business += timedelta(days=89)
    house.wait()
    assert house.state() is State.EXPIRED
    house.hear(shipped())


def after_refusal(house: House) -> None:
    house.hear(order(name="見本拒否"), shipped())


def after_our_own_check(house: House) -> None:
    house.hear(order(currency="USD"), shipped())


LATE = [
    after_ng,
    after_cancellation,
    after_cancellation_before_registration,
    after_expiry,
    after_refusal,
    after_our_own_check,
]
late = pytest.mark.parametrize("happen", LATE, ids=lambda happen: happen.__name__)
Happen = Callable[[House], None]


def close(house: House, reason: str) -> None:
    close_attention(
        house.parts,
        house.merchant_id,
        house.transaction().id,
        reason=reason,
        user_id="u-1",
    )


@late
def test_goods_that_are_out_without_ok_are_an_alarm(
    house: House, happen: Happen
) -> None:
    happen(house)
    found = house.transaction()
    assert (found.attention_code, found.attention_is_alarm) == (ALARM, True)


@late
def test_goods_that_are_out_without_ok_are_never_reported(
    house: House, happen: Happen
) -> None:
    happen(house)
    house.wait(hours=5)
    assert SHIP not in house.calls()
    assert {row["tracking_number"] for row in house.ledger()} <= {"", None}


@late
def test_the_alarm_does_not_end_by_itself(house: House, happen: Happen) -> None:
    happen(house)
    for _ in range(3):
        house.wait(days=1)
    assert house.attention() == ALARM


@late
def test_the_alarm_is_closed_with_a_reason_and_stays_closed(
    house: House, happen: Happen
) -> None:
    happen(house)
    close(house, "代金を銀行振込で受け取った")
    # What stood beneath it is no alarm: a task of the order's own state, or nothing.
    assert house.attention() in BENEATH
    # The same facts once more are no new cause.
    house.hear(shipped())
    house.wait(days=1)
    assert house.attention() in BENEATH


def test_the_alarm_is_not_closed_without_a_reason(house: House) -> None:
    after_ng(house)
    with pytest.raises(InterventionError) as caught:
        close(house, "  ")
    assert caught.value.code == "HUB-ACT-010"
    assert house.attention() == ALARM


def test_another_parcel_is_a_new_cause(house: House) -> None:
    after_ng(house)
    close(house, "返送を依頼した")
    second = shipped()
    second["shipment"]["number"] = "S-2"
    house.hear(second)
    assert house.attention() == ALARM


def test_a_parcel_that_is_taken_back_ends_the_alarm(house: House) -> None:
    after_ng(house)
    house.hear(shipped(kind="shipment.cancelled", version=2))
    assert house.attention() == ""


def test_nothing_that_needs_no_attention_can_be_closed(house: House) -> None:
    house.hear(order())
    with pytest.raises(InterventionError) as caught:
        close(house, "念のため")
    assert caught.value.code == "HUB-ACT-003"
