"""P4: webhook sent to callback received, at 50 orders a second."""

import argparse
import tempfile
from pathlib import Path

from bench.books import faults
from bench.installation import Installation
from bench.machine import describe, percentile
from bench.processes import ROOT
from bench.road import Road, drive

P50_MS, P99_MS = 15.0, 50.0
WARM_SECONDS = 3.0


def measure(folder: Path, *, rate: float, seconds: float) -> tuple[Road, list[str]]:
    """Warm an installation up, then drive it once."""
    installation = Installation(folder=folder)
    shops = installation.enroll()
    with installation.everything():
        roads = [
            drive(
                shops,
                hub_port=installation.port,
                callback_port=installation.callback_port,
                prefix=prefix,
                rate=rate,
                seconds=length,
            )
            for prefix, length in (("W", WARM_SECONDS), ("E", seconds))
        ]
        return roads[1], faults(installation, roads)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=50.0)
    parser.add_argument("--seconds", type=float, default=30.0)
    chosen = parser.parse_args()
    disk = ROOT / "var" / "bench"
    disk.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="road-", dir=disk) as folder:
        print(f"P4 end to end · {describe(Path(folder))}", flush=True)
        road, wrong = measure(Path(folder), rate=chosen.rate, seconds=chosen.seconds)
    times, answers = road.end_to_end_ms(), road.answer_ms()
    print(
        f"n {len(times)} at {chosen.rate:.0f}/s; 2xx after p50"
        f" {percentile(answers, 50):.1f} ms, p99 {percentile(answers, 99):.1f} ms;"
        f" callbacks {road.callbacks}, other updates {road.other_updates},"
        f" sends late {road.late_sends}"
    )
    for name, percent, limit in (("p50", 50, P50_MS), ("p99", 99, P99_MS)):
        value = percentile(times, percent)
        verdict = "met" if value <= limit else f"MISSED, {value / limit:.1f} x"
        print(f"P4 {name} {value:8.1f} ms  target <= {limit:.0f}  {verdict}")
    print(f"P4 max {max(times, default=0.0):8.1f} ms")
    print("correct: " + ("; ".join(wrong) if wrong else "yes, every order, none twice"))


if __name__ == "__main__":
    main()
