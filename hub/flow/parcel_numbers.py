"""Tracking numbers in the merchant's own books: one that another order carries."""

from dataclasses import replace
from datetime import datetime, timedelta

from hub.contract.events import OrderEvent, OrderShipped
from hub.domain.parcel_choices import Reuse
from hub.domain.parcels import slips_of_parcel
from hub.domain.wanted import VersionedParcel, Wanted
from hub.store import parcel_numbers
from hub.store.merchants import Shop
from hub.store.parcel_numbers import ParcelNumber
from hub.store.store import Scope

_MONTH = timedelta(days=31)


def note_numbers(
    scope: Scope,
    shop: Shop,
    order_id: str,
    wanted: Wanted,
    event: OrderEvent,
    *,
    is_new: bool,
    now: datetime,
) -> Wanted:
    """Enter a parcel's numbers and return what is wanted, with those used before.

    `is_new` says that the parcel was not heard of before.
    """
    if not isinstance(event, OrderShipped):
        return wanted
    parcels = tuple(
        _noted(scope, shop, order_id, wanted, versioned, is_new=is_new, now=now)
        if versioned.parcel.number == event.parcel.number
        else versioned
        for versioned in wanted.parcels
    )
    return replace(wanted, parcels=parcels)


def _noted(
    scope: Scope,
    shop: Shop,
    order_id: str,
    wanted: Wanted,
    versioned: VersionedParcel,
    *,
    is_new: bool,
    now: datetime,
) -> VersionedParcel:
    slips = (
        []
        if versioned.parcel.is_cancelled
        else slips_of_parcel(versioned, wanted, shop.parcels)
    )
    numbers = {
        slip.judged.number: ParcelNumber(
            number=slip.judged.number, carrier_code=slip.match.code
        )
        for slip in slips
        if slip.judged.number
    }
    name = versioned.parcel.number
    if not is_new:
        parcel_numbers.forget(scope, order_id, name)
    parcel_numbers.enter(scope, order_id, name, list(numbers.values()), now=now)
    since = now - _MONTH * shop.parcels.reuse_months
    found = parcel_numbers.elsewhere(
        scope, order_id, list(numbers.values()), since=since
    )
    reused = tuple(
        Reuse(number=number, order_number=other) for number, other in found.items()
    )
    return replace(versioned, reused=reused)
