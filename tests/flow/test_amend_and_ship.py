"""Amendments and shipments in every order, as the witness hears them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub.contract.money import Yen
from hub.domain.known import State
from hub.flow.absorb import absorb
from hub.flow.perform import perform
from hub.provider.port import Exchange, PreparedCall
from hub.store import inbox, leases
from tests.flow.specimens import order, shipped
from tests.flow.wire_calls import MODIFY, REGISTER, SHIP
from tests.house import House, MovableClock, same_parts

OTHER = "444413758714"


def history(house: House) -> list[str]:
    (one,) = house.ledger()
    return [entry["what"] for entry in one["history"]]


def test_an_amendment_before_shipping_changes_the_amount(house: House) -> None:
    house.hear(order(), order(kind="order.amended", version=2, price=1000))
    (one,) = house.ledger()
    assert (one["billed_amount"], house.known().amount) == (2880, Yen(2880))
    assert house.calls() == [REGISTER, MODIFY]


def test_an_amendment_is_told_to_the_cart(house: House) -> None:
    house.hear(order(), order(kind="order.amended", version=2, price=1000))
    assert house.cart.kinds == ["screening.ok", "transaction.changed"]


def test_two_amendments_in_a_row_are_one_call(house: House) -> None:
    house.hear(order())
    house.send(order(kind="order.amended", version=2, price=1000))
    house.send(order(kind="order.amended", version=3, price=1200))
    house.settle()
    assert house.calls() == [REGISTER, MODIFY]
    assert house.known().amount == Yen(3280)


def test_an_amendment_after_shipping_takes_the_report_back_and_makes_it_again(
    house: House,
) -> None:
    house.hear(order(), shipped())
    house.hear(order(kind="order.amended", version=2, price=1000))
    assert history(house) == [
        "registered",
        "reported",
        "report_cancelled",
        "changed",
        "reported",
    ]
    assert house.calls() == [REGISTER, SHIP, SHIP, MODIFY, SHIP]


def test_an_amendment_after_shipping_ends_in_a_report_of_the_new_amount(
    house: House,
) -> None:
    house.hear(order(), shipped())
    house.hear(order(kind="order.amended", version=2, price=1000))
    (one,) = house.ledger()
    assert (one["state"], one["billed_amount"]) == ("SHIPPED", 2880)
    assert house.state() is State.SHIPMENT_REPORTED


def test_a_changed_tracking_number_changes_the_report(house: House) -> None:
    house.hear(order(), shipped())
    house.hear(shipped(kind="shipment.changed", version=2, tracking=OTHER))
    (one,) = house.ledger()
    assert history(house) == ["registered", "reported", "report_changed"]
    assert one["tracking_number"] == OTHER


def test_a_changed_tracking_number_does_not_move_the_invoice(
    house: House, sandbox_clock: MovableClock
) -> None:
    house.hear(order(), shipped())
    before = house.known().reported
    house.move_real(days=7)
    sandbox_clock.real += timedelta(days=1)
    house.hear(shipped(kind="shipment.changed", version=2, tracking=OTHER))
    after = house.known().reported
    assert before
    assert after
    assert after.expected_issue_on == before.expected_issue_on


def test_the_same_number_in_another_spelling_is_no_change(house: House) -> None:
    house.hear(order(), shipped(tracking=OTHER))
    spelt = "4444-1375-8714"
    house.hear(shipped(kind="shipment.changed", version=2, tracking=spelt))
    assert house.calls() == [REGISTER, SHIP]


def test_an_older_version_of_a_parcel_changes_nothing(house: House) -> None:
    house.hear(order(), shipped(version=3))
    house.hear(shipped(kind="shipment.changed", version=2, tracking=OTHER))
    assert house.calls() == [REGISTER, SHIP]


def test_a_cancelled_parcel_takes_its_report_back(house: House) -> None:
    house.hear(order(), shipped())
    house.hear(shipped(kind="shipment.cancelled", version=2))
    (one,) = house.ledger()
    assert history(house)[-1] == "report_cancelled"
    assert (house.state(), one["state"]) == (State.AUTHORIZED, "APPROVED")


def test_a_parcel_that_goes_out_once_more_is_reported_once_more(house: House) -> None:
    house.hear(order(), shipped())
    house.hear(shipped(kind="shipment.cancelled", version=2))
    house.hear(shipped(version=3, tracking=OTHER))
    (one,) = house.ledger()
    assert (one["state"], one["tracking_number"]) == ("SHIPPED", OTHER)


def test_a_second_parcel_makes_no_second_report(house: House) -> None:
    second = shipped(tracking=OTHER)
    second["shipment"] |= {"number": "S-2", "shipped_at": "2026-11-25T13:00:00+09:00"}
    house.hear(order(), shipped(), second)
    assert house.calls() == [REGISTER, SHIP]


@pytest.mark.parametrize(
    ("carrier", "service", "code"),
    [
        ("ヤマト運輸", "ネコポス", "HUB-SHIP-006"),
        ("日本郵便", "ゆうパケット", "HUB-SHIP-006"),
        ("日本郵便", "", "HUB-SHIP-005"),
        ("見本運輸", "", "HUB-SHIP-005"),
        ("佐川急便", "飛脚メール便", "HUB-SHIP-006"),
        ("佐川急便", "メール便", "HUB-SHIP-006"),
        ("自社便", "", "HUB-SHIP-006"),
    ],
)
def test_what_cannot_be_reported_is_an_alarm_and_no_call(
    house: House, carrier: str, service: str, code: str
) -> None:
    house.hear(order(), shipped(carrier=carrier, service=service))
    found = house.transaction()
    assert (found.attention_code, found.attention_is_alarm) == (code, True)
    assert house.calls() == [REGISTER]


@pytest.mark.parametrize("tracking", ["0000000000", "4.44414E+11", "ABCDEFGH"])
def test_what_is_no_tracking_number_is_an_alarm_and_no_call(
    house: House, tracking: str
) -> None:
    house.hear(order(), shipped(tracking=tracking))
    assert house.attention() == "HUB-SHIP-002"
    assert house.calls() == [REGISTER]


def test_a_corrected_carrier_is_reported(house: House) -> None:
    house.hear(order(), shipped(carrier="見本運輸", service=""))
    house.hear(shipped(kind="shipment.changed", version=2))
    assert (house.state(), house.attention()) == (State.SHIPMENT_REPORTED, "")


def test_the_amount_is_the_one_that_was_sent_not_the_one_wanted_meanwhile(
    house: House,
) -> None:
    house.send(order())
    work_once_amended_on_the_way(house)
    assert house.known().amount == Yen(4180)
    assert house.disagreements() == []
    house.settle()
    assert house.known().amount == Yen(2880)


def work_once_amended_on_the_way(house: House) -> None:
    """Let the order be amended after its registration left, before its answer came."""
    absorb_waiting(house)
    now = datetime.now(UTC)
    (claimed,) = house.parts.store.of(house.merchant_id).write(
        lambda scope: leases.claim(scope, "provider", limit=10, now=now)
    )
    real = house.parts.provider

    class Interrupting:
        def __getattr__(self, name: str) -> Any:
            return getattr(real, name)

        def send(self, call: PreparedCall, **more: Any) -> Exchange:
            exchange = real.send(call, **more)
            house.send(order(kind="order.amended", version=2, price=1000))
            absorb_waiting(house)
            return exchange

    perform(same_parts(house, provider=Interrupting()).parts, claimed)


def absorb_waiting(house: House) -> None:
    now = house.clock.now()
    for row in house.parts.store.of(house.merchant_id).write(
        lambda scope: inbox.claim(scope, limit=10, now=now)
    ):
        absorb(house.parts, row)
