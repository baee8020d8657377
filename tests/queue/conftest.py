import signal
from collections.abc import Callable, Iterator

import pytest
from redis import Redis

from hub.queue import Bell, embedded_valkey
from tests.queue.workers import Worker, until


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
