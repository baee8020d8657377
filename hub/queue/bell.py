"""Ringing and hearing the bell of a lane; a lost ring costs latency, nothing else."""

import os
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum, StrEnum, unique
from typing import Any

from redis import Redis
from redis.exceptions import RedisError
from rq.serializers import JSONSerializer

from hub import log
from hub.queue.jobs import DRAIN, WakeJob, WakeQueue

# How long a pending bell may stand when the drain that should lower it was killed.
PENDING_SECONDS = 10
# While rings come in crowds, one round trip serves all of these milliseconds; the
# pause grows as long as each round trip finds the bell rung again.
_CROWD_SECONDS = 0.002
_LONGEST_CROWD_SECONDS = 0.008
_SLICE_SECONDS = 0.25
# How often a drain says that it attends, well before a pending bell would expire.
_HOLD_SECONDS = 3.0
_LOG_EVERY_SECONDS = 60.0

JOB_OPTIONS: dict[str, Any] = {
    "timeout": 480,
    "ttl": 600,
    "result_ttl": 0,
    "failure_ttl": 86_400,
    "description": "wake",
}
_logger = log.get("bell")
# Every bell of this process, so that one that ends at once can let all rings go out.
_bells: "weakref.WeakSet[Bell]" = weakref.WeakSet()


@unique
class Lane(StrEnum):
    """What a worker process does; one RQ queue each."""

    ABSORB = "absorb"
    PROVIDER = "provider"
    CART = "cart"

    @property
    def queue(self) -> str:
        """Return the name of the lane's RQ queue."""
        return f"hub-{self.value}"


class Found(IntEnum):
    """What a look at a lane found; only MORE is a reason to look again at once."""

    NOTHING = 0
    MORE = 1
    ALL = 2


@dataclass(slots=True)
class Quiet:
    """Until when drains that belong together linger; work in any prolongs it."""

    until: float = 0.0


@dataclass(slots=True)
class Stop:
    """A flag that a signal may set: claim no more, finish what was begun.

    Not a threading.Event, whose lock a signal would meet held by the very same thread.
    """

    is_requested: bool = False


class Bell:
    """Rings lanes and waits for rings.

    `ring` hands the lane to a thread of its own, so that the path of a webhook pays
    neither a round trip nor a wait for a Redis that does not answer.
    """

    def __init__(self, url: str) -> None:
        """Take the address of Redis; nothing is connected yet."""
        self._url = url
        self._log_after = 0.0
        self.failures = 0
        _bells.add(self)
        self._reset()

    def _reset(self) -> None:
        self._process = os.getpid()
        self._changed = threading.Condition()
        self._rung: set[Lane] = set()
        self._is_busy = False
        self._ringer: threading.Thread | None = None
        self._redis: Any = Redis.from_url(
            self._url, socket_timeout=2.0, socket_connect_timeout=1.0
        )

    def ring(self, lane: Lane) -> None:
        """Say that a lane has work; never raises and never waits."""
        if self._process != os.getpid():
            self._reset()
        # A set that still holds the lane goes out after this moment, so after what the
        # caller committed: whoever takes it puts another in its place first.
        if lane in self._rung:
            return
        with self._changed:
            self._rung.add(lane)
            if self._ringer is None:
                self._ringer = threading.Thread(
                    target=self._ring_for_ever, name="bell", daemon=True
                )
                self._ringer.start()
            self._changed.notify_all()

    def ring_now(self, lane: Lane) -> None:
        """Ring in this thread and wait for it, where no thread may be started."""
        if self._process != os.getpid():
            self._reset()
        try:
            self._send({lane})
        except Exception as error:  # noqa: BLE001 (a bell that fails is only late)
            self._count(error)

    def flush(self, seconds: float = 2.0) -> bool:
        """Wait until every ring has gone out, as a process must before it ends."""
        if self._process != os.getpid():
            return True
        with self._changed:
            return self._changed.wait_for(
                lambda: not self._rung and not self._is_busy, seconds
            )

    def wait(self, lane: Lane, seconds: float, *, stop: Stop | None = None) -> bool:
        """Wait until the lane is rung; False when time is over or a stop requested."""
        if self._process != os.getpid():
            self._reset()
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if stop is not None and stop.is_requested:
                return False
            pause = max(0.005, min(left, _SLICE_SECONDS))
            try:
                if self._redis.blpop([_wake_key(lane)], timeout=pause) is not None:
                    return True
            except (RedisError, OSError) as error:
                self._count(error)
                time.sleep(pause)
        return False

    def lower(self, lane: Lane) -> None:
        """Take the pending bell down; whoever does so must look once more after it."""
        if self._process != os.getpid():
            self._reset()
        try:
            self._redis.delete(_pending_key(lane))
        except (RedisError, OSError) as error:
            self._count(error)

    def attend(
        self,
        lane: Lane,
        look: Callable[[], bool | Found],
        *,
        seconds: float = 20.0,
        idle_seconds: float = 2.0,
        stop: Stop | None = None,
        quiet: Quiet | None = None,
    ) -> None:
        """Look for work until it is quiet or time is over, and lose no ring at the end.

        `look` claims what is due, hands it on, and tells whether it found anything.
        """
        stop, quiet = stop or Stop(), quiet or Quiet()
        end = time.monotonic() + seconds
        quiet.until = max(quiet.until, time.monotonic() + idle_seconds)
        hold_at = 0.0
        while not stop.is_requested and (now := time.monotonic()) < end:
            if now >= hold_at:
                self._hold(lane)
                hold_at = now + _HOLD_SECONDS
            found = look()
            if found:
                quiet.until = time.monotonic() + idle_seconds
            elif now >= quiet.until:
                break
            if found != Found.MORE:
                self.wait(lane, min(quiet.until, end, hold_at) - now, stop=stop)
        self.lower(lane)
        # A ring before `lower` made no job; its row was committed before it, so that
        # this look sees it. After a stop the next process looks.
        if stop.is_requested or look():
            self.ring(lane)

    def _hold(self, lane: Lane) -> None:
        # While somebody attends, a ring needs no job: they would pile up.
        if self._process != os.getpid():
            self._reset()
        try:
            self._redis.set(_pending_key(lane), "1", ex=PENDING_SECONDS)
        except (RedisError, OSError) as error:
            self._count(error)

    def is_reachable(self) -> bool:
        """Tell whether Redis answers now."""
        if self._process != os.getpid():
            self._reset()
        try:
            return bool(self._redis.ping())
        except (RedisError, OSError):
            return False

    def _ring_for_ever(self) -> None:
        pause = _CROWD_SECONDS
        while True:
            with self._changed:
                self._is_busy = False
                self._changed.notify_all()
                is_crowd = bool(self._rung)
                self._changed.wait_for(lambda: self._rung)
                lanes, self._rung = self._rung, set()
                self._is_busy = True
            longer = min(pause * 2, _LONGEST_CROWD_SECONDS)
            pause = longer if is_crowd else _CROWD_SECONDS
            try:
                self._send(lanes)
            except Exception as error:  # noqa: BLE001 (a bell that fails is only late)
                self._count(error)
            time.sleep(pause)

    def _send(self, lanes: set[Lane]) -> None:
        order = sorted(lanes)
        with self._redis.pipeline(transaction=False) as pipeline:
            for lane in order:
                pipeline.lpush(_wake_key(lane), "1")
                pipeline.ltrim(_wake_key(lane), 0, 0)
                pipeline.expire(_wake_key(lane), PENDING_SECONDS)
                pipeline.set(_pending_key(lane), "1", nx=True, ex=PENDING_SECONDS)
            answers = pipeline.execute()
        for number, lane in enumerate(order):
            # Also beside a job that waits: it may have expired, and two are no harm.
            if answers[number * 4 + 3]:
                self._enqueue(lane)

    def _enqueue(self, lane: Lane) -> None:
        queue = WakeQueue(
            lane.queue,
            connection=self._redis,
            job_class=WakeJob,
            serializer=JSONSerializer,
        )
        queue.enqueue_call(DRAIN, args=(lane.value,), **JOB_OPTIONS)

    def _count(self, error: Exception) -> None:
        self.failures += 1
        now = time.monotonic()
        if now >= self._log_after:
            self._log_after = now + _LOG_EVERY_SECONDS
            _logger.warning(
                "bell_failed", error_type=type(error).__name__, count=self.failures
            )


def flush_all() -> None:
    """Let the rings of every bell of this process go out, before an os._exit."""
    for bell in list(_bells):
        bell.flush()


def _pending_key(lane: Lane) -> str:
    return f"hub:pending:{lane.value}"


def _wake_key(lane: Lane) -> str:
    return f"hub:wake:{lane.value}"
