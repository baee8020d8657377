"""The buyer's browser is told at registration, and starts no amendment."""

from tests.flow.specimens import order
from tests.flow.wire_calls import REGISTER
from tests.house import House

BROWSER = {"headers": {"User-Agent": "Example/1.0"}, "address": "203.0.113.9"}


def test_the_registration_tells_the_browser_and_its_record_hides_it(
    house: House,
) -> None:
    house.hear(order(browser=BROWSER))
    attempt, _told_cart = house.attempts()
    assert b"Example/1.0" in attempt.request
    assert "Example/1.0" not in house.parts.provider.masked(attempt.request)


def test_a_later_version_without_a_browser_changes_nothing(house: House) -> None:
    house.hear(order(browser=BROWSER), order(kind="order.amended", version=2))
    assert house.calls() == [REGISTER]
