"""A cart that asks and waits is heard once, and answered by what became of it."""

import json

import pytest

from hub.contract.asking import AskKind, AskOutcome
from hub.domain.known import State
from hub.domain.policy import Mode
from hub.flow.asks import Waiting, give_up, waiting
from hub.flow.cases import load
from hub.flow.intervene import register_again
from hub.flow.receive import Receipt
from hub.flow.settle import settle
from hub.store import merchants
from hub.store.store import Scope
from tests.flow.herons import (
    ask,
    heron_house,
    pay,
    stored,
    token,
    told,
)
from tests.flow.wire_calls import REGISTER
from tests.house import House

GRANTED, DENIED, PENDING = "granted", "denied", "pending"
CLERK = "u-1"
PRICE = 3300


@pytest.fixture
def nest(house: House) -> House:
    return heron_house(house)


def page(house: House, reference: str = "pay-1") -> Waiting:
    found = waiting(house.parts, token(house, reference))
    assert found is not None
    return found


def test_a_payment_that_passes_is_granted_and_leads_its_buyer_on(nest: House) -> None:
    receipt = pay(nest)
    assert receipt.receipt is Receipt.NEW
    assert receipt.reply is not None
    url = json.loads(receipt.reply.body)["url"]
    assert url == f"{nest.parts.config.public_url}/wait/{token(nest)}"
    assert told(nest) == [{"pay-1": GRANTED}]
    assert nest.cart.heard[0]["type"] == "ask.stands"
    assert nest.cart.heard[0]["valid"] == ["pay-1"]
    shown = page(nest)
    assert (shown.outcome, shown.is_slow) == (AskOutcome.GRANTED, False)
    assert shown.way == "https://heron.example/granted/pay-1"


def test_what_is_repeated_is_one_request_with_one_reply(nest: House) -> None:
    first = pay(nest)
    again = pay(nest)
    assert (again.receipt, again.reply) == (Receipt.DUPLICATE, first.reply)
    # However the cart words it the second time.
    worded = pay(nest, name="見本 次郎")
    assert (worded.receipt, worded.reply) == (Receipt.DUPLICATE, first.reply)
    assert (nest.calls().count(REGISTER), len(told(nest))) == (1, 1)
    assert [one.delivery_count for one in nest.deliveries()] == [3]


def test_the_reply_stands_before_anything_was_done(nest: House) -> None:
    ask(nest, AskKind.PAYMENT, "pay-1", fields={})
    assert page(nest) == Waiting(AskOutcome.PENDING, until=stored(nest).expires_at)
    assert nest.calls() == []


def test_a_payment_that_is_declined_is_denied(nest: House) -> None:
    pay(nest, name="見本NG花子")
    assert (nest.state(), told(nest)) == (State.DECLINED, [{"pay-1": DENIED}])
    assert page(nest).outcome is AskOutcome.DENIED
    assert nest.order().wanted.is_cancelled


def test_a_hold_is_told_at_once_and_then_how_it_ended(nest: House) -> None:
    pay(nest, name="見本審査中花子")
    nest.until(lambda: len(told(nest)) == 2)
    assert told(nest) == [{"pay-1": PENDING}, {"pay-1": GRANTED}]
    assert page(nest).way == "https://heron.example/granted/pay-1"


def test_a_payment_that_is_on_hold_is_pending_and_told_once(nest: House) -> None:
    pay(nest, name="見本保留花子")
    nest.wait(minutes=5)
    assert (nest.state(), told(nest)) == (State.ON_HOLD, [{"pay-1": PENDING}])
    shown = page(nest)
    assert (shown.outcome, shown.is_slow) == (AskOutcome.PENDING, True)
    assert shown.way == "https://heron.example/pending/pay-1"


def test_an_order_that_a_person_must_mend_is_pending_after_a_moment(
    nest: House,
) -> None:
    pay(nest, phone="")
    assert (nest.state(), told(nest)) == (State.INVALID, [])
    nest.wait(seconds=31)
    assert told(nest) == [{"pay-1": PENDING}]


def test_what_no_person_can_mend_is_denied_at_once(nest: House) -> None:
    pay(nest, country="US")
    assert (nest.state(), told(nest)) == (State.CANCELLED, [{"pay-1": DENIED}])
    assert nest.order().wanted.is_cancelled
    assert page(nest).outcome is AskOutcome.DENIED
    assert nest.calls() == []


def test_a_payment_is_denied_once_the_cart_waits_no_longer(nest: House) -> None:
    pay(nest, name="見本保留花子")
    nest.wait(days=3)
    assert told(nest) == [{"pay-1": PENDING}, {"pay-1": DENIED}]
    nest.until(lambda: nest.state() is State.CANCELLED)
    assert nest.ledger("A-1001")[0]["state"] != "AUTHORIZED"


def test_a_buyer_who_goes_back_ends_the_order(nest: House) -> None:
    pay(nest, name="見本保留花子")
    assert give_up(nest.parts, token(nest))
    nest.settle()
    assert told(nest)[-1] == {"pay-1": DENIED}
    assert nest.cart.heard[-1]["given_up"] == ["pay-1"]
    assert nest.state() is State.CANCELLED
    shown = page(nest)
    assert (shown.outcome, shown.is_given_up) == (AskOutcome.DENIED, True)
    # Once more is the same.
    assert give_up(nest.parts, token(nest))


def test_a_buyer_who_goes_back_before_the_order_came_is_not_registered(
    nest: House,
) -> None:
    ask(nest, AskKind.PAYMENT, "pay-1", fields={})
    assert give_up(nest.parts, token(nest))
    assert page(nest).outcome is AskOutcome.DENIED
    nest.settle()
    assert (nest.state(), nest.calls()) == (State.CANCELLED, [])
    assert told(nest) == [{"pay-1": DENIED}]


def test_what_was_granted_cannot_be_given_up(nest: House) -> None:
    pay(nest)
    assert not give_up(nest.parts, token(nest))
    assert nest.state() is State.AUTHORIZED


def test_a_token_of_nobody_shows_and_ends_nothing(nest: House) -> None:
    pay(nest)
    assert waiting(nest.parts, "x" * 43) is None
    assert not give_up(nest.parts, "x" * 43)


def test_a_shadow_denies_and_tells_nothing_else(nest: House) -> None:
    nest.parts.store.of(nest.merchant_id).write(
        lambda scope: merchants.set_mode(scope, nest.shop_id, Mode.SHADOW)
    )
    pay(nest)
    assert (told(nest), nest.calls()) == ([{"pay-1": DENIED}], [])
    assert [one["type"] for one in nest.cart.heard] == ["ask.stands"]


def test_a_shop_whose_app_is_gone_lets_no_buyer_wait(nest: House) -> None:
    nest.parts.store.of(nest.merchant_id).write(
        lambda scope: merchants.mark_app(
            scope, nest.shop_id, removed_at=nest.clock.now()
        )
    )
    pay(nest)
    assert (told(nest), nest.calls()) == ([{"pay-1": DENIED}], [])


def test_an_order_that_waits_for_a_release_is_pending(nest: House) -> None:
    nest.parts.store.of(nest.merchant_id).write(
        lambda scope: merchants.set_mode(scope, nest.shop_id, Mode.APPROVAL)
    )
    pay(nest)
    nest.wait(seconds=31)
    assert (told(nest), nest.calls()) == ([{"pay-1": PENDING}], [])


@pytest.mark.parametrize("kind", [AskKind.REFUND, AskKind.VOID])
def test_what_was_not_absorbed_yet_is_not_answered(nest: House, kind: AskKind) -> None:
    """The provider holds what is wanted: from before the request."""
    pay(nest)
    ask(nest, kind, f"{kind.value}-1", amount=300)
    transaction_id = nest.transaction().id

    def meanwhile(scope: Scope) -> None:
        settle(scope, nest.parts, load(scope, transaction_id), now=nest.clock.now())

    nest.parts.store.of(nest.merchant_id).write(meanwhile)
    assert stored(nest, f"{kind.value}-1").outcome is None
    nest.settle()
    assert told(nest)[-1] == {f"{kind.value}-1": GRANTED}


def test_what_becomes_of_an_earlier_generation_answers_nothing(nest: House) -> None:
    nest.fault(REGISTER, "not_applied_unanswered")
    pay(nest, name="見本保留花子")
    first = nest.transaction().id
    register_again(
        nest.parts,
        nest.merchant_id,
        first,
        typed_number="A-1001",
        user_id=CLERK,
    )
    nest.settle()
    nest.until(lambda: nest.state() is State.ON_HOLD)
    assert stored(nest).outcome == PENDING

    def old(scope: Scope) -> None:
        case = load(scope, first)
        assert case.known.state is State.CANCELLED
        settle(scope, nest.parts, case, now=nest.clock.now())

    nest.parts.store.of(nest.merchant_id).write(old)
    assert stored(nest).outcome == PENDING
