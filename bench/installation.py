"""A whole hub in a folder of its own, as an operator starts it."""

import json
import subprocess
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.processes import (
    HOST,
    ROOT,
    clean_environment,
    free_port,
    listens,
    python,
    running,
    until,
)
from hub.cli.installation import migrate_database
from hub.clock import TOKYO
from hub.config import from_environment
from hub.contract.secret import Secret
from hub.domain.policy import Mode
from hub.flow.enroll import enroll_merchant, enroll_shop
from hub.parts import assemble

# The sandbox's own merchant, known from its start.
MERCHANT = ("atd000000001", "original00", "Example01")


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchShop:
    """Where a shop's webhooks go and how they are signed."""

    path: str
    secret: str


@dataclass(slots=True, kw_only=True)
class Installation:
    """Addresses, settings and processes of one measurement."""

    folder: Path
    port: int = field(default_factory=free_port)
    callback_port: int = field(default_factory=free_port)
    wire_port: int = field(default_factory=free_port)
    control_port: int = field(default_factory=free_port)
    # The operator's own settings of an app.
    app: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        """Return the hub's data folder."""
        return self.folder / "hub"

    @property
    def env(self) -> dict[str, str]:
        """Return the settings of every process of the hub."""
        return clean_environment(
            HUB_DATA_DIR=str(self.data),
            HUB_PROVIDER_URL=f"http://{HOST}:{self.wire_port}/api/",
            HUB_PUBLIC_URL=f"http://{HOST}:{self.port}",
            HUB_CALLBACK_ALLOW=f"{HOST}:{self.callback_port}",
            HUB_LOG_LEVEL="WARNING",
            **self.app,
        )

    def enroll(self, *, shops: int = 1) -> list[BenchShop]:
        """Make the database with one merchant a shop; call before anything runs."""
        self.data.mkdir(parents=True)
        config = from_environment(self.env)
        migrate_database(config)
        parts = assemble(config)
        shop_code, link_id, password = MERCHANT
        made = []
        for number in range(1, shops + 1):
            merchant = enroll_merchant(
                parts,
                name=f"見本茶舗{number}",
                shop_code=shop_code,
                link_id=link_id,
                link_password=Secret(password),
            )
            new = enroll_shop(
                parts,
                merchant,
                name="見本茶舗 本店",
                connector="generic_webhook",
                settings={"callback_url": f"http://{HOST}:{self.callback_port}/"},
                mode=Mode.AUTOMATIC,
                cutover_at=datetime(2000, 1, 1, tzinfo=TOKYO),
            )
            made.append(
                BenchShop(
                    path=f"/hooks/generic_webhook/{new.hook_key}",
                    secret=new.secrets["secret"].reveal(),
                )
            )
        parts.store.close()
        return made

    @contextmanager
    def sandbox(self) -> Iterator[subprocess.Popen[bytes]]:
        """Run the pretended provider beside."""
        command = python("-m", "hub.cli", "sandbox", "--port", str(self.wire_port))
        command += ["--control-port", str(self.control_port)]
        command += ["--data", str(self.folder / "sandbox")]
        with running(command, env=self.env, log=self.folder / "sandbox.log") as process:
            until(lambda: listens(self.wire_port))
            yield process

    @contextmanager
    def hub(self) -> Iterator[subprocess.Popen[bytes]]:
        """Run `hub start` beside."""
        command = python("-m", "hub.cli", "start", "--port", str(self.port))
        with running(command, env=self.env, log=self.folder / "hub.log") as process:
            until(self.is_ready)
            yield process

    @contextmanager
    def everything(self) -> Iterator[tuple[int, int]]:
        """Run sandbox and hub; gives the ids of hub and sandbox."""
        with ExitStack() as stack:
            sandbox = stack.enter_context(self.sandbox())
            hub = stack.enter_context(self.hub())
            yield hub.pid, sandbox.pid

    def is_ready(self) -> bool:
        """Tell whether the hub answers that it is ready."""
        try:
            with urllib.request.urlopen(
                f"http://{HOST}:{self.port}/readyz", timeout=2
            ) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def ledger(self) -> dict[str, Any]:
        """Return what the sandbox's own books say, without the requests."""
        url = f"http://{HOST}:{self.control_port}/sandbox/ledger?requests=0"
        with urllib.request.urlopen(url, timeout=60) as answer:
            found: dict[str, Any] = json.load(answer)
            return found

    def verify(self) -> str:
        """Return what `hub verify` says of the books."""
        found = subprocess.run(
            python("-m", "hub.cli", "verify"),
            env=self.env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        return found.stdout.strip().splitlines()[-1] if found.stdout else found.stderr
