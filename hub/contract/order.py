"""The order as every cart's words are translated to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from hub.contract.money import Yen, sum_of


class LineKind(StrEnum):
    """What a line of an order stands for."""

    GOODS = "goods"
    SHIPPING = "shipping"
    FEE = "fee"
    DISCOUNT = "discount"
    POINTS = "points"
    TAX = "tax"
    WRAPPING = "wrapping"
    ADJUSTMENT = "adjustment"


class InvoiceDelivery(StrEnum):
    """How the invoice reaches the buyer (S7)."""

    SEPARATE = "separate"
    ENCLOSED = "enclosed"


class OrderKind(StrEnum):
    """What kind of order it is: a shop has a rule for each."""

    NORMAL = "normal"
    SUBSCRIPTION_FIRST = "subscription_first"
    SUBSCRIPTION_LATER = "subscription_later"
    PREORDER = "preorder"
    GIFT = "gift"
    MULTIPLE = "multiple"
    MERGED = "merged"
    SPLIT = "split"
    REPLACEMENT = "replacement"
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineItem:
    """One line; `unit_price` includes tax and may be negative (a discount)."""

    kind: LineKind
    name: str
    unit_price: Yen
    quantity: int = 1
    sku: str = ""
    tax_rate: int | None = None

    @property
    def amount(self) -> Yen:
        """Return unit price times quantity."""
        return self.unit_price * self.quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A postal address as the buyer wrote it, in the parts that the cart has."""

    postal_code: str = ""
    prefecture: str = ""
    city: str = ""
    street: str = ""
    building: str = ""
    country: str = "JP"

    @property
    def one_line(self) -> str:
        """Return the parts joined, without spaces between them."""
        return f"{self.prefecture}{self.city}{self.street}{self.building}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person or company with an address: the buyer or the ship-to."""

    name: str
    address: Address
    name_kana: str = ""
    company: str = ""
    section: str = ""
    phone: str = ""
    email: str = ""


# The two roles are told apart by the field that holds them, not by a type.
Buyer = Contact


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """What the buyer's browser said when the order was placed, for the screening.

    `headers` are pairs of name and value, `address` is the client's, `device` what the
    provider's own script filled in at checkout.
    """

    headers: Sequence[tuple[str, str]] = ()
    address: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order of a cart, complete: an amendment replaces the whole of it.

    `ship_to` is None where it equals the buyer. `total` is what is billed, tax
    included; `total_excluding_tax` is None where the cart's rates are unknown (S14).
    `browser` is None for an order that no browser of the buyer's placed.
    `ships_on` is the planned day of shipping, None where the cart names none, and
    `expected_parcels` how many parcels the order leaves in, None where nobody says; 0
    says that no parcel goes to the buyer: picked up at the shop, or nothing to send.
    `reference` is the cart's own id of the order, where that is not its number.
    """

    number: str
    ordered_at: datetime
    buyer: Buyer
    lines: Sequence[LineItem]
    total: Yen
    ship_to: Contact | None = None
    total_excluding_tax: Yen | None = None
    currency: str = "JPY"
    payment_method: str = ""
    invoice_delivery: InvoiceDelivery = InvoiceDelivery.SEPARATE
    shipping_method: str = ""
    is_test: bool = False
    kind: OrderKind = OrderKind.NORMAL
    ships_on: date | None = None
    browser: Browser | None = None
    expected_parcels: int | None = None
    reference: str = ""

    @property
    def lines_total(self) -> Yen:
        """Return the sum of the lines."""
        return sum_of([line.amount for line in self.lines])


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One parcel of an order; `carrier` and `service` are the cart's own words.

    Carrier and tracking number are "" until the cart knows them. `is_final` says that
    nothing of the order is left to ship once this parcel is out.
    """

    number: str
    carrier: str
    tracking_number: str
    shipped_at: datetime
    service: str = ""
    is_cancelled: bool = False
    is_final: bool = False
