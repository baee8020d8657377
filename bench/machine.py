"""What a measurement must be read with: machine, date, load, the disk's fsync."""

import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

from hub.clock import Clock

FSYNC_TRIES = 300
FSYNC_BYTES = 8192


def fsync_ms(folder: Path) -> tuple[float, float]:
    """Return median and 99th percentile of 8 KB append + fdatasync, in ms."""
    path = folder / "fsync.probe"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    taken = []
    try:
        for _ in range(FSYNC_TRIES):
            begin = time.perf_counter()
            os.write(descriptor, b"x" * FSYNC_BYTES)
            os.fdatasync(descriptor)
            taken.append((time.perf_counter() - begin) * 1000)
    finally:
        os.close(descriptor)
        path.unlink()
    return statistics.median(taken), percentile(taken, 99)


def loop_ms() -> float:
    """Return the CPU time of two million additions: how fast this core is just now.

    A core shared with a busy neighbour takes three times what a free one takes, and
    its own CPU time shows it.
    """
    begin, total = time.process_time(), 0
    for number in range(2_000_000):
        total += number
    return (time.process_time() - begin) * 1000


def percentile(values: list[float], percent: float) -> float:
    """Return a percentile by nearest rank; 0.0 of nothing."""
    if not values:
        return 0.0
    ordered = sorted(values)
    rank = max(0, min(len(ordered) - 1, round(percent / 100 * len(ordered)) - 1))
    return ordered[rank]


def describe(folder: Path) -> str:
    """Return one paragraph: machine, date, versions, load and fsync."""
    median, worst = fsync_ms(folder)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    return (
        f"{Clock().now():%Y-%m-%d %H:%M} UTC · {os.cpu_count()} cores, {memory:.0f} GiB"
        f" · {_cpu()} · Linux {platform.release()} · Python {sys.version.split()[0]}\n"
        f"commit {_commit()} · load before {load}"
        f" · loop of 2 M additions {loop_ms():.0f} ms (CPU)"
        f" · 8 KB fdatasync {median:.2f} ms (p99 {worst:.2f} ms)"
    )


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _commit() -> str:
    found = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout.strip() or "unknown"
