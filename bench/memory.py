"""P6: memory of `hub start` at 50 orders a second, and how soon it listens."""

import argparse
import tempfile
import threading
import time
from pathlib import Path

from bench.books import faults
from bench.cpu import tree
from bench.installation import Installation
from bench.machine import describe
from bench.processes import (
    HOST,
    ROOT,
    free_port,
    listens,
    python,
    running,
    until,
)
from bench.road import drive

LIMIT_MB = 500.0
LISTEN_SECONDS = 3.0
EVERY_SECONDS = 1.0
STARTS = 3


class Watch:
    """Adds up the memory of process trees once a second."""

    def __init__(self, **trees: int) -> None:
        """Take the first process of each tree."""
        self._trees = trees
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._look_for_ever, daemon=True)
        self.seen: dict[str, list[float]] = {name: [] for name in trees}
        self.detail: list[str] = []

    def __enter__(self) -> "Watch":
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """End."""
        self._stopped.set()
        self._thread.join()

    def _look_for_ever(self) -> None:
        while not self._stopped.wait(EVERY_SECONDS):
            for name, pid in self._trees.items():
                costs = tree(pid)
                self.seen[name].append(sum(cost.pss_mb for cost in costs))
                if name == "hub":
                    self.detail = [f"{c.name} {c.pss_mb:.0f}" for c in costs]


def start_seconds(folder: Path) -> list[float]:
    """Return the seconds from the command to an open port, and to `ready`."""
    installation = Installation(folder=folder)
    installation.enroll()
    found = []
    for _ in range(STARTS):
        installation.port = free_port()
        command = python("-m", "hub.cli", "start", "--port", str(installation.port))
        begin = time.monotonic()
        with running(command, env=installation.env, log=folder / "start.log"):
            until(lambda: listens(installation.port))
            found.append(time.monotonic() - begin)
            until(installation.is_ready)
            found.append(time.monotonic() - begin)
    return found


def demo_shop_mb(installation: Installation, folder: Path) -> float:
    """Return the memory of an idle demo shop."""
    program = (
        "import sys; from pathlib import Path; from hub.clock import Clock;"
        " from hub.contract.secret import Secret;"
        " from hub.demo.server import DemoShopSettings, run_demo_shop;"
        " run_demo_shop(DemoShopSettings(data_dir=Path(sys.argv[2]),"
        " hook_url='http://127.0.0.1:9/', hook_secret=Secret('whsec_' + 'A' * 32),"
        " callback_secret=Secret('whsec_' + 'A' * 32)), host=sys.argv[3],"
        " port=int(sys.argv[1]), clock=Clock())"
    )
    port = free_port()
    command = python("-c", program, str(port), str(folder / "shop"), HOST)
    with running(command, env=installation.env, log=folder / "shop.log") as process:
        until(lambda: listens(port))
        return sum(cost.pss_mb for cost in tree(process.pid))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=50.0)
    parser.add_argument("--seconds", type=float, default=30.0)
    chosen = parser.parse_args()
    disk = ROOT / "var" / "bench"
    disk.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="memory-", dir=disk) as name:
        folder = Path(name)
        print(f"P6 memory · {describe(folder)}", flush=True)
        (folder / "starts").mkdir()
        starts = start_seconds(folder / "starts")
        installation = Installation(folder=folder)
        shops = installation.enroll()
        with installation.everything() as (hub, sandbox):
            with Watch(hub=hub, sandbox=sandbox) as watch:
                road = drive(
                    shops,
                    hub_port=installation.port,
                    callback_port=installation.callback_port,
                    prefix="M",
                    rate=chosen.rate,
                    seconds=chosen.seconds,
                    patience=120.0,
                )
            wrong = faults(installation, [road])
        shop = demo_shop_mb(installation, folder)
    report(watch, starts, shop)
    print(f"n {len(road.settled)} orders at {chosen.rate:.0f}/s")
    print("correct: " + ("; ".join(wrong) if wrong else "yes, every order, none twice"))


def report(watch: Watch, starts: list[float], shop: float) -> None:
    """Print the figures against their targets."""
    hub = watch.seen["hub"]
    third = max(1, len(hub) // 3)
    early, late = sum(hub[:third]) / third, sum(hub[-third:]) / third
    verdict = "met" if max(hub) <= LIMIT_MB else "MISSED"
    print(f"P6 hub, PSS at most {max(hub):.0f} MB  target <= {LIMIT_MB:.0f}  {verdict}")
    print(f"   first third {early:.0f} MB, last third {late:.0f} MB")
    print(f"   its processes at the end (MB): {', '.join(watch.detail)}")
    print(f"   beside it: sandbox {max(watch.seen['sandbox']):.0f} MB, shop {shop:.0f}")
    listening, ready = sorted(starts[::2]), sorted(starts[1::2])
    middle = listening[len(listening) // 2]
    verdict = "met" if middle <= LISTEN_SECONDS else "MISSED"
    print(
        f"start to listening: median {middle:.2f} s of {len(listening)}, to /readyz"
        f" {ready[len(ready) // 2]:.2f} s  target < {LISTEN_SECONDS:.0f} s  {verdict}"
    )


if __name__ == "__main__":
    main()
