"""A process of the hub that kills itself at one step of the crash table.

    python -m tests.faults.victim web|work|together STEP CONFIG

`CONFIG` is JSON: the fields of Config that the test gave its house. The process tells
nobody: SIGKILL leaves it no time.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from hub.app import create_app
from hub.config import Config
from hub.flow import drains
from hub.flow.steps import Step
from hub.parts import Parts, assemble
from hub.queue import Lane, Stop
from hub.web.intake import Intake
from hub.web.serve import listen, port_of, serve


def live(role: str, fatal: str, text: str, told: Callable[[int], None]) -> None:
    """Play the role until the step kills the process; `told` gets a web role's port."""
    fields = json.loads(text)
    config = Config(
        data_dir=Path(fields["data_dir"]),
        database_url=fields["database_url"],
        redis_url=fields["redis_url"],
        provider_url=fields["provider_url"],
        poll_profile="demo",
        callback_allow=frozenset(fields["callback_allow"]),
        environment=fields["environment"],
    )

    def step(reached: Step) -> None:
        if reached == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    parts = with_connectors(assemble(config, step=step), fields["connectors"])
    if role in ("web", "flask"):
        listener = listen("127.0.0.1", 0)
        told(port_of(listener))
        # "flask" is the way of a server that knows nothing but WSGI.
        intake = Intake(parts) if role == "web" else None
        serve(create_app(parts, intake=intake), listener=listener, intake=intake)
        return
    # Hardly lingering: the test waits for the end. Lanes that hand on to each other
    # may be kept waiting by a busy machine.
    drains.IDLE_SECONDS = 2.0 if role == "together" else 0.01
    if role == "together":
        drains.drain_together(parts, Stop())
    else:
        for lane in Lane:
            drains.drain(parts, lane, Stop())
    parts.store.close()


def with_connectors(parts: Parts, slugs: list[str]) -> Parts:
    """Return the parts with connectors of the tests, which no process finds itself."""
    found = {slug: import_module(f"tests.flow.{slug}").connector for slug in slugs}
    known = {**parts.registry.connectors, **found}
    return replace(parts, registry=replace(parts.registry, connectors=known))


def tell(port: int) -> None:
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    live(sys.argv[1], sys.argv[2], sys.argv[3], tell)
