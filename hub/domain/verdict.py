"""発送していい? and whatever a person must look at, from wanted and known."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain

from hub.contract.updates import MayShip
from hub.domain.asks import LOST_PAYMENT
from hub.domain.deadlines import (
    TAKEN_BACK_PATIENCE,
    UNANSWERED,
    UNCLEAR_PATIENCE,
    answer_due_at,
    stock_held_until,
)
from hub.domain.invoice_print_data import lacks_print_data
from hub.domain.known import Known, State
from hub.domain.notices import is_left_behind, notice_codes
from hub.domain.order_kind_policy import waits_for_hand
from hub.domain.parcel_rules import ParcelRules
from hub.domain.parcel_troubles import lacks_payable_method, parcel_trouble
from hub.domain.plan import (
    Amend,
    Cancel,
    CancelShipmentReport,
    Effect,
    ReportShipment,
    approval_ends_at,
    is_expired,
    is_past_cancelling,
    plan,
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


def may_ship(
    wanted: Wanted,
    known: Known,
    rules: ParcelRules | None = None,
    *,
    now: datetime,
    life: timedelta,
) -> MayShip:
    """Return the answer to 発送していい? at a moment of business time.

    An order that the cart changed after its approval waits until the provider knows,
    and an approval that has outlived its life is none. By `rules` a shipping method
    that is not paid out must be looked at first (S8).
    """
    if wanted.is_cancelled or wanted.merged_into or is_expired(known, life, now=now):
        return MayShip.NO
    if known.state is State.AUTHORIZED and known.registered != wanted.digest:
        return MayShip.NO
    if known.in_doubt_since is not None or lacks_print_data(wanted, known):
        return MayShip.CHECK
    if rules and lacks_payable_method(wanted, known, rules):
        return MayShip.CHECK
    return _ANSWERS.get(known.state, MayShip.NO)


def attention(
    wanted: Wanted, known: Known, policy: Policy, *, now: datetime
) -> Attention | None:
    """Return the most pressing thing that a person must look at, or None."""
    return next(attentions(wanted, known, policy, now=now), None)


def attentions(
    wanted: Wanted, known: Known, policy: Policy, *, now: datetime
) -> Iterator[Attention]:
    """Yield whatever a person must look at, most pressing first.

    `now` is business time. Closing the first lets the next one be seen.
    """
    if wanted.order is None or wanted.is_erased:
        # A parcel of an order that never came is most likely not paid with us.
        return
    trouble = parcel_trouble(wanted, known, policy.parcels)
    parcels = (
        [Attention(code=trouble.code, is_alarm=trouble.is_alarm)] if trouble else []
    )
    yield from chain(
        _alarms(wanted, known, policy, now=now),
        (one for one in parcels if one.is_alarm),
        _tasks(wanted, known, policy, now=now),
        (one for one in parcels if not one.is_alarm),
    )


def _alarms(
    wanted: Wanted, known: Known, policy: Policy, *, now: datetime
) -> Iterator[Attention]:
    if _is_left_taken_back(wanted, known, policy, now=now):
        yield Attention(code="HUB-AFTER-001", is_alarm=True)
    if wanted.shipped_parcels and _is_shipped_unauthorized(
        wanted, known, policy, now=now
    ):
        yield Attention(code="HUB-SHIP-001", is_alarm=True)
    if known.state is State.UNCLEAR:
        yield Attention(code="HUB-PROV-201", is_alarm=True)
    if known.in_doubt_since is not None:
        yield Attention(code="HUB-PROV-305", is_alarm=bool(wanted.shipped_parcels))
    if wanted.shipped_parcels and lacks_print_data(wanted, known):
        yield Attention(code="HUB-INV-102", is_alarm=True)
    answer = may_ship(wanted, known, policy.parcels, now=now, life=policy.approval_life)
    for code in notice_codes(wanted, known, policy, answer=answer):
        yield Attention(code=code, is_alarm=True)


def _tasks(
    wanted: Wanted, known: Known, policy: Policy, *, now: datetime
) -> Iterator[Attention]:
    if not wanted.is_cancelled:
        if known.invalid and known.invalid == wanted.digest:
            is_out = bool(wanted.shipped_parcels) and _is_unreported(known)
            yield Attention(code="HUB-PROV-307", is_alarm=is_out)
        yield from _of_state(known, policy, now=now)
    if refusal := _refusal(wanted, known, policy):
        # Goods that are out without a report are money at risk.
        is_unreported = bool(wanted.shipped_parcels) and _is_unreported(known)
        yield Attention(code=refusal, is_alarm=is_unreported)
    yield from _troubles(wanted, known, policy, now=now)
    yield from _times(wanted, known, policy, now=now)
    if not wanted.is_cancelled and lacks_print_data(wanted, known):
        yield Attention(code="HUB-INV-101")
    if wanted.cancel_reason == LOST_PAYMENT:
        yield Attention(code=LOST_PAYMENT, is_alarm=known.is_live)
    yield from _of_hand(wanted, known, policy, now=now)


def _of_state(known: Known, policy: Policy, *, now: datetime) -> Iterator[Attention]:
    if known.state is State.CANCELLED:
        yield Attention(code="HUB-PROV-105")
    due_at = answer_due_at(known, policy)
    if due_at is not None and now >= due_at:
        yield Attention(code="HUB-TIME-102")
    if code := _BY_STATE.get(known.state):
        yield Attention(code=code)


def _of_hand(
    wanted: Wanted, known: Known, policy: Policy, *, now: datetime
) -> Iterator[Attention]:
    if is_left_behind(wanted, known, policy):
        yield Attention(code="HUB-CONN-103")
    if policy.mode is Mode.APPROVAL and waits_for_release(
        wanted, known, policy, now=now
    ):
        yield Attention(code="HUB-MODE-001")
    if is_left_to_hand(wanted, known, policy):
        yield Attention(code="HUB-MODE-002")
    if wanted.refund is not None and wanted.refund.done_on is None:
        yield Attention(code="HUB-AFTER-002")


def _troubles(
    wanted: Wanted, known: Known, policy: Policy, *, now: datetime
) -> Iterator[Attention]:
    trouble, effect = known.trouble, wished(wanted, known, policy)
    if isinstance(effect, Cancel) and is_past_cancelling(known, policy, now=now):
        yield Attention(code="HUB-PROV-306")
    if trouble is None:
        return
    is_asked = known.state in (State.SCREENING, State.ON_HOLD)
    if effect is None and not is_asked:
        return
    is_long = now - trouble.since >= UNCLEAR_PATIENCE
    if trouble.code != UNANSWERED or is_long:
        is_unreported = bool(wanted.shipped_parcels) and _is_unreported(known)
        yield Attention(code=trouble.code, is_alarm=is_unreported)


def _times(
    wanted: Wanted, known: Known, policy: Policy, *, now: datetime
) -> Iterator[Attention]:
    if is_expired(known, policy.approval_life, now=now):
        yield Attention(code="HUB-PROV-104")
    if wanted.is_cancelled:
        return
    ends_at = approval_ends_at(known, policy.approval_life)
    if ends_at is not None and now >= ends_at - policy.approval_warning:
        yield Attention(code="HUB-TIME-101")
    keep_until = stock_held_until(known, policy)
    if keep_until is not None and now >= keep_until:
        yield Attention(code="HUB-TIME-103")
    if wanted.merges and known.state is State.DECLINED:
        yield Attention(code="HUB-MERGE-001")
    if wanted.has_lost_merge:
        yield Attention(code="HUB-MERGE-002")


def is_left_to_hand(wanted: Wanted, known: Known, policy: Policy) -> bool:
    """Tell whether the rules of its kind leave it to a person to register the order."""
    is_open = known.state is State.RECEIVED and policy.mode is Mode.AUTOMATIC
    if not is_open or policy.is_released or policy.is_before_cutover:
        return False
    order = wanted.order
    is_waiting = order is not None and waits_for_hand(policy.kind, order)
    return is_waiting and not wanted.is_cancelled and not wanted.shipped_parcels


def _is_left_taken_back(
    wanted: Wanted, known: Known, policy: Policy, *, now: datetime
) -> bool:
    """Tell whether a report was taken back for a change and does not come back.

    Goods are out and nobody pays for them. While the next call is on its way there is
    a little patience, for it takes a second.
    """
    taken_back_at = known.taken_back_at
    if taken_back_at is None or wanted.is_cancelled or not wanted.shipped_parcels:
        return False
    is_stuck = plan(wanted, known, policy, now=now) is None
    return is_stuck or now >= taken_back_at + TAKEN_BACK_PATIENCE


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


def _is_shipped_unauthorized(
    wanted: Wanted, known: Known, policy: Policy, *, now: datetime
) -> bool:
    if wanted.is_cancelled or is_expired(known, policy.approval_life, now=now):
        return True
    return known.state not in (State.AUTHORIZED, State.SHIPMENT_REPORTED)


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
