import json
import socket
import threading
import time
import zlib

from hub.queue import Bell, Lane, Stop
from tests.queue.workers import LANE, jobs


def test_a_ring_becomes_one_job_that_names_a_lane_and_nothing_else(bell, redis):
    bell.ring(LANE)
    assert bell.flush()
    (key,) = redis.keys("rq:job:*")
    job = redis.hgetall(key)
    call = json.loads(zlib.decompress(job[b"data"]))
    assert call == ["hub.worker.drain", None, ["provider"], {}]
    kept = {name: job[name] for name in (b"ttl", b"result_ttl", b"failure_ttl")}
    assert kept == {b"ttl": b"600", b"result_ttl": b"0", b"failure_ttl": b"86400"}
    assert (job[b"timeout"], job[b"description"]) == (b"480", b"wake")


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
        # The line's own timeout is 2 seconds.
        assert time.monotonic() - began < 1.5


def test_a_lingering_drain_hears_a_ring_at_once(bell):
    heard: list[float] = []

    def listen() -> None:
        if bell.wait(LANE, 60):
            heard.append(time.monotonic())

    listener = threading.Thread(target=listen)
    listener.start()
    time.sleep(0.1)
    rung = time.monotonic()
    bell.ring(LANE)
    listener.join()
    assert heard[0] - rung < 20


def test_a_stop_ends_the_waiting(bell):
    stop = Stop()
    threading.Timer(0.05, lambda: setattr(stop, "is_requested", True)).start()
    began = time.monotonic()
    assert not bell.wait(LANE, 30, stop=stop)
    assert time.monotonic() - began < 20


def test_a_stop_leaves_a_ring_for_the_next_process(bell, redis):
    bell.attend(LANE, lambda: True, stop=Stop(is_requested=True))
    bell.flush()
    assert jobs(redis) == 1


def test_time_being_over_leaves_a_ring_when_more_is_due(bell, redis):
    bell.attend(LANE, lambda: True, seconds=0.05)
    bell.flush()
    assert jobs(redis) == 1
