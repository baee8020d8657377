"""What RQ may run: `drain(lane)`, in a forked child of a warm, thread-free parent."""

import logging
import os
import signal
import time
import warnings
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any

from redis import Redis
from redis.exceptions import RedisError
from rq.serializers import JSONSerializer
from rq.worker import Worker

from hub import log
from hub.queue import Bell, Lane, Stop, flush_all
from hub.queue.jobs import ForgedJobError, WakeJob, WakeQueue
from hub.queue.leash import die_with_parent

# What a drain does about the lane that was rung, and about every other lane of its
# worker; it makes its own engine, writer and threads, since it runs in a child of its
# own, and it looks at `stop` before it claims.
Drain = Callable[[Lane, Stop], None]

_logger = log.get("worker")


class _Job(WakeJob):
    """A wake-up in the process that knows what to do about it."""

    worker: "_Worker"

    def perform(self) -> None:
        """Drain the lane of this worker, whatever the job may have been changed to."""
        if self.lane not in self.worker.lanes:
            raise ForgedJobError("the job names another lane")
        self.worker.drain(Lane(self.lane))


class _Worker(Worker):
    """RQ's forking worker on its lanes' queues, without its threads and commands."""

    max_connection_wait_time = 2.0
    log_result_lifespan = False

    def __init__(
        self, lanes: Sequence[Lane], *, url: str, drain: Drain, bell: Bell
    ) -> None:
        self.lanes = lanes
        self.bell = bell
        self._drain = drain
        self._stop = Stop()
        job_class = type("LaneJob", (_Job,), {"worker": self})
        connection = Redis.from_url(url)
        super().__init__(
            [
                WakeQueue(
                    lane.queue,
                    connection=connection,
                    job_class=job_class,
                    serializer=JSONSerializer,
                )
                for lane in lanes
            ],
            connection=connection,
            job_class=job_class,
            queue_class=WakeQueue,
            serializer=JSONSerializer,
            maintenance_interval=60,
            worker_ttl=60,
            job_monitoring_interval=10,
            log_job_description=False,
        )

    def drain(self, lane: Lane) -> None:
        """Run the drain in the child, and let its last rings go out."""
        try:
            self._drain(lane, self._stop)
        finally:
            flush_all()

    def subscribe(self) -> None:
        """Hear no commands: they need a thread, and any stranger can send them."""

    def unsubscribe(self) -> None:
        """There is nothing to leave."""

    def procline(self, message: str) -> None:
        """Leave the name of the process alone."""

    def clean_registries(self) -> None:
        """Tidy RQ's registries; what is forged in them must not end the worker."""
        try:
            super().clean_registries()  # type: ignore[no-untyped-call]  # rq is untyped
        except RedisError:
            raise
        except Exception as error:  # noqa: BLE001 (strangers' bytes raise anything)
            _logger.warning("registries_unreadable", error_type=type(error).__name__)
            for queue in self.queues:
                registry = queue.started_job_registry.key
                self.connection.delete(f"{queue.key}:intermediate", registry)

    def execute_job(self, job: Any, queue: Any) -> None:
        """Run one drain; one that was killed or failed leaves no pending bell behind.

        It is not rung again here: a drain that always fails would turn in circles. The
        sweep rings in a few seconds.
        """
        try:
            super().execute_job(job, queue)
        finally:
            for lane in self.lanes:
                self.bell.lower(lane)

    def setup_work_horse_signals(self) -> None:
        """Let a stop reach the drain, and tie the child to this parent.

        The tie is SIGTERM, not SIGKILL: a registration on its way is finished and
        written down, where killing it would make its result unknown.
        """
        die_with_parent(signal.SIGTERM, parent=self.pid or 0)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, self._stop_draining)

    def _stop_draining(self, _signal: int, _frame: FrameType | None) -> None:
        self._stop.is_requested = True

    def handle_warm_shutdown_request(self) -> None:
        """Tell the child too: RQ's would linger on until it is idle."""
        if self.horse_pid:
            os.kill(self.horse_pid, signal.SIGTERM)


def drain(lane: str) -> None:
    """Stand for the one name that jobs may carry; RQ never imports it."""
    raise ForgedJobError(lane)


def _wait_for_redis(bell: Bell) -> None:
    # Valkey starts beside us. When it does not come, RQ's own error ends this process
    # and the supervisor starts the next one.
    end = time.monotonic() + 10.0
    while not bell.is_reachable() and time.monotonic() < end:
        time.sleep(0.02)


def run_worker(*lanes: Lane, url: str, drain: Drain) -> None:
    """Work off lanes until SIGTERM; the parent opens no database and no thread."""
    warnings.filterwarnings("ignore", category=DeprecationWarning, module="rq")
    for name in ("rq", "rq.worker", "rq.job", "rq.queue"):
        logging.getLogger(name).setLevel(logging.WARNING)
    bell = Bell(url)
    _wait_for_redis(bell)
    worker = _Worker(lanes, url=url, drain=drain, bell=bell)
    # Whatever an earlier worker left unheard: look once, now. One ring is enough, for
    # its drain looks at all lanes.
    for lane in lanes:
        bell.lower(lane)
    bell.ring_now(lanes[0])
    worker.work(logging_level="WARNING")
