"""What a cart says, as facts to fold; never an error and never out of order."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hub.contract.order import Order, Parcel

# The cart's own version of an order or parcel: whatever it counts with, as text that
# sorts as the versions do. `version_of` makes it.
Version = str

_WIDTH = 20


def version_of(value: int | datetime) -> Version:
    """Return a version that sorts by number, or by moment in UTC."""
    if isinstance(value, datetime):
        return f"t{value.timestamp():021.6f}"
    return f"n{value:0{_WIDTH}d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPlaced:
    """An order with deferred payment was placed."""

    order: Order
    version: Version
    occurred_at: datetime

    @property
    def order_number(self) -> str:
        """Return the cart's order number."""
        return self.order.number


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderAmended:
    """An order changed; the order given replaces the one before."""

    order: Order
    version: Version
    occurred_at: datetime

    @property
    def order_number(self) -> str:
        """Return the cart's order number."""
        return self.order.number


class CancelCause(StrEnum):
    """Why an order needs no deferred payment any more."""

    ORDER = "order"
    PAYMENT_METHOD = "payment_method"
    MERGED = "merged"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCancelled:
    """An order needs no deferred payment any more.

    Cancelled (ORDER) and merged into another (MERGED) are final. A payment method that
    became another (PAYMENT_METHOD) lasts until a later change names ours again, and
    says nothing of an order that was never ours.
    """

    order_number: str
    occurred_at: datetime
    reason: str = ""
    cause: CancelCause = CancelCause.ORDER


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderShipped:
    """A parcel left, changed its number, or was taken back (`is_cancelled`)."""

    order_number: str
    parcel: Parcel
    version: Version
    occurred_at: datetime


CartEvent = OrderPlaced | OrderAmended | OrderCancelled | OrderShipped
