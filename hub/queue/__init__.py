"""The bell: RQ on Valkey, which says that there is work and never what it is."""

from hub.queue.bell import (
    PENDING_SECONDS,
    Bell,
    Found,
    Lane,
    Quiet,
    Stop,
    flush_all,
)
from hub.queue.valkey import (
    ValkeyNotStartedError,
    embedded_valkey,
    run_valkey,
    valkey_url,
)

__all__ = [
    "PENDING_SECONDS",
    "Bell",
    "Found",
    "Lane",
    "Quiet",
    "Stop",
    "ValkeyNotStartedError",
    "embedded_valkey",
    "flush_all",
    "run_valkey",
    "valkey_url",
]
