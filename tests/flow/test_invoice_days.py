"""請求書 発行予定日: what we compute is what the provider does (S15)."""

import re
from datetime import datetime, timedelta

import pytest

from hub.clock import TOKYO
from hub.provider.profile import Profile
from tests.flow.conftest import OpenHouse
from tests.flow.specimens import order, shipped
from tests.house import House, MovableClock

DATE = re.compile("<invoiceDate>([^<]*)</invoiceDate>")
DAYS = {
    "2026-11-20": "2026-11-24",
    "2026-12-28": "2027-01-04",
    "2026-12-31": "2027-01-04",
    "2027-01-04": "2027-01-05",
}
days = pytest.mark.parametrize(("reported_on", "issue_on"), DAYS.items())


def set_clocks(house: House, sandbox_clock: MovableClock, moment: str) -> None:
    """Put the business clock and the provider's clock at a moment in Japan."""
    wanted = datetime.fromisoformat(moment).replace(tzinfo=TOKYO)
    offset: timedelta = wanted - house.clock.now()
    house.clock.business = offset
    sandbox_clock.real = offset


@days
def test_the_invoice_goes_out_on_the_business_day_after_the_report(
    house: House, sandbox_clock: MovableClock, reported_on: str, issue_on: str
) -> None:
    set_clocks(house, sandbox_clock, f"{reported_on}T15:00:00")
    house.hear(order(), shipped())
    reported = house.known().reported
    assert reported is not None
    assert str(reported.expected_issue_on) == issue_on


@days
def test_the_provider_issues_on_the_day_that_we_expect(
    house: House, sandbox_clock: MovableClock, reported_on: str, issue_on: str
) -> None:
    set_clocks(house, sandbox_clock, f"{reported_on}T15:00:00")
    house.hear(order(), shipped())
    (one,) = house.ledger()
    assert one["issue_on"] == issue_on


@pytest.mark.parametrize(
    ("moment", "issue_on"),
    [
        ("2026-11-19T23:58:00", "2026-11-20"),
        ("2026-11-20T00:02:00", "2026-11-24"),
        ("2026-11-20T08:59:00", "2026-11-24"),
    ],
)
def test_the_day_of_the_report_is_the_day_in_japan(
    house: House, sandbox_clock: MovableClock, moment: str, issue_on: str
) -> None:
    set_clocks(house, sandbox_clock, moment)
    house.hear(order(), shipped())
    (one,) = house.ledger()
    reported = house.known().reported
    assert reported is not None
    assert str(reported.expected_issue_on) == one["issue_on"] == issue_on


def test_a_report_that_is_made_again_moves_the_invoice(
    house: House, sandbox_clock: MovableClock
) -> None:
    set_clocks(house, sandbox_clock, "2026-11-19T12:00:00")
    house.hear(order(), shipped())
    set_clocks(house, sandbox_clock, "2026-11-19T13:00:00")
    house.hear(shipped(kind="shipment.cancelled", version=2))
    set_clocks(house, sandbox_clock, "2026-11-20T12:00:00")
    house.hear(shipped(version=3))
    (one,) = house.ledger()
    reported = house.known().reported
    assert reported is not None
    assert str(reported.expected_issue_on) == one["issue_on"] == "2026-11-24"


@pytest.mark.parametrize(("is_sent", "told"), [(True, "2026/11/24"), (False, "")])
def test_the_report_carries_the_day_where_the_profile_says_so(
    open_house: OpenHouse, sandbox_clock: MovableClock, is_sent: bool, told: str
) -> None:
    with open_house(profile=Profile(sends_invoice_date=is_sent)) as house:
        house.open()
        set_clocks(house, sandbox_clock, "2026-11-20T15:00:00")
        house.hear(order(), shipped())
        assert invoice_dates(house) == [told]


def test_a_changed_number_is_reported_with_the_first_day(
    open_house: OpenHouse, sandbox_clock: MovableClock
) -> None:
    with open_house(profile=Profile(sends_invoice_date=True)) as house:
        house.open()
        set_clocks(house, sandbox_clock, "2026-11-19T15:00:00")
        house.hear(order(), shipped())
        set_clocks(house, sandbox_clock, "2026-11-20T15:00:00")
        other = "444413758714"
        house.hear(shipped(kind="shipment.changed", version=2, tracking=other))
        assert invoice_dates(house) == ["2026/11/20", "2026/11/20"]


def invoice_dates(house: House) -> list[str]:
    """Return the date of every report as it was sent."""
    return [
        found
        for attempt in house.attempts()
        for found in DATE.findall(attempt.request.decode())
    ]
