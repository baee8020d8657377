"""The default server: granian's sockets, the bridge, one process of any number."""

import asyncio
import resource
import signal
import socket
import sys
import threading
from typing import TYPE_CHECKING, Any

import uvloop
from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from hub import log
from hub.web.bodies import Limits
from hub.web.bridge import Bridge
from hub.web.framing import networks
from hub.web.intake import Intake
from hub.web.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Sequence
    from wsgiref.types import WSGIApplication

BACKLOG = 1024
# Connections at once: a stalled one costs a descriptor and a few kilobytes, no thread.
CONNECTIONS = 8192
HEADER_BYTES = 65_536
# Also how long an idle connection is kept for its next request.
HEADER_SECONDS = 30
DRAIN_SECONDS = 10.0
SWITCH_SECONDS = 0.0005

_logger = log.get("serve")


class PortInUseError(Exception):
    """Another program holds the port; starting again will not help."""

    def __init__(self, host: str, port: int) -> None:
        """Say it in Japanese and English, with the way out."""
        super().__init__(
            f"ポート {host}:{port} は別のプログラムが使用中のため起動できません。"
            "そのプログラムを停止するか、--port で別の番号を指定してください。 / "
            f"Port {host}:{port} is already in use, so the hub did not start; "
            "stop the other program or choose another number with --port."
        )


def listen(host: str, port: int) -> socket.socket:
    """Open the listening socket, which processes forked later share.

    One shared socket instead of SO_REUSEPORT: a second hub on the same port fails
    loudly, port 0 works, and a process that restarts loses no waiting connection.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise PortInUseError(host, port) from error
    listener.setblocking(False)  # noqa: FBT003 (its only parameter)
    return listener


def port_of(listener: socket.socket) -> int:
    """Return the real port, also of a listener opened with port 0."""
    return int(listener.getsockname()[1])


def serve(
    app: "WSGIApplication",
    *,
    listener: socket.socket,
    intake: Intake | None = None,
    threads: int = 16,
    waiting: int = 256,
    limits: Limits | None = None,
    trusted_proxies: "Sequence[str]" = (),
    ready: threading.Event | None = None,
    drain_seconds: float = DRAIN_SECONDS,
) -> None:
    """Serve until SIGTERM or SIGINT, then finish open requests and return.

    `intake` answers webhooks before the application, which would answer them alike.
    `ready` is set while new requests are welcome.
    """
    pool = Pool(threads=threads, waiting=waiting)
    bridge = Bridge(
        app,
        pool=pool,
        limits=limits or Limits(),
        trusted=networks(trusted_proxies),
        intake=intake,
    )
    _raise_descriptor_limit()
    # Three threads share the interpreter: the sockets', the writer's and this one. Each
    # waits this long for it while another computes; Python's own 5 ms made the tail.
    sys.setswitchinterval(SWITCH_SECONDS)
    # Waking this loop from another thread costs a quarter of what asyncio's own takes.
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(
            _serve(
                listener,
                bridge,
                pool=pool,
                ready=ready or threading.Event(),
                drain_seconds=drain_seconds,
            )
        )


async def _serve(
    listener: socket.socket,
    bridge: Bridge,
    *,
    pool: Pool,
    ready: threading.Event,
    drain_seconds: float,
) -> None:
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    pool.start(loop)
    server: Any = _SharedListenerServer(listener, bridge)
    running = loop.create_task(server.serve())
    ready.set()
    host, port = listener.getsockname()[:2]
    _logger.info("serving", host=host, port=port)
    await asyncio.wait(
        [running, loop.create_task(stopping.wait())],
        return_when=asyncio.FIRST_COMPLETED,
    )
    ready.clear()
    await _drain(bridge, pool, seconds=drain_seconds)
    server.stop()
    await running
    pool.stop()
    _logger.info("served", outcome="stopped", count=bridge.open)


async def _drain(bridge: Bridge, pool: Pool, *, seconds: float) -> None:
    loop = asyncio.get_running_loop()
    bridge.is_closing = True
    deadline = loop.time() + seconds
    # Half-sent bodies are not waited for: their senders got no answer and send again.
    while pool.busy and loop.time() < deadline:
        await asyncio.sleep(0.02)
    # The last answers are on their way from the threads to the socket.
    await asyncio.sleep(0.05)


class _SharedListenerServer(Server):
    """granian's in-process server on a socket that somebody else has opened."""

    def __init__(self, listener: socket.socket, target: Any) -> None:
        self._listener = listener
        super().__init__(
            target=target,
            interface=Interfaces.RSGI,
            http=HTTPModes.http1,
            websockets=False,
            backlog=BACKLOG,
            backpressure=CONNECTIONS,
            http1_settings=HTTP1Settings(
                header_read_timeout=HEADER_SECONDS * 1000,
                max_buffer_size=HEADER_BYTES,
            ),
            log_enabled=False,
        )

    def _init_shared_socket(self) -> None:
        self._ssp = None
        # granian's stub knows no constructor; its own pickling calls it like this.
        make: Any = SocketHolder
        is_unix = False
        self._shd: Any = make(self._listener.fileno(), is_unix, BACKLOG)


def _raise_descriptor_limit() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + 256
    if soft != resource.RLIM_INFINITY and soft < wanted:
        ceiling = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (ceiling, hard))
