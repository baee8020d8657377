"""P4, P5, P6: a whole installation under an even stream of orders.

    python -m bench.whole                     # P4 and P6: 50 orders/s for 30 s
    python -m bench.whole --rate 300          # P5: does it keep up with 300/s?

Open loop: the time of an order counts from the moment it should have been sent.
"""

import argparse
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import requests

from bench.rig import Rig, Shop, order_body, percentile, rig, say_machine, signed
from bench.rig import wait_for as wait
from hub.supervisor import family_of, memory_of

SENDERS = 8
DONE_SECONDS = 60.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rate", type=float, default=50.0)
    parser.add_argument("--seconds", type=float, default=30.0)
    options = parser.parse_args()
    with rig() as opened:
        say_machine(opened.folder)
        _measure(opened, rate=options.rate, seconds=options.seconds)


def _measure(opened: Rig, *, rate: float, seconds: float) -> None:
    heard_file = opened.folder / "heard"
    (port,) = opened.start(sys.executable, "-m", "bench.receiver", str(heard_file))
    hub = (sys.executable, "-m", "hub.cli")
    wire, control = opened.start(
        *hub,
        *("sandbox", "--port", "0", "--control-port", "0"),
        *("--data", str(opened.folder / "sandbox")),
        lines=2,
    )
    sandbox_pid = opened.newest_pid
    opened.env["HUB_PROVIDER_URL"] = wire.split()[1]
    opened.env["HUB_CALLBACK_ALLOW"] = f"127.0.0.1:{port}"
    began = time.perf_counter()
    (greeting,) = opened.start(*hub, "start", "--port", "0")
    base = greeting.split()[2].removesuffix("/console/")
    wait(f"{base}/readyz")
    print(f"start until it answers: {time.perf_counter() - began:.1f} s")
    pid = opened.newest_pid
    shop = opened.enroll(f"http://127.0.0.1:{port}/", base)
    _send(shop, "W", rate=10, seconds=3)
    sent = _send(shop, "N", rate=rate, seconds=seconds)
    ended = time.time()
    memory = memory_of(family_of(pid))
    heard = _wait_until_heard(heard_file, len(sent))
    _say_times(sent, heard, ended=ended)
    parts = sum(memory.values()) / 1e6
    beside = sum(memory_of(family_of(sandbox_pid)).values()) / 1e6
    print(
        f"P6 memory at {rate:g} orders/s: {parts:.0f} MB PSS in {len(memory)} processes"
        f" (target <= 500); sandbox beside it {beside:.0f} MB"
    )
    summary = requests.Session().get(
        f"{control.split()[1]}sandbox/ledger/summary", timeout=30
    )
    print(f"witness: {summary.json()}")
    print(f"hub verify: {opened.hub('verify').strip()}")


def _send(shop: Shop, prefix: str, *, rate: float, seconds: float) -> dict[str, float]:
    """Send orders evenly; returns when each should have been sent."""
    count = int(rate * seconds)
    begin = time.time() + 0.5
    due = {f"{prefix}-{n}": begin + n / rate for n in range(count)}
    refused: list[int] = []

    def work(numbers: Sequence[str]) -> None:
        with requests.Session() as session:
            for number in numbers:
                body = order_body(number, padding=7000)
                headers = signed(shop, body, f"msg_{number}")
                time.sleep(max(0.0, due[number] - time.time()))
                answer = session.post(
                    shop.hook_url, data=body, headers=headers, timeout=30
                )
                if answer.status_code != 202:
                    refused.append(answer.status_code)

    numbers = list(due)
    threads = [
        threading.Thread(target=work, args=(numbers[first::SENDERS],))
        for first in range(SENDERS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if refused:
        print(f"not taken: {len(refused)} ({sorted(set(refused))})")
    return due


def _wait_until_heard(heard_file: Path, count: int) -> dict[str, float]:
    deadline = time.monotonic() + DONE_SECONDS
    while True:
        lines = [line.split() for line in heard_file.read_text("utf-8").splitlines()]
        heard = {
            number: float(at)
            for number, kind, at in lines
            if kind == "screening.ok" and number.startswith("N-")
        }
        if len(heard) >= count or time.monotonic() > deadline:
            return heard
        time.sleep(0.2)


def _say_times(
    sent: dict[str, float], heard: dict[str, float], *, ended: float
) -> None:
    times = [(heard[number] - sent[number]) * 1000 for number in heard]
    begin = min(sent.values())
    whole = max(heard.values()) - begin
    print(
        f"P4 webhook → provider → callback, n={len(times)} of {len(sent)}: "
        f"p50 {percentile(times, 50):.1f} ms (target <= 15), "
        f"p99 {percentile(times, 99):.1f} ms (target <= 50), "
        f"max {max(times):.0f} ms"
    )
    print(
        f"P5 in at {len(sent) / (ended - begin):.0f}/s, "
        f"fully done at {len(heard) / whole:.0f}/s (target >= 300)"
    )


if __name__ == "__main__":
    main()
