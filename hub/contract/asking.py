"""Requests of a cart that waits for an answer: may it be paid later, ship, refund?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from hub.contract.inbound import InboundRequest
from hub.contract.proof import Delivery

if TYPE_CHECKING:
    from hub.contract.connector import Settings


class AskKind(StrEnum):
    """What a cart asks; it stands in the address that the request comes to."""

    PAYMENT = "payment"
    CAPTURE = "capture"
    REFUND = "refund"
    VOID = "void"


class AskOutcome(StrEnum):
    """How a request stands; the last two are final."""

    PENDING = "pending"
    GRANTED = "granted"
    DENIED = "denied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A proven request, and whose it is.

    `reference` is the cart's own id of the request: however often and at how many
    doors at once it comes, it is one request and has one answer. The topic of
    `delivery` is the kind; what it means for the order, `translate` says.
    """

    shop_key: str
    delivery: Delivery
    reference: str
    order_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the cart hears at once, after the request was committed."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskStanding:
    """How a request stands now, for the connector to tell the cart.

    `expires_at` is until when the cart waits (a payment), `valid_until` until when
    what was granted may be shipped, None where the provider sets no end. `is_given_up`
    says that the buyer went back instead of waiting. `findings` are the codes of what
    our own check found in the way of a payment.
    """

    reference: str
    kind: AskKind
    outcome: AskOutcome
    expires_at: datetime | None = None
    valid_until: datetime | None = None
    is_given_up: bool = False
    findings: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """How a cart that waits is heard and answered.

    `hear` proves a request of POST /asks/<slug>/<kind> with the app's settings; it
    raises SignatureError or PayloadError. `reply` makes the answer to it, the same for
    the same request; `waiting_url` is the page of the hub where the buyer of a payment
    waits, "" for the other kinds. `wait_days` is how long a payment may stay pending.

    Later the outcome comes to `push` as `CartUpdate.asks`: every request of the order
    whose final answer the cart did not take yet. It is told again until it is taken.
    """

    hear: Callable[[InboundRequest, AskKind, "Settings"], Asked]
    reply: Callable[[Asked, str], Reply]
    wait_days: int = 3
