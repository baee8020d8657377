"""What the merchant does with a payment in Shopify's admin, from end to end."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from hub.domain.known import State
from tests.flow.shopify_till import Till, payments_till
from tests.flow.wire_calls import MODIFY, REGISTER, SHIP
from tests.house import House
from tests.shopify_double.payments import PENDING, REJECTED, RESOLVED, Session

NUMBER, AMOUNT = "394812750135", 7572


@pytest.fixture
def till(house: House) -> Iterator[Till]:
    with payments_till(house) as opened:
        yield opened


@pytest.fixture
def payment(till: Till) -> Session:
    session = till.buy(amount=AMOUNT)
    assert session.changes == [RESOLVED]
    return session


def test_a_capture_waits_for_the_yamato_number(till: Till, payment: Session) -> None:
    capture = till.follow("capture", payment, copies=2)
    assert (capture.statuses, capture.changes) == ([201, 201], [])
    till.store.move(hours=5)
    assert (capture.changes, till.house.calls()) == ([], [REGISTER])
    till.fulfil(payment, NUMBER)
    assert till.state(payment) is State.SHIPMENT_REPORTED
    assert capture.changes == [RESOLVED]
    (row,) = till.house.ledger()
    assert row["tracking_number"] == NUMBER
    # The money counts as taken in the shop now, and that changes nothing here.
    assert payment.order is not None
    assert payment.order["financial_status"] == "paid"
    till.store.look()
    assert till.house.calls() == [REGISTER, SHIP]
    assert till.billed() == [AMOUNT]
    assert till.house.attention(payment.id) == ""


def test_a_capture_after_the_goods_left_is_resolved_at_once(
    till: Till, payment: Session
) -> None:
    till.fulfil(payment, NUMBER)
    assert till.follow("capture", payment).changes == [RESOLVED]
    assert till.house.calls() == [REGISTER, SHIP]


@pytest.mark.parametrize("is_shipped", [False, True])
def test_a_part_that_is_captured_is_what_the_buyer_is_billed(
    till: Till, payment: Session, is_shipped: bool
) -> None:
    if is_shipped:
        till.fulfil(payment, NUMBER)
    capture = till.follow("capture", payment, 5000, copies=2)
    if not is_shipped:
        assert capture.changes == []
        till.fulfil(payment, NUMBER)
    till.store.move(minutes=10)
    assert (capture.changes, till.billed()) == ([RESOLVED], [5000])
    assert till.state(payment) is State.SHIPMENT_REPORTED
    refund = till.follow("refund", payment, 1000)
    till.store.move(minutes=10)
    assert (refund.changes, till.billed()) == ([RESOLVED], [4000])
    assert till.house.calls().count(REGISTER) == 1
    much = till.follow("capture", payment, AMOUNT)
    till.store.move(minutes=10)
    assert (much.changes, till.billed()) == ([REJECTED], [4000])


def test_a_parcel_that_no_webhook_told_is_found_by_looking(
    till: Till, payment: Session
) -> None:
    capture = till.follow("capture", payment)
    till.store.look()
    till.shop.sends_webhooks = False
    till.fulfil(payment, NUMBER)
    assert capture.changes == []
    till.house.move_real(minutes=20)
    till.double.world.advance(minutes=20)
    till.store.look()
    assert (capture.changes, till.house.calls()) == ([RESOLVED], [REGISTER, SHIP])


@pytest.mark.parametrize("is_shipped", [False, True])
def test_all_that_is_given_back_ends_the_transaction(
    till: Till, payment: Session, is_shipped: bool
) -> None:
    if is_shipped:
        till.fulfil(payment, NUMBER)
    refund = till.follow("refund", payment, copies=3)
    assert refund.statuses == [201] * 3
    assert refund.changes == [RESOLVED]
    assert till.state(payment) is State.CANCELLED
    assert till.billed() == []
    till.store.look()
    assert till.house.calls().count(REGISTER) == 1


def test_parts_that_are_given_back_are_taken_off_one_by_one(
    till: Till, payment: Session
) -> None:
    first = till.follow("refund", payment, 1072, copies=2)
    assert (first.changes, till.billed()) == ([RESOLVED], [6500])
    # The same sum once more is another refund.
    second = till.follow("refund", payment, 1072)
    assert (second.changes, till.billed()) == ([RESOLVED], [5428])
    # Shopify writes the line down too; what it means was said already.
    assert payment.order is not None
    till.double.orders.refund(payment.order, {})
    till.settle()
    assert till.billed() == [5428]
    last = till.follow("refund", payment, 5428)
    assert (last.changes, till.billed()) == ([RESOLVED], [])
    assert till.state(payment) is State.CANCELLED
    assert till.house.calls().count(REGISTER) == 1


def test_refunds_at_one_moment_are_all_taken_off_in_one_amendment(
    till: Till, payment: Session
) -> None:
    sums = (500, 500, 500, 72)
    with ThreadPoolExecutor(len(sums)) as pool:
        refunds = list(
            pool.map(lambda one: till.payments.refund(payment, one, copies=2), sums)
        )
    till.settle()
    assert [one.changes for one in refunds] == [[RESOLVED]] * len(sums)
    assert till.billed() == [AMOUNT - sum(sums)]
    assert till.house.calls() == [REGISTER, MODIFY]


def test_a_refund_that_overtakes_the_screening_is_registered_as_what_is_left(
    till: Till,
) -> None:
    payment = till.payments.buy(till.shop, amount=AMOUNT)
    refund = till.payments.refund(payment, 1000)
    till.settle()
    assert (payment.changes, refund.changes) == ([RESOLVED], [RESOLVED])
    assert till.billed() == [AMOUNT - 1000]
    assert till.house.calls().count(REGISTER) == 1


def test_a_void_of_a_payment_under_review_ends_both(till: Till) -> None:
    payment = till.buy("見本審査中")
    void = till.follow("void", payment)
    till.store.move(hours=1)
    assert (payment.changes, void.changes) == ([PENDING, REJECTED], [RESOLVED])
    assert till.state(payment) is State.CANCELLED
    assert till.billed() == []


def test_a_part_that_is_given_back_after_the_report_is_reported_again(
    till: Till, payment: Session
) -> None:
    till.fulfil(payment, NUMBER)
    refund = till.follow("refund", payment, 572)
    till.store.move(minutes=10)
    assert refund.changes == [RESOLVED]
    assert till.state(payment) is State.SHIPMENT_REPORTED
    (row,) = till.house.ledger()
    assert (row["billed_amount"], row["tracking_number"]) == (7000, NUMBER)
    assert till.house.calls() == [REGISTER, SHIP, SHIP, MODIFY, SHIP]


def test_more_than_is_left_ends_the_transaction(till: Till, payment: Session) -> None:
    till.follow("refund", payment, 7000)
    much = till.follow("refund", payment, 1000)
    till.store.move(minutes=10)
    assert much.changes == [RESOLVED]
    assert till.billed() == []


def test_a_refund_that_the_provider_refuses_is_rejected(
    till: Till, payment: Session
) -> None:
    till.house.fault(MODIFY, "ng_without_errors")
    refund = till.follow("refund", payment, 572)
    till.store.move(minutes=10)
    assert (refund.changes, refund.reason) == ([REJECTED], "PROCESSING_ERROR")
    assert till.billed() == [AMOUNT]


def test_an_order_that_is_cancelled_in_the_shop_is_voided_once(
    till: Till, payment: Session
) -> None:
    assert payment.order is not None
    till.double.orders.cancel(payment.order)
    till.settle()
    void = till.follow("void", payment)
    assert void.changes == [RESOLVED]
    assert till.house.calls() == [REGISTER, MODIFY]
    assert till.billed() == []


def test_what_is_asked_of_a_payment_of_nobody_is_rejected(
    till: Till, payment: Session
) -> None:
    payment.id = "aPaymentThatNeverWas"
    refund = till.follow("refund", payment, 100)
    assert refund.statuses == [201]
    till.store.move(hours=2)
    assert refund.changes == [REJECTED]
    assert till.billed() == [AMOUNT]
