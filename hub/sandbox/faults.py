"""Faults on demand: a queue that a test fills and the wire empties."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum, unique
from threading import Lock
from typing import Any, Final, Self

from hub.sandbox.tables import Operation


@unique
class FaultKind(StrEnum):
    """How an answer goes wrong."""

    APPLIED_UNANSWERED = "applied_unanswered"
    NOT_APPLIED_UNANSWERED = "not_applied_unanswered"
    STATUS_500 = "status_500"
    STATUS_503 = "status_503"
    STATUS_429 = "status_429"
    GARBAGE = "garbage"
    TRUNCATED = "truncated"
    CUT_CONNECTION = "cut_connection"
    WRONG_ID = "wrong_id"
    HTML_200 = "html_200"
    NO_ERRORS = "ng_without_errors"
    EMPTY_RESULT = "empty_result"
    UNKNOWN_WORD = "unknown_word"
    SLOW_DRIP = "slow_drip"
    DELAY = "delay"


_NOT_APPLIED: Final = frozenset(
    (
        FaultKind.NOT_APPLIED_UNANSWERED,
        FaultKind.STATUS_500,
        FaultKind.STATUS_503,
        FaultKind.STATUS_429,
        FaultKind.HTML_200,
        FaultKind.NO_ERRORS,
    )
)
ANY_OPERATION: Final = "*"
_KEYS: Final = frozenset(
    [
        "operation",
        "kind",
        "seconds",
        "times",
        "applied",
        "at",
        "shop_order_id",
        "retry_after",
    ]
)


class FaultError(ValueError):
    """A fault was described wrongly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One kind of trouble for some of the coming calls."""

    operation: str = ANY_OPERATION
    kind: FaultKind
    seconds: float = 0.0
    times: int = 1
    is_applied: bool = True
    at: int | None = None
    shop_order_id: str = ""
    retry_after: int | None = None

    def fits(self, operation: str, shop_order_id: str) -> bool:
        """Tell whether this fault is meant for a call."""
        if self.operation not in (ANY_OPERATION, operation):
            return False
        return self.shop_order_id in ("", shop_order_id)

    @classmethod
    def read(cls, description: Mapping[str, Any]) -> Self:
        """Return the fault that JSON describes; raises FaultError where it cannot."""
        unknown = set(description) - _KEYS
        if unknown:
            raise FaultError(
                f"Unknown: {sorted(unknown)}. A fault has {sorted(_KEYS)}."
            )
        operation = str(description.get("operation", ANY_OPERATION))
        if operation not in (ANY_OPERATION, *Operation):
            raise FaultError(f"operation must be * or one of {[*map(str, Operation)]}.")
        try:
            kind = FaultKind(str(description.get("kind", "")))
        except ValueError as error:
            kinds = [str(kind) for kind in FaultKind]
            raise FaultError(f"kind must be one of {kinds}.") from error
        applied = description.get("applied", kind not in _NOT_APPLIED)
        try:
            return cls(
                operation=operation,
                kind=kind,
                seconds=max(0.0, float(description.get("seconds", 0))),
                times=max(1, int(description.get("times", 1))),
                is_applied=bool(applied),
                at=_optional_number(description.get("at")),
                shop_order_id=str(description.get("shop_order_id", "")),
                retry_after=_optional_number(description.get("retry_after")),
            )
        except (TypeError, ValueError) as error:
            raise FaultError("seconds, times and at must be numbers.") from error

    def as_json(self) -> dict[str, Any]:
        """Return the fault as the control port shows it."""
        return {
            "operation": self.operation,
            "kind": self.kind.value,
            "seconds": self.seconds,
            "times": self.times,
            "applied": self.is_applied,
            "at": self.at,
            "shop_order_id": self.shop_order_id,
            "retry_after": self.retry_after,
        }


def _optional_number(value: Any) -> int | None:
    return None if value is None else max(0, int(value))


class FaultQueue:
    """The faults still to come, oldest first."""

    def __init__(self) -> None:
        """Start without any."""
        self._lock = Lock()
        self._waiting: deque[Fault] = deque()

    def add(self, fault: Fault) -> None:
        """Put a fault behind those already waiting."""
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> int:
        """Drop every waiting fault and return how many there were."""
        with self._lock:
            count = len(self._waiting)
            self._waiting.clear()
            return count

    def waiting(self) -> list[Fault]:
        """Return the faults still to come."""
        with self._lock:
            return list(self._waiting)

    def take(self, operation: str, shop_order_id: str) -> Fault | None:
        """Return the oldest fault for this call and use it up by one."""
        if not self._waiting:
            return None
        with self._lock:
            for index, fault in enumerate(self._waiting):
                if not fault.fits(operation, shop_order_id):
                    continue
                if fault.times > 1:
                    self._waiting[index] = replace(fault, times=fault.times - 1)
                else:
                    del self._waiting[index]
                return fault
        return None
