"""A real worker process, and waiting for what it does."""

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

from redis import Redis

from hub.queue import Bell, Lane, Stop
from hub.queue.leash import die_with_parent
from hub.worker import run_worker

LANE = Lane.PROVIDER


def until(is_true: Callable[[], object], seconds: float = 60.0) -> bool:
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
