"""What the cart says, folded from its facts by the cart's own version."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from hub.contract.events import (
    CancelCause,
    NumberedNotice,
    OrderAmended,
    OrderCancelled,
    OrderCharged,
    OrderEvent,
    OrderPlaced,
    OrderReduced,
    OrderShipped,
    Version,
)
from hub.contract.money import Yen
from hub.contract.order import Order, Parcel
from hub.domain.corrections import Correction, corrected
from hub.domain.order_digest import digest_of
from hub.domain.parcel_choices import ParcelChoice, Reuse
from hub.domain.reductions import Charge, Reduction, is_used_up, reduced
from hub.domain.revision import Refund, Revision, Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionedParcel:
    """A parcel with the cart's version of it.

    `reused` names the numbers that another order carries already.
    """

    parcel: Parcel
    version: Version
    reused: tuple[Reuse, ...] = ()


class Noticed(StrEnum):
    """What a cart says of an order that changes nothing of what is wanted."""

    UNBLOCKED = "unblocked"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing that the cart said beside the order, and when it last said so."""

    what: Noticed
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The cart's half of a transaction, with what persons added to it.

    `order` is None while only a cancellation or a shipment has arrived. `merges` names
    the orders that end once this one holds their goods, `merged_into` the order that
    this one ends for; a part `split_from` another `waits_for` that to be told.
    `choices` are persons' decisions about single parcels, and `all_shipped_by` is who
    said that nothing is left to ship. `notices` are what the cart said beside the order
    itself, and `is_erased` says that its persons were forgotten: it is told no more.
    `charges` are what the cart charged of the order, and `reductions` what it took off,
    neither naming what of it.
    """

    order: Order | None = None
    version: Version = ""
    is_cancelled: bool = False
    cancelled_at: datetime | None = None
    cancel_reason: str = ""
    cancel_cause: CancelCause = CancelCause.ORDER
    parcels: tuple[VersionedParcel, ...] = ()
    revision: Revision | None = None
    statements: tuple[Statement, ...] = ()
    refund: Refund | None = None
    merges: tuple[str, ...] = ()
    merged_into: str = ""
    split_from: str = ""
    waits_for: str = ""
    corrections: tuple[Correction, ...] = ()
    choices: tuple[ParcelChoice, ...] = ()
    all_shipped_by: str = ""
    notices: tuple[Notice, ...] = ()
    is_erased: bool = False
    charges: tuple[Charge, ...] = ()
    reductions: tuple[Reduction, ...] = ()

    @property
    def shipped_parcels(self) -> tuple[Parcel, ...]:
        """Return the parcels that left and were not taken back, first shipped first."""
        out = [p.parcel for p in self.parcels if not p.parcel.is_cancelled]
        return tuple(sorted(out, key=lambda parcel: (parcel.shipped_at, parcel.number)))

    @property
    def reference(self) -> str:
        """Return the cart's own id of the order, "" where it names none."""
        return self.order.reference if self.order else ""

    def has_notice(self, what: Noticed) -> bool:
        """Tell whether the cart said this of the order."""
        return any(notice.what is what for notice in self.notices)

    @property
    def told(self) -> Order | None:
        """Return the order as the provider is told it, None for none.

        The revision comes first, for it knows the cart's lines by what they say.
        """
        order = self.order
        if order is None:
            return None
        if self.revision is not None:
            order = self.revision.applied(order)
        order = reduced(order, self.charges, self.reductions)
        return corrected(order, self.corrections)

    @property
    def has_lost_merge(self) -> bool:
        """Tell whether the cart named an amount since in which merged goods are not."""
        told, revision = self.told, self.revision
        if not self.merges or revision is None or told is None:
            return False
        return told.total != revision.total

    @property
    def digest(self) -> str:
        """Return the digest of what the provider is told of the order, "" for none."""
        told = self.told
        return digest_of(told) if told else ""


# Cancellations that a later change of the order may lift.
_LIFTED = frozenset({CancelCause.PAYMENT_METHOD, CancelCause.EMPTIED})


def fold(wanted: Wanted, event: OrderEvent) -> Wanted:
    """Return what is wanted after one more fact of the cart.

    A fact older than the one held changes nothing; a cancellation absorbs (3.3 of the
    reliability reference).
    """
    match event:
        case OrderPlaced() | OrderAmended():
            return _left(_ordered(wanted, event), event)
        case OrderCharged():
            return _charged(wanted, event)
        case OrderReduced():
            return _left(_reduced(wanted, event), event)
        case OrderCancelled():
            return _cancelled(wanted, event)
        case OrderShipped():
            return replace(wanted, parcels=_with_parcel(wanted.parcels, event))
        case _:
            assert_never(event)


def _ordered(wanted: Wanted, event: OrderPlaced | OrderAmended) -> Wanted:
    held, order = wanted.order, event.order
    if wanted.is_erased:
        # A late message must not bring back a person who was forgotten.
        return wanted
    if held is None:
        return _ours_again(replace(wanted, order=order, version=event.version), event)
    # A cart names its own id of an order once and for all.
    reference = held.reference or order.reference
    if event.version <= wanted.version:
        if reference == held.reference:
            return wanted
        return replace(wanted, order=replace(held, reference=reference))
    if reference != order.reference:
        order = replace(order, reference=reference)
    return _ours_again(replace(wanted, order=order, version=event.version), event)


def _charged(wanted: Wanted, event: OrderCharged) -> Wanted:
    if any(one.reference == event.reference for one in wanted.charges):
        return wanted
    new = Charge(reference=event.reference, amount=event.amount)
    return replace(wanted, charges=(*wanted.charges, new))


def _reduced(wanted: Wanted, event: OrderReduced) -> Wanted:
    if any(one.reference == event.reference for one in wanted.reductions):
        return wanted
    new = Reduction(reference=event.reference, amount=event.amount)
    return replace(wanted, reductions=(*wanted.reductions, new))


def denied(wanted: Wanted, reference: str) -> Wanted:
    """Return what is wanted where a charge or reduction is not made after all.

    It stays named, so that hearing of it once more changes nothing either.
    """
    charges = [
        replace(one, amount=None) if one.reference == reference else one
        for one in wanted.charges
    ]
    left = [
        replace(one, amount=Yen(0)) if one.reference == reference else one
        for one in wanted.reductions
    ]
    return replace(wanted, charges=tuple(charges), reductions=tuple(left))


def _left(wanted: Wanted, event: OrderEvent) -> Wanted:
    """Cancel what nothing is left of."""
    order = wanted.order
    if order is None or not is_used_up(order, wanted.charges, wanted.reductions):
        return wanted
    ended = OrderCancelled(
        order_number=event.order_number, occurred_at=event.occurred_at
    )
    return _cancelled(wanted, ended)


def contradicts(wanted: Wanted, event: OrderEvent | NumberedNotice) -> bool:
    """Tell whether a cart's fact is of another order that has the same number."""
    named, known = reference_of(event), wanted.reference
    return bool(named and known) and named != known


def reference_of(event: OrderEvent | NumberedNotice) -> str:
    """Return the cart's own id of the order that a fact is of, "" for none."""
    if isinstance(event, OrderPlaced | OrderAmended):
        return event.order.reference
    if isinstance(event, OrderCharged | OrderReduced):
        # Their own reference is of what was charged or taken off.
        return ""
    return event.reference


def noticed(wanted: Wanted, what: Noticed, *, at: datetime) -> Wanted:
    """Return what is wanted with a notice; an older one changes nothing."""
    kept = tuple(notice for notice in wanted.notices if notice.what is not what)
    if any(one.what is what and one.at >= at for one in wanted.notices):
        return wanted
    return replace(wanted, notices=(*kept, Notice(what=what, at=at)))


def _ours_again(wanted: Wanted, event: OrderPlaced | OrderAmended) -> Wanted:
    """Lift a cancellation that is not final, where the order came back later."""
    ended_at = wanted.cancelled_at
    is_lasting = wanted.cancel_cause not in _LIFTED
    if ended_at is None or is_lasting or event.occurred_at <= ended_at:
        return wanted
    return replace(
        wanted, is_cancelled=False, cancelled_at=None, cancel_cause=CancelCause.ORDER
    )


def _cancelled(wanted: Wanted, event: OrderCancelled) -> Wanted:
    is_final = wanted.cancel_cause not in _LIFTED
    is_weaker = event.cause in _LIFTED
    if wanted.is_cancelled and (is_final or is_weaker):
        return wanted
    return replace(
        wanted,
        is_cancelled=True,
        cancelled_at=event.occurred_at,
        cancel_reason=event.reason,
        cancel_cause=event.cause,
    )


def _with_parcel(
    parcels: tuple[VersionedParcel, ...], event: OrderShipped
) -> tuple[VersionedParcel, ...]:
    new = VersionedParcel(parcel=event.parcel, version=event.version)
    for index, old in enumerate(parcels):
        if old.parcel.number == event.parcel.number:
            if event.version <= old.version:
                return parcels
            return (*parcels[:index], new, *parcels[index + 1 :])
    return (*parcels, new)
