"""Working off a lane: claim fairly, run in a pool, linger a little for more."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol, TypeVar

from hub import log
from hub.flow.absorb import absorb
from hub.flow.inquire import inquire
from hub.flow.perform import perform
from hub.flow.push import push
from hub.flow.steps import Step
from hub.flow.tools import Parts
from hub.queue import Lane, Stop
from hub.store import inbox, inquiries, leases, operations
from hub.store.operations import Target
from hub.store.store import Across

LONGEST_SECONDS = 20.0
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
    """One drain of one lane in one process."""

    def __init__(self, parts: Parts, lane: Lane) -> None:
        """Take the parts; threads start with `run`."""
        self._parts = parts
        self._lane = lane
        self._size = SIZES[lane]
        self._changed = threading.Condition()
        self._in_flight: Counter[str] = Counter()
        self._cursor = ""
        self._pool = ThreadPoolExecutor(
            max_workers=self._size.threads, thread_name_prefix=lane.value
        )

    def run(self, stop: Stop) -> None:
        """Drain until quiet or time is over; what was begun is finished."""
        self._parts.step(Step.DRAIN_STARTED)
        try:
            self._parts.bell.attend(
                self._lane,
                self._look,
                seconds=LONGEST_SECONDS,
                idle_seconds=IDLE_SECONDS,
                stop=stop,
            )
        finally:
            self._pool.shutdown(wait=True)

    def _look(self) -> bool:
        """Claim what is due and hand it to the pool; True where there was anything."""
        if self._is_full():
            self._wait_for_a_place()
            return True
        tasks, is_blocked = _CLAIMS[self._lane](self)
        for merchant_id, task in tasks:
            with self._changed:
                self._in_flight[merchant_id] += 1
            self._pool.submit(self._run, merchant_id, task)
        if not tasks and is_blocked:
            self._wait_for_a_place()
        return bool(tasks) or is_blocked

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
            with self._changed:
                self._in_flight[merchant_id] -= 1
                self._changed.notify_all()

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
                rows.extend(claim(across, merchant_id, limit))
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
        return [(r.merchant_id, _bound(absorb, parts, r)) for r in rows], is_blocked

    def provider_tasks(self) -> tuple[list[tuple[str, Task]], bool]:
        """Claim operations at the provider, and inquiries that are due."""
        parts = self._parts
        now = parts.clock.now()
        rows, is_blocked = self._operations("provider")
        tasks: list[tuple[str, Task]] = [
            (r.merchant_id, _bound(perform, parts, r)) for r in rows
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
            tasks += [(r.merchant_id, _bound(inquire, parts, r)) for r in asked]
        return tasks, is_blocked

    def cart_tasks(self) -> tuple[list[tuple[str, Task]], bool]:
        """Claim updates for carts."""
        rows, is_blocked = self._operations("cart")
        parts = self._parts

        def told(_parts: Parts, row: operations.StoredOperation) -> set[Lane]:
            push(parts, row)
            # A newer update of the same order may wait behind this one.
            return {Lane.CART} if row.seq > 1 else set()

        return [(r.merchant_id, _bound(told, parts, r)) for r in rows], is_blocked

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


def _bound(function: Callable[[Parts, R], set[Lane]], parts: Parts, row: R) -> Task:
    return lambda: function(parts, row)


_CLAIMS: dict[Lane, Callable[[Drain], tuple[list[tuple[str, Task]], bool]]] = {
    Lane.ABSORB: Drain.absorb_tasks,
    Lane.PROVIDER: Drain.provider_tasks,
    Lane.CART: Drain.cart_tasks,
}


def drain(parts: Parts, lane: Lane, stop: Stop) -> None:
    """Drain a lane once, as one wake-up asks for."""
    Drain(parts, lane).run(stop)
