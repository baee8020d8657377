"""A cart that asks and waits is heard once, and answered by what became of it."""

import json

import pytest

from hub.contract.asking import AskKind, AskOutcome
from hub.domain.known import State
from hub.domain.policy import Mode
from hub.flow.asks import Waiting, give_up, waiting
from hub.flow.cases import load
from hub.flow.intervene import adopt, register_again
from hub.flow.receive import Receipt
from hub.flow.settle import settle
from hub.store import merchants
from hub.store.store import Scope
from tests.flow.herons import (
    ask,
    heron_house,
    pay,
    ship,
    stored,
    then,
    token,
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


def test_an_order_that_waits_for_a_release_is_pending(nest: House) -> None:
    nest.parts.store.of(nest.merchant_id).write(
        lambda scope: merchants.set_mode(scope, nest.shop_id, Mode.APPROVAL)
    )
    pay(nest)
    nest.wait(seconds=31)
    assert (told(nest), nest.calls()) == ([{"pay-1": PENDING}], [])


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
