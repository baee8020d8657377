import os
import signal
import time
from pathlib import Path

from tests.queue.workers import LANE, until


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
    assert time.monotonic() - began < 20
    assert worker.count("done") == 1


def test_a_killed_worker_takes_its_lingering_drain_along(start):
    worker = start(idle_seconds=30)
    assert until(lambda: worker.count("drain") == 1)
    drain_pid = int(worker.notes.read_text().split()[1])
    worker.stop(signal.SIGKILL)
    assert until(lambda: not Path(f"/proc/{drain_pid}").exists())


def test_a_killed_drain_leaves_the_bell_free_to_ring(bell, redis, start):
    worker = start(idle_seconds=30)
    assert until(lambda: worker.count("drain") == 1)
    bell.ring(LANE)
    bell.flush()
    os.kill(int(worker.notes.read_text().split()[1]), signal.SIGKILL)
    assert until(lambda: not redis.exists("hub:pending:provider"))
    bell.ring(LANE)
    assert until(lambda: worker.count("drain") == 2)
