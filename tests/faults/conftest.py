"""A house whose web and work processes can be killed at a step."""

import json
import multiprocessing
import secrets
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess as Process
from typing import Any

import pytest
import requests

from hub.contract.secret import Secret
from hub.contract.signatures import sign_standard
from hub.flow.steps import Step
from tests.faults.victim import live
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

NOWHERE = "nowhere"
SECONDS = 120
# Forks every victim from one process that has imported the hub: importing it takes a
# victim longer than all that it does before it dies.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.faults.victim"])


class Victims:
    """Starts processes that die at a step, on the same database as the house."""

    def __init__(self, house: House, *, connectors: Sequence[str] = ()) -> None:
        """Take a house; `connectors` are those of the tests that it knows."""
        self._house = house
        config = house.parts.config
        self._config = json.dumps(
            {
                "data_dir": str(config.data_dir),
                "database_url": config.database_url,
                "redis_url": config.redis_url,
                "provider_url": config.provider_url,
                "callback_allow": sorted(config.callback_allow),
                "environment": dict(config.environment),
                "connectors": list(connectors),
            }
        )

    @contextmanager
    def _alive(self, role: str, fatal: str) -> Iterator[tuple[Process, Connection]]:
        """Start a victim; it has to end within the block."""
        ours, theirs = FORKS.Pipe(duplex=False)
        process = FORKS.Process(
            target=live, args=(role, fatal, self._config, theirs.send)
        )
        process.start()
        theirs.close()
        try:
            yield process, ours
            process.join(SECONDS)
            code = process.exitcode
            assert code is not None, "it neither died nor ended"
            if fatal != NOWHERE:
                assert code == -signal.SIGKILL, f"{fatal} was never reached: {code}"
        finally:
            process.kill()
            process.join()
            process.close()
            ours.close()

    def work(self, fatal: Step, *, role: str = "work") -> None:
        """Work all lanes off until the step kills the process."""
        with self._alive(role, fatal.value):
            pass

    def post(self, body: Any, *, fatal: Step | None, message_id: str) -> int:
        """Send a webhook to a web process; 0 when it died without an answer."""
        raw = json.dumps(body).encode()
        headers = sign_standard(
            message_id=message_id,
            sent_at=self._house.clock.now(),
            body=raw,
            secrets=[Secret(HOOK_SECRET)],
        )
        path = f"/hooks/generic_webhook/{self._house.hook_key}"
        with self._alive("web", fatal.value if fatal else NOWHERE) as (process, port):
            assert port.poll(SECONDS), "it does not listen"
            try:
                with requests.Session() as session:
                    status = session.post(
                        f"http://127.0.0.1:{port.recv()}{path}",
                        data=raw,
                        headers={"Content-Type": "application/json", **headers},
                        timeout=SECONDS,
                    ).status_code
            except requests.ConnectionError:
                status = 0
            if fatal is None:
                process.terminate()
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
