"""The five calls as business rules: a transaction in, a reply out."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from hub.clock import tokyo_date
from hub.sandbox.invoice_data import print_data
from hub.sandbox.ledger import Ledger
from hub.sandbox.records import Entry, Transaction, number_of
from hub.sandbox.replies import Reply, Request, refusal, taken
from hub.sandbox.screening import Call, Verdict, rescreen, screen
from hub.sandbox.shipping import ship
from hub.sandbox.tables import (
    ALREADY_CANCELLED,
    CANCEL,
    CUSTOMER,
    DETAIL,
    ENCLOSED,
    IN_REVIEW,
    NG,
    SHIP_TO,
    Element,
    Operation,
    State,
)
from hub.sandbox.wire_xml import Document, accepted, elements

_STATE_BY_AUTO: Final = {NG: State.REFUSED, IN_REVIEW: State.REVIEW}
_SCREENED_FIELDS: Final = ("name", "zip", "address", "tel")
_SCREENED_SHIP_FIELDS: Final = ("shipName", "shipZip", "shipAddress", "shipTel")


def perform(operation: Operation, request: Request, ledger: Ledger) -> Reply:
    """Do what the call asks; called inside the ledger's transaction."""
    if operation is Operation.REGISTER:
        return _register(request, ledger)
    wire_id = request.document.sections["transactionInfo"]["transactionId"]
    no = number_of(wire_id)
    transaction = ledger.find_transaction(no) if no is not None else None
    if not transaction or transaction.merchant != request.merchant:
        return refusal("transactionId", "er900040")
    if transaction.state is State.CANCELLED:
        return refusal("transactionId", ALREADY_CANCELLED, transaction)
    reply = _OPERATIONS[operation](request, transaction)
    if reply.transaction and reply.transaction is not transaction:
        ledger.save_transaction(reply.transaction)
    return reply


def _register(request: Request, ledger: Ledger) -> Reply:
    order = _order(request.document)
    verdict = screen(order["customer"], request.rules)
    if verdict.call is Call.REFUSED:
        return refusal("name", "er900050")
    new = Transaction(
        merchant=request.merchant,
        registered_at=request.now,
        history=(Entry(at=request.now, what="registered", detail=verdict.auto),),
        **order,
        **_screened(verdict, request),
    )
    stored = ledger.add_transaction(new)
    inner = elements(
        (
            ("shopOrderId", stored.shop_order_id),
            ("transactionId", stored.transaction_id),
            ("autoAuthoriresult", stored.auto_result),
        )
    )
    return Reply(body=accepted("transactionInfo", inner), transaction=stored)


def _order(document: Document) -> dict[str, Any]:
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


def _screened(verdict: Verdict, request: Request) -> dict[str, Any]:
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


def _result(_request: Request, transaction: Transaction) -> Reply:
    inner = elements(
        (
            ("transactionId", transaction.transaction_id),
            ("autoAuthoriresult", transaction.auto_result),
            ("manualAuthoriresult", transaction.manual_result),
        )
    )
    reasons = elements(("manualAuthorireason", text) for text in transaction.reasons)
    inner += f"<manualAuthorireasons>{reasons}</manualAuthorireasons>"
    return Reply(body=accepted("transactionInfo", inner), transaction=transaction)


def _modify(request: Request, transaction: Transaction) -> Reply:
    leaves = request.document.sections["transactionInfo"]
    if leaves["updateTypeFlag"] == CANCEL:
        return _cancel(request, transaction)
    code = _NO_CHANGE.get(transaction.state)
    if code:
        return refusal("transactionId", code, transaction)
    order = _order(request.document)
    auto = ""
    # A change sends an enclosed invoice back to "print data not fetched yet" (6).
    changes: dict[str, Any] = {**order, "print_data_fetched_at": None}
    if _must_rescreen(transaction, order):
        verdict = rescreen(
            order["customer"],
            request.rules,
            held=transaction.customer,
            field=transaction.held_field,
            is_resolved=transaction.state is State.APPROVED,
        )
        changes |= _screened(verdict, request)
        changes["held_field"] = verdict.held_field or transaction.held_field
        auto = verdict.auto
    changed = transaction.moved(request.now, "changed", auto, **changes)
    inner = elements(
        (("transactionId", changed.transaction_id), ("autoAuthoriresult", auto))
    )
    return Reply(body=accepted("transactionInfo", inner), transaction=changed)


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
    )
    return taken(cancelled)


def _print_data(request: Request, transaction: Transaction) -> Reply:
    if transaction.service != ENCLOSED:
        return refusal("transactionId", "er900043", transaction)
    if transaction.state is not State.APPROVED:
        return refusal("transactionId", "er900041", transaction)
    fetched = _fetched(request, transaction)
    return Reply(body=accepted("invoiceInfo", print_data(fetched)), transaction=fetched)


def _fetched(request: Request, transaction: Transaction) -> Transaction:
    # The first fetch fixes the payment deadline (6); a later one repeats it.
    sent_on = transaction.bill_sent_on or tokyo_date(request.now)
    due_on = transaction.due_on or sent_on + timedelta(days=request.rules.due_days)
    return transaction.moved(
        request.now,
        "print_data_fetched",
        due_on.isoformat(),
        print_data_fetched_at=request.now,
        bill_sent_on=sent_on,
        due_on=due_on,
    )


_OPERATIONS: Final[Mapping[Operation, Callable[[Request, Transaction], Reply]]] = {
    Operation.RESULT: _result,
    Operation.MODIFY: _modify,
    Operation.SHIP: ship,
    Operation.PRINT_DATA: _print_data,
}
