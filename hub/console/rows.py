"""One row of a list in words: the pill, the reason and what to do next."""

from dataclasses import dataclass
from datetime import datetime

from hub.console.visit import Visitor
from hub.contract.events import CancelCause
from hub.contract.money import Yen
from hub.contract.updates import MayShip
from hub.domain.carriers import CARRIER_NAMES_JA
from hub.domain.known import Known, State
from hub.domain.parcel_troubles import UNPAYABLE_METHOD, UNREPORTED
from hub.domain.verdict import may_ship
from hub.domain.wanted import Wanted
from hub.flow.order_moments import Tone
from hub.store.search import Listed

_UNDER_WAY = frozenset({State.RECEIVED, State.REGISTERING, State.SCREENING})
# Goods are out: the question is no longer whether they may ship.
_ABOUT_PARCELS = {
    **dict.fromkeys(UNREPORTED, ("pill.unreported", Tone.STOP)),
    "HUB-SHIP-008": ("pill.unreported", Tone.WAIT),
    "HUB-SHIP-009": ("pill.doubtful", Tone.STOP),
    "HUB-SHIP-010": ("pill.doubtful", Tone.WAIT),
    "HUB-PROV-305": ("pill.doubtful", Tone.STOP),
}
_TONES = {MayShip.YES: Tone.OK, MayShip.NO: Tone.STOP, MayShip.CHECK: Tone.WAIT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pill:
    """A word with its colour."""

    word: str
    tone: Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row as the list shows it."""

    order_id: str
    number: str
    at: datetime
    buyer: str
    total: Yen | None
    pill: Pill
    reason: str
    next: str
    is_alarm: bool
    is_before_cutover: bool
    waits_until: datetime | None = None


def row_of(
    visit: Visitor, listed: Listed, *, waits_until: datetime | None = None
) -> Row:
    """Return a row in the visitor's words; its buyer may wait for the answer."""
    order = listed.wanted.order
    return Row(
        order_id=listed.order_id,
        number=listed.order_number,
        at=order.ordered_at if order else listed.created_at,
        buyer=order.buyer.name if order else visit.say("list.unknown_buyer"),
        total=listed.total,
        pill=pill_of(visit, listed.wanted, listed.known, code=listed.attention_code),
        reason=reason_of(
            visit,
            listed.wanted,
            listed.known,
            code=listed.attention_code,
            is_waiting=listed.is_before_cutover and not listed.is_released,
        ),
        next=_next(visit, listed),
        is_alarm=listed.is_alarm,
        is_before_cutover=listed.is_before_cutover,
        waits_until=waits_until,
    )


def parcel_pill(visit: Visitor, code: str) -> Pill | None:
    """Return what stands in the place of 発送していい? once goods are out, or None."""
    found = _ABOUT_PARCELS.get(code)
    return Pill(word=visit.say(found[0]), tone=found[1]) if found else None


def pill_of(visit: Visitor, wanted: Wanted, known: Known, *, code: str) -> Pill:
    """Return the answer to 発送していい?, or that there is nothing to ask any more."""
    if (parcels := parcel_pill(visit, code)) is not None:
        return parcels
    if not code and known.state is State.SHIPMENT_REPORTED and not wanted.is_cancelled:
        return Pill(word=visit.say("pill.reported"), tone=Tone.UNDER_WAY)
    if not code and known.state is State.CANCELLED:
        return Pill(word=visit.say("pill.cancelled"), tone=Tone.QUIET)
    life = visit.parts.profile.approval_life
    answer = may_ship(wanted, known, now=visit.now, life=life)
    if code == UNPAYABLE_METHOD:
        answer = MayShip.CHECK
    return Pill(
        word=visit.say(f"pill.{answer.value}"), tone=tone_of(answer, known, code=code)
    )


def tone_of(answer: MayShip, known: Known, *, code: str) -> Tone:
    """Return the colour of an answer; what is merely under way is not red."""
    if answer is MayShip.NO and not code and known.state in _UNDER_WAY:
        return Tone.UNDER_WAY
    return _TONES[answer]


def reason_of(
    visit: Visitor, wanted: Wanted, known: Known, *, code: str, is_waiting: bool
) -> str:
    """Return why, in one line."""
    say = visit.say
    if code == "HUB-PROV-103" and known.reasons:
        return say("reason.hold_reason", text="、".join(known.reasons))
    if code:
        return say.first(f"reason.{code}", f"reason.{known.state.value}")
    if wanted.is_cancelled and known.state is not State.CANCELLED:
        return say("reason.cart_cancelled")
    if wanted.is_cancelled and wanted.cancel_cause is not CancelCause.ORDER:
        return say(f"reason.cause_{wanted.cancel_cause.value}")
    if wanted.merged_into:
        return say("reason.merging")
    if is_waiting and known.state is State.RECEIVED:
        return say("reason.before_cutover")
    if known.state is State.AUTHORIZED and known.registered != wanted.digest:
        return say("reason.changed")
    return _state_reason(visit, known)


def _state_reason(visit: Visitor, known: Known) -> str:
    say, show = visit.say, visit.show
    if known.state is State.AUTHORIZED and known.authorized_at is not None:
        life = visit.parts.profile.approval_life
        days = show.days_left(known.authorized_at + life)
        return say("reason.authorized_left", days=days)
    issue_on = known.reported.expected_issue_on if known.reported else None
    if issue_on is not None:
        return say("reason.issue", day=show.day(issue_on))
    return say(f"reason.{known.state.value}")


def _next(visit: Visitor, listed: Listed) -> str:
    say = visit.say
    code, known = listed.attention_code, listed.known
    if not code and listed.wanted.is_cancelled:
        return say("next.other")
    is_waiting = listed.is_before_cutover and not listed.is_released
    if not code and is_waiting and known.state is State.RECEIVED:
        return say("next.before_cutover")
    key = f"next.{code or known.state.value}"
    if not say.has(key):
        return say("next.other")
    return say(key, carrier=carrier_name(listed.wanted) or "—")


def carrier_name(wanted: Wanted) -> str:
    """Return the carrier of the first parcel, in a name that people know."""
    parcels = wanted.shipped_parcels
    if not parcels:
        return ""
    return CARRIER_NAMES_JA.get(parcels[0].carrier, parcels[0].carrier)
