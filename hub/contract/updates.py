"""What the hub tells a cart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from hub.contract.asking import AskStanding


class UpdateKind(StrEnum):
    """Why the cart is told.

    ORDER_RECEIVED comes only where `Manifest.hears_received`, ASK_STANDS only to the
    connection that asked.
    """

    ORDER_RECEIVED = "order.received"
    SCREENING_PENDING = "screening.pending"
    SCREENING_OK = "screening.ok"
    SCREENING_NG = "screening.ng"
    SCREENING_HOLD = "screening.hold"
    SHIPPING_ACCEPTED = "shipping.accepted"
    SHIPPING_REJECTED = "shipping.rejected"
    TRANSACTION_CHANGED = "transaction.changed"
    TRANSACTION_CANCELLED = "transaction.cancelled"
    ATTENTION_REQUIRED = "attention.required"
    ASK_STANDS = "ask.stands"


class MayShip(StrEnum):
    """The answer to 発送していい?"""

    YES = "yes"
    NO = "no"
    CHECK = "check"


class Evidence(StrEnum):
    """Whence a statement after the shipping report is known (atodene-service)."""

    COMPUTED = "computed"
    STATEMENT = "statement"
    CARRIER = "carrier"
    PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceStatus:
    """When the invoice is expected to be issued, and how we know."""

    expected_issue_on: date
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class CartUpdate:
    """One state of one transaction for the cart.

    `id` is the same on every retry; `sequence` grows per order, so that a receiver
    can drop what is older than what it has. `reference` is `Order.reference`. `asks`
    are the cart's own requests that wait for their answers.
    """

    id: str
    kind: UpdateKind
    sequence: int
    order_number: str
    occurred_at: datetime
    state: str
    state_label: str
    may_ship: MayShip
    message_code: str
    provider_transaction_id: str = ""
    reasons: Sequence[str] = ()
    invoice: InvoiceStatus | None = None
    tracking_number: str = ""
    reference: str = ""
    asks: Sequence[AskStanding] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PushReceipt:
    """The cart took the update; `reference` is what it calls it, where it does.

    `ways` are where the buyers of payments go on, by the reference of the request.
    """

    status: int
    reference: str = ""
    ways: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
