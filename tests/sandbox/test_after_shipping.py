from urllib.parse import urlencode

import pytest

from hub.sandbox.parcels import FATES
from hub.sandbox.payments import HABITS

FIRST = "X0000000001"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def shipped(shop, number="4444-1375-8703", **order):
    shop.register(**order)
    assert shop.ship(FIRST, deliverySlipNo=number).text("result") == "OK"


def forward(shop, days):
    shop.control("/clock", {"hours": 24 * days})


def happenings(shop):
    return [entry["what"] for entry in shop.transaction()["history"]][2:]


def test_a_parcel_that_was_taken_back_is_delivered_later(shop):
    shipped(shop, "444413759991")
    forward(shop, 2)
    assert shop.transaction()["not_advanced_because"] == "parcel_absent"
    forward(shop, 3)
    assert happenings(shop) == ["parcel_absent", "invoice_issued", "delivered"]


@pytest.mark.parametrize(
    ("number", "fate"),
    [("444413759992", "returned"), ("444413759993", "lost"), ("444413750000", "")],
)
def test_what_never_arrives_is_never_advanced(shop, number, fate):
    shipped(shop, number)
    forward(shop, 60)
    found = shop.transaction()
    reason = f"parcel_{fate}" if fate else "delivery_not_confirmed"
    assert (found["state"], found["not_advanced_because"]) == ("SHIPPED", reason)


def test_a_returned_parcel_is_sent_again_by_a_changed_report(shop):
    shipped(shop, "444413759992")
    forward(shop, 20)
    shop.ship(FIRST, deliveryType="2", deliverySlipNo="444413758703")
    forward(shop, 20)
    assert shop.transaction()["state"] == "CLEARED"


@pytest.mark.parametrize("fate", [fate for fate in FATES if fate.ending != "0000"])
def test_the_published_examples_pass_the_carriers_check_digit(fate):
    body, digit = divmod(int(fate.example), 10)
    assert (len(fate.example), body % 7) == (12, digit)


def test_a_person_moves_the_parcel(shop):
    shipped(shop, "444413750000")
    for event in ("absent", "delivered"):
        shop.control(f"/transactions/{FIRST}/parcel", {"event": event})
    assert shop.transaction()["delivered_at"] is not None
    forward(shop, 10)
    assert shop.transaction()["state"] == "CLEARED"


@pytest.mark.parametrize("event", ["delivered", "eaten"])
def test_a_parcel_that_is_not_on_its_way_is_not_moved(shop, event):
    shop.register()
    status, _ = shop.control(f"/transactions/{FIRST}/parcel", {"event": event})
    assert (status, len(shop.transaction()["history"])) == (422, 1)


@pytest.mark.parametrize(
    ("name", "paid", "state", "open_yen"),
    [
        ("見本支払花子", [4180], "paid", 0),
        ("見本一部払花子", [2090], "partly_paid", 2090),
        ("見本過払花子", [5180], "overpaid", 0),
        ("見本花子", [], "unpaid", 4180),
    ],
)
def test_the_mark_in_the_name_decides_how_the_buyer_pays(
    shop, name, paid, state, open_yen
):
    shipped(shop, name=name)
    forward(shop, 14)
    found = shop.transaction()
    assert [payment["amount"] for payment in found["payments"]] == paid
    assert (found["payment_state"], found["open_yen"]) == (state, open_yen)
    assert found["state"] == "CLEARED"


def test_a_late_payer_pays_after_the_second_reminder(shop):
    shipped(shop, name="見本督促払花子")
    forward(shop, 60)
    assert happenings(shop)[-3:] == ["reminded", "reminded", "paid"]


def test_a_paid_invoice_is_not_reminded_of(shop):
    shipped(shop, name="見本支払花子")
    forward(shop, 60)
    assert shop.transaction()["reminded"] == 0


def amended_after_the_invoice(shop, **order):
    shipped(shop, **order)
    forward(shop, 5)
    taken_back = {"deliveryType": "3", "deliveryCompanyCode": "", "deliverySlipNo": ""}
    assert shop.ship(FIRST, **taken_back).text("result") == "OK"
    shop.change(FIRST, billedAmount="3000", **order)
    shop.ship(FIRST)
    forward(shop, 5)


def test_an_amended_order_has_two_invoices(shop):
    amended_after_the_invoice(shop)
    amounts = [invoice["amount"] for invoice in shop.transaction()["invoices"]]
    assert amounts == [4180, 3000]


def test_a_buyer_may_pay_the_old_amount_after_an_amendment(shop):
    amended_after_the_invoice(shop, name="見本旧額払花子")
    forward(shop, 10)
    found = shop.transaction()
    assert [payment["amount"] for payment in found["payments"]] == [4180]
    assert found["payment_state"] == "overpaid"


@pytest.mark.parametrize(
    ("wanted", "paid"),
    [
        ({}, 3000),
        ({"amount": 100}, 100),
        ({"invoice": 1}, 4180),
        ({"invoice": 2}, 3000),
    ],
)
def test_a_person_lets_the_buyer_pay(shop, wanted, paid):
    amended_after_the_invoice(shop)
    _, found = shop.control(f"/transactions/{FIRST}/payment", wanted)
    assert [payment["amount"] for payment in found["payments"]] == [paid]


@pytest.mark.parametrize(
    "wanted", [{"amount": -1}, {"amount": "x"}, {"invoice": 9}, {"amount": 10**6}]
)
def test_a_wrong_payment_is_refused(shop, wanted):
    amended_after_the_invoice(shop)
    assert shop.control(f"/transactions/{FIRST}/payment", wanted)[0] == 422


def test_nothing_is_paid_without_an_invoice(shop):
    shop.register()
    assert shop.control(f"/transactions/{FIRST}/payment", {})[0] == 422


def test_an_enclosed_invoice_is_paid_as_well(shop):
    shop.register(service="3", name="見本支払花子", ship={})
    shop.print_data(FIRST)
    shop.ship(FIRST)
    forward(shop, 8)
    assert shop.transaction()["payment_state"] == "paid"


def test_what_is_paid_is_no_longer_open_for_the_buyer(shop):
    shipped(shop, name="見本支払花子")
    forward(shop, 14)
    assert shop.ledger()["balances"] == []


def test_a_partial_payment_lowers_the_balance(shop):
    shipped(shop, name="見本一部払花子")
    forward(shop, 14)
    assert [b["open_yen"] for b in shop.ledger()["balances"]] == [2090]


@pytest.mark.parametrize(
    ("path", "fields", "what"),
    [
        ("parcel", {"event": "lost"}, "parcel_lost"),
        ("payment", {"amount": "500"}, "partly_paid"),
    ],
)
def test_the_page_does_both(shop, path, fields, what):
    shipped(shop, "444413750000")
    forward(shop, 5)
    url = f"/transactions/{FIRST}/{path}"
    answer = shop.send(shop.control_url, url, urlencode(fields).encode(), **FORM)
    page = shop.send(shop.control_url, f"/transactions/{FIRST}", b"", method="GET")
    assert (answer.status, page.status, happenings(shop)[-1]) == (303, 200, what)


def test_every_mark_is_on_the_front_page(shop):
    page = shop.send(shop.control_url, "/", b"", method="GET").body.decode()
    marks = [habit.mark for habit in HABITS] + [fate.example for fate in FATES]
    assert [mark for mark in marks if mark not in page] == []
