"""The operator's business days: closed on weekends, holidays and 12/29 to 1/3."""

from datetime import date, timedelta

from hub.domain.business_calendar_data import (
    COVERED_FROM,
    COVERED_UNTIL,
    PUBLIC_HOLIDAYS,
)

_SATURDAY = 5
_ONE_DAY = timedelta(days=1)


class CalendarEndError(LookupError):
    """The day lies outside the years that the calendar data cover."""

    code = "calendar.out_of_range"

    def __init__(self, day: date) -> None:
        """Say which day was asked for and where the data end."""
        super().__init__(
            f"The operator's calendar covers {COVERED_FROM} to {COVERED_UNTIL} and "
            f"does not know {day}. No date was computed. Extend "
            "hub/domain/business_calendar_data.py."
        )
        self.day = day


def covered_until() -> date:
    """Return the last day that the calendar knows."""
    return COVERED_UNTIL


def is_year_end_closure(day: date) -> bool:
    """Tell whether the day lies in the closure of 12/29 to 1/3."""
    return (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)


def is_business_day(day: date) -> bool:
    """Tell whether the operator works on this day."""
    if not COVERED_FROM <= day <= COVERED_UNTIL:
        raise CalendarEndError(day)
    if day.weekday() >= _SATURDAY or day in PUBLIC_HOLIDAYS:
        return False
    return not is_year_end_closure(day)


def next_business_day(day: date) -> date:
    """Return the first business day after this day (S15)."""
    following = day + _ONE_DAY
    while not is_business_day(following):
        following += _ONE_DAY
    return following


def add_business_days(day: date, count: int) -> date:
    """Return the day that is `count` business days later; 0 returns the day itself."""
    if count < 0:
        raise ValueError("Business days are counted forward only.")
    for _ in range(count):
        day = next_business_day(day)
    return day


def closure_reason(day: date) -> str | None:
    """Return in Japanese why the operator is closed on this day, or None."""
    if is_business_day(day):
        return None
    if day in PUBLIC_HOLIDAYS:
        return PUBLIC_HOLIDAYS[day]
    if is_year_end_closure(day):
        return "年末年始"
    return "土曜日" if day.weekday() == _SATURDAY else "日曜日"
