import json
import os
import pickle
import random
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis
from rq.serializers import JSONSerializer

from hub.queue import Bell, Lane, Stop, embedded_valkey, valkey_url
from hub.queue.bell import JOB_OPTIONS
from hub.queue.jobs import DRAIN, QUARANTINE_PREFIX, WakeJob, WakeQueue
from hub.queue.leash import die_with_parent
from hub.worker import run_worker

LANE = Lane.PROVIDER


@pytest.fixture(scope="module")
def url(tmp_path_factory) -> Iterator[str]:
    with embedded_valkey(tmp_path_factory.mktemp("valkey")) as address:
        yield address


@pytest.fixture
def redis(url) -> Iterator[Redis]:
    with Redis.from_url(url) as connection:
        connection.flushall()
        yield connection


@pytest.fixture
def bell(url, redis) -> Bell:
    return Bell(url)


def until(is_true: Callable[[], object], seconds: float = 10.0) -> bool:
    end = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def jobs(redis: Redis, lane: Lane = LANE) -> int:
    return int(redis.llen(f"rq:queue:{lane.queue}"))


class Worker:
    """A real worker process whose drains leave a line in a file."""

    def __init__(self, url: str, notes: Path, *, idle_seconds: float = 0.05) -> None:
        self.notes = notes
        notes.touch()
        self.pid = os.fork()
        if self.pid == 0:
            die_with_parent(signal.SIGKILL, parent=os.getppid())
            bell = Bell(url)

            def note(text: str) -> None:
                with notes.open("a") as file:
                    file.write(f"{text} {os.getpid()} {threading.active_count()}\n")

            def drain(lane: Lane, stop: Stop) -> None:
                note("drain")
                bell.attend(lane, lambda: False, idle_seconds=idle_seconds, stop=stop)
                note("done")

            try:
                run_worker(LANE, url=url, drain=drain)
            finally:
                os._exit(0)

    def count(self, word: str) -> int:
        return self.notes.read_text().count(f"{word} ")

    def is_alive(self) -> bool:
        return os.waitpid(self.pid, os.WNOHANG) == (0, 0)

    def stop(self, number: int = signal.SIGTERM) -> None:
        os.kill(self.pid, number)
        os.waitpid(self.pid, 0)
        self.pid = 0


@pytest.fixture
def start(url, redis, tmp_path) -> Iterator[Callable[..., Worker]]:
    started: list[Worker] = []

    def start(**options: float) -> Worker:
        started.append(Worker(url, tmp_path / f"notes-{len(started)}", **options))
        return started[-1]

    yield start
    for worker in started:
        if worker.pid:
            worker.stop(signal.SIGKILL)


@pytest.fixture
def worker(start) -> Worker:
    running: Worker = start()
    assert until(lambda: running.count("done") == 1)
    return running


def test_a_ring_becomes_one_job_that_names_a_lane_and_nothing_else(bell, redis):
    bell.ring(LANE)
    assert bell.flush()
    (key,) = redis.keys("rq:job:*")
    job = redis.hgetall(key)
    call = json.loads(zlib.decompress(job[b"data"]))
    assert call == ["hub.worker.drain", None, ["provider"], {}]
    kept = {name: job[name] for name in (b"ttl", b"result_ttl", b"failure_ttl")}
    assert kept == {b"ttl": b"600", b"result_ttl": b"0", b"failure_ttl": b"86400"}
    assert (job[b"timeout"], job[b"description"]) == (b"180", b"wake")


def test_a_thousand_rings_become_one_job(bell, redis):
    for _ in range(1000):
        bell.ring(LANE)
    bell.flush()
    assert jobs(redis) == 1


def test_lanes_do_not_hear_each_other(bell, redis):
    bell.ring(Lane.CART)
    bell.flush()
    assert (jobs(redis, Lane.CART), jobs(redis, Lane.ABSORB)) == (1, 0)
    assert not bell.wait(Lane.ABSORB, 0.02)


def test_ringing_a_redis_that_is_away_raises_nothing_and_is_counted():
    bell = Bell("unix:///nowhere/at-all.sock")
    bell.ring(LANE)
    assert bell.flush()
    assert bell.failures == 1


def test_waiting_at_a_redis_that_is_away_takes_the_time_and_hears_nothing():
    bell = Bell("unix:///nowhere/at-all.sock")
    assert not bell.wait(LANE, 0.05)


def test_ringing_a_redis_that_does_not_answer_delays_nobody():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        bell = Bell(f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        began = time.monotonic()
        bell.ring(LANE)
        assert time.monotonic() - began < 0.5


def test_a_lingering_drain_hears_a_ring_within_milliseconds(bell):
    heard: list[float] = []

    def listen() -> None:
        if bell.wait(LANE, 5):
            heard.append(time.monotonic())

    listener = threading.Thread(target=listen)
    listener.start()
    time.sleep(0.1)
    rung = time.monotonic()
    bell.ring(LANE)
    listener.join()
    assert heard[0] - rung < 0.1


def test_a_stop_ends_the_waiting(bell):
    stop = Stop()
    threading.Timer(0.05, lambda: setattr(stop, "is_requested", True)).start()
    began = time.monotonic()
    assert not bell.wait(LANE, 30, stop=stop)
    assert time.monotonic() - began < 2


def test_a_stop_leaves_a_ring_for_the_next_process(bell, redis):
    bell.attend(LANE, lambda: True, stop=Stop(is_requested=True))
    bell.flush()
    assert jobs(redis) == 1


def test_time_being_over_leaves_a_ring_when_more_is_due(bell, redis):
    bell.attend(LANE, lambda: True, seconds=0.05)
    bell.flush()
    assert jobs(redis) == 1


class Book:
    """Rows as the database would hold them: committed, then claimed."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.open: list[int] = []
        self.taken: list[int] = []

    def commit(self, row: int) -> None:
        with self.lock:
            self.open.append(row)

    def commit_many(self, bell: Bell, first: int) -> None:
        for row in range(first, first + 1500):
            self.commit(row)
            bell.ring(LANE)
            if row % 7 == 0:
                time.sleep(0.004)

    def claim(self) -> bool:
        with self.lock:
            found, self.open = self.open, []
        self.taken += found
        return bool(found)


class ShortDrains:
    """Drains that hardly linger, so that they end all the time among the rings.

    Nothing but the bell wakes them: no sweep, and no pending key expires in time.
    """

    def __init__(self, url: str, redis: Redis) -> None:
        self.book = Book()
        self.count = 0
        self.is_over = threading.Event()
        self._redis = redis
        self._bell = Bell(url)
        self._thread = threading.Thread(target=self._work)

    def __enter__(self) -> "ShortDrains":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.is_over.set()
        self._thread.join()

    def _work(self) -> None:
        queue = WakeQueue(
            LANE.queue,
            connection=self._redis,
            job_class=WakeJob,
            serializer=JSONSerializer,
        )
        while not self.is_over.is_set():
            found = WakeQueue.dequeue_any(
                [queue], None, self._redis, job_class=WakeJob, serializer=JSONSerializer
            )
            if found is None:
                time.sleep(0.0005)
                continue
            self.count += 1
            self._bell.attend(LANE, self.book.claim, seconds=0.05, idle_seconds=0.001)


def test_no_ring_of_a_crowd_is_lost_while_drains_start_and_end(url, redis):
    ringers = [Bell(url), Bell(url)]
    with ShortDrains(url, redis) as drains:
        crowd = [
            threading.Thread(
                target=drains.book.commit_many, args=(ringers[n % 2], n * 10_000)
            )
            for n in range(3)
        ]
        for thread in crowd:
            thread.start()
        for thread in crowd:
            thread.join()
        assert until(lambda: len(drains.book.taken) == 4500, seconds=5)
        assert drains.count > 20


def test_a_single_ring_is_heard_wherever_in_a_drains_end_it_falls(url, redis, bell):
    chance = random.Random(20)
    with ShortDrains(url, redis) as drains:
        for row in range(500):
            drains.book.commit(row)
            bell.ring_now(LANE)
            end = time.monotonic() + 3
            while len(drains.book.taken) <= row and time.monotonic() < end:
                time.sleep(0.0002)
            assert len(drains.book.taken) == row + 1
            time.sleep(chance.uniform(0.003, 0.010))
        assert drains.count > 20


def test_a_worker_looks_once_when_it_starts_and_at_every_ring(bell, worker):
    before = worker.count("drain")
    bell.ring(LANE)
    assert until(lambda: worker.count("drain") == before + 1)


def test_q8_the_parent_has_one_thread_and_every_drain_its_own_process(bell, worker):
    bell.ring(LANE)
    assert until(lambda: worker.count("done") == 2)
    lines = [line.split() for line in worker.notes.read_text().splitlines()]
    pids = {line[1] for line in lines}
    assert len(pids) == 2
    assert str(worker.pid) not in pids
    assert len(list(Path(f"/proc/{worker.pid}/task").iterdir())) == 1


def test_a_stopped_worker_ends_its_lingering_drain_at_once(start):
    worker = start(idle_seconds=30)
    assert until(lambda: worker.count("drain") == 1)
    began = time.monotonic()
    worker.stop()
    assert time.monotonic() - began < 3
    assert worker.count("done") == 1


def test_a_killed_worker_takes_its_lingering_drain_along(start):
    worker = start(idle_seconds=30)
    assert until(lambda: worker.count("drain") == 1)
    drain_pid = int(worker.notes.read_text().split()[1])
    worker.stop(signal.SIGKILL)
    assert until(lambda: not Path(f"/proc/{drain_pid}").exists(), seconds=3)


def test_a_killed_drain_leaves_the_bell_free_to_ring(bell, redis, start):
    worker = start(idle_seconds=30)
    assert until(lambda: worker.count("drain") == 1)
    bell.ring(LANE)
    bell.flush()
    os.kill(int(worker.notes.read_text().split()[1]), signal.SIGKILL)
    assert until(lambda: not redis.exists("hub:pending:provider"))
    bell.ring(LANE)
    assert until(lambda: worker.count("drain") == 2)


def call(function: object, instance: object = None, args: object = ("x",)) -> bytes:
    return zlib.compress(json.dumps([function, instance, args, {}]).encode())


def ours(**changed: object) -> dict[str, object]:
    """Return the hash of an honest job, with something added by a forger."""
    return {"data": call(DRAIN, None, [LANE.value]), "status": "queued", **changed}


class Exploit:
    def __init__(self, proof: Path) -> None:
        self.proof = str(proof)

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (self.proof,)


def forgeries(proof: Path) -> dict[str, object]:
    shell, place = f"mkdir {proof}", str(proof)
    return {
        "os.system": {"data": call("os.system", None, [shell])},
        "os.mkdir": {"data": call("os.mkdir", None, [place])},
        "builtins.eval": {
            "data": call("builtins.eval", None, [f"__import__('os').mkdir({place!r})"])
        },
        "builtins.exec": {"data": call("builtins.exec", None, ["raise SystemExit"])},
        "subprocess": {"data": call("subprocess.check_call", None, [["mkdir", place]])},
        "plain text, not compressed": {
            "data": json.dumps(["os.mkdir", None, [place], {}])
        },
        "pickle": {"data": zlib.compress(pickle.dumps(Exploit(proof)))},
        "pickle of a call": {
            "data": pickle.dumps(("os.mkdir", None, (place,), {})),
        },
        "pickle not compressed": {"data": pickle.dumps(Exploit(proof))},
        "a dotted path of ours": {"data": call("hub.worker.run_worker")},
        "a path through drain": {"data": call("hub.worker.drain.__globals__")},
        "a path through os": {"data": call("hub.worker.os.mkdir", None, [place])},
        "an instance": {"data": call("drain", "hub.worker", [LANE.value])},
        "an instance by pickle": {"data": call(DRAIN, "gASV", [LANE.value])},
        "two arguments": {"data": call(DRAIN, None, [LANE.value, "x"])},
        "an unknown lane": {"data": call(DRAIN, None, ["../../etc"])},
        "a lane in a list": {"data": call(DRAIN, None, [[LANE.value]])},
        "an object for arguments": {"data": call(DRAIN, None, {"lane": "cart"})},
        "a success callback": ours(success_callback_name="os.abort"),
        "a failure callback": ours(failure_callback_name="os.abort"),
        "a stopped callback": ours(stopped_callback_name="os.abort"),
        "a web hook": ours(webhooks='[{"url": "http://127.0.0.1:9/"}]'),
        "retries": ours(retries_left="1000000", retry_intervals="[0]"),
        "repeats": ours(repeats_left="1000000", repeat_intervals="[0]"),
        "a dependency": ours(dependency_ids='["x"]'),
        "meta by pickle": ours(meta=pickle.dumps(Exploit(proof))),
        "a result by pickle": ours(result=pickle.dumps(Exploit(proof))),
        "an endless timeout": ours(timeout="-1"),
        "a timeout that is no number": ours(timeout="x"),
        "a broken date": ours(created_at="yesterday"),
        "an unknown status": ours(status="jolly"),
        "a group": ours(group_id="x"),
        "a rate limit": ours(rate_limit_key="x", rate_limit_concurrency="1"),
        "an exception handler": ours(exc_handler="os.abort"),
        "an inflated call": {"data": zlib.compress(b"[" * 5_000_000)},
        "a huge call": {"data": b"x" * 5_000_000},
        "deep nesting": {"data": zlib.compress(b"[" * 1000)},
        "no call": {"status": "queued"},
        "bytes that are no text": ours(description=b"\xff\xfe"),
        "a list instead of a job": [b"1"],
        "a string instead of a job": b"os.system",
    }


def plant(redis: Redis, job_id: str, content: object) -> None:
    key = f"rq:job:{job_id}"
    if isinstance(content, dict):
        redis.hset(key, mapping=content)
    elif isinstance(content, list):
        redis.rpush(key, *content)
    else:
        redis.set(key, content)  # type: ignore[arg-type]  # bytes, see forgeries
    redis.rpush(f"rq:queue:{LANE.queue}", job_id)


def test_t29_forged_jobs_are_set_aside_and_the_worker_lives_on(
    bell, redis, worker, tmp_path
):
    forged = forgeries(tmp_path / "proof")
    before = worker.count("drain")
    for number, content in enumerate(forged.values()):
        plant(redis, f"forged-{number}", content)
    for odd in (b"a:b", b"\xff\xfe", b"", b"../x", b"x" * 1000):
        redis.rpush(f"rq:queue:{LANE.queue}", odd)
    assert until(lambda: jobs(redis) == 0)
    expected = {f"{QUARANTINE_PREFIX}forged-{n}".encode() for n in range(len(forged))}
    assert until(lambda: expected <= set(redis.keys(f"{QUARANTINE_PREFIX}*")))
    bell.lower(LANE)
    bell.ring(LANE)
    assert until(lambda: worker.count("drain") == before + 1)
    assert worker.is_alive()
    assert not (tmp_path / "proof").exists()
    assert redis.llen(f"rq:queue:{LANE.queue}:intermediate") == 0


def test_t29_forged_entries_of_the_registries_do_not_end_a_starting_worker(
    bell, redis, start
):
    redis.rpush(f"rq:queue:{LANE.queue}:intermediate", b"\xff\xfe", b"x")
    redis.zadd(f"rq:wip:{LANE.queue}", {b"\xff:\xfe": 1, b"x:y": 1})
    worker = start()
    assert until(lambda: worker.count("done") == 1)
    bell.ring(LANE)
    assert until(lambda: worker.count("drain") == 2)


def test_an_honest_job_is_taken(redis):
    queue = WakeQueue(
        LANE.queue, connection=redis, job_class=WakeJob, serializer=JSONSerializer
    )
    queue.enqueue_call(DRAIN, args=(LANE.value,), **JOB_OPTIONS)
    found = WakeQueue.dequeue_any(
        [queue], None, redis, job_class=WakeJob, serializer=JSONSerializer
    )
    assert found is not None
    assert found[0].args == [LANE.value]


def test_the_socket_is_short_and_for_this_user_only(url):
    path = Path(url.removeprefix("unix://"))
    assert len(os.fsencode(path)) < 104
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_embedded_valkey_listens_to_no_port_and_keeps_its_log(redis):
    settings = redis.config_get("*")
    assert (settings["port"], settings["appendonly"]) == ("0", "yes")
    assert settings["maxmemory-policy"] == "noeviction"
    assert settings["appendfsync"] == "everysec"


def test_a_second_starter_uses_the_valkey_of_the_first(tmp_path):
    with embedded_valkey(tmp_path) as first, embedded_valkey(tmp_path) as second:
        assert first == second
        with Redis.from_url(second) as redis:
            assert redis.info()["connected_clients"] >= 1


def test_a_deep_data_folder_still_gets_a_socket(tmp_path):
    deep = tmp_path.joinpath(*["a-rather-long-folder-name"] * 8)
    with embedded_valkey(deep) as url, Redis.from_url(url) as redis:
        assert redis.ping()


def test_what_was_rung_outlives_the_valkey(tmp_path):
    with embedded_valkey(tmp_path) as url:
        Bell(url).ring_now(LANE)
    with embedded_valkey(tmp_path) as url, Redis.from_url(url) as redis:
        assert jobs(redis) == 1


def test_a_killed_starter_takes_its_valkey_along(tmp_path):
    program = (
        "import sys, time; from pathlib import Path; from hub.queue import *\n"
        "with embedded_valkey(Path(sys.argv[1])):\n"
        "    print('up', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as starter:
        assert starter.stdout is not None
        starter.stdout.readline()
        starter.kill()
    socket_path = valkey_url(tmp_path).removeprefix("unix://")

    def is_gone() -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as wire:
                wire.connect(socket_path)
        except OSError:
            return True
        return False

    assert until(is_gone, seconds=5)
