"""Buyers pay later at the checkout: the double asks, the hub screens and answers."""

from collections.abc import Iterator

import pytest

from hub.domain.known import State
from hub.domain.policy import Mode
from hub.store import merchants
from tests.flow.shopify_till import Till, payments_till
from tests.flow.wire_calls import MODIFY, REGISTER
from tests.house import House
from tests.shopify_double import payments_pages as pages
from tests.shopify_double.buyers import Buyer
from tests.shopify_double.payments import EXPIRED, PENDING, REJECTED, RESOLVED

AMOUNT = 7572


@pytest.fixture
def till(house: House) -> Iterator[Till]:
    with payments_till(house) as opened:
        yield opened


def test_what_passes_is_resolved_and_the_buyer_comes_back(till: Till) -> None:
    session = till.payments.buy(till.shop, amount=AMOUNT)
    assert session.statuses == [200]
    with Buyer(session) as buyer:
        assert "審査しています" in buyer.goes().text
        assert buyer.refresh_seconds == 5
        till.settle()
        assert (session.changes, till.state(session)) == ([RESOLVED], State.AUTHORIZED)
        assert pages.THANKS in buyer.waits().text
        assert buyer.at == till.payments.way_back(session)
    (row,) = till.house.ledger()
    assert (row["billed_amount"], row["customer"]["name"]) == (AMOUNT, "山田 花子")
    assert session.authorization_expires_at is not None
    assert session.authorization_expires_at > till.double.world.now()
    assert session.order is not None
    assert session.order["financial_status"] == "authorized"
    # The other app has seen the order by now, and left it alone.
    till.store.look()
    assert till.house.calls() == [REGISTER]
    assert till.house.attention(session.id) == ""


def test_what_is_declined_is_rejected_and_nobody_hears_why(till: Till) -> None:
    session = till.buy("見本NG")
    assert (session.changes, session.order) == ([REJECTED], None)
    assert session.reason == "INSTRUMENT_DECLINED"
    assert "審査" not in session.merchant_message
    assert "NG" not in session.merchant_message
    with Buyer(session) as buyer:
        assert pages.REFUSED in buyer.goes().text
    assert till.state(session) is State.DECLINED


def test_what_takes_time_is_pending_once_and_then_resolved(till: Till) -> None:
    session = till.buy("見本審査中")
    assert session.changes == [PENDING]
    assert session.reason == "PARTNER_ACTION_REQUIRED"
    with Buyer(session) as buyer:
        assert pages.WAITS in buyer.goes().text
    till.store.move(minutes=5)
    assert session.changes == [PENDING]
    till.store.move(hours=3)
    assert session.changes == [PENDING, RESOLVED]
    assert till.state(session) is State.AUTHORIZED
    assert till.house.calls().count(REGISTER) == 1


def test_a_hold_is_pending_until_shopify_waits_no_longer(till: Till) -> None:
    session = till.buy("見本保留")
    till.store.move(hours=3)
    assert till.state(session) is State.ON_HOLD
    assert session.changes == [PENDING]
    till.store.move(days=2)
    assert session.changes == [PENDING]
    till.store.move(days=1, minutes=5)
    till.store.move(minutes=30)
    assert till.house.order(session.id).wanted.is_cancelled
    assert till.billed() == []
    session.look_at(till.double.world.now())
    assert session.changes == [PENDING, EXPIRED]
    # Nobody waits for it any more, and nothing is left to do.
    assert till.house.attention(session.id) == ""


def test_three_at_one_moment_are_one_registration(till: Till) -> None:
    session = till.buy(amount=AMOUNT, copies=3)
    assert session.statuses == [200] * 3
    assert len({one.body for one in session.answers}) == 1
    till.payments.send(session)
    till.settle()
    assert len({one.body for one in session.answers}) == 1
    assert (till.house.calls(), session.changes) == ([REGISTER], [RESOLVED])
    # However it is worded when it comes again.
    session.body["amount"] = "1"
    till.payments.send(session)
    till.settle()
    assert till.billed() == [AMOUNT]


def test_a_session_that_ended_before_the_answer_is_cancelled_and_shown(
    till: Till,
) -> None:
    session = till.buy("見本審査中")
    till.double.world.advance(days=3, minutes=1)
    till.store.move(hours=3)
    till.store.move(minutes=30)
    assert session.changes == [PENDING, EXPIRED]
    assert till.state(session) is State.CANCELLED
    assert till.house.attention(session.id) == "HUB-CART-425"
    assert till.billed() == []


def test_a_buyer_who_gives_up_is_let_go_and_not_billed(till: Till) -> None:
    early = till.payments.buy(till.shop, amount=AMOUNT)
    with Buyer(early) as buyer:
        assert "取りやめました" in buyer.goes().gives_up().text
        till.settle()
        assert pages.REFUSED in buyer.waits().text
    assert (early.changes, early.reason) == ([REJECTED], "CANCELLED_PAYMENT")
    assert till.house.calls() == []


def test_a_buyer_who_gives_up_late_is_cancelled_at_the_provider(till: Till) -> None:
    session = till.payments.buy(till.shop, amount=AMOUNT, surname="見本審査中")
    # The buyer still has the page, whose way on comes only with the next look.
    with Buyer(session) as buyer:
        buyer.goes()
        till.settle()
        assert session.changes == [PENDING]
        buyer.gives_up()
        till.settle()
        assert session.changes == [PENDING, REJECTED]
    till.store.move(hours=2)
    assert till.house.order(session.id).wanted.is_cancelled
    assert till.house.calls()[0] == REGISTER


def test_a_test_never_reaches_the_live_provider(till: Till) -> None:
    session = till.buy(test=True)
    assert session.statuses == [200]
    assert (till.house.calls(), session.changes) == ([], [REJECTED])
    findings = till.house.transaction(session.id).findings
    assert "HUB-ELIG-601" in {one.code for one in findings}


def test_a_shop_in_shadow_says_no_and_registers_nothing(till: Till) -> None:
    till.house.parts.store.of(till.house.merchant_id).write(
        lambda scope: merchants.set_mode(scope, till.house.shop_id, Mode.SHADOW)
    )
    session = till.buy()
    assert (session.changes, till.house.calls()) == ([REJECTED], [])


def test_a_part_of_a_yen_is_refused_at_the_door(till: Till) -> None:
    till.payments.starting.ladder = ()
    session = till.buy(body={"amount": "100.50"})
    assert (session.statuses, session.changes) == ([400], [])
    assert till.house.calls() == []


def test_too_much_is_rejected_for_the_sum(till: Till) -> None:
    session = till.buy(amount=60_000)
    assert (session.changes, session.reason) == ([REJECTED], "AMOUNT_TOO_LARGE")
    assert till.house.calls() == []


def test_another_currency_is_rejected_for_what_it_is(till: Till) -> None:
    session = till.buy(currency="USD", body={"amount": "48.50"})
    assert (session.statuses, session.changes) == ([200], [REJECTED])
    assert session.reason == "INVALID_CURRENCY"
    assert (till.state(session), till.house.calls()) == (State.CANCELLED, [])


@pytest.mark.parametrize("written", ["7572.00", "7572.0"])
def test_yen_may_be_written_with_noughts(till: Till, written: str) -> None:
    session = till.buy(body={"amount": written})
    assert (session.changes, till.billed()) == ([RESOLVED], [AMOUNT])
    assert till.house.attention(session.id) == ""


def test_an_answer_that_was_lost_is_given_again(till: Till) -> None:
    till.double.fail_next("payments", cut=True, after_effect=True)
    session = till.buy()
    assert (session.changes, till.state(session)) == ([RESOLVED], State.AUTHORIZED)
    till.store.move(minutes=30)
    with Buyer(session) as buyer:
        assert pages.THANKS in buyer.goes().text
    assert (session.changes, till.house.calls()) == ([RESOLVED], [REGISTER])
    assert len(till.shop.orders) == 1


def test_shopify_that_is_away_is_told_later(till: Till) -> None:
    till.double.fail_next("payments", status=503, times=2)
    session = till.buy()
    assert session.changes == []
    for _ in range(3):
        till.store.move(minutes=10)
    assert session.changes == [RESOLVED]


def test_a_void_cancels_and_nothing_follows_it(till: Till) -> None:
    payment = till.buy(amount=AMOUNT)
    void = till.follow("void", payment, copies=2)
    assert (void.statuses, void.changes) == ([201, 201], [RESOLVED])
    assert till.state(payment) is State.CANCELLED
    assert till.house.calls() == [REGISTER, MODIFY]
    capture = till.follow("capture", payment)
    assert (capture.changes, capture.reason) == ([REJECTED], "PROCESSING_ERROR")
    assert till.billed() == []
