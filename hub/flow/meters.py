"""Brings what processes count to the book, and reads it back for /metrics."""

import shutil
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from hub import log, metrics
from hub.flow.tools import Parts
from hub.metrics import Reading
from hub.store import meters
from hub.store.meters import Waiting
from hub.store.schema import is_current
from hub.store.store import Across

FLUSH_SECONDS = 5.0

_logger = log.get("meters")


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What is true over all processes at one moment; all counted in one read."""

    at: datetime
    business_at: datetime
    sums: Sequence[Reading]
    deliveries: Sequence[Waiting]
    operations: Sequence[Waiting]
    attention: Sequence[Waiting]
    unclear: Sequence[Waiting]
    inquiries: Waiting
    is_schema_current: bool
    is_bell_reachable: bool
    free_bytes: int


def flush(parts: Parts) -> None:
    """Add what this process counted to the book; what cannot be added is kept."""
    readings = metrics.take()
    if not readings:
        return
    try:
        parts.store.across.write(lambda across: meters.add(across, readings))
    except SQLAlchemyError as error:
        metrics.give_back(readings)
        _logger.warning("flush_failed", error_type=type(error).__name__)


def keep_flushing(parts: Parts, *, seconds: float = FLUSH_SECONDS) -> threading.Event:
    """Flush every few seconds in a thread of its own until the event is set."""
    stopping = threading.Event()

    def run() -> None:
        while not stopping.wait(seconds):
            flush(parts)

    threading.Thread(target=run, name="meters", daemon=True).start()
    return stopping


def snapshot(parts: Parts) -> Snapshot:
    """Read everything that /metrics tells; raises SQLAlchemyError without a book."""
    # What this process counted is told at once.
    flush(parts)
    at, business_at = parts.clock.now(), parts.clock.business_now()

    def read(across: Across) -> dict[str, object]:
        return {
            "sums": meters.sums(across),
            "deliveries": meters.deliveries(across),
            "operations": meters.operations(across),
            "attention": meters.attention(across),
            "unclear": meters.unclear(across),
            "inquiries": meters.inquiries(across, business_now=business_at),
        }

    found = parts.store.across.read(read)
    return Snapshot(
        at=at,
        business_at=business_at,
        is_schema_current=is_current(parts.store.engine),
        is_bell_reachable=parts.bell.is_reachable(),
        free_bytes=shutil.disk_usage(parts.config.data_dir).free,
        **found,  # type: ignore[arg-type]  # the names are those of the record
    )
