"""Rows as documents: the members that the schemas name, in the caller's language."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from hub.api.fields import money
from hub.contract.order import Contact, Order, Parcel
from hub.contract.updates import Evidence, MayShip
from hub.domain.findings import Finding
from hub.domain.known import STATE_LABELS_EN, STATE_LABELS_JA, Known
from hub.flow.order_moments import Moment, Wire
from hub.store.records import DeliveryLine, OperationLine
from hub.store.search import Listed
from hub.text.catalogue import Language, catalogue

Document = dict[str, Any]


def title_of(code: str, language: Language) -> str:
    """Return what a code says happened, "" for a code without a sentence."""
    entry = catalogue().get(code)
    return entry.what.say(language) if entry else ""


def transaction_document(
    listed: Listed, *, may_ship: MayShip, updated_at: datetime, language: Language
) -> Document:
    """Return a transaction; it holds nothing of a person."""
    known = listed.known
    labels = STATE_LABELS_JA if language == "ja" else STATE_LABELS_EN
    return {
        "id": listed.transaction_id,
        "order_id": listed.order_id,
        "order_number": listed.order_number,
        "shop_id": listed.shop_id,
        "provider_transaction_id": known.provider_transaction_id,
        "state": known.state.value,
        "state_label": labels[known.state],
        "may_ship": may_ship.value,
        "needs_attention": bool(listed.attention_code),
        "attention": _attention(listed, language),
        "total": money(listed.total),
        "is_cancelled_in_cart": listed.wanted.is_cancelled,
        "is_before_cutover": listed.is_before_cutover,
        "reasons": list(known.reasons),
        "shipment": _shipment(known),
        "authorized_at": known.authorized_at,
        "created_at": listed.created_at,
        "updated_at": updated_at,
    }


def _attention(listed: Listed, language: Language) -> Document | None:
    code = listed.attention_code
    entry = catalogue().get(code)
    if entry is None:
        return None
    return {
        "code": code,
        "title": entry.what.say(language),
        "means": entry.means.say(language),
        "next": entry.next.say(language),
        "is_alarm": listed.is_alarm,
    }


def _shipment(known: Known) -> Document | None:
    reported = known.reported
    if reported is None:
        return None
    return {
        "parcel_number": reported.parcel_number,
        "carrier_code": reported.carrier_code,
        "tracking_number": reported.tracking_number,
        "expected_issue_on": reported.expected_issue_on,
        "evidence": Evidence.COMPUTED.value,
    }


def order_document(order: Order, *, with_persons: bool) -> Document:
    """Return the cart's half; persons only where the key may see them."""
    ship_to = order.ship_to
    return {
        "ordered_at": order.ordered_at,
        "payment_method": order.payment_method,
        "invoice_delivery": order.invoice_delivery.value,
        "is_test": order.is_test,
        "lines": [
            {
                "kind": line.kind.value,
                "name": line.name,
                "sku": line.sku,
                "unit_price": money(line.unit_price),
                "quantity": line.quantity,
            }
            for line in order.lines
        ],
        "buyer": _contact(order.buyer) if with_persons else None,
        "ship_to": _contact(ship_to) if with_persons and ship_to else None,
    }


def _contact(contact: Contact) -> Document:
    return asdict(contact)


def parcel_document(parcel: Parcel) -> Document:
    """Return a parcel in the cart's words."""
    return {
        "number": parcel.number,
        "carrier": parcel.carrier,
        "tracking_number": parcel.tracking_number,
        "shipped_at": parcel.shipped_at,
        "is_cancelled": parcel.is_cancelled,
    }


def moment_document(
    moment: Moment, *, language: Language, with_persons: bool
) -> Document:
    """Return one line of the timeline; who acted only where the key may see it."""
    return {
        "at": moment.at,
        "kind": moment.kind.value,
        "word": moment.word,
        "code": moment.code,
        "title": title_of(moment.code, language),
        "state": moment.state.value if moment.state else None,
        "reasons": list(moment.reasons),
        "findings": _findings(moment.findings, language),
        "delivery_id": moment.delivery.id if moment.delivery else None,
        "operation": _operation(moment.operation),
        "attempts": [_attempt(wire) for wire in moment.wires],
        "by": moment.person if with_persons else "",
    }


def _findings(findings: Sequence[Finding], language: Language) -> list[Document]:
    return [
        {
            "code": finding.code,
            "title": title_of(finding.code, language),
            "field": finding.field,
            "detail": finding.detail,
            "is_blocking": finding.is_blocking,
        }
        for finding in findings
    ]


def _operation(line: OperationLine | None) -> Document | None:
    if line is None:
        return None
    return {
        "id": line.id,
        "target": line.target,
        "kind": line.kind,
        "state": line.state,
        "reason_code": line.reason_code,
        "tries": line.tries,
        "due_at": line.due_at,
    }


def _attempt(wire: Wire) -> Document:
    return {
        "started_at": wire.started_at,
        "state": wire.state,
        "status": wire.status,
        "milliseconds": wire.milliseconds,
        "reason_code": wire.reason_code,
    }


def delivery_document(
    line: DeliveryLine, orders: Sequence[tuple[str, str]], *, language: Language
) -> Document:
    """Return a delivery without its body."""
    return {
        "id": line.id,
        "connection_id": line.connection_id,
        "topic": line.topic,
        "origin": line.origin,
        "state": line.state,
        "reason_code": line.reason_code,
        "reason": title_of(line.reason_code, language),
        "findings": line.reason_detail,
        "body_length": line.body_length,
        "delivery_count": line.delivery_count,
        "tries": line.tries,
        "received_at": line.received_at,
        "absorbed_at": line.absorbed_at,
        "orders": [{"id": order_id, "number": number} for order_id, number in orders],
    }
