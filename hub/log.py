"""Structured logs that can hold no personal data: only listed keys are written."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# An allow-list, because a block-list forgets: ids, states, codes, counts and timings.
ALLOWED_KEYS = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "merchant_id",
        "shop_id",
        "connection_id",
        "connector",
        "order_id",
        "transaction_id",
        "operation_id",
        "attempt_id",
        "delivery_id",
        "kind",
        "state",
        "from_state",
        "to_state",
        "code",
        "lane",
        "count",
        "seconds",
        "status",
        "host",
        "port",
        "pid",
        "process",
        "exit_code",
        "address",
        "reason",
        "retry_class",
        "due_at",
        "topic",
        "origin",
        "outcome",
        "step",
        "error_type",
        "size",
        "migration",
        "signal",
        "user_id",
        "route",
        "method",
        "request_id",
        "version",
    }
)
LONGEST_VALUE = 2048


def _keep_allowed(
    _logger: Any, _name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    kept: dict[str, Any] = {}
    for key, value in event.items():
        if key in ALLOWED_KEYS:
            is_plain = isinstance(value, int | float | bool) or value is None
            kept[key] = value if is_plain else str(value)[:LONGEST_VALUE]
    return kept


def configure(*, level: str = "INFO") -> None:
    """Write one JSON object a line to standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _keep_allowed,
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level]
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def get(room: str) -> Any:
    """Return the logger of a room; the name of an event is a short code."""
    return structlog.get_logger(process=room)
