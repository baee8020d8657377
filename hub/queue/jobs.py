"""The only job that RQ may carry: `drain(lane)`. Anything else is set aside, unread.

Whoever can write to Redis can write jobs, and RQ would import and call what they name.
So a job is compared with the one text it may hold before RQ reads any of it.
"""

import json
import re
import zlib
from collections.abc import Mapping
from typing import Any

from redis.exceptions import ResponseError
from rq.exceptions import NoSuchJobError
from rq.job import Job
from rq.queue import Queue

from hub import log

DRAIN = "hub.worker.drain"
LANES = ("absorb", "provider", "cart")
QUARANTINE_SECONDS = 86_400
QUARANTINE_PREFIX = "hub:quarantine:"

_LONGEST_CALL = 1_024
_JOB_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_TEXTS = {
    name: re.compile(pattern)
    for name, pattern in {
        "created_at": r"[0-9TZ:.+-]{0,40}",
        "enqueued_at": r"[0-9TZ:.+-]{0,40}",
        "started_at": r"[0-9TZ:.+-]{0,40}",
        "ended_at": r"[0-9TZ:.+-]{0,40}",
        "last_heartbeat": r"[0-9TZ:.+-]{0,40}",
        "origin": r"hub-(absorb|provider|cart)",
        "description": r"wake",
        "status": r"queued|started|finished|failed",
        "timeout": r"480",
        "ttl": r"600",
        "result_ttl": r"0",
        "failure_ttl": r"86400",
        "worker_name": r"[A-Za-z0-9_-]{0,64}",
        # Written by RQ itself, always empty for us.
        "success_callback_name": r"",
        "failure_callback_name": r"",
        "stopped_callback_name": r"",
        "group_id": r"",
    }.items()
}
_logger = log.get("queue")


class ForgedJobError(NoSuchJobError):
    """A job that this house did not write; for RQ it does not exist."""


class WakeJob(Job):
    """A job that can name a lane and nothing else."""

    @property
    def lane(self) -> str:
        """Return the lane that the job rings."""
        return str(self.args[0])

    def refresh(self) -> None:
        """Read the job from Redis; set it aside when it is not ours."""
        try:
            super().refresh()  # type: ignore[no-untyped-call]  # rq is half typed
        except ForgedJobError:
            self._quarantine()
            raise
        except NoSuchJobError:
            raise
        except (
            ResponseError,
            ValueError,
            TypeError,
            AttributeError,
            KeyError,
        ) as error:
            self._quarantine()
            raise ForgedJobError("unreadable") from error

    def restore(self, raw_data: Mapping[Any, Any]) -> None:
        """Accept the fields of a job only when they are exactly those of ours."""
        fields = {_text(key): value for key, value in raw_data.items()}
        call = _read_call(fields.get("data", b""))
        if call is None or not all(_is_ours(*field) for field in fields.items()):
            raise ForgedJobError("not a wake job")
        kept = {name: value for name, value in fields.items() if name in _TEXTS}
        super().restore({**kept, "data": call})

    def perform(self) -> None:
        """Refuse: only the worker's own class knows what draining is."""
        raise ForgedJobError("this process drains nothing")

    def _quarantine(self) -> None:
        _set_aside(self.connection, self.key, name=str(self.id))


class WakeQueue(Queue):
    """A queue that passes over ids and jobs that are not ours."""

    @classmethod
    def lmove(cls, connection: Any, queue_key: str, timeout: int | None) -> Any:
        """Take the next id, throwing away what cannot be an id."""
        while True:
            moved = super().lmove(connection, queue_key, timeout)
            if moved is None or _JOB_ID.fullmatch(_text(moved[1])):
                return moved
            connection.lrem(f"{queue_key}:intermediate", 0, moved[1])
            connection.lpush(f"{QUARANTINE_PREFIX}ids", moved[1])
            connection.ltrim(f"{QUARANTINE_PREFIX}ids", 0, 99)
            connection.expire(f"{QUARANTINE_PREFIX}ids", QUARANTINE_SECONDS)
            _logger.warning("job_refused", reason="id")

    @classmethod
    def _fetch_dequeued_job(
        cls, connection: Any, queue_key: str, job_id: str, *options: Any, **named: Any
    ) -> Any:
        found = super()._fetch_dequeued_job(
            connection, queue_key, job_id, *options, **named
        )
        if found is None:
            connection.lrem(f"{queue_key}:intermediate", 0, job_id)
        return found


def _set_aside(connection: Any, key: Any, *, name: str) -> None:
    place = f"{QUARANTINE_PREFIX}{name[:64]}"
    try:
        connection.rename(key, place)
        connection.expire(place, QUARANTINE_SECONDS)
    except ResponseError:
        connection.delete(key)
    _logger.warning("job_refused", reason="content")


def _read_call(stored: Any) -> bytes | None:
    """Return the plain text of an allowed call, or None."""
    if not isinstance(stored, bytes) or len(stored) > _LONGEST_CALL:
        return None
    try:
        text = zlib.decompressobj().decompress(stored, _LONGEST_CALL)
        call = json.loads(text.decode())
    except (zlib.error, ValueError, RecursionError):
        return None
    return text if call in [[DRAIN, None, [lane], {}] for lane in LANES] else None


def _is_ours(name: str, value: Any) -> bool:
    if name in ("data", "exc_info"):
        return True
    text = _text(value)
    if name in _TEXTS:
        return _TEXTS[name].fullmatch(text) is not None
    return text in _EMPTY.get(name, ())


# What RQ writes for things that we never use; a filled one is somebody else's job.
_EMPTY: dict[str, tuple[str, ...]] = {
    "meta": ("{}",),
    "result": ("",),
    "worker_name": ("",),
    "dependency_ids": ("", "[]"),
    "dependency_id": ("",),
    "enqueue_at_front_on_retry": ("", "0"),
    "enqueue_at_front": ("", "0"),
    "allow_dependency_failures": ("", "0"),
    "success_callback_timeout": ("60",),
    "failure_callback_timeout": ("60",),
    "stopped_callback_timeout": ("60",),
}


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
