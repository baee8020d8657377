"""The shop's own records of an order and of what the hub said about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from hub.contract.order import Contact, LineItem

from .goods import Total, lines_of, total_of


class PaymentMethod(StrEnum):
    """How the buyer pays; only deferred payment concerns the hub."""

    DEFERRED = "後払い"
    TRANSFER = "銀行振込(前払い)"
    ON_ARRIVAL = "代金引換"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An order about to be placed, already checked."""

    cart_id: str
    buyer: Contact
    ship_to: Contact | None
    basket: Mapping[str, int]
    payment_method: PaymentMethod


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """The parcel of an order; the version grows when its number is corrected."""

    carrier: str
    tracking_number: str
    shipped_at: datetime
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One push-back of the hub, as far as the shop uses it."""

    kind: str
    order_number: str
    sequence: int
    occurred_at: datetime
    state: str
    state_label: str
    may_ship: str
    provider_transaction_id: str = ""
    reasons: tuple[str, ...] = ()
    message: str = ""
    expected_issue_on: date | None = None
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedOrder:
    """One order, with the newest news about it."""

    id: int
    number: str
    token: str
    placed_at: datetime
    version: int
    buyer: Contact
    ship_to: Contact | None
    basket: Mapping[str, int]
    payment_method: PaymentMethod
    cancelled_at: datetime | None = None
    shipment: Shipment | None = None
    news: News | None = None

    @property
    def is_deferred(self) -> bool:
        """Tell whether the order is paid by deferred payment."""
        return self.payment_method is PaymentMethod.DEFERRED

    @property
    def lines(self) -> tuple[LineItem, ...]:
        """Return goods, shipping and fee."""
        return lines_of(self.basket, is_deferred=self.is_deferred)

    @property
    def total(self) -> Total:
        """Return what the buyer owes."""
        return total_of(self.lines)
