from datetime import UTC, datetime

import pytest

from hub.contract.retry_after import bounded_wait, wait_of

NOW = datetime(2026, 11, 26, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("30", 30),
        (" 30 ", 30),
        ("2.0", 2),
        ("2.1", 3),
        ("0", 1),
        ("999999", 3600),
        ("9999999999", 3600),
        ("Thu, 26 Nov 2026 00:01:00 GMT", 60),
        ("Thu, 26 Nov 2026 00:01:00", 60),
        ("Wed, 25 Nov 2026 00:00:00 GMT", 1),
        ("", None),
        ("-1", None),
        ("x", None),
        ("1e9", None),
        ("nan", None),
        ("３０", None),
        ("99999999999", None),
    ],
)
def test_the_wait_that_is_asked_for_is_read_and_bounded(header, wait):
    assert wait_of(header, NOW) == wait


def test_a_part_of_a_second_is_rounded_up():
    assert bounded_wait(1.01) == 2
