"""Forks the hub's processes from one warm, thread-free parent and keeps them alive."""

import contextlib
import ctypes
import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hub import log
from hub.config import ConfigError
from hub.queue.leash import die_with_parent
from hub.web.serve import PortInUseError

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 5.0
HEALTHY_SECONDS = 10.0
# What a child says with its exit code when starting it again cannot help.
HOPELESS = os.EX_CONFIG

_PR_SET_CHILD_SUBREAPER = 36
_STOPS = frozenset((signal.SIGTERM, signal.SIGINT))
_HEARD = _STOPS | {signal.SIGCHLD}
_logger = log.get("supervisor")


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """One process of the hub: what it runs, and how long it may take to stop.

    `stops_last` is for what the others still need while they stop, the embedded Valkey.
    """

    name: str
    run: Callable[[], None]
    stop_seconds: float = 10.0
    stops_last: bool = False


@dataclass(slots=True)
class _Running:
    child: Child
    pid: int = 0
    started: float = 0.0
    pause: float = FIRST_PAUSE
    due: float = 0.0


@dataclass(slots=True)
class Supervisor:
    """Starts children, starts them again when they die, and stops them all."""

    children: Sequence[Child]
    _running: list[_Running] = field(default_factory=list, init=False)
    _is_hopeless: bool = field(default=False, init=False)

    def run(self) -> int:
        """Keep the children alive until SIGTERM or SIGINT; return the exit code."""
        if threading.active_count() != 1:
            raise RuntimeError("The supervisor forks, so it may have no other thread.")
        _adopt_orphans()
        signal.pthread_sigmask(signal.SIG_BLOCK, _HEARD)
        # What was imported is never freed: keep its pages shared by all children.
        gc.collect()
        gc.freeze()
        self._running = [_Running(child) for child in self.children]
        try:
            self._keep_alive()
        finally:
            self._stop_all()
        return 1 if self._is_hopeless else 0

    def _keep_alive(self) -> None:
        while not self._is_hopeless:
            now = time.monotonic()
            for running in self._running:
                if not running.pid and running.due <= now:
                    _start(running)
            waits = [one.due - now for one in self._running if not one.pid]
            if _next_signal(max(0.0, min(waits, default=60.0))) in _STOPS:
                return
            self._reap()

    def _reap(self, *, is_stopping: bool = False) -> None:
        while (ended := _ended_child()) is not None:
            pid, status = ended
            running = next((one for one in self._running if one.pid == pid), None)
            if running is not None:
                self._note_end(running, status, is_stopping=is_stopping)

    def _note_end(self, running: _Running, status: int, *, is_stopping: bool) -> None:
        # Its group may hold helpers of its own; without their head they are useless.
        _kill_group(running.pid)
        running.pid = 0
        code = os.waitstatus_to_exitcode(status)
        if is_stopping:
            _logger.info("child_stopped", kind=running.child.name, exit_code=code)
            return
        if code == HOPELESS:
            self._is_hopeless = True
            return
        now = time.monotonic()
        if now - running.started >= HEALTHY_SECONDS:
            running.pause = FIRST_PAUSE
        running.due = now + running.pause
        running.pause = min(running.pause * 2, LONGEST_PAUSE)
        _logger.warning("child_died", kind=running.child.name, exit_code=code)

    def _stop_all(self) -> None:
        _logger.info("stopping")
        for is_last in (False, True):
            group = [one for one in self._running if one.child.stops_last is is_last]
            self._stop(group)
        _kill_adopted()
        _logger.info("stopped")

    def _stop(self, group: list[_Running]) -> None:
        begun = time.monotonic()
        for running in group:
            if running.pid:
                _send(running.pid, signal.SIGTERM)
        while any(running.pid for running in group):
            heard = _next_signal(0.1)
            is_over = heard in _STOPS
            for running in group:
                took = time.monotonic() - begun
                if running.pid and (is_over or took > running.child.stop_seconds):
                    _logger.warning("child_killed", kind=running.child.name)
                    _kill_group(running.pid)
            self._reap(is_stopping=True)


def _start(running: _Running) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        _become(running.child, parent=parent)
    running.pid = pid
    running.started = time.monotonic()
    _logger.info("child_started", kind=running.child.name, pid=pid)


def _become(child: Child, *, parent: int) -> None:
    """Be the child until its end; never returns."""
    code = os.EX_SOFTWARE
    try:
        os.setpgid(0, 0)
        # Valkey gets the time to write down what it holds.
        end = signal.SIGTERM if child.stops_last else signal.SIGKILL
        die_with_parent(end, parent=parent)
        for number in _HEARD:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _HEARD)
        child.run()
        code = os.EX_OK
    except (PortInUseError, ConfigError) as error:
        sys.stderr.write(f"{error}\n")
        code = HOPELESS
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else os.EX_OK
    except BaseException as error:  # noqa: BLE001 (the last wall of the process)
        _logger.error(  # noqa: TRY400 (a traceback could show a buyer)
            "child_failed", kind=child.name, error_type=type(error).__name__
        )
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _adopt_orphans() -> None:
    # A work-horse has a process group of its own. When its worker is killed it becomes
    # our child, so that it cannot outlive us.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)


def _next_signal(seconds: float) -> int | None:
    if hasattr(signal, "sigtimedwait"):
        heard = signal.sigtimedwait(_HEARD, seconds)
        return None if heard is None else heard.si_signo
    end = time.monotonic() + seconds
    while not (waiting := signal.sigpending() & _HEARD) and time.monotonic() < end:
        time.sleep(0.05)
    return signal.sigwait(waiting) if waiting else None


def _ended_child() -> tuple[int, int] | None:
    try:
        pid, status = os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return None
    return (pid, status) if pid else None


def _send(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _kill_group(pid: int) -> None:
    # A child that has not yet made its group is killed alone.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    _send_if_ours(pid)


def _send_if_ours(pid: int) -> None:
    if pid in children_of(os.getpid()):
        _send(pid, signal.SIGKILL)


def _kill_adopted() -> None:
    for pid in family_of(os.getpid())[1:]:
        _send(pid, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)


def children_of(pid: int) -> list[int]:
    """Return the direct children of a process, on Linux."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):
                found += [int(one) for one in (task / "children").read_text().split()]
    return found


def family_of(pid: int) -> list[int]:
    """Return a process and everything below it."""
    return [pid, *(one for child in children_of(pid) for one in family_of(child))]


def memory_of(pids: Sequence[int]) -> dict[int, int]:
    """Return each process's proportional share of memory (PSS) in bytes."""
    shares: dict[int, int] = {}
    for pid in pids:
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    shares[pid] = int(line.split()[1]) * 1024
    return shares
