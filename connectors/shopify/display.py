"""What an order shows at Shopify of that which we write there."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import orjson

from hub.contract.errors import CartRefusedError, CartUnavailableError

from .api import Client
from .queries import query

# Our hold among those of others: by this name, and by who placed it.
HANDLE = "atodene-screening"
_HOLDABLE = frozenset({"OPEN", "SCHEDULED", "ON_HOLD"})
_MOST_PAGES = 10
_ORDER = re.compile(r"gid://shopify/Order/[0-9]{1,19}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfillmentOrder:
    """A part of an order that ships together; `ours` are the ids of our holds."""

    id: str
    is_holdable: bool
    ours: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """What we wrote down at the order for ourselves.

    `held` are the fulfilment orders that we held: one of them without our hold was
    freed by a person. `cancel` names the cancelling that was asked for, "" for none.
    """

    sequence: int = 0
    occurred_at: datetime | None = None
    update_id: str = ""
    held: frozenset[str] = frozenset()
    cancel: str = ""

    def written(self) -> str:
        """Return the book as JSON."""
        moment = self.occurred_at.isoformat() if self.occurred_at else ""
        return orjson.dumps(
            {
                "sequence": self.sequence,
                "occurred_at": moment,
                "update_id": self.update_id,
                "held": sorted(self.held),
                "cancel": self.cancel,
            }
        ).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Display:
    """An order as it stands, as far as push looks at it."""

    id: str
    note: str
    tags: Sequence[str]
    gateways: Sequence[str]
    is_cancelled: bool
    can_mark_as_paid: bool
    financial_status: str
    fulfillment_status: str
    metafields: Mapping[str, str]
    fulfillment_orders: Sequence[FulfillmentOrder] = ()
    book: Book = field(default_factory=Book)


def read_display(client: Client, reference: str) -> Display:
    """Read an order; raises CartRefusedError (HUB-CART-404) where it is not there."""
    if not _ORDER.fullmatch(reference):
        raise CartRefusedError("the update names no order of Shopify")
    display: Display | None = None
    after: str | None = None
    for _ in range(_MOST_PAGES):
        data = client.ask(query("order_display"), {"id": reference, "after": after})
        node = data.get("order")
        if not isinstance(node, dict):
            raise CartRefusedError("the order is not there", code="HUB-CART-404")
        try:
            page, after = _read(node)
        except (KeyError, TypeError, AttributeError) as error:
            raise CartUnavailableError("the order is not readable") from error
        display = page if display is None else _joined(display, page)
        if after is None:
            return display
    raise CartRefusedError("the order has too many fulfilment orders")


def _joined(display: Display, page: Display) -> Display:
    parts = (*display.fulfillment_orders, *page.fulfillment_orders)
    return replace(display, fulfillment_orders=parts)


def _read(node: Mapping[str, Any]) -> tuple[Display, str | None]:
    metafields = {one["key"]: one["value"] for one in node["metafields"]["nodes"]}
    routed = node["fulfillmentOrders"]
    page = routed["pageInfo"]
    return Display(
        id=node["id"],
        note=node["note"] or "",
        tags=tuple(node["tags"]),
        gateways=tuple(node["paymentGatewayNames"]),
        is_cancelled=node["cancelledAt"] is not None,
        can_mark_as_paid=node["canMarkAsPaid"],
        financial_status=node["displayFinancialStatus"] or "",
        fulfillment_status=node["displayFulfillmentStatus"],
        metafields=metafields,
        fulfillment_orders=tuple(map(_part, routed["nodes"])),
        book=_book(metafields.get("book", "")),
    ), page["endCursor"] if page["hasNextPage"] else None


def _part(node: Mapping[str, Any]) -> FulfillmentOrder:
    ours = [
        one["id"]
        for one in node["fulfillmentHolds"]
        if one["handle"] == HANDLE and one["heldByRequestingApp"]
    ]
    return FulfillmentOrder(
        id=node["id"], is_holdable=node["status"] in _HOLDABLE, ours=tuple(ours)
    )


def _book(text: str) -> Book:
    """Return the book; one that cannot be read is as good as none."""
    try:
        kept = orjson.loads(text)
        moment = kept["occurred_at"]
        return Book(
            sequence=int(kept["sequence"]),
            occurred_at=datetime.fromisoformat(moment) if moment else None,
            update_id=str(kept["update_id"]),
            held=frozenset(map(str, kept["held"])),
            cancel=str(kept["cancel"]),
        )
    except (ValueError, TypeError, KeyError):
        return Book()
