"""What a cart asks after a payment: to ship, to give back, and to end it."""

import pytest

from hub.contract.asking import AskKind
from hub.domain.known import State
from hub.flow.intervene import adopt, register_again
from tests.flow.herons import (
    heron_house,
    pay,
    ship,
    stored,
    then,
    told,
)
from tests.flow.specimens import TRACKING
from tests.flow.wire_calls import MODIFY, REGISTER
from tests.house import House

GRANTED, DENIED, PENDING = "granted", "denied", "pending"
CLERK = "u-1"
PRICE = 3300


@pytest.fixture
def nest(house: House) -> House:
    return heron_house(house)


def billed(house: House) -> int:
    order = house.order().wanted.told
    assert order is not None
    return int(order.total)


def test_a_void_ends_the_order(nest: House) -> None:
    pay(nest)
    then(nest, AskKind.VOID)
    assert (nest.state(), told(nest)[-1]) == (State.CANCELLED, {"void-1": GRANTED})
    assert [one["state"] for one in nest.ledger("A-1001")] == ["CANCELLED"]


def test_a_void_before_the_registration_is_answered_at_once(nest: House) -> None:
    pay(nest, phone="")
    then(nest, AskKind.VOID)
    assert told(nest) == [{"pay-1": DENIED, "void-1": GRANTED}]
    assert nest.calls() == []


def test_a_void_that_the_provider_refuses_is_denied(nest: House) -> None:
    pay(nest)
    nest.fault(MODIFY, "ng_without_errors")
    then(nest, AskKind.VOID)
    assert (told(nest)[-1], nest.attention()) == ({"void-1": DENIED}, "HUB-PROV-302")
    # Asked anew, the provider is asked anew.
    then(nest, AskKind.VOID, "void-2")
    assert (told(nest)[-1], nest.state()) == ({"void-2": GRANTED}, State.CANCELLED)


def test_a_void_of_an_unclear_registration_waits_for_the_person(nest: House) -> None:
    nest.fault(REGISTER, "applied_unanswered")
    pay(nest)
    then(nest, AskKind.VOID)
    # The payment needs no registration any more; the void does.
    assert (nest.state(), told(nest)) == (State.UNCLEAR, [{"pay-1": DENIED}])
    adopt(
        nest.parts,
        nest.merchant_id,
        nest.transaction().id,
        provider_transaction_id=nest.ledger("A-1001")[0]["transaction_id"],
        typed_number="A-1001",
        user_id=CLERK,
    )
    nest.until(lambda: nest.state() is State.CANCELLED)
    assert told(nest)[-1] == {"void-1": GRANTED}
    assert nest.calls().count(REGISTER) == 1


def test_a_void_of_a_registration_that_never_was_is_granted(nest: House) -> None:
    nest.fault(REGISTER, "not_applied_unanswered")
    pay(nest)
    then(nest, AskKind.VOID)
    register_again(
        nest.parts,
        nest.merchant_id,
        nest.transaction().id,
        typed_number="A-1001",
        user_id=CLERK,
    )
    nest.settle()
    assert told(nest)[-1] == {"void-1": GRANTED}
    assert nest.ledger("A-1001") == []


def test_a_capture_waits_for_the_parcel(nest: House) -> None:
    pay(nest)
    then(nest, AskKind.CAPTURE)
    assert told(nest) == [{"pay-1": GRANTED}]
    assert nest.deliveries()[0].state == "done"
    ship(nest, TRACKING)
    assert (nest.state(), told(nest)[-1]) == (
        State.SHIPMENT_REPORTED,
        {"capture-1": GRANTED},
    )


def test_a_capture_after_the_report_is_granted_at_once(nest: House) -> None:
    pay(nest)
    ship(nest, TRACKING)
    then(nest, AskKind.CAPTURE)
    assert told(nest)[-1] == {"capture-1": GRANTED}


def test_what_a_capture_leaves_out_is_not_billed(nest: House) -> None:
    pay(nest)
    then(nest, AskKind.CAPTURE, amount=PRICE - 300)
    ship(nest, TRACKING)
    nest.until(lambda: told(nest)[-1] == {"capture-1": GRANTED})
    (held,) = nest.ledger("A-1001")
    assert held["billed_amount"] == PRICE - 300
    assert nest.state() is State.SHIPMENT_REPORTED


def test_a_capture_of_a_voided_order_is_denied(nest: House) -> None:
    pay(nest)
    then(nest, AskKind.VOID)
    then(nest, AskKind.CAPTURE)
    assert told(nest)[-1] == {"capture-1": DENIED}


@pytest.mark.parametrize("is_shipped", [False, True])
def test_a_part_that_is_given_back_is_taken_off(nest: House, is_shipped: bool) -> None:
    pay(nest)
    if is_shipped:
        ship(nest, TRACKING)
    then(nest, AskKind.REFUND, amount=300)
    nest.until(lambda: told(nest)[-1] == {"refund-1": GRANTED})
    (held,) = nest.ledger("A-1001")
    assert held["billed_amount"] == PRICE - 300
    state = State.SHIPMENT_REPORTED if is_shipped else State.AUTHORIZED
    assert nest.state() is state


@pytest.mark.parametrize("is_shipped", [False, True])
def test_all_that_is_given_back_ends_the_order(nest: House, is_shipped: bool) -> None:
    pay(nest)
    if is_shipped:
        ship(nest, TRACKING)
    then(nest, AskKind.REFUND, amount=PRICE)
    assert (nest.state(), told(nest)[-1]) == (State.CANCELLED, {"refund-1": GRANTED})


def test_a_refund_that_the_provider_refuses_takes_nothing_off(nest: House) -> None:
    pay(nest)
    nest.fault(MODIFY, "ng_without_errors")
    then(nest, AskKind.REFUND, amount=300)
    assert told(nest)[-1] == {"refund-1": DENIED}
    assert billed(nest) == PRICE
    # The goods go out for what the provider holds.
    ship(nest, TRACKING)
    assert (nest.state(), nest.attention()) == (State.SHIPMENT_REPORTED, "")
    # Another one is another try.
    then(nest, AskKind.REFUND, "refund-2", amount=300)
    nest.until(lambda: told(nest)[-1] == {"refund-2": GRANTED})


def test_a_refund_that_was_denied_takes_nothing_off_when_it_is_replayed(
    nest: House,
) -> None:
    pay(nest)
    nest.fault(MODIFY, "ng_without_errors")
    then(nest, AskKind.REFUND, amount=300)
    then(nest, AskKind.REFUND, amount=300)
    assert billed(nest) == PRICE
    assert nest.ledger("A-1001")[0]["billed_amount"] == PRICE


def test_what_is_asked_of_an_order_that_never_comes_is_denied(nest: House) -> None:
    for kind in (AskKind.CAPTURE, AskKind.REFUND, AskKind.VOID):
        then(nest, kind, order=kind.value, amount=300)
    nest.wait(minutes=59)
    assert told(nest) == []
    nest.wait(minutes=2)
    said = {key: value for one in told(nest) for key, value in one.items()}
    assert said == {"capture-1": DENIED, "refund-1": DENIED, "void-1": DENIED}
    assert nest.calls() == []


def test_a_refund_that_came_before_its_payment_waits_for_it(nest: House) -> None:
    then(nest, AskKind.REFUND, amount=300)
    assert told(nest) == []
    pay(nest)
    assert {**told(nest)[0], **told(nest)[-1]} == {
        "pay-1": GRANTED,
        "refund-1": GRANTED,
    }
    assert nest.ledger("A-1001")[0]["billed_amount"] == PRICE - 300


@pytest.mark.parametrize("kind", [AskKind.REFUND, AskKind.VOID])
def test_what_cannot_be_read_is_denied_after_a_while_and_never_done(
    nest: House, kind: AskKind
) -> None:
    pay(nest)
    count = len(nest.calls())
    then(nest, kind, at="someday", amount=300)
    assert nest.deliveries()[0].state == "quarantined"
    nest.wait(minutes=59)
    assert stored(nest, f"{kind.value}-1").outcome is None
    nest.wait(minutes=2)
    assert told(nest)[-1] == {f"{kind.value}-1": DENIED}
    assert (len(nest.calls()), nest.state()) == (count, State.AUTHORIZED)
