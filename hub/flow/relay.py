"""Handing on to the next lane of the same process what a commit began.

The commit that plans an effect then begins it as well, so that neither a claim nor a
second commit lies between. What it leaves behind in a crash is an effect in `sending`,
which the sweep knows from every other crash.
"""

from collections.abc import Callable
from types import TracebackType
from typing import Optional, Protocol

from hub.queue import Lane

# Given the lane after it, a task tells the lanes that have work now.
Task = Callable[[Optional["Relay"]], set[Lane]]


class Relay(Protocol):
    """A lane that may take a task at once, where it has a place for the merchant."""

    def reserve(self, merchant_id: str, *, seconds: float) -> bool:
        """Keep a place, waiting a little for one; False where there is none."""
        ...

    def release(self, merchant_id: str) -> None:
        """Give a place back that was not needed."""
        ...

    def take(self, merchant_id: str, task: Task) -> None:
        """Run a task in a place that was kept for it."""
        ...


class Place:
    """A place in the next lane for the length of a commit, given back unless used."""

    def __init__(
        self, relay: Relay | None, merchant_id: str, *, seconds: float = 0.0
    ) -> None:
        """Ask for a place; a process of one lane has no next one."""
        self._merchant_id = merchant_id
        self._relay: Relay | None = None
        if relay is not None and relay.reserve(merchant_id, seconds=seconds):
            self._relay = relay

    def __enter__(self) -> "Place":
        """Hold the place."""
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Give back what was not used."""
        if self._relay is not None:
            self._relay.release(self._merchant_id)

    @property
    def is_there(self) -> bool:
        """Tell whether something may be begun for this place."""
        return self._relay is not None

    def use(self, task: Task) -> None:
        """Hand on what was committed."""
        relay, self._relay = self._relay, None
        if relay is None:
            raise RuntimeError("nothing may be begun without a place")
        relay.take(self._merchant_id, task)
