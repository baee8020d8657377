"""One call under way: its deadline, its checked connection, and whether a byte left."""

import os
import queue
import socket
import threading
import time
from collections.abc import Callable, Sequence
from ipaddress import ip_address

from hub.contract.addresses import Resolver

CONNECT_SECONDS = 3.0
CUT_EVERY_SECONDS = 0.1
_IDLE_ROUNDS = 50
_MOST_LOOKUPS = 64

# Raises AddressError for an address that must not be reached: host, port, address.
Admit = Callable[[str, int, str], None]


class Call:
    """One request under way: its deadline and whether a byte may have left."""

    __slots__ = (
        "_guard",
        "_lock",
        "admit",
        "deadline",
        "failure",
        "is_cut",
        "may_have_sent",
        "resolve",
    )

    def __init__(self, *, seconds: float, resolve: Resolver, admit: Admit) -> None:
        """Start the clock."""
        self.deadline = time.monotonic() + seconds
        self.resolve = resolve
        self.admit = admit
        self.may_have_sent = False
        self.is_cut = False
        self.failure: OSError | None = None
        self._guard: socket.socket | None = None
        self._lock = threading.Lock()

    def remaining(self) -> float:
        """Return the seconds left, never zero, which a socket reads as endless."""
        return max(0.001, self.deadline - time.monotonic())

    def connect(self, host: str, port: int) -> socket.socket:
        """Return a socket to an address that was checked, before and after."""
        try:
            return self._connect(host.strip("[]"), port)
        except OSError as error:
            self.failure = error
            raise

    def about_to_send(self, host: str, port: int, sock: socket.socket) -> None:
        """Note that from here on the request counts as perhaps sent."""
        if self.may_have_sent:
            return
        self.admit(host, port, str(sock.getpeername()[0]))
        self._watch(sock)
        sock.settimeout(self.remaining())
        self.may_have_sent = True

    def cut(self) -> None:
        """Shut the connection down; whoever reads from it wakes up."""
        with self._lock:
            self.is_cut = True
            if self._guard is not None:
                _shut_down(self._guard)

    def finish(self) -> None:
        """Let go of the connection; a later cut does nothing."""
        with self._lock:
            if self._guard is not None:
                self._guard.close()
                self._guard = None

    def _connect(self, host: str, port: int) -> socket.socket:
        addresses = _addresses(host, port, self)
        # Every address is checked before the first is tried: a name that also points
        # inside is not a name to trust.
        for address in addresses:
            self.admit(host, port, address)
        ends_at = min(self.deadline, time.monotonic() + CONNECT_SECONDS)
        failure = OSError("the name has no address")
        for address in addresses:
            try:
                return self._open(host, (address, port), ends_at)
            except OSError as error:
                failure = error
        raise failure

    def _open(self, host: str, end: tuple[str, int], ends_at: float) -> socket.socket:
        family = socket.AF_INET6 if ":" in end[0] else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.settimeout(max(0.001, ends_at - time.monotonic()))
            self._watch(sock)
            sock.connect(end)
            self.admit(host, end[1], str(sock.getpeername()[0]))
        except BaseException:
            sock.close()
            raise
        return sock

    def _watch(self, sock: socket.socket) -> None:
        # A duplicate, because TLS takes the socket over and http.client may close its
        # own while the answer is still being read.
        guard = socket.socket(
            sock.family, sock.type, sock.proto, fileno=os.dup(sock.fileno())
        )
        self.finish()
        with self._lock:
            self._guard = guard
        if self.is_cut:
            raise TimeoutError("the deadline passed")


def _shut_down(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # not connected yet, or no longer


_lookups = threading.BoundedSemaphore(_MOST_LOOKUPS)


def _addresses(host: str, port: int, call: Call) -> Sequence[str]:
    try:
        return (str(ip_address(host)),)
    except ValueError:
        return _looked_up(host, port, call)


def _looked_up(host: str, port: int, call: Call) -> Sequence[str]:
    # getaddrinfo cannot be interrupted, so it waits in a thread of its own.
    if not _lookups.acquire(blocking=False):
        raise OSError("too many names are being looked up")
    found: queue.SimpleQueue[Sequence[str] | OSError] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            found.put(tuple(call.resolve(host, port)))
        except (OSError, UnicodeError):
            found.put(OSError("the name was not found"))
        finally:
            _lookups.release()

    threading.Thread(target=look_up, name="name lookup", daemon=True).start()
    try:
        answer = found.get(timeout=call.remaining())
    except queue.Empty:
        raise TimeoutError("the name was not found in time") from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def system_resolver(host: str, port: int) -> Sequence[str]:
    """Return the addresses that this machine resolves a name to."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


class Watchdog:
    """Cuts calls at their deadline; one thread per process, started when needed."""

    def __init__(self) -> None:
        """Watch nothing yet."""
        self._calls: set[Call] = set()
        self._awake = threading.Event()
        self._process = 0
        self._starting = threading.Lock()

    def add(self, call: Call) -> None:
        """Watch a call until it is removed."""
        if self._process != os.getpid():
            self._start()
        self._calls.add(call)
        if not self._awake.is_set():
            self._awake.set()

    def remove(self, call: Call) -> None:
        """Stop watching a call."""
        self._calls.discard(call)

    def _start(self) -> None:
        with self._starting:
            if self._process == os.getpid():
                return
            # A forked child has the set but not the thread.
            self._calls = set()
            self._awake = threading.Event()
            threading.Thread(
                target=self._run, name="http watchdog", daemon=True
            ).start()
            self._process = os.getpid()

    def _run(self) -> None:
        idle_rounds = 0
        while True:
            self._awake.wait()
            time.sleep(CUT_EVERY_SECONDS)
            self._cut_overdue()
            idle_rounds = 0 if self._calls else idle_rounds + 1
            if idle_rounds > _IDLE_ROUNDS:
                self._awake.clear()
                idle_rounds = 0
                if self._calls:
                    self._awake.set()

    def _cut_overdue(self) -> None:
        now = time.monotonic()
        for call in tuple(self._calls):
            if now >= call.deadline:
                call.cut()
                self._calls.discard(call)
