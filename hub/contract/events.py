"""What a cart says, as facts to fold; never an error and never out of order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hub.contract.money import Yen
from hub.contract.order import Order, Parcel

# The cart's own version of an order or parcel: whatever it counts with, as text that
# sorts as the versions do. `version_of` makes it.
Version = str

_WIDTH = 20


def version_of(value: int | datetime, *, read_at: datetime | None = None) -> Version:
    """Return a version that sorts by number, or by moment in UTC.

    A cart whose moments are whole seconds gives two changes the same one. `read_at` is
    when the cart was asked for what it says: of two readings that were begun one after
    the other, the later one knows at least as much, whichever came back first.
    """
    if not isinstance(value, datetime):
        return f"n{value:0{_WIDTH}d}"
    return _sortable(value) + (_sortable(read_at) if read_at else "")


def _sortable(moment: datetime) -> str:
    return f"t{moment.timestamp():021.6f}"


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
    EMPTIED = "emptied"
    MERGED = "merged"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCancelled:
    """An order needs no deferred payment any more.

    Cancelled (ORDER) and merged into another (MERGED) are final. A payment method that
    became another (PAYMENT_METHOD) lasts until a later change names ours again, and
    says nothing of an order that was never ours. An order of which no goods are left
    (EMPTIED) may be given others later. `reference` is the cart's own id of the order,
    "" where it names none.
    """

    order_number: str
    occurred_at: datetime
    reason: str = ""
    cause: CancelCause = CancelCause.ORDER
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderShipped:
    """A parcel left, changed its number, or was taken back (`is_cancelled`).

    `reference` is the cart's own id of the order, "" where it names none.
    """

    order_number: str
    parcel: Parcel
    version: Version
    occurred_at: datetime
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReduced:
    """An amount is taken off an order, by a cart that names nothing else of it.

    `reference` is the cart's own id of that: it is taken off once. An order of which
    nothing is left is cancelled.
    """

    order_number: str
    reference: str
    amount: Yen
    occurred_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCharged:
    """A cart charges an amount of an order, all of it or a part.

    What the charges leave out is not billed: an order of 3,300 yen of which 2,000 are
    charged is one of 2,000. `reference` is the cart's own id of that charge.
    """

    order_number: str
    reference: str
    amount: Yen
    occurred_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderForgotten:
    """The cart lost what it was told of an order; it is to be told again.

    For example new fulfilment orders, on which nothing holds the goods yet.
    """

    order_number: str
    occurred_at: datetime
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingUnblocked:
    """Somebody at the cart took away what kept an order from being shipped."""

    order_number: str
    occurred_at: datetime
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDeleted:
    """An order was deleted at the cart; `reference` is the cart's own id of it.

    A living transaction is not cancelled for it: a person is asked.
    """

    reference: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AppRemoved:
    """The merchant uninstalled the app: no new registrations, nothing deleted."""

    occurred_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerDataRequested:
    """A buyer asks the merchant what is stored; an export is made for the merchant.

    `references` are the cart's own ids of orders; "" where email or phone is unknown.
    """

    request_id: str
    occurred_at: datetime
    references: Sequence[str] = ()
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerForgotten:
    """A buyer is to be forgotten: persons go, amounts and ids stay.

    What an unpaid invoice still needs is kept, with that reason.
    """

    occurred_at: datetime
    references: Sequence[str] = ()
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopForgotten:
    """Every person of a shop is to be forgotten.

    Passed over where the app was installed again after `occurred_at`.
    """

    occurred_at: datetime


OrderEvent = (
    OrderPlaced
    | OrderAmended
    | OrderCancelled
    | OrderShipped
    | OrderCharged
    | OrderReduced
)
# What is said of an order that changes nothing of what is wanted.
NumberedNotice = OrderForgotten | ShippingUnblocked
OrderNotice = NumberedNotice | OrderDeleted
ShopEvent = AppRemoved | BuyerDataRequested | BuyerForgotten | ShopForgotten
CartEvent = OrderEvent | OrderNotice | ShopEvent
