"""A whole installation as an operator starts it: real processes, real HTTP.

The sandbox runs apart, and its control port is known to the test and to nobody else.
"""

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests

from hub.contract.secret import Secret
from hub.contract.signatures import sign_standard
from tests.cart import Cart

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120.0


class Running:
    """One `hub …` process in a group of its own."""

    def __init__(self, *arguments: str, env: dict[str, str], lines: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hub.cli", *arguments],
            cwd=ROOT,
            env=env,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        self.lines = [self.process.stdout.readline().strip() for _ in range(lines)]

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=SECONDS)
        self._close()

    def kill(self) -> None:
        """Kill the whole family at once, as a power cut does."""
        family = subprocess.run(
            ["ps", "-eo", "pid=,ppid="], check=True, capture_output=True, text=True
        ).stdout
        parents = [tuple(map(int, line.split())) for line in family.splitlines()]
        for pid in _below(self.process.pid, parents):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait(timeout=SECONDS)
        self._close()

    def _close(self) -> None:
        if self.process.stdout is not None:
            self.process.stdout.close()


def _below(pid: int, parents: Sequence[tuple[int, ...]]) -> list[int]:
    children = [child for child, parent in parents if parent == pid]
    return [pid, *(found for child in children for found in _below(child, parents))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """One merchant's shop, with what its cart knows."""

    merchant_id: str
    hook_url: str
    secret: str
    cart: Cart

    def send(self, body: Any, *, message_id: str = "") -> int:
        """Send a signed webhook; returns the status."""
        raw = json.dumps(body, ensure_ascii=False).encode()
        headers = sign_standard(
            message_id=message_id or secrets.token_hex(8),
            sent_at=datetime.now(UTC),
            body=raw,
            secrets=[Secret(self.secret)],
        )
        with requests.Session() as session:
            return session.post(
                self.hook_url,
                data=raw,
                headers={"Content-Type": "application/json", **headers},
                timeout=SECONDS,
            ).status_code

    def send_at_once(self, body: Any, *, times: int) -> list[int]:
        """Send the very same message several times at the same moment."""
        message_id = secrets.token_hex(8)
        with ThreadPoolExecutor(times) as pool:
            sent = [
                pool.submit(self.send, body, message_id=message_id)
                for _ in range(times)
            ]
            return sorted(one.result() for one in sent)

    def hears(self, *kinds: str) -> None:
        """Wait until these were the last updates that the cart heard."""
        until(lambda: self.cart.kinds[-len(kinds) :] == list(kinds))


def until(condition: Callable[[], object], seconds: float = SECONDS) -> None:
    """Wait until the condition holds; fails after so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.05)


class Installation:
    """A hub, its sandbox and its database, from the command line."""

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        self._folder = folder
        clean = {k: v for k, v in os.environ.items() if not k.startswith("HUB_")}
        self.env = {**clean, "PYTHONPATH": str(ROOT), "HUB_LOG_LEVEL": "WARNING"}
        self.sandbox = Running(
            *("sandbox", "--port", "0", "--control-port", "0"),
            *("--data", str(folder / "sandbox")),
            env={**self.env, "HUB_SANDBOX_REVIEW_SECONDS": "1"},
            lines=2,
        )
        wire, self._control = (line.split()[1] for line in self.sandbox.lines)
        self.carts: list[Cart] = []
        self.env |= {
            "HUB_DATA_DIR": str(folder / "hub"),
            "HUB_PROVIDER_URL": wire,
            "HUB_POLL_PROFILE": "demo",
            **env,
        }
        self.hub: Running | None = None

    def hub_line(self, *arguments: str) -> str:
        """Run a command to its end and return what it printed."""
        return subprocess.run(
            [sys.executable, "-m", "hub.cli", *arguments],
            cwd=ROOT,
            env=self.env,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def enroll(self, *names: str) -> list[Shop]:
        """Add merchants with one shop each, then start the hub for all of them."""
        self.carts = [Cart() for _ in names]
        allowed = ",".join(f"127.0.0.1:{cart.port}" for cart in self.carts)
        self.env["HUB_CALLBACK_ALLOW"] = allowed
        self.start()
        return [
            self._shop(name, cart) for name, cart in zip(names, self.carts, strict=True)
        ]

    def _merchant(self, name: str) -> str:
        password = self._folder / "password"
        password.write_text("Example01")
        added = self.hub_line(
            *("merchants", "add", "--name", name, "--shop-code", "atd000000001"),
            *("--link-id", "original00", "--link-password-file", str(password)),
            "--json",
        )
        return str(json.loads(added)["merchant_id"])

    def invite(self, name: str, login: str) -> str:
        """Add a merchant without a shop; returns the link for its owner."""
        merchant = self._merchant(name)
        arguments = ("--merchant", merchant, "--login", login, "--role", "owner")
        return self.hub_line("users", "invite", *arguments).strip()

    def _shop(self, name: str, cart: Cart) -> Shop:
        merchant = self._merchant(name)
        shop = json.loads(
            self.hub_line(
                *("shops", "add", "--merchant", merchant, "--mode", "automatic"),
                *("--connector", "generic_webhook", "--json"),
                *("--set", f"callback_url=http://127.0.0.1:{cart.port}/"),
            )
        )
        return Shop(
            merchant_id=merchant,
            hook_url=shop["hook_url"],
            secret=shop["secret"],
            cart=cart,
        )

    def start(self) -> None:
        """Start `hub start`, on the port of last time when there was one."""
        port = self.env.get("HUB_PUBLIC_URL", ":0").rpartition(":")[2]
        self.hub = Running("start", "--port", port, env=self.env, lines=1)
        address = self.hub.lines[0].split()[2].removesuffix("/console/")
        self.env["HUB_PUBLIC_URL"] = address
        until(lambda: _answers(f"{address}/readyz"))

    def start_web_alone(self) -> None:
        """Start only what receives, on the same port: nothing is worked off."""
        port = self.env["HUB_PUBLIC_URL"].rpartition(":")[2]
        self.hub = Running("serve", "--port", port, env=self.env, lines=0)
        until(lambda: _answers(f"{self.env['HUB_PUBLIC_URL']}/readyz"))

    def ledger(self) -> list[dict[str, Any]]:
        """Return the transactions of the outside witness."""
        found: list[dict[str, Any]] = self._witness({})["transactions"]
        return found

    def requests(self, number: str) -> list[str]:
        """Return the operations that the witness heard of an order, oldest first."""
        found = self._witness({"shop_order_id": number})["requests"]
        return [str(one["operation"]) for one in found]

    def _witness(self, wish: dict[str, str]) -> Any:
        with requests.Session() as session:
            place = f"{self._control}sandbox/ledger"
            return session.get(place, params=wish, timeout=SECONDS).json()

    def close(self) -> None:
        """Stop everything; the books must hold."""
        if self.hub is not None:
            self.hub.stop()
        try:
            assert self.hub_line("verify").strip() == "the books hold"
        finally:
            self.sandbox.stop()
            for cart in self.carts:
                cart.close()


def _answers(url: str) -> bool:
    with requests.Session() as session:
        try:
            return session.get(url, timeout=10).status_code == 200
        except requests.RequestException:
            return False


@contextmanager
def installed(folder: Path, env: dict[str, str]) -> Iterator[Installation]:
    """Open an installation and close it, whatever happened in between."""
    installation = Installation(folder, env)
    try:
        installation.hub_line("migrate")
        yield installation
    except BaseException:
        if installation.hub is not None:
            installation.hub.kill()
        installation.sandbox.kill()
        raise
    installation.close()
