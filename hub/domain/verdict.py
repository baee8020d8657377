"""発送していい? and whatever a person must look at, from wanted and known."""

from dataclasses import dataclass
from datetime import datetime

from hub.contract.updates import MayShip
from hub.domain.known import Known, State
from hub.domain.plan import is_expired, reportable_parcel
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
    return _ANSWERS.get(known.state, MayShip.NO)


def attention(wanted: Wanted, known: Known, *, now: datetime) -> Attention | None:
    """Return the most pressing thing that a person must look at, or None.

    `now` is business time.
    """
    is_out = bool(wanted.shipped_parcels)
    if is_out and _is_shipped_unauthorized(wanted, known, now=now):
        return Attention(code="HUB-SHIP-001", is_alarm=True)
    if known.state is State.UNCLEAR:
        return Attention(code="HUB-PROV-201", is_alarm=True)
    if known.state is State.CANCELLED and not wanted.is_cancelled and wanted.order:
        return Attention(code="HUB-PROV-105")
    by_state = _BY_STATE.get(known.state)
    if by_state and not wanted.is_cancelled:
        return Attention(code=by_state)
    if refusal := _refusal(known):
        return Attention(code=refusal)
    if is_out and _is_unreportable(wanted, known):
        return Attention(code="HUB-SHIP-002", is_alarm=True)
    if is_expired(known, now=now):
        return Attention(code="HUB-PROV-104")
    return None


def _is_shipped_unauthorized(wanted: Wanted, known: Known, *, now: datetime) -> bool:
    if wanted.is_cancelled or is_expired(known, now=now):
        return True
    return known.state not in (State.AUTHORIZED, State.SHIPMENT_REPORTED)


def _is_unreportable(wanted: Wanted, known: Known) -> bool:
    is_ready = known.state is State.AUTHORIZED
    return is_ready and reportable_parcel(wanted.shipped_parcels) is None


_BY_STATE = {
    State.INVALID: "HUB-PROV-101",
    State.REFUSED: "HUB-PROV-102",
    State.ON_HOLD: "HUB-PROV-103",
    State.EXPIRED: "HUB-PROV-104",
}
_REFUSALS = (
    ("amend:", "HUB-PROV-301"),
    ("cancel_report", "HUB-PROV-303"),
    ("cancel", "HUB-PROV-302"),
    ("report:", "HUB-SHIP-003"),
)


def _refusal(known: Known) -> str:
    if known.state is State.CANCELLED:
        return ""
    for prefix, code in _REFUSALS:
        if any(key.startswith(prefix) for key in known.refused):
            return code
    return ""
