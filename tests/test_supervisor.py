import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hub.queue import Bell, Lane, Stop, run_valkey, valkey_url
from hub.queue.leash import die_with_parent
from hub.supervisor import Child, Supervisor, family_of, memory_of
from hub.web.serve import PortInUseError, listen, port_of, serve
from hub.worker import run_worker
from tests.web.server import answer


def until(is_true: Callable[[], object], seconds: float = 60.0) -> bool:
    end = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


class House:
    """A supervisor in a process of its own; each child notes its pid in a file."""

    def __init__(self, folder: Path, children: list[Child]) -> None:
        self.folder = folder
        self.pid = os.fork()
        if self.pid == 0:
            die_with_parent(signal.SIGKILL, parent=os.getppid())
            try:
                noting = [self._noting(child) for child in children]
                os._exit(Supervisor(noting).run())
            finally:
                os._exit(99)

    def _noting(self, child: Child) -> Child:
        def run() -> None:
            with (self.folder / f"pids-{child.name}").open("a") as file:
                file.write(f"{os.getpid()}\n")
            child.run()

        return Child(
            name=child.name,
            run=run,
            stop_seconds=child.stop_seconds,
            stops_last=child.stops_last,
        )

    def pids(self, name: str) -> list[int]:
        path = self.folder / f"pids-{name}"
        return [int(p) for p in path.read_text().split()] if path.exists() else []

    def started(self, name: str, times: int = 1) -> int:
        assert until(lambda: len(self.pids(name)) >= times)
        return self.pids(name)[-1]

    def end(self, number: int = signal.SIGTERM) -> int:
        os.kill(self.pid, number)
        _, status = os.waitpid(self.pid, 0)
        self.pid = 0
        return os.waitstatus_to_exitcode(status)

    def wait(self) -> int:
        _, status = os.waitpid(self.pid, 0)
        self.pid = 0
        return os.waitstatus_to_exitcode(status)


@pytest.fixture
def build(tmp_path) -> Iterator[Callable[..., House]]:
    built: list[House] = []

    def build(*children: Child) -> House:
        built.append(House(tmp_path, list(children)))
        return built[-1]

    yield build
    for house in built:
        if house.pid:
            house.end(signal.SIGKILL)


def sleep() -> None:
    time.sleep(60)


def deaf() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(60)


def idle(name: str, run: Callable[[], None] = sleep, **options: float) -> Child:
    return Child(name=name, run=run, **options)  # type: ignore[arg-type]  # see callers


def test_a_killed_child_is_started_again(build):
    house = build(idle("one"), idle("two"))
    other = house.started("two")
    os.kill(house.started("one"), signal.SIGKILL)
    house.started("one", times=2)
    assert house.pids("two") == [other]


def test_a_child_that_always_fails_is_started_ever_more_rarely(build):
    def fail() -> None:
        raise RuntimeError("見本")

    house = build(idle("one", fail), idle("two"))
    house.started("one", times=3)
    began = time.monotonic()
    house.started("one", times=4)
    assert time.monotonic() - began > 0.2
    assert is_running(house.started("two"))


def test_a_stop_ends_all_children_and_says_zero(build):
    house = build(idle("one"), idle("two"))
    pids = [house.started("one"), house.started("two")]
    assert house.end() == 0
    assert not any(is_running(pid) for pid in pids)


def test_a_child_that_does_not_stop_is_killed_after_its_time(build):
    house = build(idle("one", deaf, stop_seconds=0.3))
    pid = house.started("one")
    time.sleep(0.1)
    assert house.end() == 0
    assert not is_running(pid)


def test_a_killed_supervisor_leaves_no_orphan(build):
    house = build(idle("one"), idle("two", deaf))
    pids = [house.started("one"), house.started("two")]
    house.end(signal.SIGKILL)
    assert until(lambda: not any(is_running(pid) for pid in pids))


def test_a_hopeless_child_ends_the_house_with_one(build):
    def taken() -> None:
        raise PortInUseError("127.0.0.1", 8000)

    house = build(idle("one", taken), idle("two"))
    assert house.wait() == 1
    assert len(house.pids("one")) == 1


def test_a_port_in_use_is_told_in_both_languages():
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        with pytest.raises(PortInUseError, match=r"使用中.* / .*already in use"):
            listen("127.0.0.1", port)


def test_a_second_hub_does_not_share_the_port_in_silence():
    first = listen("127.0.0.1", 0)
    with first, pytest.raises(PortInUseError):
        listen("127.0.0.1", port_of(first))


class Hub(House):
    """Valkey, two servers on one socket, and a worker: the shape of `hub start`."""

    def __init__(self, folder: Path) -> None:
        self.listener = listen("127.0.0.1", 0)
        self.url = valkey_url(folder)
        notes = folder / "pids-drains"

        def drain(lane: Lane, stop: Stop) -> None:
            with notes.open("a") as file:
                file.write(f"{os.getpid()}\n")
            Bell(self.url).attend(lane, lambda: False, idle_seconds=20, stop=stop)

        web = lambda: serve(answer, listener=self.listener)  # noqa: E731 (named below)
        super().__init__(
            folder,
            [
                Child(name="valkey", run=lambda: run_valkey(folder), stops_last=True),
                Child(name="web-1", run=web),
                Child(name="web-2", run=web),
                Child(
                    name="work-cart",
                    run=lambda: run_worker(Lane.CART, url=self.url, drain=drain),
                ),
            ],
        )

    def answers(self) -> bool:
        try:
            with socket.create_connection(
                ("127.0.0.1", port_of(self.listener)), 2
            ) as wire:
                wire.settimeout(2)
                wire.sendall(
                    b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                )
                return b" 202 " in wire.recv(1000)
        except OSError:
            return False

    def drain_pid(self) -> int:
        assert until(lambda: self.pids("drains"))
        return self.pids("drains")[-1]


@pytest.fixture
def hub(tmp_path) -> Iterator[Hub]:
    running = Hub(tmp_path)
    assert until(running.answers)
    yield running
    if running.pid:
        running.end(signal.SIGKILL)
    running.listener.close()


@pytest.mark.slow
def test_every_process_of_a_hub_comes_back_after_a_kill(hub):
    hub.drain_pid()
    for name in ("web-1", "web-2", "work-cart", "valkey"):
        os.kill(hub.started(name), signal.SIGKILL)
        hub.started(name, times=2)
        assert until(hub.answers)

    def rings() -> bool:
        bell = Bell(hub.url)
        bell.ring_now(Lane.CART)
        return not bell.failures

    drains = len(hub.pids("drains"))
    assert until(rings)
    assert until(lambda: len(hub.pids("drains")) > drains)


@pytest.mark.slow
def test_a_killed_hub_leaves_nothing_behind_not_even_a_lingering_drain(hub):
    drain_pid = hub.drain_pid()
    everybody = family_of(hub.pid)
    assert drain_pid in everybody
    hub.end(signal.SIGKILL)
    assert until(lambda: not any(is_running(pid) for pid in everybody))


@pytest.mark.slow
def test_a_stopped_hub_is_gone_and_says_zero(hub):
    hub.drain_pid()
    everybody = family_of(hub.pid)
    began = time.monotonic()
    assert hub.end() == 0
    assert not any(is_running(pid) for pid in everybody)
    assert time.monotonic() - began < 14


@pytest.mark.slow
def test_a_stop_takes_a_drain_along_whose_worker_was_killed(hub):
    drain_pid = hub.drain_pid()
    os.kill(drain_pid, signal.SIGSTOP)
    os.kill(hub.started("work-cart"), signal.SIGKILL)
    hub.started("work-cart", times=2)
    assert hub.end() == 0
    assert not is_running(drain_pid)


def test_the_memory_of_a_family_is_counted_in_shares(build):
    house = build(idle("one"), idle("two"))
    house.started("one")
    house.started("two")
    shares = memory_of(family_of(house.pid))
    assert len(shares) == 3
    assert all(0 < share < 200_000_000 for share in shares.values())
