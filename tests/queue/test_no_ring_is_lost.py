import random
import threading
import time

from redis import Redis
from rq.serializers import JSONSerializer

from hub.queue import Bell
from hub.queue.jobs import WakeJob, WakeQueue
from tests.queue.workers import LANE, until


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
        assert until(lambda: len(drains.book.taken) == 4500)
        assert drains.count > 10


def test_a_single_ring_is_heard_wherever_in_a_drains_end_it_falls(url, redis, bell):
    chance = random.Random(20)
    with ShortDrains(url, redis) as drains:
        for row in range(500):
            drains.book.commit(row)
            bell.ring_now(LANE)
            end = time.monotonic() + 30
            while len(drains.book.taken) <= row and time.monotonic() < end:
                time.sleep(0.0002)
            assert len(drains.book.taken) == row + 1
            time.sleep(chance.uniform(0.003, 0.010))
        assert drains.count > 20
