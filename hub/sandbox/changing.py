"""What an order says, its screening, and its change or cancellation."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from hub.sandbox.judging import Judged, judge
from hub.sandbox.ledger import Ledger
from hub.sandbox.records import Transaction
from hub.sandbox.replies import Reply, Request, refusal, taken
from hub.sandbox.screening import PASSED, Verdict, rescreen
from hub.sandbox.tables import (
    CANCEL,
    CUSTOMER,
    DETAIL,
    IN_REVIEW,
    NG,
    SHIP_TO,
    Element,
    State,
)
from hub.sandbox.wire_xml import Document, accepted, elements

_STATE_BY_AUTO: Final = {NG: State.REFUSED, IN_REVIEW: State.REVIEW}
_SCREENED_FIELDS: Final = ("name", "zip", "address", "tel")
_SCREENED_SHIP_FIELDS: Final = ("shipName", "shipZip", "shipAddress", "shipTel")


def order_in(document: Document) -> dict[str, Any]:
    """Return the order that a request carries, as a transaction keeps it."""
    customer = _texts(document.sections["customer"], CUSTOMER)
    return {
        "customer": customer,
        "ship_to": _texts(document.sections.get("ship", {}), SHIP_TO),
        "details": tuple(_texts(detail, DETAIL) for detail in document.details or ()),
        "shop_order_id": customer["shopOrderId"],
        "billed_amount": int(customer["billedAmount"]),
        "service": customer["service"],
    }


def _texts(leaves: Mapping[str, str], group: Sequence[Element]) -> Mapping[str, str]:
    return {element.name: leaves.get(element.name, "") for element in group}


def screened(verdict: Verdict, request: Request) -> dict[str, Any]:
    """Return what a verdict changes in a transaction."""
    state = _STATE_BY_AUTO.get(verdict.auto, State.APPROVED)
    is_approved = state is State.APPROVED
    will_be_decided = state is State.REVIEW and verdict.manual
    review = timedelta(seconds=request.rules.review_seconds)
    approval = timedelta(days=request.rules.approval_days)
    return {
        "state": state,
        "auto_result": verdict.auto,
        "manual_result": "",
        "manual_plan": verdict.manual,
        "reasons": (),
        "reasons_plan": verdict.reasons,
        "held_field": verdict.held_field,
        "screened_at": request.now,
        "review_until": request.now + review if will_be_decided else None,
        "expires_at": request.now + approval if is_approved else None,
    }


def modify(request: Request, transaction: Transaction, ledger: Ledger) -> Reply:
    """Change an order in full, or cancel it."""
    leaves = request.document.sections["transactionInfo"]
    if leaves["updateTypeFlag"] == CANCEL:
        return _cancel(request, transaction)
    code = _NO_CHANGE.get(transaction.state)
    if code:
        return refusal("transactionId", code, transaction)
    order = order_in(request.document)
    auto = ""
    # A change sends an enclosed invoice back to "print data not fetched yet" (6).
    changes: dict[str, Any] = {**order, "print_data_fetched_at": None}
    if order["customer"] != transaction.customer:
        changes["buyer"] = ledger.buyers.of(order["customer"])
    if _must_rescreen(transaction, order):
        verdict, changes["caught_by"] = _judge_again(
            request, transaction, order, ledger
        )
        changes |= screened(verdict, request)
        changes["held_field"] = verdict.held_field or transaction.held_field
        auto = verdict.auto
    changed = transaction.moved(request.now, "changed", auto, **changes)
    inner = elements(
        (("transactionId", changed.transaction_id), ("autoAuthoriresult", auto))
    )
    return Reply(body=accepted("transactionInfo", inner), transaction=changed)


def _judge_again(
    request: Request,
    transaction: Transaction,
    order: Mapping[str, Any],
    ledger: Ledger,
) -> tuple[Verdict, str]:
    verdict = rescreen(
        order["customer"],
        request.rules,
        held=transaction.customer,
        field=transaction.held_field,
        is_resolved=transaction.state is State.APPROVED,
    )
    if verdict != PASSED:
        return verdict, ""
    buyer = ledger.buyers.of(order["customer"])
    is_same = buyer == transaction.buyer
    judged = Judged(
        order=order,
        buyer=buyer,
        own_open_yen=transaction.open_yen if is_same else 0,
        now=request.now,
        is_new=not is_same,
    )
    return judge(judged, request.screening, ledger.buyers)


_NO_CHANGE: Final = {
    State.SHIPPED: "er900046",
    State.CLEARED: "er900046",
    State.REFUSED: "er900041",
    State.EXPIRED: "er900045",
}


def _must_rescreen(transaction: Transaction, order: Mapping[str, Any]) -> bool:
    if transaction.state is not State.APPROVED:
        return True
    if order["billed_amount"] > transaction.billed_amount:
        return True
    before = (transaction.customer, transaction.ship_to)
    after = (order["customer"], order["ship_to"])
    names = (_SCREENED_FIELDS, _SCREENED_SHIP_FIELDS)
    return any(
        old[name] != new[name]
        for old, new, group in zip(before, after, names, strict=True)
        for name in group
    )


def _cancel(request: Request, transaction: Transaction) -> Reply:
    limit = transaction.cancel_until
    if transaction.state is State.CLEARED and limit and request.now > limit:
        return refusal("transactionId", "er900044", transaction)
    cancelled = transaction.moved(
        request.now,
        "cancelled",
        transaction.state.value,
        state=State.CANCELLED,
        cancelled_at=request.now,
        pay_at=None,
        remind_at=None,
    )
    return taken(cancelled)
