"""Push: the order looks at Shopify as the update says, whatever was there before."""

import json
from datetime import date, timedelta

import pytest

from connectors.shopify.display import Book
from connectors.shopify.push import is_stale, push
from connectors.shopify.tags import tag_changes
from hub.contract.errors import CartRefusedError, CartUnavailableError
from hub.contract.updates import Evidence, InvoiceStatus, MayShip, UpdateKind

from .speaking import HANDLE, MOMENT, holds, joined, metafields, mutations, told


def test_an_order_that_was_received_is_held_and_tagged(double, order):
    receipt = push(told(order, "RECEIVED"), joined(double))
    assert receipt.status == 200
    assert holds(order) == [HANDLE]
    (hold,) = order["_fulfillment_orders"][0]["holds"]
    assert hold["reason"] == "AWAITING_PAYMENT"
    assert hold["externalId"] == "X0000000001"
    assert order["tags"] == "atodene:審査中"
    assert metafields(order)["status"] == "受付"
    assert metafields(order)["may_ship"] == "発送しないで"
    assert metafields(order)["transaction_id"] == "X0000000001"


def test_all_of_a_change_but_the_hold_is_one_write(double, order):
    push(told(order, "RECEIVED"), joined(double, note_line="yes"))
    assert mutations(double) == ["Hold", "WriteOrder"]


def test_every_open_fulfilment_order_is_held(double, order):
    double.orders.split(order)
    push(told(order, "SCREENING"), joined(double))
    assert holds(order) == [HANDLE, HANDLE]


def test_a_fulfilment_order_that_came_later_is_held_too(double, order):
    connection = joined(double)
    push(told(order, "SCREENING"), connection)
    double.orders.split(order)
    push(told(order, "SCREENING"), connection)
    assert holds(order) == [HANDLE, HANDLE]


def test_a_hold_that_a_person_released_is_not_placed_again(double, order):
    connection = joined(double)
    push(told(order, "SCREENING"), connection)
    double.orders.release_by_person(order)
    push(told(order, "ON_HOLD", 2), connection)
    assert holds(order) == []
    assert order["tags"] == "atodene:保留"


def test_an_approval_that_ended_is_held_again(double, order):
    connection = joined(double)
    push(told(order, "SCREENING"), connection)
    push(told(order, "AUTHORIZED", 2), connection)
    assert holds(order) == []
    push(told(order, "AUTHORIZED", 3, may_ship=MayShip.NO), connection)
    assert holds(order) == [HANDLE]
    assert order["tags"] == "atodene:要確認"


def test_no_hold_is_placed_where_the_merchant_wants_none(double, order):
    push(told(order, "SCREENING"), joined(double, hold="no"))
    assert holds(order) == []


def test_an_order_whose_payment_is_no_longer_ours_is_let_go(double, order):
    connection = joined(double)
    push(told(order, "SCREENING"), connection)
    order["payment_gateway_names"] = ["Shopify Payments"]
    push(told(order, "CANCELLED", 2), connection)
    assert holds(order) == []
    assert order["tags"] == "atodene:取消"


def test_the_merchants_tags_and_note_stay(double, order):
    order["tags"], order["note"] = "VIP, atodene:審査中", "午前中に"
    push(told(order, "AUTHORIZED"), joined(double, note_line="yes"))
    assert order["tags"] == "VIP, atodene:OK"
    number = "お問合せ番号(アトディーネ) X0000000001"
    line = f"【後払い】審査OK / 発送OK / {number}"
    assert order["note"] == f"午前中に\n{line}"


def test_our_line_in_the_note_is_replaced(double, order):
    order["note"] = "【後払い】審査中 / 発送しないで\n午前中に"
    push(told(order, "AUTHORIZED"), joined(double, note_line="yes"))
    assert order["note"].splitlines()[0] == "午前中に"
    assert order["note"].count("【後払い】") == 1


def test_the_note_is_left_alone_unless_it_is_asked_for(double, order):
    push(told(order, "AUTHORIZED"), joined(double))
    assert order["note"] is None


def test_a_tag_of_another_case_is_ours_too():
    assert tag_changes(["Atodene:NG", "vip"], "atodene:OK") == (
        ["atodene:OK"],
        ["Atodene:NG"],
    )


def test_the_invoice_date_stands_with_its_evidence(double, order):
    invoice = InvoiceStatus(
        expected_issue_on=date(2026, 11, 27), evidence=Evidence.COMPUTED
    )
    update = told(
        order, "SHIPMENT_REPORTED", invoice=invoice, tracking_number="394812750135"
    )
    push(update, joined(double))
    shown = metafields(order)
    assert shown["invoice_expected_on"] == "2026-11-27"
    assert shown["invoice_evidence"] == "営業日から計算した予定日"
    assert shown["tracking_number"] == "394812750135"
    assert shown["shipping_reported_at"] == "2026-11-26T01:01:00+00:00"


def test_what_was_taken_back_is_shown_no_more(double, order):
    connection = joined(double, mark_as_paid="never")
    invoice = InvoiceStatus(
        expected_issue_on=date(2026, 11, 27), evidence=Evidence.COMPUTED
    )
    push(told(order, "SHIPMENT_REPORTED", invoice=invoice), connection)
    update = told(order, "AUTHORIZED", 2, kind=UpdateKind.TRANSACTION_CHANGED)
    push(update, connection)
    assert "invoice_expected_on" not in metafields(order)
    assert "shipping_reported_at" not in metafields(order)
    assert metafields(order)["status"] == "審査OK"


@pytest.mark.parametrize(
    ("policy", "state", "is_paid"),
    [
        ("", "AUTHORIZED", False),
        ("", "SHIPMENT_REPORTED", True),
        ("shipping", "AUTHORIZED", False),
        ("shipping", "SHIPMENT_REPORTED", True),
        ("ok", "AUTHORIZED", True),
        ("ok", "DECLINED", False),
        ("never", "SHIPMENT_REPORTED", False),
    ],
)
def test_paid_is_marked_by_the_shops_policy(double, order, policy, state, is_paid):
    push(told(order, state), joined(double, mark_as_paid=policy))
    assert (order["financial_status"] == "paid") is is_paid
    assert mutations(double).count("MarkAsPaid") == int(is_paid)


def test_an_order_that_is_marked_already_is_not_marked_again(double, order):
    connection = joined(double)
    push(told(order, "SHIPMENT_REPORTED"), connection)
    push(told(order, "SHIPMENT_REPORTED", 2), connection)
    assert mutations(double).count("MarkAsPaid") == 1


def test_an_older_update_writes_nothing(double, order):
    connection = joined(double)
    push(told(order, "AUTHORIZED", 2), connection)
    before = mutations(double)
    push(told(order, "SCREENING", 1), connection)
    assert mutations(double) == before
    assert order["tags"] == "atodene:OK"


def test_a_hub_that_counts_anew_is_heard(order):
    book = Book(sequence=9, occurred_at=MOMENT)
    assert not is_stale(book, told(order, "SCREENING", 1))
    later = Book(sequence=9, occurred_at=MOMENT + timedelta(hours=1))
    assert is_stale(later, told(order, "SCREENING", 1))


def test_the_book_names_the_update(double, order):
    push(told(order, "SCREENING", 4), joined(double))
    book = json.loads(metafields(order)["book"])
    assert book["update_id"] == "upd_SCREENING_4"
    assert book["sequence"] == 4


@pytest.mark.parametrize("reference", ["", "gid://shopify/Order/1\n", "1024"])
def test_an_update_without_an_order_of_shopify_is_refused(double, order, reference):
    with pytest.raises(CartRefusedError):
        push(told(order, "SCREENING", reference=reference), joined(double))
    assert double.calls == []


def test_an_order_that_the_payments_app_asked_for_shows_nothing(double, order):
    update = told(order, "AUTHORIZED", reference="gid://shopify/PaymentSession/x")
    assert push(update, joined(double)).status == 200
    assert double.calls == []


def test_an_order_that_is_gone_needs_a_person(double, order):
    update = told(order, "SCREENING", reference="gid://shopify/Order/1")
    with pytest.raises(CartRefusedError) as caught:
        push(update, joined(double))
    assert caught.value.code == "HUB-CART-404"


def test_a_write_whose_answer_was_lost_is_found_done(double, order):
    connection = joined(double)
    push(told(order, "SCREENING"), connection)
    double.fail_next(cut=True, after_effect=True)
    update = told(order, "AUTHORIZED", 2)
    with pytest.raises(CartUnavailableError):
        push(update, connection)
    push(update, connection)
    assert holds(order) == []
    assert order["tags"] == "atodene:OK"
    done = mutations(double)
    push(update, connection)
    assert mutations(double) == done


def test_a_refused_hold_does_not_hide_the_verdict(double, order):
    made = order["_fulfillment_orders"][0]
    for number in range(10):
        ours = {"by_us": True, "handle": f"another-{number}"}
        double.orders.hold(order, made, ours)
    with pytest.raises(CartRefusedError) as caught:
        push(told(order, "DECLINED"), joined(double))
    assert caught.value.code == "HUB-CART-422"
    assert order["tags"] == "atodene:NG"


def test_a_cancelled_order_is_not_held(double, order):
    order["cancelled_at"] = order["created_at"]
    push(told(order, "SCREENING"), joined(double))
    assert holds(order) == []


def test_what_may_not_ship_any_more_is_not_marked_as_paid(double, order):
    push(told(order, "SHIPMENT_REPORTED", may_ship=MayShip.CHECK), joined(double))
    assert order["financial_status"] == "pending"
