"""The faults still to come and those that came: filled by people, emptied by calls."""

from collections import deque
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, Final

from hub.sandbox.faults import UNTIL_CLEARED, Fault

# Used-up faults stay listed, so that a test can see how often each fired.
_REMEMBERED: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedFault:
    """A fault in the queue, with how often it fired and how often it still may."""

    number: int
    fault: Fault
    fired: int = 0

    @property
    def left(self) -> int | None:
        """Return how often it still fires; None means until it is cleared."""
        if self.fault.times == UNTIL_CLEARED:
            return None
        return self.fault.times - self.fired

    def as_json(self) -> dict[str, Any]:
        """Return the entry as the control port shows it; times counts what is left."""
        return {
            **self.fault.as_json(),
            "id": self.number,
            "times": self.left or 0,
            "until_cleared": self.left is None,
            "fired": self.fired,
        }


class FaultQueue:
    """The faults still to come, oldest first."""

    def __init__(self) -> None:
        """Start without any."""
        self._lock = Lock()
        self._waiting: list[QueuedFault] = []
        self._finished: deque[QueuedFault] = deque(maxlen=_REMEMBERED)
        self._count = 0

    def add(self, fault: Fault) -> QueuedFault:
        """Put a fault behind those already waiting."""
        with self._lock:
            self._count += 1
            queued = QueuedFault(number=self._count, fault=fault)
            self._waiting.append(queued)
            return queued

    def clear(self, number: int | None = None) -> int:
        """Drop one waiting fault or all, and return how many were dropped."""
        with self._lock:
            kept = [
                queued
                for queued in self._waiting
                if number is not None and queued.number != number
            ]
            dropped = [queued for queued in self._waiting if queued not in kept]
            self._waiting = kept
            self._finished.extend(queued for queued in dropped if queued.fired)
            return len(dropped)

    def waiting(self) -> list[QueuedFault]:
        """Return the faults still to come, oldest first."""
        with self._lock:
            return list(self._waiting)

    def finished(self) -> list[QueuedFault]:
        """Return the newest faults that fired and are over, newest first."""
        with self._lock:
            return list(self._finished)[::-1]

    @property
    def asks_for_an_order(self) -> bool:
        """Tell whether a waiting fault is meant for one order only."""
        return any(queued.fault.shop_order_id for queued in self._waiting)

    def take(
        self, operation: str, shop_order_id: str, merchant: str = ""
    ) -> Fault | None:
        """Return the oldest fault for this call and use it up by one."""
        if not self._waiting:
            return None
        with self._lock:
            for index, queued in enumerate(self._waiting):
                if not queued.fault.fits(operation, shop_order_id, merchant):
                    continue
                fired = replace(queued, fired=queued.fired + 1)
                if fired.left == 0:
                    del self._waiting[index]
                    self._finished.append(fired)
                else:
                    self._waiting[index] = fired
                return fired.fault
        return None
