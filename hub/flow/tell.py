"""What the cart is told, planned in the same commit as the change itself (I-20)."""

from datetime import datetime
from typing import Any

from hub.contract.updates import (
    CartUpdate,
    Evidence,
    InvoiceStatus,
    MayShip,
    UpdateKind,
)
from hub.domain.known import STATE_LABELS_JA, Known, State
from hub.domain.policy import Mode, Policy
from hub.domain.verdict import attention, may_ship
from hub.flow.cases import Case
from hub.store import connections, operations, orders
from hub.store.store import Scope

_KIND_OF_STATE = {
    State.SCREENING: UpdateKind.SCREENING_PENDING,
    State.ON_HOLD: UpdateKind.SCREENING_HOLD,
    State.AUTHORIZED: UpdateKind.SCREENING_OK,
    State.DECLINED: UpdateKind.SCREENING_NG,
    State.SHIPMENT_REPORTED: UpdateKind.SHIPPING_ACCEPTED,
    State.CANCELLED: UpdateKind.TRANSACTION_CANCELLED,
    State.INVALID: UpdateKind.ATTENTION_REQUIRED,
    State.REFUSED: UpdateKind.ATTENTION_REQUIRED,
    State.UNCLEAR: UpdateKind.ATTENTION_REQUIRED,
    State.EXPIRED: UpdateKind.ATTENTION_REQUIRED,
}
# What the buyer's order page needs to know has a sentence for every state.
_MESSAGES = {state: f"HUB-STATE-{state.value}" for state in State}


def tell_cart(
    scope: Scope, case: Case, policy: Policy, *, now: datetime, business_now: datetime
) -> bool:
    """Plan one update for each destination where something changed; True if any."""
    kind = _kind(case.transaction.known, case.known)
    if kind is None or case.shop.mode is Mode.SHADOW or case.wanted.split_from:
        # A part that the hub split off has a number that no cart knows.
        return False
    destinations = connections.push_destinations(scope, case.shop.id)
    if not destinations:
        return False
    sequence = orders.next_update_seq(scope, case.order.id)
    payload = _payload(
        case, policy, kind, sequence=sequence, now=now, business_now=business_now
    )
    for destination in destinations:
        if sequence > 1:
            operations.supersede_updates(
                scope, case.order.id, destination=destination, now=now
            )
        operations.add(
            scope,
            order_id=case.order.id,
            transaction_id=case.transaction.id,
            target="cart",
            destination=destination,
            kind=kind.value,
            seq=sequence,
            payload=payload,
            now=now,
        )
    return True


def _kind(before: Known, after: Known) -> UpdateKind | None:
    if after.state is not before.state:
        if (before.state, after.state) == (State.SHIPMENT_REPORTED, State.AUTHORIZED):
            return UpdateKind.TRANSACTION_CHANGED
        return _KIND_OF_STATE.get(after.state)
    if after.print_data_of != before.print_data_of:
        # The answer to 発送していい? is another one now.
        return UpdateKind.TRANSACTION_CHANGED
    new_refusals = after.refused - before.refused
    if any(key.startswith("report:") for key in new_refusals):
        return UpdateKind.SHIPPING_REJECTED
    if after.reported != before.reported and after.reported is not None:
        return UpdateKind.SHIPPING_ACCEPTED
    if after.reasons != before.reasons and after.state is State.ON_HOLD:
        return UpdateKind.SCREENING_HOLD
    if after.registered and after.registered != before.registered:
        return UpdateKind.TRANSACTION_CHANGED
    return None


def _payload(
    case: Case,
    policy: Policy,
    kind: UpdateKind,
    *,
    sequence: int,
    now: datetime,
    business_now: datetime,
) -> dict[str, Any]:
    known = case.known
    reported = known.reported
    look = attention(case.wanted, known, policy, now=business_now)
    answer = may_ship(
        case.wanted,
        known,
        policy.parcels,
        now=business_now,
        life=policy.approval_life,
    )
    return {
        "kind": kind.value,
        "sequence": sequence,
        "order_number": case.order.order_number,
        "occurred_at": now.isoformat(),
        "state": known.state.value,
        "state_label": STATE_LABELS_JA[known.state],
        "may_ship": answer.value,
        "message_code": look.code if look else _MESSAGES[known.state],
        "provider_transaction_id": known.provider_transaction_id,
        "reasons": list(known.reasons) if known.state is State.ON_HOLD else [],
        "invoice": _invoice(known),
        "tracking_number": reported.tracking_number if reported else "",
    }


def _invoice(known: Known) -> dict[str, str] | None:
    issue_on = known.reported.expected_issue_on if known.reported else None
    if issue_on is None:
        return None
    return {
        "expected_issue_on": issue_on.isoformat(),
        "evidence": Evidence.COMPUTED.value,
    }


def update_from(operation_id: str, payload: dict[str, Any]) -> CartUpdate:
    """Return the update of an operation; its id is the same on every retry (I-21)."""
    invoice = payload["invoice"]
    return CartUpdate(
        id=operation_id,
        kind=UpdateKind(payload["kind"]),
        sequence=payload["sequence"],
        order_number=payload["order_number"],
        occurred_at=datetime.fromisoformat(payload["occurred_at"]),
        state=payload["state"],
        state_label=payload["state_label"],
        may_ship=MayShip(payload["may_ship"]),
        message_code=payload["message_code"],
        provider_transaction_id=payload["provider_transaction_id"],
        reasons=tuple(payload["reasons"]),
        invoice=_invoice_status(invoice) if invoice else None,
        tracking_number=payload["tracking_number"],
    )


def _invoice_status(document: dict[str, str]) -> InvoiceStatus:
    return InvoiceStatus(
        expected_issue_on=datetime.fromisoformat(document["expected_issue_on"]).date(),
        evidence=Evidence(document["evidence"]),
    )
