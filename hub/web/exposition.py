"""A snapshot as Prometheus reads it."""

import platform
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import metadata
from itertools import product
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
)

from hub.flow.meters import Snapshot
from hub.metrics import METERS, Meter, Reading
from hub.store.filters import OPEN_OPERATION
from hub.store.meters import Waiting

_MICROSECONDS = 1_000_000
_MERCHANT = "merchant"
Family = Any


def exposition(found: Snapshot, *, database: str, per_merchant: bool) -> bytes:
    """Return the text of a snapshot."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(lambda: _families(found, database, per_merchant)))
    return generate_latest(registry)


class _Collector:
    """What the library asks for: something with a method."""

    def __init__(self, families: Callable[[], Iterable[Family]]) -> None:
        self._families = families

    def collect(self) -> Iterable[Family]:
        """Return the families."""
        return self._families()


def _families(
    found: Snapshot,
    database: str,
    per_merchant: bool,  # noqa: FBT001 (a label or none)
) -> Iterator[Family]:
    yield _build(database)
    yield from _installation(found)
    yield from _waiting(found, per_merchant=per_merchant)
    by_name: defaultdict[str, list[Reading]] = defaultdict(list)
    for reading in found.sums:
        by_name[reading.name].append(reading)
    for meter in METERS:
        yield _metered(meter, by_name[meter.name])


@cache
def _version() -> str:
    try:
        return metadata.version("atobarai-hub")
    except metadata.PackageNotFoundError:
        return "source"


def _build(database: str) -> Family:
    about = {
        "version": _version(),
        "python": platform.python_version(),
        "database": database,
    }
    return InfoMetricFamily("hub_build", "What runs here", value=about)


def _installation(found: Snapshot) -> Iterator[Family]:
    for name, text, value in (
        (
            "hub_schema_current",
            "1 where the database has the schema of this version",
            found.is_schema_current,
        ),
        (
            "hub_bell_reachable",
            "1 where Redis or Valkey answers; without it orders go on later",
            found.is_bell_reachable,
        ),
        ("hub_data_free_bytes", "Free space of the data folder", found.free_bytes),
    ):
        yield GaugeMetricFamily(name, text, value=value)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gauge:
    """One number of what waits; `kinds` are told even where nothing does."""

    name: str
    text: str
    labels: tuple[str, ...] = ()
    kinds: tuple[tuple[str, ...], ...] = ((),)


_DELIVERIES = _Gauge(name="hub_deliveries_waiting", text="Deliveries to be absorbed")
_OPERATIONS = _Gauge(
    name="hub_operations_open",
    text="Intended calls that are not ended, by target and state",
    labels=("target", "state"),
    kinds=tuple(product(("provider", "cart"), OPEN_OPERATION)),
)
_ATTENTION = _Gauge(
    name="hub_attention",
    text="Orders that need a person; alarm: goods or money are out",
    labels=("kind",),
    kinds=(("alarm",), ("task",)),
)
_UNCLEAR = _Gauge(
    name="hub_transactions_unclear",
    text="Registrations whose outcome nobody knows: each waits for a person",
)


def _waiting(found: Snapshot, *, per_merchant: bool) -> Iterator[Family]:
    for gauge, rows in (
        (_DELIVERIES, found.deliveries),
        (_OPERATIONS, found.operations),
        (_ATTENTION, found.attention),
        (_UNCLEAR, found.unclear),
    ):
        yield _gauged(gauge, rows, per_merchant=per_merchant)
    yield GaugeMetricFamily(
        "hub_inquiries_due",
        "Screenings to be asked for now",
        value=found.inquiries.count,
    )
    yield _ages(found)


def _gauged(gauge: _Gauge, rows: Iterable[Waiting], *, per_merchant: bool) -> Family:
    names = (*gauge.labels, _MERCHANT) if per_merchant else gauge.labels
    family = GaugeMetricFamily(gauge.name, gauge.text, labels=names)
    sums: defaultdict[tuple[str, ...], int] = defaultdict(int)
    if not per_merchant:
        sums.update(dict.fromkeys(gauge.kinds, 0))
    for row in rows:
        sums[(*row.kind, row.merchant_id) if per_merchant else row.kind] += row.count
    for values, count in sorted(sums.items()):
        family.add_metric(values, count)
    return family


def _ages(found: Snapshot) -> Family:
    family = GaugeMetricFamily(
        "hub_oldest_age_seconds",
        "How long the oldest has waited, 0 where nothing waits",
        labels=("what",),
    )
    now = found.at
    due = [one for one in found.operations if one.since and one.since <= now]
    for what, rows, moment in (
        ("delivery", found.deliveries, now),
        *(
            (f"{target}_operation", [o for o in due if o.kind[0] == target], now)
            for target in ("provider", "cart")
        ),
        ("inquiry", [found.inquiries], found.business_at),
        *(
            (kind, [o for o in found.attention if o.kind[0] == kind], now)
            for kind in ("alarm", "task")
        ),
    ):
        family.add_metric([what], _age(rows, moment))
    return family


def _age(rows: Iterable[Waiting], now: datetime) -> float:
    moments = [row.since for row in rows if row.since is not None]
    return max(0.0, (now - min(moments)).total_seconds()) if moments else 0.0


def _metered(meter: Meter, readings: list[Reading]) -> Family:
    if meter.bounds:
        return _histogram(meter, readings)
    kind = GaugeMetricFamily if meter.is_moment else CounterMetricFamily
    family = kind(meter.name, meter.text, labels=meter.labels)
    for one in readings:
        value = one.value / _MICROSECONDS if meter.is_moment else one.value
        family.add_metric(one.labels, value)
    return family


def _histogram(meter: Meter, readings: list[Reading]) -> Family:
    family = HistogramMetricFamily(meter.name, meter.text, labels=meter.labels)
    series: defaultdict[tuple[str, ...], dict[str, int]] = defaultdict(dict)
    for one in readings:
        series[one.labels][one.part] = one.value
    for labels, parts in sorted(series.items()):
        # Each bucket of the wire holds those below it too.
        buckets, below = [], 0
        for bound in meter.bounds:
            below += parts.get(f"le:{bound:g}", 0)
            buckets.append((f"{float(bound)}", below))
        buckets.append(("+Inf", parts.get("count", 0)))
        family.add_metric(
            labels, buckets, sum_value=parts.get("sum", 0) / _MICROSECONDS
        )
    return family
