"""Working off lanes: claim fairly, run in a pool, linger a little for more."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

from hub import log
from hub.flow.absorb import absorb
from hub.flow.inquire import inquire
from hub.flow.perform import perform
from hub.flow.push import push
from hub.flow.relay import Task as RelayTask
from hub.flow.steps import Step
from hub.flow.tools import Parts
from hub.queue import Found, Lane, Quiet, Stop
from hub.store import inbox, inquiries, leases, operations
from hub.store.operations import Target
from hub.store.store import Across

LONGEST_SECONDS = 240.0
IDLE_SECONDS = 2.0

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


class _Row(Protocol):
    @property
    def merchant_id(self) -> str: ...


R = TypeVar("R", bound=_Row)
Task = Callable[[], set[Lane]]


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
        self._cursor = ""
        # Something due had to be left in the book at the last look.
        self._is_behind = False
        self._pool = ThreadPoolExecutor(
            max_workers=self._size.threads, thread_name_prefix=lane.value
        )

    def attend(self, stop: Stop, quiet: Quiet) -> None:
        """Claim until it is quiet or time is over."""
        self._parts.step(Step.DRAIN_STARTED)
        self._parts.bell.attend(
            self._lane,
            self._look,
            seconds=LONGEST_SECONDS,
            idle_seconds=IDLE_SECONDS,
            stop=stop,
            quiet=quiet,
        )

    def finish(self) -> None:
        """Wait until everything that was begun is done."""
        self._pool.shutdown(wait=True)

    def _look(self) -> Found:
        """Claim what is due and hand it to the pool."""
        if self._is_full():
            self._wait_for_a_place()
            return Found.MORE
        tasks, is_behind = _CLAIMS[self._lane](self)
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
        return Found.ALL if tasks else Found.NOTHING

    def reserve(self, merchant_id: str, *, seconds: float) -> bool:
        """Keep a place for what the lane before hands on.

        None while anything waits in the book, for that came earlier.
        """
        with self._changed:
            is_free = self._changed.wait_for(
                lambda: self._has_place_for(merchant_id), seconds
            )
            if is_free:
                self._in_flight[merchant_id] += 1
            return is_free

    def _has_place_for(self, merchant_id: str) -> bool:
        return (
            not self._is_behind
            and self._in_flight[merchant_id] < self._size.per_merchant
            and self._in_flight.total() < self._places
        )

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

    def claim_fairly(
        self,
        waiting: Callable[[Across, str], list[str]],
        claim: Callable[[Across, str, int], list[R]],
    ) -> tuple[list[R], bool]:
        """Claim rows going round the merchants; tells whether any had to wait."""
        merchants = self._parts.store.across.read(
            lambda across: waiting(across, self._cursor)
        )
        if not merchants:
            return [], False

        def work(across: Across) -> tuple[list[R], bool]:
            rows: list[R] = []
            is_blocked = False
            for merchant_id in merchants:
                limit = self.free_for(merchant_id, taken=len(rows))
                if not limit:
                    is_blocked = True
                    continue
                claimed = claim(across, merchant_id, limit)
                # As many as were asked for: there may be more of them.
                is_blocked = is_blocked or len(claimed) == limit
                rows.extend(claimed)
            return rows, is_blocked

        rows, is_blocked = self._parts.store.across.write(work)
        if rows:
            self._cursor = rows[-1].merchant_id
        return rows, is_blocked

    def absorb_tasks(self) -> tuple[list[tuple[str, Task]], bool]:
        """Claim deliveries."""
        parts = self._parts
        now = parts.clock.now()
        rows, is_blocked = self.claim_fairly(
            lambda across, after: inbox.waiting_merchants(across, after=after, now=now),
            lambda across, merchant, limit: inbox.claim(
                across.of(merchant), limit=limit, now=now
            ),
        )
        return [
            (r.merchant_id, partial(absorb, parts, r, self._then)) for r in rows
        ], is_blocked

    def provider_tasks(self) -> tuple[list[tuple[str, Task]], bool]:
        """Claim operations at the provider, and inquiries that are due."""
        parts = self._parts
        now = parts.clock.now()
        rows, is_blocked = self._operations("provider")
        tasks: list[tuple[str, Task]] = [
            (r.merchant_id, partial(perform, parts, r, self._then)) for r in rows
        ]
        business_now = parts.clock.business_now()
        has_due = parts.store.across.read(
            lambda across: inquiries.is_any_due(
                across, now=now, business_now=business_now
            )
        )
        free = self.free_for("", taken=len(tasks))
        if has_due and free:
            asked = parts.store.across.write(
                lambda across: inquiries.claim(
                    across, limit=free, now=now, business_now=business_now
                )
            )
            tasks += [(r.merchant_id, partial(inquire, parts, r)) for r in asked]
        return tasks, is_blocked

    def cart_tasks(self) -> tuple[list[tuple[str, Task]], bool]:
        """Claim updates for carts."""
        rows, is_blocked = self._operations("cart")
        parts = self._parts

        def told(_parts: Parts, row: operations.StoredOperation) -> set[Lane]:
            push(parts, row)
            # A newer update of the same order may wait behind this one.
            return {Lane.CART} if row.seq > 1 else set()

        return [(r.merchant_id, partial(told, parts, r)) for r in rows], is_blocked

    def _operations(
        self, target: Target
    ) -> tuple[list[operations.StoredOperation], bool]:
        now = self._parts.clock.now()
        return self.claim_fairly(
            lambda across, after: leases.waiting_merchants(
                across, target, after=after, now=now
            ),
            lambda across, merchant, limit: leases.claim(
                across.of(merchant), target, limit=limit, now=now
            ),
        )


_CLAIMS: dict[Lane, Callable[[Drain], tuple[list[tuple[str, Task]], bool]]] = {
    Lane.ABSORB: Drain.absorb_tasks,
    Lane.PROVIDER: Drain.provider_tasks,
    Lane.CART: Drain.cart_tasks,
}


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
        threading.Thread(target=one.attend, args=(stop, quiet), name="attend")
        for one in along
    ]
    for thread in attending:
        thread.start()
    for thread in attending:
        thread.join()
    for one in along:
        one.finish()
