"""The shipping report: given, changed, taken back (atodene-api 5)."""

from typing import Final

from hub.clock import tokyo_date
from hub.sandbox.checks import read_date
from hub.sandbox.parcels import sent
from hub.sandbox.passing import issue_day
from hub.sandbox.payments import invoiced
from hub.sandbox.records import Invoice, Transaction
from hub.sandbox.replies import Reply, Request, refusal, taken
from hub.sandbox.tables import (
    CANCEL_REPORT,
    CARRIERS,
    CHANGE_REPORT,
    ENCLOSED,
    SEPARATE,
    State,
)


def ship(request: Request, transaction: Transaction) -> Reply:
    """Take a report, its change or its withdrawal."""
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
    return taken(_reported(request, transaction, "reported"))


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
    reported = transaction.moved(
        request.now,
        what,
        f"{CARRIERS[carrier]} {number}",
        state=State.SHIPPED,
        carrier_code=carrier,
        tracking_number=number,
        reported_at=reported_at,
        issue_on=issue_on,
        **sent(request.now, number, request.rules),
    )
    if transaction.service != ENCLOSED or not is_new:
        return reported
    return _with_enclosed_invoice(reported, request)


def _with_enclosed_invoice(transaction: Transaction, request: Request) -> Transaction:
    today = tokyo_date(request.now)
    invoice = Invoice(
        issued_on=transaction.bill_sent_on or today,
        due_on=transaction.due_on or today,
        amount=transaction.billed_amount,
    )
    return invoiced(transaction, invoice, request.now, request.rules)


def _change_report(request: Request, transaction: Transaction) -> Reply:
    if transaction.state is not State.SHIPPED:
        code = "er900048" if transaction.state is State.CLEARED else "er900041"
        return refusal("transactionId", code, transaction)
    return taken(_reported(request, transaction, "report_changed"))


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
        parcel="",
        parcel_plan="",
        delivered_at=None,
        clear_at=None,
        remind_at=None,
    )
    return taken(back)
