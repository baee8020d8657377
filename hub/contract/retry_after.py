"""How long a cart asks us to wait: the header Retry-After."""

import math
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_WAIT_SECONDS = 3600
_SECONDS = re.compile(r"[0-9]{1,10}(\.[0-9]{1,10})?", re.ASCII)


def wait_of(header: str, now: datetime) -> int | None:
    """Return the wait in whole seconds, from one to an hour; None where none is said.

    Seconds may have decimals (Shopify writes 2.0); a date counts from `now`.
    """
    seconds = _seconds(header.strip(), now)
    return None if seconds is None else bounded_wait(seconds)


def bounded_wait(seconds: float) -> int:
    """Return a wait as whole seconds, rounded up, from one to an hour."""
    return math.ceil(min(max(seconds, 1), LONGEST_WAIT_SECONDS))


def _seconds(text: str, now: datetime) -> float | None:
    if _SECONDS.fullmatch(text):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - now).total_seconds()
