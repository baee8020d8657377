"""The parcels of an order's fulfilments, one for each tracking number."""

import re
from collections.abc import Iterator, Sequence

from hub.contract.events import OrderShipped, version_of
from hub.contract.order import Parcel
from hub.text.widths import narrow

from .shop_order import OrderHead, ShopFulfillment

# Order management software joins the numbers of a divided shipment (Next Engine).
_BETWEEN = re.compile(r"[,、，;\s/]+")
_MOST_NUMBERS = 50

_SHIPPED = frozenset({"success", "open"})
_TAKEN_BACK = frozenset({"cancelled", "error", "failure"})


def shipped(
    head: OrderHead, fulfillments: Sequence[ShopFulfillment], *, is_all_out: bool
) -> Iterator[OrderShipped]:
    """Yield the parcels as they stand now; nothing for one without a number yet.

    A parcel keeps its number while its fulfilment lives: it is the fulfilment's, for
    the second and later trackings with their place. The carrier stays in the words of
    the shop, "" where there are none: it is nobody's to guess.
    """
    for one in fulfillments:
        is_cancelled = one.status in _TAKEN_BACK
        if not is_cancelled and one.status not in _SHIPPED:
            continue
        for number, (carrier, tracking_number) in _numbered(one):
            parcel = Parcel(
                number=number,
                carrier=carrier,
                tracking_number=tracking_number,
                shipped_at=one.created_at,
                is_cancelled=is_cancelled,
                is_final=is_all_out and not is_cancelled,
            )
            yield OrderShipped(
                order_number=head.number,
                parcel=parcel,
                version=version_of(one.changed_at, read_at=head.read_at),
                occurred_at=one.changed_at,
                reference=head.reference,
            )


def _numbered(one: ShopFulfillment) -> Iterator[tuple[str, tuple[str, str]]]:
    tracked = list(_tracked(one))[:_MOST_NUMBERS]
    if not tracked and one.status in _TAKEN_BACK:
        # Its number may have been told before it was emptied.
        tracked = [("", "")]
    for place, pair in enumerate(tracked, start=1):
        yield one.number if place == 1 else f"{one.number}-{place}", pair


def _tracked(one: ShopFulfillment) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for carrier, typed in one.tracked:
        for number in _BETWEEN.split(narrow(typed).strip()):
            if number and number not in seen:
                seen.add(number)
                yield carrier.strip(), number
