"""An order whose payment method becomes another one ends its transaction."""

from typing import Any

import pytest

from hub.contract.events import CancelCause
from hub.domain.known import State
from hub.flow import intervene
from hub.store import orders
from hub.store.statements import change
from hub.store.store import Scope
from hub.store.tables import connection
from tests.flow.specimens import order
from tests.flow.wire_calls import MODIFY, REGISTER
from tests.house import House


def of_method(method: str, *, version: int, at: str) -> Any:
    told = order(kind="order.amended", version=version, payment_method=method)
    return {**told, "occurred_at": f"2026-11-25T{at}:00+09:00"}


@pytest.fixture
def picky(house: House) -> House:
    """A house whose connection takes one payment method only."""

    def work(scope: Scope) -> None:
        settings = {
            "callback_url": f"http://127.0.0.1:{house.cart.port}/",
            "payment_methods": "後払い",
        }
        where = {"id": house.connection_id}
        change(scope, connection, where, {"settings": settings})

    house.parts.store.of(house.merchant_id).write(work)
    return house


CARD = of_method("クレジットカード", version=2, at="10:00")
OURS = of_method("後払い", version=3, at="11:00")


def test_the_transaction_of_an_order_that_is_paid_otherwise_is_cancelled(
    picky: House,
) -> None:
    picky.hear(order(), CARD)
    (one,) = picky.ledger()
    assert (picky.state(), one["state"]) == (State.CANCELLED, "CANCELLED")
    assert picky.order().wanted.cancel_cause is CancelCause.PAYMENT_METHOD


def test_an_order_that_was_never_ours_stays_not_for_us(picky: House) -> None:
    picky.hear(CARD)
    (delivery,) = picky.deliveries()
    assert (delivery.state, picky.calls()) == ("ignored", [])
    assert picky.read(lambda s: orders.find(s, picky.shop_id, "A-1001")) is None


def test_an_order_and_its_other_method_in_one_delivery_are_both_heard(
    picky: House,
) -> None:
    picky.hear([order(), CARD])
    assert (picky.state(), picky.calls()) == (State.CANCELLED, [])


def test_our_method_named_again_asks_a_person(picky: House) -> None:
    picky.hear(order(), CARD, OURS)
    assert (picky.state(), picky.attention()) == (State.CANCELLED, "HUB-PROV-105")
    assert picky.calls() == [REGISTER, MODIFY]


def test_and_the_person_may_register_it_again(picky: House) -> None:
    picky.hear(order(), CARD, OURS)
    intervene.register_again(
        picky.parts,
        picky.merchant_id,
        picky.transaction().id,
        typed_number="A-1001",
        user_id="somebody",
    )
    picky.settle()
    assert (picky.state(), picky.attention()) == (State.AUTHORIZED, "")
    assert [one["state"] for one in picky.ledger()] == ["CANCELLED", "APPROVED"]
