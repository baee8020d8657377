"""What to do next: a pure function of what is wanted and what is known.

It is asked after every fact. An early shipment, an early cancellation and "cancel the
report, amend, report again" all fall out of it; run twice, it plans nothing new.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.contract.order import Order, Parcel
from hub.domain.carriers import CarrierVerdict, match_carrier
from hub.domain.invoice_print_data import lacks_print_data
from hub.domain.known import Known, State
from hub.domain.policy import Policy
from hub.domain.tracking_numbers import normal_tracking_number
from hub.domain.wanted import Wanted

# W2 re-authorises after 88 days (api 7.1); the service's own limit is unknown (no. 14).
APPROVAL_LIFE = timedelta(days=88)


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
        return effect if policy.may_register else None
    if isinstance(effect, ReportShipment) and is_expired(known, now=now):
        return None
    return effect if policy.may_send else None


def is_expired(known: Known, *, now: datetime) -> bool:
    """Tell whether an authorization has outlived its life (S-none, api 7.1)."""
    return (
        known.state is State.AUTHORIZED
        and known.authorized_at is not None
        and now >= known.authorized_at + APPROVAL_LIFE
    )


def wished(wanted: Wanted, known: Known, policy: Policy) -> Effect | None:
    """Return the next effect, whether or not it is allowed or was refused before."""
    if known.state in (State.REGISTERING, State.UNCLEAR, State.INVALID):
        return None
    if known.state is State.DECLINED:
        return Cancel() if known.is_live and policy.cancels_declined else None
    if wanted.is_cancelled:
        return Cancel() if known.is_live else None
    told = wanted.told
    if told is None or known.state is State.CANCELLED:
        return None
    if known.state in (State.RECEIVED, State.REFUSED):
        return Register(order=told, digest=wanted.digest)
    if known.state is State.EXPIRED:
        return None
    if known.registered != wanted.digest:
        return _amended(told, wanted.digest, known)
    return _shipment(wanted, known)


def _amended(order: Order, digest: str, known: Known) -> Effect:
    amend = Amend(order=order, digest=digest)
    if known.state is not State.SHIPMENT_REPORTED or amend.key in known.refused:
        return amend
    # The provider refuses a change while a report stands (api no. 12).
    return CancelShipmentReport()


def _shipment(wanted: Wanted, known: Known) -> Effect | None:
    parcel = reportable_parcel(wanted.shipped_parcels)
    if known.state is State.AUTHORIZED:
        if lacks_print_data(wanted, known):
            # The provider takes no report before the invoice was fetched (api 5).
            return None
        return _report(parcel, is_change=False) if parcel else None
    if known.state is not State.SHIPMENT_REPORTED or known.reported is None:
        return None
    if parcel is None:
        # Parcels that cannot be reported yet do not undo a report that stands.
        return None if wanted.shipped_parcels else CancelShipmentReport()
    report = _report(parcel, is_change=True)
    held = known.reported
    is_same = (report.carrier_code, report.tracking_number) == (
        held.carrier_code,
        held.tracking_number,
    )
    return None if is_same else report


def reportable_parcel(parcels: tuple[Parcel, ...]) -> Parcel | None:
    """Return the first parcel with a carrier code and a usable tracking number.

    One transaction takes one report (api 5); which parcel counts is the first shipped.
    """
    for parcel in parcels:
        match = match_carrier(parcel.carrier, parcel.service)
        if match.verdict is CarrierVerdict.CODE and normal_tracking_number(
            parcel.tracking_number
        ):
            return parcel
    return None


def _report(parcel: Parcel, *, is_change: bool) -> ReportShipment:
    return ReportShipment(
        parcel_number=parcel.number,
        carrier_code=match_carrier(parcel.carrier, parcel.service).code,
        tracking_number=normal_tracking_number(parcel.tracking_number),
        is_change=is_change,
    )
