"""The canonical JSON of the hub's generic webhook connector, written and read."""

import json
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from hub.clock import TOKYO
from hub.contract.order import Address, Contact, LineItem

from .orders import News, PlacedOrder, Shipment


class CallbackUnreadableError(ValueError):
    """A proven push-back does not have the agreed shape."""


def event(kind: str, order: PlacedOrder, *, now: datetime, reason: str = "") -> bytes:
    """Return the body of one webhook; only order.placed and amended carry it all."""
    content: dict[str, Any] = {"type": kind, "occurred_at": _iso(now)}
    if kind in ("order.placed", "order.amended"):
        content["order"] = _whole(order)
    else:
        content["order"] = {"number": order.number, "version": order.version}
    if reason:
        content["reason"] = reason
    if kind.startswith("shipment.") and order.shipment:
        content["shipment"] = _shipment(order.shipment)
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def read_callback(body: bytes) -> News:
    """Read a push-back; raises CallbackUnreadableError for another shape."""
    try:
        return _news(json.loads(body))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CallbackUnreadableError("not the agreed shape of a push-back") from error


def contact_text(contact: Contact) -> str:
    """Return a contact as the text that the shop's book keeps."""
    return json.dumps(asdict(contact), ensure_ascii=False)


def read_contact(text: str) -> Contact:
    """Read a contact from the shop's book."""
    fields = json.loads(text)
    return Contact(**{**fields, "address": Address(**fields["address"])})


def _whole(order: PlacedOrder) -> dict[str, Any]:
    total = order.total
    return {
        "number": order.number,
        "version": order.version,
        "ordered_at": _iso(order.placed_at),
        "payment_method": str(order.payment_method),
        "is_test": False,
        "currency": "JPY",
        "buyer": asdict(order.buyer),
        "ship_to": _ship_to(order.ship_to),
        "invoice_delivery": "separate",
        "shipping_method": "ヤマト運輸 宅急便",
        "lines": [_line(line) for line in order.lines],
        "total": int(total.including_tax),
        "total_excluding_tax": int(total.excluding_tax),
    }


def _ship_to(contact: Contact | None) -> dict[str, Any] | None:
    if contact is None:
        return None
    return {name: part for name, part in asdict(contact).items() if name != "email"}


def _line(line: LineItem) -> dict[str, Any]:
    return {
        "kind": str(line.kind),
        "name": line.name,
        "sku": line.sku,
        "unit_price": int(line.unit_price),
        "quantity": line.quantity,
        "tax_rate": line.tax_rate,
    }


def _shipment(shipment: Shipment) -> dict[str, Any]:
    return {
        "number": "S-1",
        "version": shipment.version,
        "carrier": shipment.carrier,
        "service": "",
        "tracking_number": shipment.tracking_number,
        "shipped_at": _iso(shipment.shipped_at),
    }


def is_ping(body: bytes) -> bool:
    """Tell whether a proven callback only tests the connection."""
    try:
        content = json.loads(body)
    except ValueError:
        return False
    return isinstance(content, dict) and content.get("type") == "ping"


def _news(content: dict[str, Any]) -> News:
    transaction = content.get("transaction") or {}
    invoice = content.get("invoice") or {}
    sequence = content["sequence"]
    if isinstance(sequence, bool) or not isinstance(sequence, int):
        raise TypeError("sequence is a whole number")
    occurred_at = datetime.fromisoformat(content["occurred_at"])
    if occurred_at.tzinfo is None:
        raise ValueError("occurred_at has no zone")
    issue_on = invoice.get("expected_issue_on")
    return News(
        kind=str(content["type"]),
        order_number=str(content["order"]["number"]),
        sequence=sequence,
        occurred_at=occurred_at,
        state=str(transaction.get("state", "")),
        state_label=str(transaction.get("state_label", "")),
        may_ship=str(content.get("may_ship", "")),
        provider_transaction_id=str(transaction.get("provider_transaction_id") or ""),
        reasons=tuple(str(reason) for reason in transaction.get("reasons") or ()),
        message=str((content.get("message") or {}).get("ja", "")),
        expected_issue_on=date.fromisoformat(issue_on) if issue_on else None,
        evidence=str(invoice.get("evidence", "")),
    )


def _iso(moment: datetime) -> str:
    return moment.astimezone(TOKYO).isoformat(timespec="seconds")
