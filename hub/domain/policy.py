"""What a shop allows the machine to do."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from hub.domain.order_kind_policy import KindPolicy, OnDeclined, OnHold
from hub.domain.parcel_rules import ParcelRules

# W2 re-authorises after 88 days (api 7.1); the service's own limit is unknown (no. 14).
APPROVAL_LIFE = timedelta(days=88)
# Long enough to ship, or to tell the buyer that it will be screened again.
APPROVAL_WARNING = timedelta(days=7)


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
    marks 切替前の注文, which a machine never registers, no more than an order of a shop
    whose app was uninstalled (`is_app_removed`). `kind` holds the rules of the
    order's kind, `parcels` which parcel is reported, and when. The times are what is
    believed of the provider: an approval's life, how long before its end a person is
    warned, and until when a reported transaction can be cancelled (None: its answer
    decides). `amends_after_report` says that it takes a change under a report.
    """

    mode: Mode = Mode.AUTOMATIC
    is_released: bool = False
    is_before_cutover: bool = False
    is_app_removed: bool = False
    kind: KindPolicy = field(default_factory=KindPolicy)
    parcels: ParcelRules = field(default_factory=ParcelRules)
    hold_answer: timedelta = timedelta(days=3)
    stock_hold: timedelta = timedelta(days=7)
    approval_life: timedelta = APPROVAL_LIFE
    approval_warning: timedelta = APPROVAL_WARNING
    cancel_cut_off: timedelta | None = None
    amends_after_report: bool = False

    @property
    def cancels_declined(self) -> bool:
        """Tell whether the leftover of a declined screening is removed."""
        return self.kind.on_declined is OnDeclined.CLEAN_UP

    @property
    def cancels_held(self) -> bool:
        """Tell whether 保留 ends the transaction."""
        return self.kind.on_hold is OnHold.CANCEL

    @property
    def may_send(self) -> bool:
        """Tell whether anything may be sent to the provider."""
        if self.mode is Mode.SHADOW:
            return False
        return self.mode is Mode.AUTOMATIC or self.is_released

    @property
    def may_register(self) -> bool:
        """Tell whether a registration may be sent."""
        is_for_persons = self.is_before_cutover or self.is_app_removed
        return self.may_send and (not is_for_persons or self.is_released)
