"""Runs the company: the wire on one port, the desk on another, in one process."""

import logging
import os
import signal
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from flask import Flask, Response, abort, request
from waitress import create_server, wasyncore
from werkzeug.local import LocalProxy

from hub import log
from hub.clock import Clock
from hub.sandbox.company import Company
from hub.sandbox.control import make_control
from hub.sandbox.ledger import Ledger
from hub.sandbox.pages import make_pages
from hub.sandbox.rules import RuleError, Rules, from_environment
from hub.sandbox.tables import LONGEST_BODY
from hub.sandbox.wire import WireApp

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

_WIRE_THREADS: Final = 32
_CONTROL_THREADS: Final = 4
_SAME_SITE: Final = ("same-origin", "none")
_COMPANY: Final = "sandbox.company"
_WIRE_URL: Final = "sandbox.wire_url"


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxAddresses:
    """Where the two ports really are."""

    wire_url: str
    control_url: str


class SandboxServer:
    """Both ports over one ledger, until asked to stop."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        control_host: str,
        control_port: int,
        data_dir: Path,
        clock: Clock,
        rules: Rules | None = None,
    ) -> None:
        """Open the ledger and bind both ports; port 0 takes a free one."""
        # A queue is what a busy company has; waitress would write a line for each.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        self._ledger = Ledger(data_dir)
        chosen = rules or from_environment(os.environ)
        self.company = Company(ledger=self._ledger, clock=clock, rules=chosen)
        self._sockets: dict[int, Any] = {}
        self._stopping = threading.Event()
        self._woken = threading.Event()
        self._wire = create_server(
            WireApp(self.company),
            map=self._sockets,
            host=host,
            port=port,
            threads=_WIRE_THREADS,
            max_request_body_size=LONGEST_BODY,
            connection_limit=1000,
            clear_untrusted_proxy_headers=False,
            ident=None,
        )
        self._control = create_server(
            _Desk(self.company, lambda: _url(self._wire)),
            map=self._sockets,
            host=control_host,
            port=control_port,
            threads=_CONTROL_THREADS,
            max_request_body_size=LONGEST_BODY,
            ident=None,
        )
        self.addresses = SandboxAddresses(
            wire_url=_url(self._wire), control_url=_url(self._control)
        )

    def run(self) -> None:
        """Serve until `stop` is called."""
        while not self._stopping.is_set():
            wasyncore.loop(timeout=30, use_poll=True, map=self._sockets, count=1)
        # `stop` writes to a pipe that is closed below, so it must have come back first.
        self._woken.wait(timeout=1)
        for server in (self._wire, self._control):
            server.task_dispatcher.shutdown(cancel_pending=True, timeout=1)
        wasyncore.close_all(self._sockets, ignore_all=True)
        self._ledger.close()

    def stop(self) -> None:
        """Make `run` return; safe from any thread and from a signal handler."""
        self._stopping.set()
        self._wire.pull_trigger()
        self._woken.set()


def run_sandbox(
    *,
    host: str,
    port: int,
    control_host: str,
    control_port: int,
    data_dir: Path,
    clock: Clock,
    ready: Callable[[SandboxAddresses], None] | None = None,
) -> None:
    """Serve the pretended company until SIGTERM or SIGINT.

    Raises SystemExit with a sentence where it cannot begin.
    """
    for name, wanted in (("--port", port), ("--control-port", control_port)):
        _refuse_taken(host if name == "--port" else control_host, wanted, name)
    try:
        server = SandboxServer(
            host=host,
            port=port,
            control_host=control_host,
            control_port=control_port,
            data_dir=data_dir,
            clock=clock,
        )
    except (OSError, sqlite3.Error, RuleError) as error:
        raise SystemExit(f"The sandbox did not start: {error}") from error
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: server.stop())
    log.get("sandbox").info("sandbox.listening", address=server.addresses.wire_url)
    if ready:
        ready(server.addresses)
    server.run()


def _refuse_taken(host: str, port: int, option: str) -> None:
    # Asked before anything is opened, so that nothing is left half open.
    try:
        socket.create_server((host, port), family=_family(host)).close()
    except OSError as error:
        raise SystemExit(
            f"The sandbox did not start: {host}:{port} cannot be used "
            f"({error.strerror}). Choose another with {option}."
        ) from error


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


class _Desk:
    """The control port of one company; its application is made once in a process.

    To compile its many addresses takes a tenth of a second, and tests open companies by
    the thousand.
    """

    def __init__(self, company: Company, wire_url: Callable[[], str]) -> None:
        self._place = {_COMPANY: company, _WIRE_URL: wire_url}

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        environ.update(self._place)
        return _control_app()(environ, start_response)


@cache
def _control_app() -> Flask:
    company = LocalProxy(lambda: request.environ[_COMPANY])
    return make_control_app(
        cast("Company", company), lambda: str(request.environ[_WIRE_URL]())
    )


def make_control_app(company: Company, wire_url: Callable[[], str]) -> Flask:
    """Return the control port's application: JSON and pages."""
    app = Flask(__name__, static_folder="static", template_folder="templates")
    app.register_blueprint(make_control(company))
    app.register_blueprint(make_pages(company, wire_url))

    @app.before_request
    def refuse_other_sites() -> None:
        # The desk has no login, so another site's form must not reach it.
        site = request.headers.get("Sec-Fetch-Site", "none")
        if request.method not in ("GET", "HEAD") and site not in _SAME_SITE:
            abort(403)

    @app.after_request
    def set_policy(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; "
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cache-Control"] = "no-store"
        return response

    return app


def _url(server: Any) -> str:
    host = server.effective_host
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{server.effective_port}"
