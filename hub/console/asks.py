"""What a cart's checkout asked of an order, and how each request stands, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.console.visit import Visit
from hub.contract.asking import AskKind, AskOutcome
from hub.flow.order_moments import Tone
from hub.store import asks
from hub.store.asks import LOST, StoredAsk
from hub.store.orders import StoredOrder

_TONES = {AskOutcome.GRANTED: Tone.OK, AskOutcome.DENIED: Tone.STOP}


@dataclass(frozen=True, slots=True, kw_only=True)
class AskLine:
    """One request: what was asked, how it stands, and what the cart knows of that.

    `until` is when a buyer waits no longer, None where none waits.
    """

    kind: AskKind
    asked_at: datetime
    word: str
    tone: Tone
    told: str
    until: datetime | None
    is_given_up: bool


def asks_of(visit: Visit, order: StoredOrder) -> Sequence[AskLine]:
    """Return what was asked of an order, oldest first."""
    found = visit.store.read(
        lambda scope: asks.of_order(scope, order.shop_id, order.order_number)
    )
    return [_line(visit, one) for one in found]


def _line(visit: Visit, one: StoredAsk) -> AskLine:
    is_given_up = one.given_up_at is not None
    is_awaited = one.kind is AskKind.PAYMENT and not one.is_final and not is_given_up
    return AskLine(
        kind=one.kind,
        asked_at=one.asked_at,
        word=visit.say(_word(one)),
        tone=_tone(one),
        told=visit.say(f"asks.{_told(one)}") if one.is_final else "",
        until=one.expires_at if is_awaited else None,
        is_given_up=is_given_up,
    )


def _word(one: StoredAsk) -> str:
    if one.outcome in _TONES:
        return f"asks.{one.outcome}"
    return f"asks.open_{one.kind}"


def _tone(one: StoredAsk) -> Tone:
    if one.outcome is not None and one.outcome in _TONES:
        return _TONES[one.outcome]
    return Tone.UNDER_WAY


def _told(one: StoredAsk) -> str:
    if one.told == LOST:
        return "told_lost"
    return "told_waits" if one.is_untold else "told_done"
