"""P5: the highest rate at which orders in are orders fully done, on this machine."""

import argparse
import tempfile
import time
from pathlib import Path

from bench.books import faults
from bench.cpu import cpu_seconds
from bench.installation import BenchShop, Installation
from bench.machine import describe, percentile
from bench.processes import ROOT
from bench.road import Road, drive

TARGET = 300.0
SHOPS = 4
# Kept up with: after the last order was sent, the rest was told within this time.
TAIL_SECONDS = 1.0


def settled_rate(road: Road) -> float:
    """Return orders fully done a second, from first sent to last told."""
    if not road.settled:
        return 0.0
    begin = min(road.sent.values())
    return len(road.settled) / (max(road.settled.values()) - begin)


def tail_seconds(road: Road) -> float:
    """Return how long after the last order was due the last one was told."""
    if not road.settled or road.missing:
        return float("inf")
    return max(road.settled.values()) - max(road.sent.values())


def climb(
    installation: Installation, shops: list[BenchShop], *, seconds: float, rate: float
) -> tuple[float, list[Road]]:
    """Double until it falls behind, then halve the distance; returns the best rate."""
    roads: list[Road] = []
    best, broken = 0.0, 0.0
    while not broken or broken - best > max(5.0, best * 0.1):
        road = drive(
            shops,
            hub_port=installation.port,
            callback_port=installation.callback_port,
            prefix=f"S{len(roads)}N",
            rate=rate,
            seconds=seconds,
            patience=120.0,
        )
        roads.append(road)
        keeps_up = tail_seconds(road) <= TAIL_SECONDS and not road.other_answers
        print(
            f"{rate:6.0f}/s sent: {settled_rate(road):6.1f}/s done, tail"
            f" {tail_seconds(road):5.1f} s, p50"
            f" {percentile(road.end_to_end_ms(), 50):7.0f} ms, sends late"
            f" {road.late_sends}  {'kept up' if keeps_up else 'fell behind'}",
            flush=True,
        )
        if keeps_up:
            best = rate
        else:
            broken = rate
        rate = (best + broken) / 2 if broken else rate * 2
        if broken and broken < 8:
            break
    return best, roads


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--first-rate", type=float, default=25.0)
    chosen = parser.parse_args()
    disk = ROOT / "var" / "bench"
    disk.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="sustained-", dir=disk) as folder:
        print(f"P5 sustained · {describe(Path(folder))}", flush=True)
        installation = Installation(folder=Path(folder))
        shops = installation.enroll(shops=SHOPS)
        with installation.everything() as (hub, sandbox):
            before = (cpu_seconds(hub), cpu_seconds(sandbox))
            begin = time.monotonic()
            best, roads = climb(
                installation, shops, seconds=chosen.seconds, rate=chosen.first_rate
            )
            used = (cpu_seconds(hub) - before[0], cpu_seconds(sandbox) - before[1])
            passed = time.monotonic() - begin
            wrong = faults(installation, roads)
    report(best, roads, used, passed)
    print("correct: " + ("; ".join(wrong) if wrong else "yes, every order, none twice"))


def report(
    best: float, roads: list[Road], used: tuple[float, float], passed: float
) -> None:
    """Print the rate against its target, and what an order costs."""
    orders = sum(len(road.settled) for road in roads)
    fastest = max(settled_rate(road) for road in roads)
    verdict = "met" if best >= TARGET else f"MISSED, {best / TARGET:.0%} of it"
    print(f"P5 kept up with {best:6.1f}/s  target >= {TARGET:.0f}/s  {verdict}")
    print(f"P5 fastest working off, with a backlog: {fastest:.1f}/s")
    if orders:
        print(
            f"n {orders} orders in {passed:.0f} s; CPU an order: hub"
            f" {used[0] / orders * 1000:.1f} ms, sandbox"
            f" {used[1] / orders * 1000:.1f} ms"
        )


if __name__ == "__main__":
    main()
