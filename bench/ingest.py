"""P1: durable ingest on the embedded default, beside empty Flask and Express+BullMQ."""

import argparse
import json
import shutil
import sqlite3
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import peers_beside
from bench.installation import BenchShop, Installation
from bench.machine import describe
from bench.payloads import Signer, requests_of, write_for_wrk
from bench.processes import HOST, ROOT, free_port, python, running, until
from hub.clock import Clock

THREADS, CONNECTIONS = 2, 32
# Room for the fastest peer; a thread that comes to the end begins again (`wraps`).
REQUESTS_A_SECOND = 9000


@dataclass(slots=True)
class Series:
    """The runs of one server."""

    name: str
    runs: list[dict[str, Any]] = field(default_factory=list)

    def median(self, key: str) -> float:
        """Return the median over the runs."""
        return statistics.median(float(run[key]) for run in self.runs)

    def line(self) -> str:
        """Return the row of the table."""
        rates = " ".join(f"{run['rate']:.0f}" for run in self.runs)
        return (
            f"{self.name:34} {self.median('rate'):8.0f}/s"
            f"  p50 {self.median('p50_ms'):6.1f}"
            f"  p99 {self.median('p99_ms'):6.1f}  max {self.median('max_ms'):7.1f} ms"
            f"  n {int(sum(run['answers'] for run in self.runs)):7}  runs {rates}"
        )


class Load:
    """Prepared requests in memory, made anew before each round."""

    def __init__(self, folder: Path, shop: BenchShop, *, seconds: int) -> None:
        """Take the shop whose secret signs, and how long one run takes."""
        self._path = folder / "load"
        self._shop = shop
        self._seconds = seconds
        self._round = 0

    def renew(self) -> None:
        """Sign new requests: a signature is good for five minutes."""
        self._round += 1
        each = REQUESTS_A_SECOND * self._seconds // THREADS
        for thread in range(THREADS):
            write_for_wrk(
                self._path.with_suffix(f".{thread}"),
                requests_of(
                    Signer(self._shop.secret),
                    path=self._shop.path,
                    host=HOST,
                    prefix=f"R{self._round}T{thread}N",
                    count=each,
                    moment=Clock().now(),
                ),
            )

    def run(self, port: int, *, seconds: int = 0) -> dict[str, Any]:
        """Send for some seconds; returns rate, latencies and failures."""
        command = ["wrk", f"-t{THREADS}", f"-c{CONNECTIONS}"]
        command += [f"-d{seconds or self._seconds}s", "--timeout", "10s"]
        command += ["-s", str(ROOT / "bench" / "replay.lua"), f"http://{HOST}:{port}/"]
        command += ["--", str(self._path)]
        printed = subprocess.run(command, capture_output=True, text=True, check=True)
        lines = printed.stdout.splitlines()
        found: dict[str, Any] = json.loads(next(x for x in lines if x.startswith("{")))
        found["rate"] = (found["answers"] - found["failed"]) / found["seconds"]
        return found


@contextmanager
def hub_serving(
    template: Path, folder: Path, *, slow_disk: bool = False, rows_per_commit: int = 0
) -> Iterator[tuple[Installation, int]]:
    """Run the hub without workers on a fresh copy of the enrolled data."""
    copy = folder / f"run-{time.monotonic_ns()}"
    shutil.copytree(template, copy / "hub")
    installation = Installation(folder=copy)
    command = python("-m", "bench.serve_only", "--port", str(installation.port))
    command += ["--rows-per-commit", str(rows_per_commit)]
    env = installation.env
    if slow_disk:
        env["LD_PRELOAD"] = str(folder / "slow_fsync.so")
    with running(command, env=env, log=copy / "hub.log"):
        until(installation.is_ready)
        # The second process is ready when it answers too; it shares the listener.
        time.sleep(1.0)
        yield installation, installation.port


def measure_hub(
    load: Load, template: Path, folder: Path, **options: Any
) -> dict[str, Any]:
    """Measure the hub once and see that every 2xx is a row, and the books hold."""
    with hub_serving(template, folder, **options) as (installation, port):
        found = load.run(port)
    rows = stored_rows(installation.data / "hub.sqlite")
    accepted = found["answers"] - found["failed"]
    if not found["wraps"] and rows < accepted:
        raise SystemExit(f"{accepted} were answered 2xx and only {rows} are stored")
    books = installation.verify()
    if books != "the books hold":
        raise SystemExit(f"after the run: {books}")
    shutil.rmtree(installation.folder)
    return found


def stored_rows(path: Path) -> int:
    """Return how many deliveries the inbox holds."""
    with sqlite3.connect(path) as connection:
        return int(connection.execute("SELECT count(*) FROM inbox").fetchone()[0])


def build_slow_disk(folder: Path) -> None:
    """Compile the shim that makes every fsync take 2 ms more."""
    source = ROOT / "bench" / "slow_fsync.c"
    target = folder / "slow_fsync.so"
    subprocess.run(
        ["gcc", "-O2", "-shared", "-fPIC", "-o", str(target), str(source), "-ldl"],
        check=True,
    )


def measure(folder: Path, shared: Path, *, rounds: int, seconds: int) -> list[Series]:
    """Run everything in turn, so that a slow minute strikes all alike."""
    template = Installation(folder=folder / "template", port=free_port())
    shop = template.enroll()[0]
    load = Load(shared, shop, seconds=seconds)
    build_slow_disk(folder)

    def beside(start: Callable[[], Any]) -> dict[str, Any]:
        with start() as port:
            return load.run(port)

    data = template.data
    slow = {"slow_disk": True}
    plan: list[tuple[Series, Callable[[], dict[str, Any]]]] = [
        (Series("hub, durable"), lambda: measure_hub(load, data, folder)),
        (
            Series("gunicorn sync x2, Flask 204"),
            lambda: beside(lambda: peers_beside.flask(folder)),
        ),
        (
            Series("Express + BullMQ (not durable)"),
            lambda: beside(lambda: peers_beside.express(folder, shop.secret)),
        ),
        (
            Series("hub, +2 ms per fsync"),
            lambda: measure_hub(load, data, folder, **slow),
        ),
        (
            Series("one row per commit, +2 ms"),
            lambda: measure_hub(load, data, folder, rows_per_commit=1, **slow),
        ),
    ]
    for number in range(1, rounds + 1):
        load.renew()
        for series, run in plan:
            series.runs.append(run())
            print(f"round {number}: {series.name}: {series.runs[-1]}", flush=True)
    return [series for series, _ in plan]


def main() -> None:
    """Measure and print the table, the ratios and what misses its target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=10)
    chosen = parser.parse_args()
    peers_beside.prepare()
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    disk = ROOT / "var" / "bench"
    disk.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="ingest-", dir=disk) as folder,
        tempfile.TemporaryDirectory(prefix="hub-bench-", dir=memory) as shared,
    ):
        print(f"P1 durable ingest · {describe(Path(folder))}", flush=True)
        found = measure(
            Path(folder), Path(shared), rounds=chosen.rounds, seconds=chosen.seconds
        )
    report(found)


def report(found: list[Series]) -> None:
    """Print the table and hold it against the targets."""
    hub, bare, node, slow, single = found
    print()
    for series in found:
        print(series.line())
    print()
    rate = hub.median("rate")
    _hold("x Express+BullMQ", rate / node.median("rate"), at_least=1.5)
    _hold("x bare Flask 204", rate / bare.median("rate"), at_least=0.6)
    _hold(
        "x one row per commit, +2 ms",
        slow.median("rate") / single.median("rate"),
        at_least=3.0,
    )
    _hold("p99 ms", hub.median("p99_ms"), at_most=45.0)
    _hold("max ms", hub.median("max_ms"), at_most=250.0)
    failed = sum(run["failed"] + run["broken"] for s in found for run in s.runs)
    print(f"answers that were not 2xx, or broke: {failed}")


def _hold(
    name: str,
    value: float,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
) -> None:
    if at_least is not None:
        is_met, wanted = value >= at_least, f">= {at_least}"
        gap = (at_least - value) / at_least
    else:
        wanted = f"<= {at_most}"
        is_met = at_most is not None and value <= at_most
        gap = (value - at_most) / at_most if at_most else 0.0
    verdict = "met" if is_met else f"MISSED by {gap:.0%}"
    print(f"P1 {name:30} {value:8.2f}  target {wanted:8}  {verdict}")


if __name__ == "__main__":
    main()
