"""Threads for blocking work, fed by one event loop."""

import asyncio
import queue
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

Result = TypeVar("Result")


class OverloadedError(Exception):
    """More work is waiting than the threads will reach in good time."""


class Pool:
    """A fixed number of threads with a bounded line of waiting work.

    concurrent.futures wakes the loop once for every result; under load this one wakes
    it once for all results that are ready, which is a tenth of the whole path.
    """

    def __init__(self, *, threads: int, waiting: int) -> None:
        """Take the number of threads and how much work may wait for them."""
        self._threads = threads
        self._limit = threads + waiting
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._done: deque[tuple[asyncio.Future[Any], Any, BaseException | None]]
        self._done = deque()
        self._is_waking = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self.busy = 0

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start the threads, in the process and for the loop that will use them."""
        self._loop = loop
        for number in range(self._threads):
            threading.Thread(
                target=self._run, name=f"web-{number}", daemon=True
            ).start()

    def stop(self) -> None:
        """Let each thread end after the work it has."""
        for _ in range(self._threads):
            self._work.put(None)

    def submit(self, call: Callable[[], Result]) -> "asyncio.Future[Result]":
        """Hand over work; raises OverloadedError when the line is full."""
        future: asyncio.Future[Result] = self.expect()
        self._work.put(lambda: self._finish(future, call))
        return future

    def expect(self) -> "asyncio.Future[Any]":
        """Return the future of a result that some other thread will `bring`.

        It stands in the line like work; raises OverloadedError when that is full.
        """
        if self._loop is None or self.busy >= self._limit:
            raise OverloadedError
        self.busy += 1
        return self._loop.create_future()

    def bring(
        self,
        future: "asyncio.Future[Any]",
        result: Any,
        error: BaseException | None,
    ) -> None:
        """Give an expected result, from any thread."""
        self._done.append((future, result, error))
        # A second wake-up between these two lines is harmless; a missing one is not,
        # so the flag falls before the results are taken.
        if not self._is_waking and self._loop is not None:
            self._is_waking = True
            self._loop.call_soon_threadsafe(self._deliver)

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            work()

    def _finish(self, future: "asyncio.Future[Any]", call: Callable[[], Any]) -> None:
        try:
            result = call()
        except BaseException as error:  # noqa: BLE001 (it is raised where it is awaited)
            self.bring(future, None, error)
        else:
            self.bring(future, result, None)

    def _deliver(self) -> None:
        self._is_waking = False
        while self._done:
            future, result, error = self._done.popleft()
            self.busy -= 1
            if future.done():
                continue
            if error is None:
                future.set_result(result)
            else:
                future.set_exception(error)
