"""What the measurements share: an installation on loopback, messages, percentiles."""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests

from hub.contract.secret import Secret
from hub.contract.signatures import sign_standard

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """Where a cart sends, and with what secret."""

    hook_url: str
    secret: str


class Rig:
    """Processes of one measurement, all of them ended by their own process ids."""

    def __init__(self, folder: Path) -> None:
        """Take a fresh folder."""
        self.folder = folder
        self._processes: list[subprocess.Popen[str]] = []
        clean = {k: v for k, v in os.environ.items() if not k.startswith("HUB_")}
        self.env = {
            **clean,
            "PYTHONPATH": str(ROOT),
            "HUB_LOG_LEVEL": "WARNING",
            "HUB_DATA_DIR": str(folder / "hub"),
            "HUB_PROVIDER_URL": "http://127.0.0.1:9/api/",
        }

    def start(self, *command: str, lines: int = 1) -> list[str]:
        """Start a process and return the first lines that it prints."""
        process = subprocess.Popen(
            command, cwd=ROOT, env=self.env, stdout=subprocess.PIPE, text=True
        )
        self._processes.append(process)
        assert process.stdout is not None
        return [process.stdout.readline().strip() for _ in range(lines)]

    @property
    def newest_pid(self) -> int:
        """Return the process id of what was started last."""
        return self._processes[-1].pid

    def hub(self, *arguments: str) -> str:
        """Run a hub command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "hub.cli", *arguments],
            cwd=ROOT,
            env=self.env,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def enroll(self, callback_url: str, base_url: str) -> Shop:
        """Add one merchant with one shop in the automatic mode."""
        password = self.folder / "password"
        password.write_text("Example01")
        self.hub("migrate")
        merchant = json.loads(
            self.hub(
                *("merchants", "add", "--name", "見本", "--shop-code", "atd000000001"),
                *("--link-id", "original00", "--link-password-file", str(password)),
                "--json",
            )
        )["merchant_id"]
        shop = json.loads(
            self.hub(
                *("shops", "add", "--merchant", merchant, "--mode", "automatic"),
                *("--connector", "generic_webhook", "--json"),
                *("--set", f"callback_url={callback_url}"),
            )
        )
        path = shop["hook_url"].partition("/hooks/")[2]
        return Shop(hook_url=f"{base_url}/hooks/{path}", secret=shop["secret"])

    def stop(self) -> None:
        """End everything, newest first."""
        for process in reversed(self._processes):
            process.terminate()
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()


@contextmanager
def rig() -> Iterator[Rig]:
    """Open a rig in a folder of its own and end it, whatever happened."""
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as name:
        opened = Rig(Path(name))
        try:
            yield opened
        finally:
            opened.stop()


def wait_for(url: str) -> None:
    """Wait until a server answers."""
    deadline = time.monotonic() + START_SECONDS
    with requests.Session() as session:
        while time.monotonic() < deadline:
            try:
                session.get(url, timeout=1)
            except requests.RequestException:
                time.sleep(0.05)
            else:
                return
    raise SystemExit(f"{url} did not begin to answer")


def order_body(number: str, *, padding: int = 0) -> bytes:
    """Return an order of the canonical shape, of about `padding` bytes more."""
    body: dict[str, Any] = json.loads(
        (ROOT / "connectors/generic_webhook/example-order.json").read_text("utf-8")
    )
    body["order"]["number"] = number
    body["note"] = "x" * padding
    return json.dumps(body, ensure_ascii=False).encode()


def signed(shop: Shop, body: bytes, message_id: str) -> dict[str, str]:
    """Return the headers of one message."""
    signature = sign_standard(
        message_id=message_id,
        sent_at=datetime.now(UTC),
        body=body,
        secrets=[Secret(shop.secret)],
    )
    return {"Content-Type": "application/json", **signature}


def percentile(values: Sequence[float], percent: float) -> float:
    """Return a percentile of some values."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def fsync_milliseconds(folder: Path) -> float:
    """Return the median time of an 8 KB append and fdatasync on this disk."""
    times = []
    with (folder / "fsync").open("ab") as file:
        for _ in range(200):
            file.write(b"x" * 8192)
            file.flush()
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - began) * 1000)
    return percentile(times, 50)


def say_machine(folder: Path) -> None:
    """Print what the numbers below were measured on."""
    print(
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC · {os.cpu_count()} cores · "
        f"{platform.platform()} · Python {platform.python_version()} · "
        f"fsync of 8 KB {fsync_milliseconds(folder):.2f} ms · "
        f"load {os.getloadavg()[0]:.1f}"
    )
