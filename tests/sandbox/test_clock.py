from datetime import UTC, datetime

import pytest

FIRST = "X0000000001"


@pytest.mark.parametrize(
    ("reported", "issued_on"),
    [
        ("2026-11-20", "2026-11-24"),
        ("2026-12-28", "2027-01-04"),
        ("2026-12-31", "2027-01-04"),
        ("2027-01-04", "2027-01-05"),
    ],
)
def test_the_invoice_is_issued_when_the_clock_reaches_the_next_business_day(
    shop, real_time, reported, issued_on
):
    real_time.moment = datetime.fromisoformat(f"{reported}T06:00:00Z")
    shop.register()
    shop.ship(FIRST)
    assert shop.transaction()["issued_on"] is None
    shop.control("/clock", {"business_days": 1})
    found = shop.transaction()
    assert (found["issue_on"], found["issued_on"]) == (issued_on, issued_on)


def test_the_day_is_the_one_in_japan(shop, real_time):
    real_time.moment = datetime(2026, 11, 19, 15, 30, tzinfo=UTC)
    shop.register()
    shop.ship(FIRST)
    assert shop.transaction()["issue_on"] == "2026-11-24"


def test_a_later_invoice_date_of_the_shop_counts(shop):
    shop.register()
    shop.ship(FIRST, invoiceDate="2026/11/28")
    assert shop.transaction()["issue_on"] == "2026-11-30"


def test_an_earlier_invoice_date_of_the_shop_does_not(shop):
    shop.register()
    shop.ship(FIRST, invoiceDate="2026/11/01")
    assert shop.transaction()["issue_on"] == "2026-11-24"


def test_one_business_day_keeps_the_time_of_day(shop):
    _, clock = shop.control("/clock", {"business_days": 1})
    assert clock["tokyo"] == "2026-11-24T15:00:00+09:00"


def test_hours_are_hours(shop):
    _, clock = shop.control("/clock", {"hours": 9.5})
    assert (clock["tokyo"], clock["closed_because"]) == (
        "2026-11-21T00:30:00+09:00",
        "土曜日",
    )


def test_due_things_happen_at_their_own_moments(shop):
    shop.register()
    shop.ship(FIRST)
    shop.control("/clock", {"business_days": 30})
    history = [(e["at"][:10], e["what"]) for e in shop.transaction()["history"]]
    assert history[2:] == [
        ("2026-11-22", "delivered"),
        ("2026-11-23", "invoice_issued"),
        ("2026-11-26", "cleared"),
        ("2026-11-30", "paid_out"),
        ("2026-12-10", "reminded"),
        ("2026-12-24", "reminded"),
    ]


@pytest.mark.parametrize(
    "wanted", [{"hours": -1}, {"days": 1}, {"hours": "1"}, {"business_days": True}]
)
def test_a_wrong_move_moves_nothing(shop, wanted):
    status, _ = shop.control("/clock", wanted)
    assert (status, shop.control("/clock")[1]["offset_seconds"]) == (422, 0)


def test_the_clock_does_not_leave_the_calendar(shop):
    status, answer = shop.control("/clock", {"business_days": 5000})
    assert status == 422
    assert "covers" in answer["error"]
