"""Facts that come twice, too early or too late."""

import threading
from collections.abc import Callable
from typing import TypeVar

from hub.contract.updates import MayShip
from hub.domain.known import State
from hub.flow.receive import Receipt
from tests.flow.specimens import cancelled, order, shipped
from tests.flow.wire_calls import MODIFY, REGISTER
from tests.house import House

T = TypeVar("T")


def at_once(work: Callable[[], T], *, times: int) -> list[T]:
    """Do the same work in so many threads that start together."""
    gate = threading.Barrier(times)
    done: list[T] = []

    def run() -> None:
        gate.wait()
        done.append(work())

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


def test_one_delivery_five_times_at_once_is_one_transaction(house: House) -> None:
    receipts = at_once(lambda: house.send(order(), message_id="msg-1"), times=5)
    house.settle()
    assert sorted(receipts) == [Receipt.DUPLICATE] * 4 + [Receipt.NEW]
    assert len(house.deliveries()) == 1
    assert len(house.ledger("A-1001")) == 1


def test_one_order_in_five_messages_at_once_is_one_transaction(house: House) -> None:
    at_once(lambda: house.send(order()), times=5)
    house.settle()
    assert house.calls("A-1001") == [REGISTER]


def test_five_threads_that_work_at_once_register_once(house: House) -> None:
    house.send(order())
    at_once(house.settle, times=5)
    house.settle()
    assert len(house.ledger("A-1001")) == 1


def test_a_cancellation_before_its_order_ends_in_cancelled(house: House) -> None:
    house.hear(cancelled(), order())
    assert house.state() is State.CANCELLED


def test_an_order_that_was_cancelled_before_is_never_registered(house: House) -> None:
    house.hear(cancelled(), order())
    assert house.ledger() == []
    assert house.calls() == []


def test_a_cancellation_of_a_live_transaction_reaches_the_provider(
    house: House,
) -> None:
    house.hear(order(), cancelled())
    (one,) = house.ledger()
    assert (house.state(), one["state"]) == (State.CANCELLED, "CANCELLED")


def test_a_reported_shipment_is_cancelled_with_its_order(house: House) -> None:
    house.hear(order(), shipped(), cancelled())
    (one,) = house.ledger()
    assert one["state"] == "CANCELLED"


def test_an_order_behind_its_cancellation_does_not_come_alive(house: House) -> None:
    house.hear(order(), cancelled(), order(kind="order.amended", version=99))
    (one,) = house.ledger()
    assert one["state"] == "CANCELLED"


def test_an_older_version_changes_nothing(house: House) -> None:
    house.hear(order(version=2, price=2000), order(version=1, price=1000))
    (one,) = house.ledger()
    assert one["billed_amount"] == 4880
    assert house.calls() == [REGISTER]


def test_the_same_version_with_another_content_changes_nothing(house: House) -> None:
    house.hear(order(price=2000), order(kind="order.amended", price=1000))
    assert house.calls() == [REGISTER]


def test_what_the_provider_is_not_told_starts_no_new_screening(house: House) -> None:
    house.hear(
        order(), order(kind="order.amended", version=2, shipping_method="佐川急便")
    )
    assert house.calls() == [REGISTER]


def test_goods_out_before_their_order_is_heard_are_reported(house: House) -> None:
    house.hear(shipped(), order())
    assert house.state() is State.SHIPMENT_REPORTED


def test_goods_out_during_the_screening_are_an_alarm_at_once(house: House) -> None:
    house.hear(order(name="見本審査中"))
    house.send(shipped())
    house.settle()
    found = house.transaction()
    assert (found.attention_code, found.attention_is_alarm) == ("HUB-SHIP-001", True)


def test_goods_out_during_the_screening_report_themselves_after_ok(
    house: House,
) -> None:
    house.hear(order(name="見本審査中"), shipped())
    house.wait(seconds=2)
    assert house.state() is State.SHIPMENT_REPORTED
    assert house.attention() == ""


def test_goods_out_during_the_screening_stay_an_alarm_after_ng(house: House) -> None:
    house.hear(order(name="見本審査中NG"), shipped())
    house.wait(seconds=2)
    assert (house.state(), house.attention()) == (State.DECLINED, "HUB-SHIP-001")


def test_goods_out_while_it_is_on_hold_are_reported_after_the_correction(
    house: House,
) -> None:
    house.hear(order(name="見本保留"))
    house.wait(seconds=2)
    house.hear(shipped())
    assert house.attention() == "HUB-SHIP-001"
    buyer = order()["order"]["buyer"]
    moved = {**buyer, "address": {**buyer["address"], "street": "9-9-9"}}
    house.hear(order(kind="order.amended", version=2, buyer=moved))
    house.wait(seconds=2)
    assert house.state() is State.SHIPMENT_REPORTED


def test_an_authorization_that_was_amended_must_wait_before_shipping(
    house: House,
) -> None:
    house.hear(order())
    house.fault(MODIFY, "not_applied_unanswered")
    house.send(order(kind="order.amended", version=2, price=3000))
    house.settle()
    assert house.may_ship() is MayShip.NO
    house.wait(minutes=10)
    assert house.may_ship() is MayShip.YES
