"""What would be done, one call after the other, if the provider took every call."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from hub.domain.known import Fact, Known, ReportedParcel, State, move
from hub.domain.plan import (
    Amend,
    Cancel,
    CancelShipmentReport,
    Effect,
    Register,
    ReportShipment,
    plan,
)
from hub.domain.policy import Policy
from hub.domain.wanted import Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Foresight:
    """The calls in their order, and what would be known after the last."""

    effects: tuple[Effect, ...]
    end: Known


def foresee(
    wanted: Wanted, known: Known, policy: Policy, *, now: datetime
) -> Foresight:
    """Return what follows while every call is taken and every screening passed."""
    effects: list[Effect] = []
    # What was refused before is tried again by a person's word.
    ahead = replace(known, refused=frozenset(), trouble=None)
    while (effect := plan(wanted, ahead, policy, now=now)) is not None:
        effects.append(effect)
        ahead = taken(ahead, effect, now=now)
    return Foresight(effects=tuple(effects), end=ahead)


def taken(known: Known, effect: Effect, *, now: datetime) -> Known:
    """Return what is known once the provider took a call."""
    match effect:
        case Register():
            sent = move(known, Fact.REGISTRATION_SENT, now=now)
            passed = move(sent, Fact.SCREENING_PASSED, now=now)
            return replace(passed, registered=effect.digest, amount=effect.order.total)
        case Amend():
            is_open = known.state in (State.SCREENING, State.ON_HOLD)
            fact = Fact.SCREENING_PASSED if is_open else Fact.AMENDMENT_ACCEPTED
            moved = move(known, fact, now=now)
            return replace(moved, registered=effect.digest, amount=effect.order.total)
        case Cancel():
            return move(known, Fact.CANCELLATION_CONFIRMED, now=now)
        case CancelShipmentReport():
            return move(known, Fact.SHIPMENT_REPORT_CANCELLED, now=now)
        case ReportShipment():
            return replace(
                move(known, _report_fact(effect), now=now),
                reported=ReportedParcel(
                    parcel_number=effect.parcel_number,
                    carrier_code=effect.carrier_code,
                    tracking_number=effect.tracking_number,
                    expected_issue_on=None,
                    reported_at=now,
                ),
            )
        case _:
            assert_never(effect)


def _report_fact(effect: ReportShipment) -> Fact:
    if effect.is_change:
        return Fact.SHIPMENT_REPORT_CHANGED
    return Fact.SHIPMENT_REPORTED
