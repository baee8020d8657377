"""Payment sessions: what the buyer pays, and what the merchant does with it after.

A session is open until the app says how it ends; the first end counts. What Shopify
sends is read from 4.1 and 4.3 of reference/shopify.md, an address of a buyer excepted:
its members are named there, their values are as the storefront's.
"""

from __future__ import annotations

import base64
import secrets
import string
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.shopify_double.documents import HANAKO

if TYPE_CHECKING:
    from tests.shopify_double.payments_sending import Answer
    from tests.shopify_double.world import Shop, World

OPEN = ""
PENDING, RESOLVED, REJECTED = "PENDING", "RESOLVED", "REJECTED"
# Nobody answered while the buyer was told to wait.
EXPIRED = "EXPIRED"
ENDS = (RESOLVED, REJECTED, EXPIRED)
GATEWAY = "アトディーネ後払い"
_LETTERS = string.ascii_letters + string.digits
LONGEST_PENDING = timedelta(days=3)

Body = dict[str, Any]


@dataclass
class Session:
    """One request to the app; `kind` is the last part of its address at the app."""

    kind: str
    shop: str
    id: str
    body: Body
    state: str = OPEN
    reason: str = ""
    merchant_message: str = ""
    pending_expires_at: datetime | None = None
    authorization_expires_at: datetime | None = None
    # Of a payment: where the app sent the buyer, and the order that came of it.
    redirect_url: str = ""
    order: dict[str, Any] | None = None
    answers: list[Answer] = field(default_factory=list)
    # How often it came to each state, so that what must happen once is seen.
    changes: list[str] = field(default_factory=list)

    @property
    def gid(self) -> str:
        return str(self.body["gid"])

    @property
    def amount(self) -> int:
        return int(Decimal(self.body["amount"]))

    @property
    def statuses(self) -> list[int]:
        """How every attempt to start it was answered."""
        return [one.status for one in self.answers]

    def becomes(self, state: str) -> None:
        self.state = state
        self.changes.append(state)

    def look_at(self, now: datetime) -> None:
        """End what waited longer than it was said to."""
        end = self.pending_expires_at
        if self.state == PENDING and end is not None and end <= now:
            self.becomes(EXPIRED)


def _opaque() -> str:
    """Return an id as in Shopify's own examples: u0nwmSrNntjIWozmNslK5Tlq."""
    return "".join(secrets.choice(_LETTERS) for _ in range(24))


def payment_body(world: World, shop: Shop, way_back: str, **wish: Any) -> Body:
    """Return what an offsite payment is started with.

    `wish`: amount, kind, test, currency, surname, customer; `body` overwrites members.
    """
    session_id = _opaque()
    address = billing(wish.get("surname", ""))
    customer = {
        "email": "hanako@example.jp",
        "phone_number": "+819012345678",
        "locale": "ja",
        "billing_address": address,
        "shipping_address": dict(address),
    }
    body: Body = {
        "id": session_id,
        "gid": f"gid://shopify/PaymentSession/{session_id}",
        "group": base64.b64encode(secrets.token_bytes(32)).decode(),
        "session_id": _opaque(),
        "amount": str(wish.get("amount", 7572)),
        "currency": wish.get("currency", "JPY"),
        "test": wish.get("test", False),
        "merchant_locale": "ja",
        "payment_method": {"type": "offsite", "data": {"cancel_url": way_back}},
        "proposed_at": world.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "customer": customer | wish.get("customer", {}),
        "kind": wish.get("kind", "authorization"),
    }
    body |= wish.get("body", {})
    return body


def billing(surname: str = "") -> dict[str, Any]:
    """Return Hanako's address as payment sessions write it."""
    return {
        "given_name": HANAKO["first_name"],
        "family_name": surname or HANAKO["last_name"],
        "line1": HANAKO["address1"],
        "line2": HANAKO["address2"],
        "city": HANAKO["city"],
        "postal_code": HANAKO["zip"],
        "province": HANAKO["province"],
        "country_code": HANAKO["country_code"],
        "phone_number": HANAKO["phone"],
        "company": "",
    }


def following_body(world: World, kind: str, payment: Session, amount: int) -> Body:
    """Return what a capture, a refund or a void is started with."""
    number = _opaque()
    body = {
        "id": number,
        "gid": f"gid://shopify/{kind.capitalize()}Session/{number}",
        "payment_id": payment.id,
        "amount": str(amount),
        "currency": payment.body["currency"],
        "merchant_locale": "ja",
        "proposed_at": world.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    if kind == "void":
        del body["amount"], body["currency"]
    return body
