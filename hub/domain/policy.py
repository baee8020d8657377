"""What a shop allows the machine to do."""

from dataclasses import dataclass
from enum import StrEnum


class Mode(StrEnum):
    """How far a shop lets the hub go by itself."""

    SHADOW = "shadow"
    APPROVAL = "approval"
    AUTOMATIC = "automatic"


MODE_LABELS_JA = {
    Mode.SHADOW: "影運転",
    Mode.APPROVAL: "承認制",
    Mode.AUTOMATIC: "自動",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rules in force for one transaction.

    `is_released` says that a named person released it (承認制). `is_before_cutover`
    marks 切替前の注文, which a machine never registers. `cancels_declined` removes
    the leftover of a declined screening.
    """

    mode: Mode = Mode.AUTOMATIC
    is_released: bool = False
    is_before_cutover: bool = False
    cancels_declined: bool = True

    @property
    def may_send(self) -> bool:
        """Tell whether anything may be sent to the provider."""
        if self.mode is Mode.SHADOW:
            return False
        return self.mode is Mode.AUTOMATIC or self.is_released

    @property
    def may_register(self) -> bool:
        """Tell whether a registration may be sent."""
        return self.may_send and (not self.is_before_cutover or self.is_released)
