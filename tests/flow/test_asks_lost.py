"""Answers that are lost on the way, and carts that wait no longer."""

from collections.abc import Iterator
from contextlib import suppress

import pytest

from hub.contract.asking import AskKind
from hub.domain.known import State
from hub.flow import intervene
from hub.flow.asks import give_up
from hub.flow.intervene import register_again
from hub.flow.receive import Receipt
from hub.flow.steps import Step
from hub.flow.sweep import sweep
from hub.store.asks import LOST
from tests.flow.conftest import OpenHouse
from tests.flow.herons import (
    ask,
    heron_house,
    pay,
    rows,
    stored,
    then,
    token,
    told,
)
from tests.flow.wire_calls import REGISTER
from tests.house import House

GRANTED, DENIED, PENDING = "granted", "denied", "pending"
ENDED, GONE = 425, 503
# Longer than the lease of an update, and than its first steps up the ladder.
LEASE_OVER = {"minutes": 10}
CLERK = "u-1"


class DeathError(Exception):
    """The process ends here, as far as the books can tell."""


class Fatal:
    """A step that ends the work of a thread once."""

    def __init__(self) -> None:
        self.at: Step | None = None

    def __call__(self, step: Step) -> None:
        if step is self.at:
            self.at = None
            raise DeathError

    @property
    def is_over(self) -> bool:
        """Tell whether the step was reached."""
        return self.at is None


@pytest.fixture
def fatal() -> Fatal:
    return Fatal()


@pytest.fixture
def nest(open_house: OpenHouse, fatal: Fatal) -> Iterator[House]:
    with open_house(step=fatal) as opened:
        opened.open()
        yield heron_house(opened)


def test_a_request_is_kept_before_its_process_dies_and_repeated_the_same(
    nest: House, fatal: Fatal
) -> None:
    fatal.at = Step.DELIVERY_COMMITTED
    with pytest.raises(DeathError):
        ask(nest, AskKind.PAYMENT, "pay-1", fields={})
    again = ask(nest, AskKind.PAYMENT, "pay-1", fields={})
    assert (again.receipt, rows(nest)) == (Receipt.DUPLICATE, 1)
    assert again.reply is not None
    nest.settle()
    assert (nest.calls().count(REGISTER), told(nest)) == (1, [{"pay-1": GRANTED}])


@pytest.mark.parametrize(
    "step", [Step.PLANNING, Step.PLAN_COMMITTED, Step.CALLBACK_SENT]
)
def test_whoever_dies_on_the_way_leaves_the_answer_to_the_next(
    nest: House, fatal: Fatal, step: Step
) -> None:
    ask(nest, AskKind.PAYMENT, "pay-1", fields={})
    fatal.at = step
    with suppress(DeathError):
        nest.settle()
    assert fatal.is_over
    nest.wait(**LEASE_OVER)
    nest.until(lambda: stored(nest).told == GRANTED)
    # A cart that hears it twice hears it under one id.
    assert {one["id"] for one in nest.cart.heard} == {nest.cart.heard[0]["id"]}
    assert nest.calls().count(REGISTER) == 1


def test_an_answer_that_a_cart_does_not_take_is_told_until_it_does(
    nest: House,
) -> None:
    nest.cart.answers = [GONE, GONE]
    pay(nest)
    assert (told(nest), stored(nest).told) == ([{"pay-1": GRANTED}], "")
    nest.wait(minutes=10)
    nest.wait(hours=1)
    assert told(nest) == [{"pay-1": GRANTED}] * 3
    assert stored(nest).told == GRANTED


def test_an_update_that_is_overtaken_loses_no_answer(nest: House) -> None:
    nest.cart.answers = [GONE, GONE]
    pay(nest)
    then(nest, AskKind.VOID)
    # The payment was granted before it was voided, and the cart hears both.
    assert told(nest)[-1] == {"pay-1": GRANTED, "void-1": GRANTED}
    nest.wait(minutes=10)
    assert stored(nest).told == GRANTED
    assert stored(nest, "void-1").told == GRANTED
    count = len(told(nest))
    nest.wait(hours=2)
    assert len(told(nest)) == count


def test_a_granted_payment_that_the_cart_lost_is_cancelled_and_shown(
    nest: House,
) -> None:
    nest.cart.answers = [ENDED]
    pay(nest)
    nest.until(lambda: nest.state() is State.CANCELLED)
    assert [one["state"] for one in nest.ledger("A-1001")] == ["CANCELLED"]
    assert nest.attention() == "HUB-CART-425"
    assert stored(nest).told == LOST
    # Nobody tells it that the payment is granted, not even a person by mistake.
    (refused,) = nest.operations(target="cart")
    intervene.send_again(nest.parts, nest.merchant_id, refused.id, user_id=CLERK)
    nest.settle()
    assert told(nest) == [{"pay-1": GRANTED}]


def test_a_denied_payment_that_nobody_waits_for_needs_nobody(nest: House) -> None:
    nest.cart.answers = [ENDED]
    pay(nest, name="見本NG花子")
    assert (told(nest), nest.attention()) == ([{"pay-1": DENIED}], "")
    assert stored(nest).told == LOST


def test_what_went_with_a_denial_that_nobody_waits_for_is_told_again(
    nest: House,
) -> None:
    pay(nest, phone="")
    ask(nest, AskKind.VOID, "void-1")
    nest.cart.answers = [ENDED]
    nest.settle()
    assert told(nest) == [{"pay-1": DENIED, "void-1": GRANTED}, {"void-1": GRANTED}]
    assert (stored(nest).told, nest.attention()) == (LOST, "")


def test_a_cart_that_contradicts_itself_ends_nothing(nest: House) -> None:
    nest.cart.answers = [GONE]
    pay(nest)
    ask(nest, AskKind.CAPTURE, "capture-1")
    nest.cart.answers = [ENDED]
    nest.wait(minutes=10)
    assert (nest.state(), nest.attention()) == (State.AUTHORIZED, "HUB-CART-425")


def test_a_pending_payment_that_the_cart_lost_ends_the_order(nest: House) -> None:
    nest.cart.answers = [ENDED]
    pay(nest, name="見本保留花子")
    nest.until(lambda: nest.state() is State.CANCELLED)
    assert told(nest) == [{"pay-1": PENDING}]


def test_a_refusal_of_another_kind_ends_nothing(nest: House) -> None:
    nest.cart.answers = [400]
    pay(nest)
    assert (nest.state(), nest.attention()) == (State.AUTHORIZED, "HUB-CART-400")
    (refused,) = nest.operations(target="cart")
    intervene.send_again(nest.parts, nest.merchant_id, refused.id, user_id=CLERK)
    nest.settle()
    assert (stored(nest).told, nest.attention()) == (GRANTED, "")


def test_a_payment_that_was_denied_is_never_registered_again(nest: House) -> None:
    nest.fault(REGISTER, "not_applied_unanswered")
    pay(nest)
    assert give_up(nest.parts, token(nest))
    assert nest.order().wanted.is_cancelled
    register_again(
        nest.parts,
        nest.merchant_id,
        nest.transaction().id,
        typed_number="A-1001",
        user_id=CLERK,
    )
    nest.wait(days=4)
    assert (nest.ledger("A-1001"), told(nest)) == ([], [{"pay-1": DENIED}])


def test_sweeping_twice_decides_once(nest: House) -> None:
    pay(nest, name="見本保留花子")
    nest.move_real(days=3)
    for _ in range(3):
        sweep(nest.parts)
    nest.settle()
    assert told(nest) == [{"pay-1": PENDING}, {"pay-1": DENIED}]
    assert stored(nest).look_at is None
