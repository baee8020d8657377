"""Working off lanes: claim fairly, run in a pool, linger a little for more."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from hub import log
from hub.flow.absorb import absorb
from hub.flow.claims import Claims, Task
from hub.flow.fetch_pool import Arrived, FetchPool
from hub.flow.relay import Task as RelayTask
from hub.flow.steps import Step
from hub.flow.tools import Parts
from hub.queue import Found, Lane, Quiet, Stop

LONGEST_SECONDS = 240.0
IDLE_SECONDS = 2.0
_AFTER_FAILURE_SECONDS = 0.5

_logger = log.get("drain")


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneSize:
    """How much of a lane runs at once, in all and for one merchant."""

    threads: int
    per_merchant: int


SIZES = {
    # Absorbing is our own work: more threads would only wait for each other.
    Lane.ABSORB: LaneSize(threads=2, per_merchant=16),
    Lane.PROVIDER: LaneSize(threads=16, per_merchant=4),
    Lane.CART: LaneSize(threads=16, per_merchant=4),
}


class Drain:
    """One drain of one lane in one process; `then` is the lane after it, if here."""

    def __init__(self, parts: Parts, lane: Lane, then: "Drain | None" = None) -> None:
        """Take the parts; threads start with `attend`."""
        self._parts = parts
        self._lane = lane
        self._then = then
        self._size = SIZES[lane]
        self._changed = threading.Condition()
        self._in_flight: Counter[str] = Counter()
        self.fetches = _fetches(parts, lane, then=self._absorb)
        self._claims = Claims(
            parts, lane, then, free_for=self.free_for, fetches=self.fetches
        )
        # Something due had to be left in the book at the last look.
        self._is_behind = False
        self._pool = ThreadPoolExecutor(
            max_workers=self._size.threads, thread_name_prefix=lane.value
        )

    def attend(
        self, stop: Stop, quiet: Quiet, *, seconds: float = LONGEST_SECONDS
    ) -> None:
        """Claim until it is quiet or time is over."""
        self._parts.step(Step.DRAIN_STARTED)
        self._parts.bell.attend(
            self._lane,
            self._look,
            seconds=seconds,
            idle_seconds=IDLE_SECONDS,
            stop=stop,
            quiet=quiet,
        )

    def attend_along(self, stop: Stop, quiet: Quiet) -> None:
        """Claim beside other lanes, whose work goes on when a look of this one fails.

        They may keep the process for minutes, so it looks again soon.
        """
        end = time.monotonic() + LONGEST_SECONDS
        while not stop.is_requested and (left := end - time.monotonic()) > 0:
            try:
                self.attend(stop, quiet, seconds=left)
            except (SQLAlchemyError, OSError) as error:
                name = type(error).__name__
                _logger.warning("look_failed", lane=self._lane.value, error_type=name)
                time.sleep(_AFTER_FAILURE_SECONDS)
            else:
                return

    def finish(self) -> None:
        """Wait until everything that was begun is done, but not for carts."""
        if self.fetches is not None:
            self.fetches.close()
        self._pool.shutdown(wait=True)

    def _look(self) -> Found:
        """Claim what is due and hand it to the pool."""
        if self.fetches is not None:
            self.fetches.tend()
        if self._is_full():
            self._wait_for_a_place()
            return Found.MORE
        tasks, is_behind = self._claims.next()
        with self._changed:
            self._is_behind = is_behind
            self._in_flight.update(merchant_id for merchant_id, _task in tasks)
            self._changed.notify_all()
        for merchant_id, task in tasks:
            self._pool.submit(self._run, merchant_id, task)
        if self._is_behind:
            if not tasks:
                self._wait_for_a_place()
            return Found.MORE
        # While a cart is asked, its lease is kept here.
        is_asking = self.fetches is not None and self.fetches.is_busy
        return Found.ALL if tasks or is_asking else Found.NOTHING

    def _absorb(self, arrived: Arrived) -> None:
        """Absorb what its cart was asked for; its claim goes on."""
        with self._changed:
            self._in_flight[arrived.merchant_id] += 1
        task = partial(
            absorb, self._parts, arrived.delivery, self._then, arrived.connection
        )
        self._pool.submit(self._run, arrived.merchant_id, task)

    def reserve(self, merchant_id: str, *, seconds: float) -> bool:
        """Keep a place for what the lane before hands on.

        While anything waits in the book, which came earlier, one of the merchant's
        places and a quarter of all are left to it.
        """
        with self._changed:
            is_free = self._changed.wait_for(
                lambda: self._has_place_for(merchant_id), seconds
            )
            if is_free:
                self._in_flight[merchant_id] += 1
            return is_free

    def _has_place_for(self, merchant_id: str) -> bool:
        own, in_all = self._size.per_merchant, self._places
        if self._is_behind:
            own, in_all = own - 1, in_all - in_all // 4
        return self._in_flight[merchant_id] < own and self._in_flight.total() < in_all

    def release(self, merchant_id: str) -> None:
        """Give a place back."""
        with self._changed:
            self._in_flight[merchant_id] -= 1
            self._changed.notify_all()

    def take(self, merchant_id: str, task: RelayTask) -> None:
        """Run what was handed on, in the place that was kept for it."""
        self._pool.submit(self._run, merchant_id, lambda: task(self._then))

    def _run(self, merchant_id: str, task: Task) -> None:
        lanes: set[Lane] = set()
        try:
            lanes = task()
        except Exception as error:  # noqa: BLE001 - the lease ends, the sweep decides
            _logger.warning(
                "task_failed", lane=self._lane.value, error_type=type(error).__name__
            )
        finally:
            for lane in lanes:
                self._parts.bell.ring(lane)
            self.release(merchant_id)

    def _is_full(self) -> bool:
        with self._changed:
            return self._in_flight.total() >= self._places

    @property
    def _places(self) -> int:
        # A claimed row that waits for a thread only loses time of its lease, so two
        # threads of ours keep a few more rows at hand than they are.
        return max(self._size.threads, self._size.per_merchant)

    def _wait_for_a_place(self) -> None:
        with self._changed:
            before = self._in_flight.total()
            if before:
                self._changed.wait_for(
                    lambda: self._in_flight.total() < before, timeout=1.0
                )

    def free_for(self, merchant_id: str, *, taken: int) -> int:
        """Return how many more rows of a merchant may be claimed now."""
        with self._changed:
            in_all = self._places - self._in_flight.total() - taken
            own = self._size.per_merchant - self._in_flight[merchant_id]
        return max(0, min(in_all, own))


def _fetches(
    parts: Parts, lane: Lane, *, then: Callable[[Arrived], None]
) -> FetchPool | None:
    connectors = parts.registry.connectors.values()
    if lane is not Lane.ABSORB or all(one.fetch is None for one in connectors):
        return None
    return FetchPool(parts, then)


def drain(parts: Parts, lane: Lane, stop: Stop) -> None:
    """Drain a lane once, as one wake-up asks for."""
    one = Drain(parts, lane)
    try:
        one.attend(stop, Quiet())
    finally:
        one.finish()


def drain_together(parts: Parts, stop: Stop) -> None:
    """Drain all lanes in this process, each handing on to the next.

    They end together, once it is quiet in all of them, and what was handed on is done
    before they do.
    """
    cart = Drain(parts, Lane.CART)
    provider = Drain(parts, Lane.PROVIDER, cart)
    along = (Drain(parts, Lane.ABSORB, provider), provider, cart)
    quiet = Quiet()
    attending = [
        threading.Thread(target=one.attend_along, args=(stop, quiet), name="attend")
        for one in along
    ]
    for thread in attending:
        thread.start()
    for thread in attending:
        thread.join()
    for one in along:
        one.finish()
