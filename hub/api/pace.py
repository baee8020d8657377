"""How often a key may call: a bucket of calls that fills again, in this process.

With several serving processes a key may call that much more often: the limit guards
this process's threads, not a contract. Nothing is shared, so nothing is waited for.
"""

import math
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

WINDOW_SECONDS = 60
_MOST_KEYS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What is left of a bucket; `wait_seconds` is 0 while a call may be made."""

    limit: int
    left: int
    wait_seconds: int

    def headers(self) -> dict[str, str]:
        """Return the headers that tell a client how fast it may go."""
        told = {
            "RateLimit-Policy": f'"key";q={self.limit};w={WINDOW_SECONDS}',
            "RateLimit": f'"key";r={self.left}',
        }
        if self.wait_seconds:
            told["Retry-After"] = str(self.wait_seconds)
        return told


class Paces:
    """The buckets of all keys; the one that was idle longest is forgotten first."""

    def __init__(self, per_minute: int) -> None:
        """Take how many calls a key may make in a minute."""
        self._limit = per_minute
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    def take(self, key_id: str, *, now: datetime) -> Pace:
        """Take one call out of a key's bucket, if there is one."""
        per_second = self._limit / WINDOW_SECONDS
        with self._lock:
            left, since = self._buckets.pop(key_id, (float(self._limit), now))
            gained = max(0.0, (now - since).total_seconds()) * per_second
            left = min(float(self._limit), left + gained)
            may_call = left >= 1
            left -= may_call
            self._buckets[key_id] = (left, now)
            while len(self._buckets) > _MOST_KEYS:
                self._buckets.popitem(last=False)
        wait = 0 if may_call else max(1, math.ceil((1 - left) / per_second))
        return Pace(limit=self._limit, left=int(left), wait_seconds=wait)
