"""Faults on demand: how an answer goes wrong, for which calls and how often."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Any, Final, Self

from hub.sandbox.errors import DeskError
from hub.sandbox.tables import Operation


@unique
class FaultKind(StrEnum):
    """How an answer goes wrong."""

    APPLIED_UNANSWERED = "applied_unanswered"
    NOT_APPLIED_UNANSWERED = "not_applied_unanswered"
    LATE_APPLY = "late_apply"
    STATUS_429 = "status_429"
    STATUS_500 = "status_500"
    STATUS_502 = "status_502"
    STATUS_503 = "status_503"
    STATUS_504 = "status_504"
    GARBAGE = "garbage"
    TRUNCATED = "truncated"
    CUT_CONNECTION = "cut_connection"
    EMPTY_200 = "empty_200"
    HTML_200 = "html_200"
    WRONG_CHARSET = "wrong_charset"
    SHIFT_JIS = "shift_jis"
    DUPLICATE_ANSWER = "duplicate_answer"
    TWO_RESULTS = "two_results"
    WRONG_ID = "wrong_id"
    OTHER_ORDER = "other_order"
    NO_ERRORS = "ng_without_errors"
    EMPTY_RESULT = "empty_result"
    UNKNOWN_WORD = "unknown_word"
    SLOW_DRIP = "slow_drip"
    DELAY = "delay"


SILENT: Final = frozenset(
    (
        FaultKind.APPLIED_UNANSWERED,
        FaultKind.NOT_APPLIED_UNANSWERED,
        FaultKind.LATE_APPLY,
    )
)
STATUSES: Final[Mapping[FaultKind, str]] = {
    FaultKind.STATUS_429: "429 Too Many Requests",
    FaultKind.STATUS_500: "500 Internal Server Error",
    FaultKind.STATUS_502: "502 Bad Gateway",
    FaultKind.STATUS_503: "503 Service Unavailable",
    FaultKind.STATUS_504: "504 Gateway Timeout",
}
_NOT_APPLIED: Final = frozenset(
    (
        FaultKind.NOT_APPLIED_UNANSWERED,
        *STATUSES,
        FaultKind.EMPTY_200,
        FaultKind.HTML_200,
        FaultKind.NO_ERRORS,
    )
)
# Only an answer that says nothing of the effect can leave before the effect.
MAY_BE_LATE: Final = SILENT | frozenset(STATUSES)
ANY_OPERATION: Final = "*"
UNTIL_CLEARED: Final = 0
_LATE_SECONDS: Final = 60.0
_KEYS: Final = frozenset(
    (
        *("operation", "kind", "seconds", "times", "applied", "at", "merchant"),
        *("shop_order_id", "retry_after", "apply_after_seconds", "apply_after_hours"),
    )
)


class FaultError(DeskError):
    """A fault was described wrongly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One kind of trouble for some of the coming calls; times 0 lasts until cleared."""

    operation: str = ANY_OPERATION
    kind: FaultKind
    seconds: float = 0.0
    times: int = 1
    is_applied: bool = True
    at: int | None = None
    shop_order_id: str = ""
    merchant: str = ""
    retry_after: int | None = None
    apply_after: float = 0.0

    def fits(self, operation: str, shop_order_id: str, merchant: str = "") -> bool:
        """Tell whether this fault is meant for a call."""
        return (
            self.operation in (ANY_OPERATION, operation)
            and self.shop_order_id in ("", shop_order_id)
            and self.merchant in ("", merchant)
        )

    @property
    def is_late(self) -> bool:
        """Tell whether the call takes effect only later, by the company's clock."""
        return self.is_applied and self.apply_after > 0

    @classmethod
    def read(cls, description: Mapping[str, Any]) -> Self:
        """Return the fault that JSON describes; raises FaultError where it cannot."""
        unknown = set(description) - _KEYS
        if unknown:
            raise FaultError(
                f"Unknown: {sorted(unknown)}. A fault has {sorted(_KEYS)}. "
                "No fault was added."
            )
        operation = str(description.get("operation", ANY_OPERATION))
        if operation not in (ANY_OPERATION, *Operation):
            raise FaultError(f"operation must be * or one of {[*map(str, Operation)]}.")
        kind = _kind(description)
        try:
            fault = cls(
                operation=operation,
                kind=kind,
                seconds=max(0.0, float(description.get("seconds", 0))),
                times=max(UNTIL_CLEARED, int(description.get("times", 1))),
                is_applied=bool(description.get("applied", kind not in _NOT_APPLIED)),
                at=_optional_number(description.get("at")),
                shop_order_id=str(description.get("shop_order_id", "")),
                merchant=str(description.get("merchant", "")),
                retry_after=_optional_number(description.get("retry_after")),
                apply_after=_apply_after(description, kind),
            )
        except (TypeError, ValueError, OverflowError) as error:
            raise FaultError(
                "seconds, times, at, retry_after and apply_after_… must be numbers. "
                "No fault was added.",
                ja="回数・秒数などは数字で入力してください。障害は追加していません。",
            ) from error
        return fault._checked()

    def _checked(self) -> Self:
        if self.apply_after and self.kind not in MAY_BE_LATE:
            raise FaultError(
                f"{self.kind} cannot be applied late: its answer shows the effect. "
                f"Late may be {sorted(MAY_BE_LATE)}. No fault was added.",
                ja="この障害は応答に結果が見えるため、遅れて処理にはできません。"
                "障害は追加していません。",
            )
        return self

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
            "merchant": self.merchant,
            "retry_after": self.retry_after,
            "apply_after_seconds": self.apply_after,
        }


def _kind(description: Mapping[str, Any]) -> FaultKind:
    try:
        return FaultKind(str(description.get("kind", "")))
    except ValueError as error:
        kinds = [str(kind) for kind in FaultKind]
        raise FaultError(f"kind must be one of {kinds}.") from error


def _apply_after(description: Mapping[str, Any], kind: FaultKind) -> float:
    seconds = float(description.get("apply_after_seconds") or 0)
    seconds += float(description.get("apply_after_hours") or 0) * 3600
    if kind is FaultKind.LATE_APPLY and seconds <= 0:
        return _LATE_SECONDS
    return max(0.0, seconds)


def _optional_number(value: Any) -> int | None:
    return None if value is None else max(0, int(value))
