"""The five calls as business rules: a transaction in, a reply out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from hub.clock import tokyo_date
from hub.sandbox.checks import read_date
from hub.sandbox.invoice_data import print_data
from hub.sandbox.ledger import Ledger
from hub.sandbox.passing import delivery_moment, issue_day
from hub.sandbox.records import Entry, Transaction, number_of
from hub.sandbox.rules import Rules
from hub.sandbox.screening import Call, Verdict, rescreen, screen
from hub.sandbox.tables import (
    ALREADY_CANCELLED,
    CANCEL,
    CANCEL_REPORT,
    CARRIERS,
    CHANGE_REPORT,
    CUSTOMER,
    DETAIL,
    ENCLOSED,
    IN_REVIEW,
    NG,
    SEPARATE,
    SHIP_TO,
    Element,
    Operation,
    State,
)
from hub.sandbox.wire_xml import Document, WireError, accepted, elements, refused

_STATE_BY_AUTO: Final = {NG: State.REFUSED, IN_REVIEW: State.REVIEW}
_SCREENED_FIELDS: Final = ("name", "zip", "address", "tel")
_SCREENED_SHIP_FIELDS: Final = ("shipName", "shipZip", "shipAddress", "shipTel")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The answer of one call and the transaction that it touched."""

    body: bytes
    errors: tuple[WireError, ...] = ()
    transaction: Transaction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A checked call of an authenticated merchant."""

    merchant: str
    document: Document
    now: datetime
    rules: Rules


def refusal(point: str, code: str, transaction: Transaction | None = None) -> Reply:
    """Return the reply of a call that was refused for one reason."""
    error = WireError(point=point, code=code)
    return Reply(body=refused([error]), errors=(error,), transaction=transaction)


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
    return _taken(cancelled)


def _taken(transaction: Transaction) -> Reply:
    inner = elements((("transactionId", transaction.transaction_id),))
    return Reply(body=accepted("transactionInfo", inner), transaction=transaction)


def _ship(request: Request, transaction: Transaction) -> Reply:
    kind = request.document.sections["transactionInfo"]["deliveryType"]
    if kind == CANCEL_REPORT:
        return _cancel_report(request, transaction)
    if kind == CHANGE_REPORT:
        return _change_report(request, transaction)
    code = _NO_REPORT.get(transaction.state)
    if code:
        return refusal("transactionId", code, transaction)
    is_enclosed = transaction.service == ENCLOSED
    if is_enclosed and not transaction.print_data_fetched_at:
        return refusal("transactionId", "er900042", transaction)
    return _taken(_reported(request, transaction, "reported"))


_NO_REPORT: Final = {
    State.REVIEW: "er900047",
    State.HOLD: "er900047",
    State.REFUSED: "er900047",
    State.EXPIRED: "er900045",
    State.SHIPPED: "er900041",
    State.CLEARED: "er900041",
}


def _reported(request: Request, transaction: Transaction, what: str) -> Transaction:
    leaves = request.document.sections["transactionInfo"]
    carrier, number = leaves["deliveryCompanyCode"], leaves["deliverySlipNo"]
    is_new = what == "reported"
    reported_at = request.now if is_new else transaction.reported_at or request.now
    issue_on = transaction.issue_on
    if transaction.service == SEPARATE and not transaction.issued_on:
        issue_on = issue_day(reported_at, read_date(leaves.get("invoiceDate", "")))
    return transaction.moved(
        request.now,
        what,
        f"{CARRIERS[carrier]} {number}",
        state=State.SHIPPED,
        carrier_code=carrier,
        tracking_number=number,
        reported_at=reported_at,
        issue_on=issue_on,
        deliver_at=delivery_moment(request.now, number, request.rules),
        delivered_at=None,
        clear_at=None,
    )


def _change_report(request: Request, transaction: Transaction) -> Reply:
    if transaction.state is not State.SHIPPED:
        code = "er900048" if transaction.state is State.CLEARED else "er900041"
        return refusal("transactionId", code, transaction)
    return _taken(_reported(request, transaction, "report_changed"))


def _cancel_report(request: Request, transaction: Transaction) -> Reply:
    if transaction.state is not State.SHIPPED:
        code = "er900048" if transaction.state is State.CLEARED else "er900041"
        return refusal("transactionId", code, transaction)
    back = transaction.moved(
        request.now,
        "report_cancelled",
        state=State.APPROVED,
        carrier_code="",
        tracking_number="",
        reported_at=None,
        issue_on=None,
        issued_on=None,
        due_on=transaction.due_on if transaction.service == ENCLOSED else None,
        deliver_at=None,
        delivered_at=None,
        clear_at=None,
    )
    return _taken(back)


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
    Operation.SHIP: _ship,
    Operation.PRINT_DATA: _print_data,
}
