"""The processes of an installation, each as a function that runs until SIGTERM."""

import json
import os
import signal
import socket
from collections.abc import Callable
from typing import Any

from hub import metrics, registry
from hub.app import create_app
from hub.config import Config
from hub.flow.drains import drain, drain_together
from hub.flow.meters import flush, keep_flushing
from hub.flow.sweep import sweep_forever
from hub.parts import Parts, assemble
from hub.queue import Lane, Stop, run_valkey, valkey_url
from hub.supervisor import Child
from hub.text.catalogue import catalogue
from hub.text.phones import is_plausible
from hub.web.bodies import Limits
from hub.web.intake import Intake
from hub.web.serve import serve
from hub.worker import run_worker

# A registration on its way is waited for to its own deadline (120 s).
WORKER_STOP_SECONDS = 150.0
SERVE_STOP_SECONDS = 15.0
# A sweep is every few seconds; an idle installation need not write that often.
SWEEP_FLUSH_SECONDS = 15.0


def warm_up() -> None:
    """Import and read what each drain needs, before the fork that begins it.

    A drain lives twenty seconds at most; reading connectors and sentences anew in each
    of them took longer than many orders.
    """
    registry.load()
    catalogue()
    # The first landline number reads Japan's numbering plan.
    is_plausible("0450001234")


def serve_hub(config: Config, listener: socket.socket) -> None:
    """Serve webhooks, the console and health."""
    parts = assemble(config)
    keep_flushing(parts)
    intake = Intake(parts)
    serve(
        create_app(parts, intake=intake),
        listener=listener,
        intake=intake,
        limits=Limits(body_bytes=config.body_limit),
        trusted_proxies=config.trusted_proxies,
    )


def work_lane(config: Config, lane: Lane) -> None:
    """Work one lane off; each drain makes its parts in a child of its own."""

    def drain_once(lane: Lane, stop: Stop) -> None:
        parts = assemble(config)
        try:
            drain(parts, lane, stop)
        finally:
            _end_drain(parts, lane)

    warm_up()
    run_worker(lane, url=_redis_url(config), drain=drain_once)


def work_together(config: Config) -> None:
    """Work all lanes off in one process, which hands on in memory."""

    def drain_once(_lane: Lane, stop: Stop) -> None:
        parts = assemble(config)
        try:
            drain_together(parts, stop)
        finally:
            _end_drain(parts, *Lane)

    warm_up()
    run_worker(*Lane, url=_redis_url(config), drain=drain_once)


def _end_drain(parts: Parts, *lanes: Lane) -> None:
    """Bring to the book what the drain counted: its process ends now."""
    for lane in lanes:
        metrics.mark(metrics.DRAINED, parts.clock.now(), lane.value)
    flush(parts)
    parts.store.close()


def _redis_url(config: Config) -> str:
    return config.redis_url or valkey_url(config.data_dir)


def sweep_hub(config: Config) -> None:
    """Ring for what is due, take leases back, let time have its effect."""
    stop = Stop()

    def request_stop(_signal: int, _frame: object) -> None:
        stop.is_requested = True

    signal.signal(signal.SIGTERM, request_stop)
    signal.signal(signal.SIGINT, request_stop)
    parts = assemble(config)
    keep_flushing(parts, seconds=SWEEP_FLUSH_SECONDS)
    sweep_forever(parts, should_stop=lambda: stop.is_requested)
    flush(parts)
    parts.store.close()


def hub_children(
    config: Config,
    listener: socket.socket,
    *,
    servers: int,
    worker_stop_seconds: float = WORKER_STOP_SECONDS,
) -> list[Child]:
    """Return the processes of one installation on one machine."""
    # In the parent of all, so that they share the pages.
    warm_up()
    children = []
    if not config.redis_url:
        children.append(
            Child(
                name="valkey", run=lambda: run_valkey(config.data_dir), stops_last=True
            )
        )
    children += [
        Child(
            name=f"serve-{number}",
            run=lambda: serve_hub(config, listener),
            stop_seconds=SERVE_STOP_SECONDS,
        )
        for number in range(1, servers + 1)
    ]
    children.append(
        Child(
            name="work",
            run=lambda: work_together(config),
            stop_seconds=worker_stop_seconds,
        )
    )
    children.append(Child(name="sweep", run=lambda: sweep_hub(config)))
    return children


def in_child(function: Callable[[], Any]) -> Any:
    """Run a function in a forked child and return its result, JSON only.

    The supervisor's parent opens no database and starts no thread, so whatever needs
    one before the start is done in a child. Raises RuntimeError when the child fails.
    """
    reader, writer = os.pipe()
    process_id = os.fork()
    if process_id == 0:
        _answer(function, reader, writer)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        text = pipe.read()
    _, status = os.waitpid(process_id, 0)
    if status or not text:
        raise RuntimeError("the preparation failed; its reason is printed above")
    return json.loads(text)


def _answer(function: Callable[[], Any], reader: int, writer: int) -> None:
    code = 1
    try:
        os.close(reader)
        with os.fdopen(writer, "w") as pipe:
            json.dump(function(), pipe)
        code = 0
    except Exception as error:  # noqa: BLE001 - the last wall of a process
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(code)
