import os
import signal
import time

from hub.queue import Bell, Lane, Stop
from hub.queue.leash import die_with_parent
from hub.worker import run_worker
from tests.queue.workers import LANE, jobs, until


class SlowBell(Bell):
    """A bell on a slow line, whose rings outlast RQ's own last round trips."""

    def _send(self, lanes: set[Lane]) -> None:
        time.sleep(0.3)
        super()._send(lanes)


def test_what_a_drain_rings_last_goes_out_although_its_process_ends_at_once(url, redis):
    def drain(_lane: Lane, _stop: Stop) -> None:
        SlowBell(url).ring(Lane.CART)

    pid = os.fork()
    if pid == 0:
        die_with_parent(signal.SIGKILL, parent=os.getppid())
        try:
            run_worker(LANE, url=url, drain=drain)
        finally:
            os._exit(0)
    try:
        assert until(lambda: jobs(redis, Lane.CART) == 1)
    finally:
        os.kill(pid, signal.SIGTERM)
        os.waitpid(pid, 0)
