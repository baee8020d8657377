"""What a person says has happened to an order, folded into what is wanted.

The rules are those of the cart's facts: nothing of the cart's own is lost, and its next
word counts again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from hub.contract.events import CancelCause
from hub.contract.money import Yen
from hub.contract.order import LineItem, LineKind, Order, Parcel
from hub.domain.known import Known
from hub.domain.parcel_rules import ParcelRules
from hub.domain.parcels import slips_of_parcel
from hub.domain.revision import Refund, Revision, Stated, Statement, lines_digest
from hub.domain.wanted import VersionedParcel, Wanted

NOTHING = Yen(0)


class Happening(StrEnum):
    """What a person says has happened to an order."""

    RETURNED = "returned"
    REDUCED = "reduced"
    UNDELIVERED = "undelivered"
    RESENT = "resent"
    EXCHANGED = "exchanged"
    EXCHANGED_OTHER = "exchanged_other"
    SENT_LATER = "sent_later"
    BUYER_PAID = "buyer_paid"


class ImpossibleError(Exception):
    """What was said does not fit the order; `code` is of the catalogue."""

    def __init__(self, code: str) -> None:
        """Take the code of the reason."""
        super().__init__(code)
        self.code = code


REPRICING = frozenset({Happening.REDUCED, Happening.EXCHANGED_OTHER})
WITH_PARCEL = frozenset({Happening.RESENT, Happening.SENT_LATER})
# A parcel that a person names is newer than the cart's word, and older than its next.
_AFTER = "~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a person said.

    `remaining` holds the quantity that is left by the number of the line, `adjustment`
    the yen on top of it (negative for a discount), `refund` what the shop owes a buyer
    who has paid. `paid` are statements about the money that came with it.
    """

    happening: Happening
    at: datetime
    user_id: str
    reason: str = ""
    remaining: Mapping[int, int] = field(default_factory=dict)
    adjustment: Yen = NOTHING
    parcel: Parcel | None = None
    refund: Yen = NOTHING
    paid: tuple[Statement, ...] = ()


def folded(
    wanted: Wanted,
    known: Known,
    told: Told,
    rules: ParcelRules,
    *,
    order: Order,
    is_paid: bool,
) -> tuple[Wanted, Yen]:
    """Return what is wanted after a person's word, and what the shop owes the buyer.

    Raises ImpossibleError where it does not fit the order. A buyer who `is_paid` is
    never amended silently: the shop pays back.
    """
    match told.happening:
        case Happening.RETURNED | Happening.UNDELIVERED if is_paid:
            return _refunded(wanted, told, order.total)
        case Happening.RETURNED | Happening.UNDELIVERED:
            return _ended(wanted, told), NOTHING
        case Happening.REDUCED | Happening.EXCHANGED_OTHER:
            return _repriced(wanted, told, order=order, is_paid=is_paid)
        case Happening.RESENT | Happening.SENT_LATER:
            return _sent(wanted, known, told, rules), NOTHING
        case Happening.EXCHANGED:
            return wanted, NOTHING
        case Happening.BUYER_PAID:
            return _paid(wanted, told, order)
        case _:
            assert_never(told.happening)


def _ended(wanted: Wanted, told: Told) -> Wanted:
    back = tuple(
        VersionedParcel(
            parcel=replace(versioned.parcel, is_cancelled=True),
            version=versioned.version + _AFTER,
        )
        for versioned in wanted.parcels
    )
    return replace(
        wanted,
        is_cancelled=True,
        cancelled_at=told.at,
        cancel_reason=told.reason,
        cancel_cause=CancelCause.ORDER,
        parcels=back,
    )


def _refunded(wanted: Wanted, told: Told, amount: Yen) -> tuple[Wanted, Yen]:
    """Leave the transaction alone: who has paid is paid back by the shop."""
    task = Refund(amount=amount, at=told.at, user_id=told.user_id)
    return replace(wanted, refund=task), amount


def _paid(wanted: Wanted, told: Told, order: Order) -> tuple[Wanted, Yen]:
    if not 0 <= told.refund <= order.total:
        raise ImpossibleError("HUB-AFTER-102")
    statement = Statement(
        stated=Stated.BUYER_PAID, on=told.at.date(), user_id=told.user_id
    )
    said = {one.stated for one in wanted.statements}
    if Stated.BUYER_PAID not in said:
        wanted = replace(wanted, statements=(*wanted.statements, statement))
    return _refunded(wanted, told, told.refund) if told.refund else (wanted, NOTHING)


def _repriced(
    wanted: Wanted, told: Told, *, order: Order, is_paid: bool
) -> tuple[Wanted, Yen]:
    revision = Revision(
        base=lines_digest(wanted.order or order),
        lines=revised_lines(order, told),
        # Goods that are out cannot carry the new invoice any more.
        is_mailed=bool(wanted.shipped_parcels),
    )
    is_lower = revision.total < order.total
    must_be_lower = is_paid or told.happening is Happening.REDUCED
    if revision.total <= 0 or revision.total == order.total:
        raise ImpossibleError("HUB-AFTER-102")
    if must_be_lower and not is_lower:
        raise ImpossibleError("HUB-AFTER-102")
    if is_paid:
        return _refunded(wanted, told, order.total - revision.total)
    return replace(wanted, revision=revision), NOTHING


def revised_lines(order: Order, told: Told) -> tuple[LineItem, ...]:
    """Return the lines that are left; or raise ImpossibleError."""
    left = []
    for number, line in enumerate(order.lines):
        quantity = told.remaining.get(number, line.quantity)
        if not 0 <= quantity <= line.quantity:
            raise ImpossibleError("HUB-AFTER-102")
        if quantity:
            left.append(replace(line, quantity=quantity))
    if told.adjustment:
        kind = LineKind.DISCOUNT if told.adjustment < 0 else LineKind.ADJUSTMENT
        name = "値引" if told.adjustment < 0 else "交換の差額"
        left.append(LineItem(kind=kind, name=name, unit_price=told.adjustment))
    return tuple(left)


def _sent(wanted: Wanted, known: Known, told: Told, rules: ParcelRules) -> Wanted:
    if told.parcel is None:
        raise ImpossibleError("HUB-AFTER-104")
    is_more = told.happening is Happening.SENT_LATER
    after = _with_more(wanted, told.parcel) if is_more else _moved(wanted, known, told)
    new = after.parcels[-1] if is_more else _held(after, known)
    slips = slips_of_parcel(new, after, rules) if new else []
    if not all(slip.is_ready for slip in slips):
        raise ImpossibleError("HUB-AFTER-104")
    return after


def _with_more(wanted: Wanted, parcel: Parcel) -> Wanted:
    named = replace(parcel, number=f"HUB-{len(wanted.parcels) + 1}")
    new = VersionedParcel(parcel=named, version="")
    return replace(wanted, parcels=(*wanted.parcels, new))


def _moved(wanted: Wanted, known: Known, told: Told) -> Wanted:
    old = _held(wanted, known)
    if old is None or told.parcel is None:
        raise ImpossibleError("HUB-AFTER-101")
    named = replace(told.parcel, number=old.parcel.number)
    new = VersionedParcel(parcel=named, version=old.version + _AFTER)
    return replace(
        wanted, parcels=tuple(new if one is old else one for one in wanted.parcels)
    )


def _held(wanted: Wanted, known: Known) -> VersionedParcel | None:
    """Return the parcel that stands reported, or else the first."""
    held = known.reported.parcel_number.partition("#")[0] if known.reported else ""
    first = wanted.parcels[0] if wanted.parcels else None
    named = (one for one in wanted.parcels if one.parcel.number == held)
    return next(named, first)
