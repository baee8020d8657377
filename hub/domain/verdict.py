"""発送していい? and whatever a person must look at, from wanted and known."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from hub.contract.updates import MayShip
from hub.domain.invoice_print_data import lacks_print_data
from hub.domain.known import Known, State
from hub.domain.plan import (
    Amend,
    Cancel,
    CancelShipmentReport,
    Effect,
    ReportShipment,
    is_expired,
    plan,
    reportable_parcel,
    wished,
)
from hub.domain.policy import Mode, Policy
from hub.domain.wanted import Wanted

_ANSWERS = {
    State.AUTHORIZED: MayShip.YES,
    State.SHIPMENT_REPORTED: MayShip.YES,
    State.ON_HOLD: MayShip.CHECK,
    State.INVALID: MayShip.CHECK,
    State.REFUSED: MayShip.CHECK,
    State.UNCLEAR: MayShip.CHECK,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """Why a person must look: a code of the catalogue, and whether it is an alarm.

    Only an alarm stands in red: goods are out, or money is.
    """

    code: str
    is_alarm: bool = False


def may_ship(wanted: Wanted, known: Known) -> MayShip:
    """Return the answer to 発送していい?

    An order that the cart changed after its approval waits until the provider knows.
    """
    if wanted.is_cancelled:
        return MayShip.NO
    if known.state is State.AUTHORIZED and known.registered != wanted.digest:
        return MayShip.NO
    if lacks_print_data(wanted, known):
        return MayShip.CHECK
    return _ANSWERS.get(known.state, MayShip.NO)


def attention(
    wanted: Wanted, known: Known, policy: Policy, *, now: datetime
) -> Attention | None:
    """Return the most pressing thing that a person must look at, or None.

    `now` is business time.
    """
    if wanted.order is None:
        # A parcel of an order that never came is most likely not paid with us.
        return None
    alarms = _alarms(wanted, known, now=now)
    tasks = _tasks(wanted, known, policy, now=now)
    return next(chain(alarms, tasks), None)


def _alarms(wanted: Wanted, known: Known, *, now: datetime) -> Iterator[Attention]:
    if wanted.shipped_parcels and _is_shipped_unauthorized(wanted, known, now=now):
        yield Attention(code="HUB-SHIP-001", is_alarm=True)
    if known.state is State.UNCLEAR:
        yield Attention(code="HUB-PROV-201", is_alarm=True)
    if wanted.shipped_parcels and _is_unreportable(wanted, known):
        yield Attention(code="HUB-SHIP-002", is_alarm=True)
    if wanted.shipped_parcels and lacks_print_data(wanted, known):
        yield Attention(code="HUB-INV-102", is_alarm=True)


def _tasks(
    wanted: Wanted, known: Known, policy: Policy, *, now: datetime
) -> Iterator[Attention]:
    if not wanted.is_cancelled:
        if known.state is State.CANCELLED:
            yield Attention(code="HUB-PROV-105")
        if code := _BY_STATE.get(known.state):
            yield Attention(code=code)
    if refusal := _refusal(wanted, known, policy):
        # Goods that are out without a report are money at risk.
        is_unreported = bool(wanted.shipped_parcels) and _is_unreported(known)
        yield Attention(code=refusal, is_alarm=is_unreported)
    if is_expired(known, now=now):
        yield Attention(code="HUB-PROV-104")
    if not wanted.is_cancelled and lacks_print_data(wanted, known):
        yield Attention(code="HUB-INV-101")
    if policy.mode is Mode.APPROVAL and waits_for_release(
        wanted, known, policy, now=now
    ):
        yield Attention(code="HUB-MODE-001")


def waits_for_release(
    wanted: Wanted, known: Known, policy: Policy, *, now: datetime
) -> bool:
    """Tell whether a person's release is all that is missing (承認制)."""
    released = replace(policy, is_released=True)
    return (
        not policy.is_released
        and plan(wanted, known, policy, now=now) is None
        and plan(wanted, known, released, now=now) is not None
    )


def _is_shipped_unauthorized(wanted: Wanted, known: Known, *, now: datetime) -> bool:
    if wanted.is_cancelled or is_expired(known, now=now):
        return True
    return known.state not in (State.AUTHORIZED, State.SHIPMENT_REPORTED)


def _is_unreportable(wanted: Wanted, known: Known) -> bool:
    parcel = reportable_parcel(wanted.shipped_parcels)
    return _is_unreported(known) and parcel is None


def _is_unreported(known: Known) -> bool:
    return known.state is State.AUTHORIZED


_BY_STATE = {
    State.INVALID: "HUB-PROV-101",
    State.REFUSED: "HUB-PROV-102",
    State.ON_HOLD: "HUB-PROV-103",
    State.EXPIRED: "HUB-PROV-104",
}
_REFUSALS: dict[type[Effect], str] = {
    Amend: "HUB-PROV-301",
    Cancel: "HUB-PROV-302",
    CancelShipmentReport: "HUB-PROV-303",
    ReportShipment: "HUB-SHIP-003",
}


def _refusal(wanted: Wanted, known: Known, policy: Policy) -> str:
    """Return the code of a refusal that still stands in the way, "" for none."""
    effect = wished(wanted, known, policy)
    if effect is None or effect.key not in known.refused:
        return ""
    return _REFUSALS.get(type(effect), "")
