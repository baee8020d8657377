"""A house whose web and work processes can be killed at a step."""

import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from hub.contract.secret import Secret
from hub.contract.signatures import sign_standard
from hub.flow.steps import Step
from tests.flow.conftest import (
    house,
    migrated_url,
    open_house,
    postgres_template,
    sandbox,
    sandbox_clock,
    sqlite_template,
)
from tests.house import HOOK_SECRET, House

__all__ = [
    "house",
    "migrated_url",
    "open_house",
    "postgres_template",
    "sandbox",
    "sandbox_clock",
    "sqlite_template",
]

ROOT = Path(__file__).resolve().parents[2]
NOWHERE = "nowhere"


class Victims:
    """Starts processes that die at a step, on the same database as the house."""

    def __init__(self, house: House) -> None:
        self._house = house
        config = house.parts.config
        self._config = json.dumps(
            {
                "data_dir": str(config.data_dir),
                "database_url": config.database_url,
                "redis_url": config.redis_url,
                "provider_url": config.provider_url,
                "callback_allow": sorted(config.callback_allow),
            }
        )

    def _start(self, role: str, fatal: str, **options: Any) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "tests.faults.victim", role, fatal, self._config],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            **options,
        )

    def work(self, fatal: Step) -> None:
        """Work all lanes off until the step kills the process."""
        process = self._start("work", fatal.value)
        process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL, f"{fatal} was never reached"

    def post(self, body: Any, *, fatal: Step | None, message_id: str) -> int:
        """Send a webhook to a web process; 0 when it died without an answer."""
        process = self._start("web", fatal.value if fatal else NOWHERE)
        status = self.deliver(port_of(process), body, message_id)
        if fatal is None:
            process.terminate()
        process.communicate(timeout=60)
        if fatal is not None:
            assert process.returncode == -signal.SIGKILL, f"{fatal} was never reached"
        return status

    def deliver(self, port: int, body: Any, message_id: str) -> int:
        """Send a signed webhook over HTTP; 0 for no answer."""
        raw = json.dumps(body).encode()
        headers = sign_standard(
            message_id=message_id,
            sent_at=self._house.clock.now(),
            body=raw,
            secrets=[Secret(HOOK_SECRET)],
        )
        url = f"http://127.0.0.1:{port}/hooks/generic_webhook/{self._house.hook_key}"
        headers = {"Content-Type": "application/json", **headers}
        try:
            with requests.Session() as session:
                answer = session.post(url, data=raw, headers=headers, timeout=30)
        except requests.RequestException:
            return 0
        return answer.status_code

    def group(self) -> "Group":
        """Start a web process and workers that can be killed all at once."""
        return Group(self._start("group", NOWHERE, start_new_session=True))


class Group:
    """A web process and workers in one process group."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.port = port_of(process)

    def kill(self) -> None:
        """Kill every one of them, as a power cut does."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate(timeout=60)


def port_of(process: "subprocess.Popen[str]") -> int:
    assert process.stdout is not None
    return int(process.stdout.readline())


@pytest.fixture
def victims(house: House) -> Victims:
    return Victims(house)


@pytest.fixture
def message_id() -> str:
    return secrets.token_hex(8)


@pytest.fixture
def restart(house: House) -> Callable[[], None]:
    """Let the leases of the dead end, sweep as a new process does, and work on."""

    def restarted() -> None:
        for _ in range(2):
            house.wait(seconds=200)

    return restarted
