"""What a process counts and times, until it is added to the database.

A drain lives for seconds in a process of its own and there may be any number of
processes on any number of hosts, so what one of them counted is worth nothing alone.
Counting is an addition under a lock; `hub.flow.meters` brings the sums to the book,
where all processes' counts meet. A process that is killed loses its last seconds.

No label holds anything of a person or a merchant.
"""

import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """One thing that is counted or timed; `bounds` are a histogram's, in seconds.

    A quiet meter alone is no reason to write to the database.
    """

    name: str
    text: str
    labels: tuple[str, ...] = ()
    bounds: tuple[float, ...] = ()
    is_moment: bool = False
    is_quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A sum of one series; `part` tells a histogram's buckets, count and sum apart.

    A moment is in microseconds since 1970, a histogram's sum in microseconds.
    """

    name: str
    labels: tuple[str, ...]
    part: str
    value: int
    is_moment: bool = False


INTAKE = Meter(
    name="hub_intake_answers",
    text="Webhooks by how they were taken (architecture 6)",
    labels=("connector", "receipt"),
)
# They end when a new secret is the only one that a cart still signs by.
PREVIOUS_SECRET = Meter(
    name="hub_intake_previous_secret",
    text="Webhooks that only the previous secret proved",
    labels=("connector",),
)
PREVIOUS_SECRET_AT = Meter(
    name="hub_intake_previous_secret_timestamp_seconds",
    text="When a webhook was last proved by the previous secret",
    labels=("connector",),
    is_moment=True,
)
PROVIDER_CALLS = Meter(
    name="hub_provider_calls",
    text="Calls to the provider by what came back; unclear may have been applied",
    labels=("operation", "verdict"),
)
PROVIDER_SECONDS = Meter(
    name="hub_provider_call_seconds",
    text="How long calls to the provider took",
    labels=("operation",),
    bounds=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120),
)
PUSHES = Meter(
    name="hub_pushes",
    text="Updates sent to carts by how that ended",
    labels=("connector", "outcome"),
)
COMMITS = Meter(
    name="hub_writer_commit_seconds",
    text="How long a batch of writes waited for the lock and its commit",
    bounds=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5),
    is_quiet=True,
)
DRAINED = Meter(
    name="hub_lane_drained_timestamp_seconds",
    text="When a lane's drain last ended",
    labels=("lane",),
    is_moment=True,
)
SWEPT = Meter(
    name="hub_sweep_timestamp_seconds",
    text="When a sweep last ended",
    is_moment=True,
)
METERS = (
    INTAKE,
    PREVIOUS_SECRET,
    PREVIOUS_SECRET_AT,
    PROVIDER_CALLS,
    PROVIDER_SECONDS,
    PUSHES,
    COMMITS,
    DRAINED,
    SWEPT,
)

_Key = tuple[str, tuple[str, ...], str]
_lock = threading.Lock()
_sums: Counter[_Key] = Counter()
_moments: dict[_Key, int] = {}
_is_worth_writing = False


def count(meter: Meter, *labels: str, by: int = 1) -> None:
    """Count something."""
    global _is_worth_writing  # noqa: PLW0603 - one process, one count
    with _lock:
        _sums[meter.name, labels, ""] += by
        _is_worth_writing = True


def observe(meter: Meter, seconds: float, *labels: str) -> None:
    """Add a duration to a histogram."""
    global _is_worth_writing  # noqa: PLW0603 - one process, one count
    bound = next((one for one in meter.bounds if seconds <= one), None)
    with _lock:
        if bound is not None:
            _sums[meter.name, labels, f"le:{bound:g}"] += 1
        _sums[meter.name, labels, "count"] += 1
        _sums[meter.name, labels, "sum"] += round(seconds * 1_000_000)
        _is_worth_writing = _is_worth_writing or not meter.is_quiet


def mark(meter: Meter, moment: datetime, *labels: str) -> None:
    """Remember when something happened last."""
    global _is_worth_writing  # noqa: PLW0603 - one process, one count
    with _lock:
        _moments[meter.name, labels, ""] = round(moment.timestamp() * 1_000_000)
        _is_worth_writing = True


def take() -> list[Reading]:
    """Take what was counted since the last time; nothing where only quiet ones were."""
    global _is_worth_writing  # noqa: PLW0603 - one process, one count
    with _lock:
        if not _is_worth_writing:
            return []
        sums, moments = dict(_sums), dict(_moments)
        _sums.clear()
        _moments.clear()
        _is_worth_writing = False
    return [
        *(_reading(key, value) for key, value in sums.items()),
        *(_reading(key, value, is_moment=True) for key, value in moments.items()),
    ]


def give_back(readings: Iterable[Reading]) -> None:
    """Take back what could not be written."""
    global _is_worth_writing  # noqa: PLW0603 - one process, one count
    with _lock:
        for one in readings:
            key = (one.name, one.labels, one.part)
            if one.is_moment:
                _moments[key] = max(one.value, _moments.get(key, 0))
            else:
                _sums[key] += one.value
        _is_worth_writing = True


def _reading(key: _Key, value: int, *, is_moment: bool = False) -> Reading:
    name, labels, part = key
    return Reading(
        name=name, labels=labels, part=part, value=value, is_moment=is_moment
    )
