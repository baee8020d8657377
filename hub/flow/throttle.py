"""How often one address may try, counted in this process."""

import threading
from collections import OrderedDict
from datetime import datetime, timedelta

MOST_TRIES = 30
WINDOW = timedelta(minutes=10)
MOST_ADDRESSES = 10_000


class Throttle:
    """A count of tries per address in a window; the oldest address is forgotten first.

    The limit per account stands in the database and holds over all processes; this
    one only keeps one address from trying many accounts.
    """

    def __init__(self, *, most: int = MOST_TRIES, window: timedelta = WINDOW) -> None:
        """Take how many tries there are in a window."""
        self._most = most
        self._window = window
        self._lock = threading.Lock()
        self._tries: OrderedDict[str, tuple[datetime, int]] = OrderedDict()

    def take(self, address: str, *, now: datetime) -> bool:
        """Count a try; False where there were too many."""
        with self._lock:
            since, count = self._tries.pop(address, (now, 0))
            if now >= since + self._window:
                since, count = now, 0
            self._tries[address] = (since, count + 1)
            while len(self._tries) > MOST_ADDRESSES:
                self._tries.popitem(last=False)
            return count < self._most

    def forget(self, address: str) -> None:
        """Begin to count anew after somebody was let in."""
        with self._lock:
            self._tries.pop(address, None)
