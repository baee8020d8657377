"""When to try again: full jitter, and the ladder of callbacks (reliability 3.6)."""

import random
from datetime import datetime, timedelta

# R10: ten tries over 75.6 hours.
CALLBACK_LADDER_SECONDS = (
    0,
    5,
    300,
    1_800,
    7_200,
    18_000,
    36_000,
    50_400,
    72_000,
    86_400,
)
_JITTER = 0.2
_BASES = {"R1": (2.0, 300.0), "R2": (5.0, 300.0), "R3": (30.0, 3600.0)}


def jittered(retry_class: str, *, tries: int, now: datetime) -> datetime:
    """Return the moment of the next try at the provider, full jitter."""
    base, cap = _BASES.get(retry_class, (10.0, 300.0))
    longest = min(cap, base * 2 ** min(tries - 1, 20))
    # At least a moment, so that a dead provider is not hammered.
    seconds = 0.5 + random.uniform(0, longest)  # noqa: S311 - jitter need not be unpredictable
    return now + timedelta(seconds=seconds)


def after_seconds(seconds: float, *, now: datetime) -> datetime:
    """Return the moment after a given wait, a little later at random."""
    spread = random.uniform(0, seconds * _JITTER)  # noqa: S311 - jitter need not be unpredictable
    return now + timedelta(seconds=seconds + spread)


# So long a cart that asks to wait a moment is not in trouble, only busy.
_BUSY = timedelta(hours=6)
_LONGEST_BUSY_SECONDS = 300.0


def next_when_busy(
    retry_after_seconds: int | None, *, since: datetime, now: datetime
) -> datetime | None:
    """Return the moment that a busy cart wished, None once it has been so for hours.

    A throttle did nothing yet, and hundreds of orders in a minute meet it many times.
    The longer it lasts, the less often it is asked again.
    """
    passed = now - since
    if passed > _BUSY:
        return None
    grown = min(passed.total_seconds() / 8, _LONGEST_BUSY_SECONDS)
    return after_seconds(max(grown, retry_after_seconds or 0.0, 1.0), now=now)


def next_callback(
    *, tries: int, retry_after_seconds: int | None, now: datetime
) -> datetime | None:
    """Return the moment of the next callback, None when the ladder is used up."""
    if tries >= len(CALLBACK_LADDER_SECONDS):
        return None
    seconds = max(CALLBACK_LADDER_SECONDS[tries], retry_after_seconds or 0)
    return after_seconds(seconds, now=now)
