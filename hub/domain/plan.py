"""What to do next: a pure function of what is wanted and what is known.

It is asked after every fact. An early shipment, an early cancellation and "cancel the
report, amend, report again" all fall out of it; run twice, it plans nothing new.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.contract.order import Order
from hub.domain.invoice_print_data import lacks_print_data
from hub.domain.known import Known, State
from hub.domain.order_kind_policy import registers_at, waits_for_hand
from hub.domain.parcels import Slip, to_report, to_report_instead
from hub.domain.policy import Policy
from hub.domain.wanted import Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """Register the order for screening."""

    order: Order
    digest: str

    @property
    def key(self) -> str:
        """Return the name under which a refusal is remembered."""
        return f"register:{self.digest}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amend:
    """Replace the order at the provider."""

    order: Order
    digest: str

    @property
    def key(self) -> str:
        """Return the name under which a refusal is remembered."""
        return f"amend:{self.digest}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """Cancel the transaction at the provider."""

    @property
    def key(self) -> str:
        """Return the name under which a refusal is remembered."""
        return "cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportShipment:
    """Report a parcel as shipped; `is_change` replaces the report made before."""

    parcel_number: str
    carrier_code: str
    tracking_number: str
    is_change: bool = False

    @property
    def key(self) -> str:
        """Return the name under which a refusal is remembered."""
        return f"report:{self.carrier_code}:{self.tracking_number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelShipmentReport:
    """Take the shipment report back."""

    @property
    def key(self) -> str:
        """Return the name under which a refusal is remembered."""
        return "cancel_report"


Effect = Register | Amend | Cancel | ReportShipment | CancelShipmentReport


def plan(
    wanted: Wanted, known: Known, policy: Policy, *, now: datetime
) -> Effect | None:
    """Return the next effect at the provider, or None where nothing is to be done.

    `now` is business time. While an outcome is unclear nothing is planned: resending
    could make a second invoice (class N, reliability 3.5).
    """
    effect = wished(wanted, known, policy)
    if effect is None or effect.key in known.refused:
        return None
    if isinstance(effect, Register):
        is_time = is_time_to_register(wanted, policy, now=now)
        return effect if policy.may_register and is_time else None
    if isinstance(effect, ReportShipment) and is_expired(
        known, policy.approval_life, now=now
    ):
        return None
    if isinstance(effect, Cancel) and is_past_cancelling(known, policy, now=now):
        return None
    return effect if policy.may_send else None


def is_time_to_register(wanted: Wanted, policy: Policy, *, now: datetime) -> bool:
    """Tell whether the rules of the order's kind let it be registered now.

    A person's release overtakes them, and so do goods that are out already.
    """
    order = wanted.order
    if order is None or policy.is_released or wanted.shipped_parcels:
        return True
    if waits_for_hand(policy.kind, order):
        return False
    due_at = registers_at(policy.kind, order)
    return due_at is None or now >= due_at


def is_expired(known: Known, life: timedelta, *, now: datetime) -> bool:
    """Tell whether an authorization has outlived its life (api 7.1)."""
    ends_at = approval_ends_at(known, life)
    return ends_at is not None and now >= ends_at


def approval_ends_at(known: Known, life: timedelta) -> datetime | None:
    """Return when an authorization ends that no report has used, None for none."""
    if known.state is not State.AUTHORIZED or known.authorized_at is None:
        return None
    return known.authorized_at + life


def is_past_cancelling(known: Known, policy: Policy, *, now: datetime) -> bool:
    """Tell whether a reported transaction can be cancelled no more (api no. 13)."""
    reported_at = known.reported.reported_at if known.reported else None
    if policy.cancel_cut_off is None or reported_at is None:
        return False
    return now >= reported_at + policy.cancel_cut_off


_WAITING = frozenset({State.REGISTERING, State.UNCLEAR, State.INVALID})
_UNTOLD = frozenset({State.RECEIVED, State.REFUSED})
_OVER = frozenset({State.DECLINED, State.EXPIRED, State.CANCELLED})


def wished(wanted: Wanted, known: Known, policy: Policy) -> Effect | None:
    """Return the next effect, whether or not it is allowed or was refused before."""
    if known.state in _WAITING:
        return None
    if _is_to_end(wanted, known, policy):
        return Cancel() if known.is_live else None
    told = wanted.told
    if told is None or _must_wait(wanted, known) or known.state in _OVER:
        return None
    if wanted.is_erased:
        # There is nobody left in it whom the provider could be told.
        return None if known.state in _UNTOLD else _shipment(wanted, known, policy)
    if known.state in (State.RECEIVED, State.REFUSED):
        return Register(order=told, digest=wanted.digest)
    if known.registered != wanted.digest:
        if known.invalid == wanted.digest:
            # Our own check holds it back; what the provider holds stays as it is.
            return None
        return _amended(told, wanted.digest, known, policy)
    return _shipment(wanted, known, policy)


def _must_wait(wanted: Wanted, known: Known) -> bool:
    # Merged goods go with another order, which is told first; until then this waits.
    # Each call but the cancellation depends on whether a report in doubt stands.
    return bool(wanted.merged_into or wanted.waits_for or known.in_doubt_since)


def _is_to_end(wanted: Wanted, known: Known, policy: Policy) -> bool:
    if known.state is State.DECLINED:
        return policy.cancels_declined
    is_held = known.state is State.ON_HOLD and policy.cancels_held
    return wanted.is_cancelled or is_held


def _amended(order: Order, digest: str, known: Known, policy: Policy) -> Effect:
    amend = Amend(order=order, digest=digest)
    is_in_the_way = (
        known.state is State.SHIPMENT_REPORTED and not policy.amends_after_report
    )
    if not is_in_the_way or amend.key in known.refused:
        return amend
    # Most likely the provider refuses a change while a report stands (api no. 12).
    return CancelShipmentReport()


def _shipment(wanted: Wanted, known: Known, policy: Policy) -> Effect | None:
    rules = policy.parcels
    if known.state is State.AUTHORIZED:
        if lacks_print_data(wanted, known):
            # The provider takes no report before the invoice was fetched (api 5).
            return None
        slip = to_report(wanted, rules)
        return _report(slip, is_change=False) if slip else None
    if known.state is not State.SHIPMENT_REPORTED or known.reported is None:
        return None
    if not wanted.shipped_parcels:
        return CancelShipmentReport()
    # Parcels that cannot be reported yet do not undo a report that stands.
    other = to_report_instead(wanted, known, rules)
    return _report(other, is_change=True) if other else None


def _report(slip: Slip, *, is_change: bool) -> ReportShipment:
    return ReportShipment(
        parcel_number=slip.name,
        carrier_code=slip.match.code,
        tracking_number=slip.judged.number,
        is_change=is_change,
    )
