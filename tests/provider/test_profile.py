from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from hub.clock import TOKYO
from hub.provider.port import Operation
from hub.provider.profile import LADDERS, Profile

ATODENE = LADDERS["atodene"]


def tokyo(year, month, day, hour, minute=0):
    return datetime(year, month, day, hour, minute, tzinfo=TOKYO)


def test_the_ladder_climbs_from_a_minute_to_half_an_hour():
    now = tokyo(2026, 11, 25, 3)
    waits = [(ATODENE.next_at(asked=n, now=now) - now).seconds // 60 for n in range(5)]
    assert waits == [1, 2, 5, 10, 30]


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (tokyo(2026, 11, 25, 10), tokyo(2026, 11, 25, 11)),
        (tokyo(2026, 11, 25, 16, 59), tokyo(2026, 11, 25, 17, 59)),
        (tokyo(2026, 11, 25, 17), tokyo(2026, 11, 26, 9)),
        (tokyo(2026, 11, 25, 3), tokyo(2026, 11, 25, 9)),
        (tokyo(2026, 11, 20, 18), tokyo(2026, 11, 24, 9)),
        (tokyo(2026, 12, 28, 18), tokyo(2027, 1, 4, 9)),
    ],
)
def test_later_polls_keep_the_providers_hours(now, then):
    utc = now.astimezone(UTC)
    assert ATODENE.next_at(asked=5, now=utc) == then


def test_polls_go_on_beyond_the_end_of_the_calendar():
    now = tokyo(2999, 1, 1, 20)
    assert ATODENE.next_at(asked=9, now=now) == tokyo(2999, 1, 2, 9)


def test_the_demo_polls_in_seconds_at_any_hour():
    now = tokyo(2026, 11, 22, 2)
    moments = [LADDERS["demo"].next_at(asked=n, now=now) for n in range(6)]
    assert max(moments) - now == timedelta(seconds=3)
    assert all(one <= other for one, other in pairwise(moments))


def test_print_data_may_be_longer_than_other_answers():
    profile = Profile()
    longest = profile.cap_bytes(Operation.FETCH_PRINT_DATA)
    assert longest > profile.cap_bytes(Operation.REGISTER)
