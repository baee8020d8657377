"""What a person adds to what the cart says: an amount, a statement, a refund.

Each is a fact that is kept with the cart's own and never replaces it.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from hub.contract.money import Yen, sum_of
from hub.contract.order import InvoiceDelivery, LineItem, Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """Other lines for an order, as a person decided.

    It holds while the cart's own lines and total are still those of `base`, or come to
    the same amount: once the cart says another, the cart is right. `is_mailed` lets the
    new invoice be mailed, because the goods that it would be enclosed with are out.
    """

    base: str
    lines: tuple[LineItem, ...]
    is_mailed: bool = False

    @property
    def total(self) -> Yen:
        """Return the sum of the lines, which is what is billed."""
        return sum_of([line.amount for line in self.lines])

    def applied(self, order: Order) -> Order:
        """Return the order as it is told, unchanged once the cart says otherwise."""
        if order.total != self.total and lines_digest(order) != self.base:
            return order
        delivery = (
            InvoiceDelivery.SEPARATE if self.is_mailed else order.invoice_delivery
        )
        return replace(
            order,
            lines=self.lines,
            total=self.total,
            total_excluding_tax=None,
            invoice_delivery=delivery,
        )


def lines_digest(order: Order) -> str:
    """Return a digest of an order's lines and total."""
    told = [int(order.total), *(asdict(line) for line in order.lines)]
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class Stated(StrEnum):
    """What no API tells, and a named person may state (evidence 手動で確認)."""

    INVOICE_ISSUED = "invoice_issued"
    ADVANCE_PAID = "advance_paid"
    BUYER_PAID = "buyer_paid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement of a person about the money."""

    stated: Stated
    on: date
    user_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """加盟店から返金: what the shop owes a buyer who has paid already."""

    amount: Yen
    at: datetime
    user_id: str
    done_on: date | None = None
