from datetime import UTC, datetime, timedelta

from hub.api.pace import Paces

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)


def test_a_bucket_is_full_at_first_and_fills_again() -> None:
    paces = Paces(60)
    assert [paces.take("a", now=NOW).wait_seconds for _ in range(60)] == [0] * 60
    assert paces.take("a", now=NOW).wait_seconds == 1
    assert paces.take("a", now=NOW + timedelta(seconds=1)).wait_seconds == 0


def test_one_key_takes_nothing_from_another() -> None:
    paces = Paces(1)
    assert paces.take("a", now=NOW).wait_seconds == 0
    assert paces.take("a", now=NOW).wait_seconds == 60
    assert paces.take("b", now=NOW).wait_seconds == 0


def test_a_clock_that_goes_back_gives_nothing() -> None:
    paces = Paces(1)
    paces.take("a", now=NOW)
    assert paces.take("a", now=NOW - timedelta(hours=1)).wait_seconds == 60
