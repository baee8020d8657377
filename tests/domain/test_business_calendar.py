from datetime import UTC, date, datetime, timedelta

import pytest

from hub.domain import business_calendar as calendar


@pytest.mark.parametrize(
    ("reported_on", "issued_on"),
    [
        (date(2026, 11, 20), date(2026, 11, 24)),
        (date(2026, 12, 28), date(2027, 1, 4)),
        (date(2026, 12, 31), date(2027, 1, 4)),
        (date(2027, 1, 4), date(2027, 1, 5)),
        (date(2026, 11, 21), date(2026, 11, 24)),
        (date(2026, 11, 24), date(2026, 11, 25)),
    ],
)
def test_the_invoice_follows_on_the_next_business_day(reported_on, issued_on):
    assert calendar.next_business_day(reported_on) == issued_on


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2026, 11, 21), "土曜日"),
        (date(2026, 11, 22), "日曜日"),
        (date(2026, 11, 23), "勤労感謝の日"),
        (date(2026, 9, 22), "国民の休日"),
        (date(2026, 5, 6), "憲法記念日 振替休日"),
        (date(2026, 12, 29), "年末年始"),
        (date(2026, 1, 2), "年末年始"),
        (date(2026, 1, 1), "元日"),
        (date(2026, 12, 28), None),
        (date(2027, 1, 4), None),
    ],
)
def test_a_closed_day_names_its_reason(day, reason):
    assert calendar.closure_reason(day) == reason


def test_five_business_days_cross_a_holiday_weekend():
    assert calendar.add_business_days(date(2026, 11, 20), 5) == date(2026, 11, 30)


def test_no_business_days_leave_the_day_alone():
    assert calendar.add_business_days(date(2026, 11, 22), 0) == date(2026, 11, 22)


def test_business_days_are_not_counted_backward():
    with pytest.raises(ValueError, match="forward"):
        calendar.add_business_days(date(2026, 11, 20), -1)


def test_a_day_beyond_the_data_is_an_error_and_not_a_guess():
    with pytest.raises(calendar.CalendarEndError, match="covers"):
        calendar.is_business_day(calendar.covered_until() + timedelta(days=1))


def test_the_last_business_day_has_no_known_successor():
    with pytest.raises(calendar.CalendarEndError):
        calendar.next_business_day(date(2030, 12, 27))


def test_the_data_reach_more_than_400_days_ahead():
    today = datetime.now(UTC).date()
    assert calendar.covered_until() - today >= timedelta(days=400)
