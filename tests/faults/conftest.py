"""A house whose web and work processes can be killed at a step."""

import json
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

    def _start(self, role: str, fatal: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "tests.faults.victim", role, fatal, self._config],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def work(self, fatal: Step, *, role: str = "work") -> None:
        """Work all lanes off until the step kills the process."""
        process = self._start(role, fatal.value)
        process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL, f"{fatal} was never reached"

    def post(self, body: Any, *, fatal: Step | None, message_id: str) -> int:
        """Send a webhook to a web process; 0 when it died without an answer."""
        process = self._start("web", fatal.value if fatal else NOWHERE)
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        raw = json.dumps(body).encode()
        headers = sign_standard(
            message_id=message_id,
            sent_at=self._house.clock.now(),
            body=raw,
            secrets=[Secret(HOOK_SECRET)],
        )
        path = f"/hooks/generic_webhook/{self._house.hook_key}"
        try:
            with requests.Session() as session:
                status = session.post(
                    f"http://127.0.0.1:{port}{path}",
                    data=raw,
                    headers={"Content-Type": "application/json", **headers},
                    timeout=30,
                ).status_code
        except requests.ConnectionError:
            status = 0
        if fatal is None:
            process.terminate()
        process.communicate(timeout=60)
        if fatal is not None:
            assert process.returncode == -signal.SIGKILL, f"{fatal} was never reached"
        return status


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
