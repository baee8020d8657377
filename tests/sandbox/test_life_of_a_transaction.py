from datetime import timedelta

import pytest

FIRST = "X0000000001"


def later(real_time, seconds):
    real_time.moment += timedelta(seconds=seconds)


def test_a_review_ends_after_its_seconds(shop, real_time):
    shop.register(name="見本審査中")
    assert shop.result(FIRST).texts("manualAuthoriresult") == [""]
    later(real_time, 5)
    answer = shop.result(FIRST)
    assert answer.texts("autoAuthoriresult") == ["審査中"]
    assert answer.texts("manualAuthoriresult") == ["OK"]


def test_a_review_ends_when_the_clock_is_moved_past_it(shop):
    shop.register(name="見本審査中NG")
    shop.control("/clock", {"hours": 1})
    assert shop.result(FIRST).texts("manualAuthoriresult") == ["NG"]
    assert shop.transaction()["state"] == "REFUSED"


def test_a_hold_names_its_reason(shop, real_time):
    shop.register(name="見本保留")
    later(real_time, 5)
    answer = shop.result(FIRST)
    assert answer.texts("manualAuthoriresult") == ["保留"]
    assert answer.texts("manualAuthorireason") == ["（例）住所の番地が確認できません"]


def test_a_hold_ends_when_the_held_field_is_corrected(shop, real_time):
    shop.register(name="見本保留")
    later(real_time, 5)
    answer = shop.change(FIRST, name="見本保留", address="沖縄県見本市例町4-5-6")
    assert answer.texts("autoAuthoriresult") == ["OK"]
    assert shop.transaction()["state"] == "APPROVED"


def test_a_hold_stays_when_another_field_is_changed(shop, real_time):
    shop.register(name="見本保留電話")
    later(real_time, 5)
    shop.change(FIRST, name="見本保留電話", address="沖縄県見本市例町4-5-6")
    later(real_time, 5)
    assert shop.result(FIRST).texts("manualAuthoriresult") == ["保留"]


def test_a_resolved_hold_does_not_come_back(shop, real_time):
    shop.register(name="見本保留")
    later(real_time, 5)
    shop.change(FIRST, name="見本保留", address="沖縄県見本市例町4-5-6")
    answer = shop.change(
        FIRST, name="見本保留", address="沖縄県見本市例町4-5-6", billedAmount="5000"
    )
    assert answer.texts("autoAuthoriresult") == ["OK"]


@pytest.mark.parametrize(
    ("result", "state"), [("OK", "APPROVED"), ("NG", "REFUSED"), ("保留", "HOLD")]
)
def test_a_person_decides_a_manual_review(shop, result, state):
    shop.register(name="見本目視")
    wanted = {"result": result, "reasons": ["（例）確認中です"]}
    status, decided = shop.control(f"/transactions/{FIRST}/decision", wanted)
    assert (status, decided["state"]) == (200, state)
    answer = shop.result(FIRST)
    assert answer.texts("manualAuthoriresult") == [result]
    assert answer.texts("manualAuthorireason") == ["（例）確認中です"]


def test_a_decided_transaction_is_not_decided_again(shop):
    shop.register()
    status, _ = shop.control(f"/transactions/{FIRST}/decision", {"result": "NG"})
    assert (status, shop.transaction()["state"]) == (422, "APPROVED")


def test_an_unknown_transaction_is_said_to_be_unknown(shop):
    assert shop.result("X0000000009").errors == [("transactionId", "er900040")]


def test_another_merchants_transaction_is_unknown(shop):
    shop.register()
    other = {"shop_code": "atd000000002", "link_id": "original00"}
    shop.control("/merchants", {**other, "link_password": "Example02"})
    shop.link = shop.link.replace("atd000000001", "atd000000002")
    shop.link = shop.link.replace("Example01", "Example02")
    assert shop.result(FIRST).errors == [("transactionId", "er900040")]


def test_a_change_that_matters_is_screened_again(shop):
    shop.register()
    answer = shop.change(FIRST, name="見本NG")
    assert answer.texts("autoAuthoriresult") == ["NG"]
    assert shop.transaction()["state"] == "REFUSED"


def test_a_lower_amount_leaves_the_verdict_unchanged_and_empty(shop):
    shop.register()
    answer = shop.change(FIRST, billedAmount="3000")
    assert answer.texts("autoAuthoriresult") == [""]
    found = shop.transaction()
    assert (found["state"], found["billed_amount"]) == ("APPROVED", 3000)


def test_a_change_may_change_the_order_number(shop):
    shop.register()
    shop.change(FIRST, shopOrderId="M-2")
    assert shop.transaction()["shop_order_id"] == "M-2"


def test_a_second_cancel_is_answered_with_the_known_code(shop):
    shop.register()
    assert shop.cancel(FIRST).text("result") == "OK"
    assert shop.cancel(FIRST).errors == [("transactionId", "er000033")]


@pytest.mark.parametrize("name", ["見本NG", "見本審査中", "見本目視"])
def test_a_transaction_that_is_not_approved_can_be_cancelled(shop, name):
    shop.register(name=name)
    assert shop.cancel(FIRST).text("result") == "OK"


@pytest.mark.parametrize(
    ("name", "code"), [("見本NG", "er900047"), ("見本目視", "er900047")]
)
def test_nothing_is_shipped_before_its_approval(shop, name, code):
    shop.register(name=name)
    assert shop.ship(FIRST).errors == [("transactionId", code)]


@pytest.mark.parametrize("code", ["10", "17", "99", "1"])
def test_an_unknown_carrier_is_refused(shop, code):
    shop.register()
    answer = shop.ship(FIRST, deliveryCompanyCode=code)
    assert answer.errors == [("deliveryCompanyCode", "er900006")]


@pytest.mark.parametrize("number", ["1234", "1" * 21, "1234_5678", "１２３４５"])
def test_a_malformed_tracking_number_is_refused(shop, number):
    shop.register()
    errors = shop.ship(FIRST, deliverySlipNo=number).errors
    assert [point for point, _ in errors] == ["deliverySlipNo"]


def test_a_second_report_is_refused_and_a_changed_one_is_taken(shop):
    shop.register()
    assert shop.ship(FIRST).text("result") == "OK"
    assert shop.ship(FIRST).errors == [("transactionId", "er900041")]
    shop.ship(FIRST, deliveryType="2", deliverySlipNo="99998888")
    assert shop.transaction()["tracking_number"] == "99998888"


def test_a_cancelled_report_leads_back_to_the_approval(shop):
    shop.register()
    shop.ship(FIRST)
    answer = shop.ship(
        FIRST, deliveryType="3", deliveryCompanyCode="", deliverySlipNo=""
    )
    assert answer.text("result") == "OK"
    found = shop.transaction()
    assert (found["state"], found["issue_on"]) == ("APPROVED", None)


def test_a_change_after_the_report_is_refused(shop):
    shop.register()
    shop.ship(FIRST)
    assert shop.change(FIRST).errors == [("transactionId", "er900046")]


def test_a_shipped_transaction_can_be_cancelled_until_the_cut_off(shop):
    shop.register()
    shop.ship(FIRST)
    shop.control("/clock", {"business_days": 10})
    assert shop.transaction()["state"] == "CLEARED"
    assert shop.cancel(FIRST).text("result") == "OK"


def test_after_the_cut_off_nothing_can_be_cancelled(shop):
    shop.register()
    shop.ship(FIRST)
    shop.control("/clock", {"business_days": 40})
    assert shop.cancel(FIRST).errors == [("transactionId", "er900044")]


def test_a_parcel_that_is_never_found_is_never_cleared(shop):
    shop.register()
    shop.ship(FIRST, deliverySlipNo="1234-0000")
    shop.control("/clock", {"business_days": 40})
    assert shop.transaction()["state"] == "SHIPPED"


def test_a_corrected_number_lets_the_parcel_be_found(shop):
    shop.register()
    shop.ship(FIRST, deliverySlipNo="1234-0000")
    shop.control("/clock", {"business_days": 10})
    shop.ship(FIRST, deliveryType="2", deliverySlipNo="1234-5678")
    shop.control("/clock", {"business_days": 10})
    assert shop.transaction()["state"] == "CLEARED"


def test_an_approval_ends_after_ninety_days(shop):
    shop.register()
    shop.control("/clock", {"hours": 24 * 90 - 1})
    assert shop.transaction()["state"] == "APPROVED"
    shop.control("/clock", {"hours": 1})
    assert shop.transaction()["state"] == "EXPIRED"
    assert shop.ship(FIRST).errors == [("transactionId", "er900045")]
