"""What an HTTP status other than 200 means for a call (reliability 3.6)."""

from hub.contract.http import HttpAnswer
from hub.provider.errors import Unread
from hub.provider.port import (
    Operation,
    ProviderAnswer,
    ProviderError,
    Refused,
    Throttled,
    Unclear,
)
from hub.provider.profile import Profile

TAKEN = 200
_UNAUTHORIZED = 401
_BUSY = frozenset({429, 503})
_READS = frozenset({Operation.INQUIRE, Operation.FETCH_PRINT_DATA})
_LONGEST_WAIT_SECONDS = 3600
_MOST_DIGITS = 9


def without_body(
    operation: Operation, answer: HttpAnswer, profile: Profile
) -> ProviderAnswer:
    """Return what a status says whose body is not the provider's own."""
    if answer.status == _UNAUTHORIZED:
        # HTTP Basic is asked for before a body is looked at (R5).
        error = ProviderError(point="HTTP", code=str(answer.status), message="")
        return Refused(errors=(error,), are_credentials=True)
    if answer.status not in _BUSY:
        return Unclear(code=Unread.HTTP_STATUS.value)
    if operation in _READS or profile.is_busy_not_applied:
        wait = _wait_seconds(answer, profile.busy_wait_seconds)
        return Throttled(retry_after_seconds=wait)
    return Unclear(code=Unread.BUSY.value)


def _wait_seconds(answer: HttpAnswer, otherwise: int) -> int:
    text = answer.headers.get("retry-after", "").strip()
    if not (text.isascii() and text.isdigit()):
        return otherwise
    return min(max(int(text[:_MOST_DIGITS]), 1), _LONGEST_WAIT_SECONDS)
