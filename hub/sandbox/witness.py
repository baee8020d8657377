"""The outside witness: what really happened, as JSON for tests and people."""

from typing import Any, Final

from hub.sandbox.company import Company
from hub.sandbox.payments import payment_state
from hub.sandbox.records import Transaction
from hub.sandbox.tables import SEPARATE, State

_MOST_BUYERS: Final = 500
# A second transaction of one order counts as a double while it could still be billed.
_DOUBLES: Final = """
SELECT merchant, shop_order_id, count(*),
       sum(state NOT IN ('CANCELLED', 'REFUSED', 'EXPIRED')) AS live
FROM transactions GROUP BY merchant, shop_order_id HAVING count(*) > 1
"""


def transaction_json(transaction: Transaction) -> dict[str, Any]:
    """Return one transaction with its amounts, dates and history."""
    return {
        "transaction_id": transaction.transaction_id,
        "merchant": transaction.merchant,
        "shop_order_id": transaction.shop_order_id,
        "state": transaction.state,
        "billed_amount": transaction.billed_amount,
        "service": transaction.service,
        "auto_result": transaction.auto_result,
        "manual_result": transaction.manual_result,
        "reasons": transaction.reasons,
        "caught_by": transaction.caught_by,
        "buyer": transaction.buyer,
        "open_yen": transaction.open_yen,
        "registered_at": transaction.registered_at,
        "review_until": transaction.review_until,
        "expires_at": transaction.expires_at,
        "carrier_code": transaction.carrier_code,
        "tracking_number": transaction.tracking_number,
        "reported_at": transaction.reported_at,
        "issue_on": transaction.issue_on,
        "issued_on": transaction.issued_on,
        "print_data_fetched_at": transaction.print_data_fetched_at,
        "due_on": transaction.due_on,
        "parcel": transaction.parcel,
        "delivered_at": transaction.delivered_at,
        "invoices": transaction.invoices,
        "payments": transaction.payments,
        "payment_state": payment_state(transaction),
        "reminded": transaction.reminded,
        "not_advanced_because": not_advanced_because(transaction),
        "clear_at": transaction.clear_at,
        "cleared_at": transaction.cleared_at,
        "payout": f"P{transaction.payout_no:06d}" if transaction.payout_no else "",
        "cancelled_at": transaction.cancelled_at,
        "customer": dict(transaction.customer),
        "ship": dict(transaction.ship_to),
        "details": [dict(detail) for detail in transaction.details],
        "history": transaction.history,
    }


def not_advanced_because(transaction: Transaction) -> str:
    """Return why a reported transaction is not advanced yet (S17), or nothing."""
    if transaction.state is not State.SHIPPED:
        return ""
    if not transaction.delivered_at:
        fate = transaction.parcel
        return f"parcel_{fate}" if fate else "delivery_not_confirmed"
    is_billed = transaction.issued_on or transaction.service != SEPARATE
    return "clearing_runs" if is_billed else "invoice_not_issued"


def ledger_json(
    company: Company,
    *,
    merchant: str = "",
    shop_order_id: str = "",
    since: int = 0,
    with_requests: bool = True,
) -> dict[str, Any]:
    """Return transactions, orders, doubles and every request in order."""

    def question() -> dict[str, Any]:
        transactions = company.ledger.transactions(
            merchant=merchant, shop_order_id=shop_order_id
        )
        requests = company.ledger.requests.find(
            since=since, shop_order_id=shop_order_id
        )
        return {
            "now": company.now(),
            "summary": _summary(company),
            "transactions": transactions,
            "requests": requests if with_requests else [],
            "payouts": [
                payout.as_json()
                for payout in company.ledger.payouts.newest(merchant=merchant)
            ],
            "balances": [
                buyer.as_json()
                for buyer in company.ledger.buyers.owing_most(_MOST_BUYERS)
            ],
        }

    found = company.read(question)
    found["transactions"] = [transaction_json(t) for t in found["transactions"]]
    return found


def summary_json(company: Company) -> dict[str, Any]:
    """Return counts only, quick also on a large ledger."""
    return company.read(lambda: {"now": company.now(), **_summary(company)})


def _summary(company: Company) -> dict[str, Any]:
    by_state = company.ledger.counts(
        "SELECT state, count(*), sum(amount) FROM transactions GROUP BY state"
    )
    by_operation = company.ledger.counts(
        "SELECT operation, count(*), sum(is_applied) FROM request GROUP BY operation"
    )
    doubles = company.ledger.counts(_DOUBLES)
    return {
        "transactions": sum(row[1] for row in by_state),
        "states": {
            state: {"count": count, "yen": yen} for state, count, yen in by_state
        },
        "requests": {
            operation: {"received": received, "applied": applied}
            for operation, received, applied in by_operation
        },
        "registered_more_than_once": [
            {
                "merchant": merchant,
                "shop_order_id": order_id,
                "registrations": count,
                "live": live,
            }
            for merchant, order_id, count, live in doubles
        ],
        "doubles": sum(1 for row in doubles if row[3] > 1),
    }
