"""The five calls as business rules: a transaction in, a reply out."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from hub.clock import tokyo_date
from hub.sandbox.changing import modify, order_in, screened
from hub.sandbox.invoice_data import print_data
from hub.sandbox.judging import Judged, judge
from hub.sandbox.ledger import Ledger
from hub.sandbox.records import Entry, Transaction, number_of
from hub.sandbox.replies import Reply, Request, refusal
from hub.sandbox.screening import PASSED, Call, screen
from hub.sandbox.shipping import ship
from hub.sandbox.tables import ALREADY_CANCELLED, ENCLOSED, Operation, State
from hub.sandbox.wire_xml import accepted, elements


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
    if operation is Operation.MODIFY:
        reply = modify(request, transaction, ledger)
    else:
        reply = _OPERATIONS[operation](request, transaction)
    if reply.transaction and reply.transaction is not transaction:
        ledger.save_transaction(reply.transaction)
    return reply


def _register(request: Request, ledger: Ledger) -> Reply:
    order = order_in(request.document)
    verdict = screen(order["customer"], request.rules)
    if verdict.call is Call.REFUSED:
        return refusal("name", "er900050")
    buyer, caught_by = ledger.buyers.of(order["customer"]), ""
    if verdict == PASSED:
        judged = Judged(
            order=order, buyer=buyer, own_open_yen=0, now=request.now, is_new=True
        )
        verdict, caught_by = judge(judged, request.screening, ledger.buyers)
    new = Transaction(
        merchant=request.merchant,
        registered_at=request.now,
        history=(Entry(at=request.now, what="registered", detail=verdict.auto),),
        buyer=buyer,
        caught_by=caught_by,
        **order,
        **screened(verdict, request),
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
    Operation.SHIP: ship,
    Operation.PRINT_DATA: _print_data,
}
