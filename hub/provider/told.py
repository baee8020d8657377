"""What a request tells of an order, and to whom the goods and the invoice go."""

from dataclasses import replace

from hub.contract.order import Contact, InvoiceDelivery, Order
from hub.provider.fields import SHIP, Told
from hub.provider.profile import Profile

SEPARATE, ENCLOSED = "2", "3"


def told_of(order: Order, *, order_number: str, profile: Profile) -> Told:
    """Return what a request tells of an order.

    An enclosed invoice travels with the goods, so it falls back to separate post where
    they go to somebody else (no. 7).
    """
    is_same = order.ship_to is None or _is_same(order.buyer, order.ship_to, profile)
    is_enclosed = order.invoice_delivery is InvoiceDelivery.ENCLOSED and (
        is_same or not profile.encloses_only_to_buyer
    )
    is_empty = is_enclosed and is_same and profile.empties_ship_when_enclosed
    return Told(
        order=order,
        order_number=order_number,
        service=ENCLOSED if is_enclosed else SEPARATE,
        ship=None if is_empty else ship_contact(order),
        profile=profile,
    )


def ship_contact(order: Order) -> Contact:
    """Return who receives the goods; carts often know the buyer's phone only."""
    if order.ship_to is None:
        return order.buyer
    if order.ship_to.phone:
        return order.ship_to
    return replace(order.ship_to, phone=order.buyer.phone)


def _is_same(buyer: Contact, ship_to: Contact, profile: Profile) -> bool:
    return all(row.sent(buyer, profile) == row.sent(ship_to, profile) for row in SHIP)
