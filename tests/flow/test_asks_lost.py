"""Requests at several doors at once, answers that are lost, and carts that went."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial

import pytest

from hub.contract.asking import AskKind
from hub.domain.known import State
from hub.flow import intervene
from hub.flow.asks import AskReceipt, give_up, waiting
from hub.flow.intervene import register_again
from hub.flow.receive import Receipt
from hub.flow.steps import Step
from hub.flow.sweep import sweep
from hub.store import connections
from hub.store.asks import LOST
from hub.store.store import Scope
from hub.store.tables import ask as ask_table
from tests.flow import heron
from tests.flow.conftest import OpenHouse
from tests.flow.herons import (
    ask,
    heron_house,
    pay,
    stored,
    then,
    token,
    told,
    with_heron,
)
from tests.flow.more_shops import with_merchant
from tests.flow.toucans import request_of
from tests.flow.wire_calls import MODIFY, REGISTER
from tests.house import House, same_parts

GRANTED, DENIED, PENDING = "granted", "denied", "pending"
ENDED, GONE = 425, 503
DOORS = 8
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


@pytest.fixture
def fatal() -> Fatal:
    return Fatal()


@pytest.fixture
def nest(open_house: OpenHouse, fatal: Fatal) -> Iterator[House]:
    with open_house(step=fatal) as opened:
        opened.open()
        yield heron_house(opened)


def rows(house: House) -> int:
    return house.read(
        lambda scope: len(
            scope.connection.execute(
                ask_table.select().where(ask_table.c.merchant_id == scope.merchant_id)
            ).all()
        )
    )


def at_once(house: House, kind: AskKind, **said: object) -> list[AskReceipt]:
    """Ask the same at eight doors at once."""
    ready = threading.Barrier(DOORS)
    found: list[AskReceipt] = []

    def knock() -> None:
        ready.wait(30)
        found.append(ask(house, kind, f"{kind.value}-1", **said))

    doors = [threading.Thread(target=knock) for _ in range(DOORS)]
    for door in doors:
        door.start()
    for door in doors:
        door.join(60)
    return found


def test_one_payment_at_eight_doors_at_once_is_registered_once(nest: House) -> None:
    found = at_once(nest, AskKind.PAYMENT, fields={})
    assert len(found) == DOORS
    assert len({one.reply for one in found}) == 1
    assert sorted(one.receipt for one in found) == sorted(
        [Receipt.NEW, *[Receipt.DUPLICATE] * (DOORS - 1)]
    )
    nest.settle()
    assert (nest.calls().count(REGISTER), rows(nest)) == (1, 1)
    assert told(nest) == [{"payment-1": GRANTED}]


def test_one_refund_at_eight_doors_at_once_is_taken_off_once(nest: House) -> None:
    pay(nest)
    found = at_once(nest, AskKind.REFUND, amount=300)
    assert [one.receipt for one in found].count(Receipt.NEW) == 1
    nest.settle()
    assert nest.calls().count(MODIFY) == 1
    assert nest.ledger("A-1001")[0]["billed_amount"] == 3000
    assert told(nest)[-1] == {"refund-1": GRANTED}


def test_who_is_not_proven_or_nobodys_is_not_kept(nest: House) -> None:
    payment = partial(ask, nest, AskKind.PAYMENT, fields={})
    assert payment("pay-1", secret="whsec_b3RoZXI=").receipt is Receipt.UNPROVEN
    assert payment("pay-2", shop="heron-9").receipt is Receipt.NOBODYS
    assert (rows(nest), nest.deliveries()) == (0, [])


def test_a_connection_that_is_closed_hears_nothing(nest: House) -> None:
    now = nest.clock.now()
    nest.parts.store.of(nest.merchant_id).write(
        lambda scope: connections.set_disabled(
            scope, nest.connection_id, disabled_at=now
        )
    )
    found = ask(nest, AskKind.PAYMENT, "pay-1", fields={})
    assert (found.receipt, found.reply, rows(nest)) == (Receipt.DISABLED, None, 0)


def test_a_connector_that_is_switched_off_hears_nothing(nest: House) -> None:
    manifest = replace(heron.connector.manifest, switch="secret")
    known = {"heron": replace(heron.connector, manifest=manifest)}
    registry = replace(nest.parts.registry, connectors=known)
    off = same_parts(nest, registry=registry.switched(nest.parts.config.is_on))
    off = replace(off, _receivers=[])
    assert ask(off, AskKind.PAYMENT, "pay-1", fields={}).receipt is Receipt.NOBODYS
    said = request_of(off, {"says": "app_removed", "at": "", "fields": {}})
    receipt, _connector = off.receiver.receive("heron", off.hook_key, said)
    assert (receipt, off.deliveries()) == (Receipt.UNPROVEN, [])


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
    assert fatal.at is None
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


def test_two_merchants_never_cross(nest: House) -> None:
    other = with_heron(with_merchant(nest), "heron-2", roles=())
    # The same words from another shop, about an order of the same number.
    pay(nest, name="見本保留花子")
    pay(other, shop="heron-2")
    assert token(nest) != token(other)
    assert (stored(nest).outcome, stored(other).outcome) == (PENDING, GRANTED)
    assert give_up(nest.parts, token(other)) is False
    assert give_up(other.parts, token(nest)) is True
    other.settle()
    assert (nest.state(), other.state()) == (State.CANCELLED, State.AUTHORIZED)
    then(other, AskKind.VOID, shop="heron-2")
    assert stored(other, "void-1").outcome == GRANTED
    with pytest.raises(AssertionError):
        stored(nest, "void-1")
    found = waiting(other.parts, token(other))
    assert found is not None
    assert found.way.endswith("granted/pay-1")


def test_no_personal_data_stands_in_what_is_kept_of_a_request(nest: House) -> None:
    pay(nest)

    def kept(scope: Scope) -> str:
        return str(scope.connection.execute(ask_table.select()).all())

    found = nest.read(kept)
    assert "pay-1" in found
    for secret in ("見本", "045", "hanako", token(nest)):
        assert secret not in found


def test_sweeping_twice_decides_once(nest: House) -> None:
    pay(nest, name="見本保留花子")
    nest.move_real(days=3)
    for _ in range(3):
        sweep(nest.parts)
    nest.settle()
    assert told(nest) == [{"pay-1": PENDING}, {"pay-1": DENIED}]
    assert stored(nest).look_at is None
