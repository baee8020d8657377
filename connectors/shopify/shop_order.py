"""An order of Shopify's as both of its readers write it down, before it is ours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from hub.contract.order import Browser


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderHead:
    """What is asked of every order first: whether it is ours, and still an order.

    `read_at` is when Shopify was asked for it, None for the body of a webhook.
    """

    reference: str
    number: str
    changed_at: datetime
    cancelled_at: datetime | None
    cancel_reason: str
    gateways: Sequence[str]
    status_url: str
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopAddress:
    """A mailing address with its person, as typed at checkout."""

    first_name: str
    last_name: str
    name: str
    company: str
    address1: str
    address2: str
    city: str
    province: str
    province_code: str
    zip: str
    country: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopLine:
    """One line: the price of a piece before discounts, the discount of all pieces.

    `quantity` is what was ordered, `current` what of it is left. `rates` are fractions.
    `is_sent` says that it needs shipping, also where nothing is said of it.
    """

    name: str
    sku: str
    price: Decimal
    quantity: int
    current: int
    discount: Decimal
    rates: Sequence[Decimal]
    plan: str
    is_sent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopOrder:
    """The whole order; amounts are in the shop's currency.

    `total` is what the order costs now, `outstanding` what of it is unpaid.
    `paid_elsewhere` is what other methods than ours paid and `received` what ours did;
    both None where the reader sees no payments. `extras` are named amounts of the
    total that may stand in no line. `methods` are how its parts are delivered, in the
    schema's words; none where the reader sees no parts.
    """

    head: OrderHead
    ordered_at: datetime
    is_test: bool
    source: str
    currency: str
    presentment: str
    taxes_included: bool
    financial_status: str
    email: str
    phones: Sequence[str]
    tags: Sequence[str]
    attributes: Sequence[tuple[str, str]]
    billing: ShopAddress | None
    shipping: ShopAddress | None
    total: Decimal
    outstanding: Decimal | None
    paid_elsewhere: Decimal | None
    received: Decimal | None
    extras: Sequence[tuple[str, Decimal]]
    tax: Decimal
    shipping_fee: Decimal
    shipping_title: str
    shipping_rates: Sequence[Decimal]
    lines: Sequence[ShopLine]
    methods: Sequence[str]
    browser: Browser | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopFulfillment:
    """One fulfilment; `tracked` are the pairs of carrier and numbers as typed."""

    number: str
    status: str
    created_at: datetime
    changed_at: datetime
    tracked: Sequence[tuple[str, str]]
