"""What the cart is told, planned in the same commit as the change itself (I-20)."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

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
from hub.flow.standings import standings_from
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
_COMES_IN = frozenset({State.RECEIVED, State.REGISTERING, State.INVALID})
# What the buyer's order page needs to know has a sentence for every state.
_MESSAGES = {state: f"HUB-STATE-{state.value}" for state in State}


def tell_cart(
    scope: Scope,
    case: Case,
    policy: Policy,
    *,
    now: datetime,
    business_now: datetime,
    asking: Collection[str] = (),
) -> bool:
    """Plan one update for each destination where something changed; True if any.

    `asking` are the connections that an answer is for, whatever else they are told; a
    cart that asked is answered in 影運転 too.
    """
    kind = _kind(case.transaction.known, case.known)
    moment = _Moment(now, business_now)
    destinations: Sequence[str] = ()
    if kind is not None and _may_tell(case):
        destinations = connections.push_destinations(scope, case.shop.id)
        _tell(scope, case, policy, kind, destinations, moment)
    left = sorted(set(asking).difference(destinations))
    _tell(scope, case, policy, UpdateKind.ASK_STANDS, left, moment)
    return bool(destinations or left)


def tell_asks(
    scope: Scope,
    case: Case,
    policy: Policy,
    *,
    destination: str,
    now: datetime,
    business_now: datetime,
) -> None:
    """Plan to tell one cart how its requests stand."""
    moment = _Moment(now, business_now)
    _tell(scope, case, policy, UpdateKind.ASK_STANDS, [destination], moment)


def tell_received(
    scope: Scope, case: Case, policy: Policy, *, hearers: frozenset[str], now: datetime
) -> bool:
    """Plan to tell that an order came in, to the connectors that hear it; once.

    It has no moment of business time, for nothing can be expired or due yet.
    """
    is_new = case.order.update_seq == 0 and case.known.state in _COMES_IN
    is_left = case.wanted.is_cancelled or case.order.is_before_cutover
    if not is_new or is_left or case.wanted.order is None or not _may_tell(case):
        return False
    destinations = connections.push_destinations(
        scope, case.shop.id, connectors=hearers
    )
    received = UpdateKind.ORDER_RECEIVED
    return _tell(scope, case, policy, received, destinations, _Moment(now, now))


def tell_again(
    scope: Scope,
    case: Case,
    policy: Policy,
    *,
    destination: str,
    hears_received: bool,
    now: datetime,
    business_now: datetime,
) -> bool:
    """Plan to tell one cart the present state again, which it lost."""
    kind = _KIND_OF_STATE.get(case.known.state)
    if kind is None and hears_received and not case.order.is_before_cutover:
        kind = UpdateKind.ORDER_RECEIVED
    if kind is None or not _may_tell(case):
        return False
    open_ones = connections.push_destinations(scope, case.shop.id)
    found = [one for one in open_ones if one == destination]
    return _tell(scope, case, policy, kind, found, _Moment(now, business_now))


class _Moment(NamedTuple):
    """The real moment, and the one of business time."""

    now: datetime
    business_now: datetime


def _may_tell(case: Case) -> bool:
    # A part that the hub split off has a number that no cart knows.
    return case.shop.mode is not Mode.SHADOW and not case.wanted.split_from


def _tell(
    scope: Scope,
    case: Case,
    policy: Policy,
    kind: UpdateKind,
    destinations: Sequence[str],
    moment: _Moment,
) -> bool:
    if not destinations:
        return False
    now, business_now = moment
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
    if _is_other_answer(before, after):
        return UpdateKind.TRANSACTION_CHANGED
    new_refusals = after.refused - before.refused
    if any(key.startswith("report:") for key in new_refusals):
        return UpdateKind.SHIPPING_REJECTED
    is_certain = after.reported is not None and after.reported.is_certain
    if is_certain and after.reported != before.reported:
        return UpdateKind.SHIPPING_ACCEPTED
    if after.reasons != before.reasons and after.state is State.ON_HOLD:
        return UpdateKind.SCREENING_HOLD
    if after.registered and after.registered != before.registered:
        return UpdateKind.TRANSACTION_CHANGED
    return None


def _is_other_answer(before: Known, after: Known) -> bool:
    """Tell whether 発送していい? has another answer now, in the same state."""
    is_doubt_new = after.in_doubt_since != before.in_doubt_since
    return is_doubt_new or after.print_data_of != before.print_data_of


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
        "reference": case.wanted.reference,
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
        # Updates that were planned by an older hub name none.
        reference=payload.get("reference", ""),
        asks=standings_from(payload),
    )


def _invoice_status(document: dict[str, str]) -> InvoiceStatus:
    return InvoiceStatus(
        expected_issue_on=datetime.fromisoformat(document["expected_issue_on"]).date(),
        evidence=Evidence(document["evidence"]),
    )
