"""What time does to a transaction: pure steps, each at its own moment."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from hub.clock import TOKYO, tokyo_date
from hub.domain.business_calendar import add_business_days, next_business_day
from hub.sandbox.parcels import DELIVERED, happened
from hub.sandbox.payments import invoiced, pays_by_itself, remind
from hub.sandbox.records import Invoice, Transaction
from hub.sandbox.rules import Rules
from hub.sandbox.tables import NG, OK, ON_HOLD, SEPARATE, State

_Step = Callable[[Transaction, datetime, Rules], Transaction]
_WITH_A_BILL: Final = (State.APPROVED, State.SHIPPED, State.CLEARED)


def start_of(day: date) -> datetime:
    """Return the moment at which a day begins in Japan."""
    return datetime.combine(day, time(), tzinfo=TOKYO).astimezone(UTC)


def next_due(transaction: Transaction) -> datetime | None:
    """Return when something next happens to a transaction by itself."""
    return min((at for at, _ in _steps(transaction)), default=None)


def pass_time(transaction: Transaction, rules: Rules) -> Transaction:
    """Return the transaction after the one thing that is due first."""
    at, step = min(_steps(transaction), key=lambda pair: pair[0])
    return step(transaction, at, rules)


def _steps(transaction: Transaction) -> list[tuple[datetime, _Step]]:
    state = transaction.state
    steps: list[tuple[datetime, _Step]] = []
    if state is State.REVIEW and transaction.review_until:
        steps.append((transaction.review_until, _end_review))
    elif state is State.APPROVED and transaction.expires_at:
        steps.append((transaction.expires_at, _expire))
    elif state is State.SHIPPED:
        steps += _shipped_steps(transaction)
    if transaction.pay_at and state in _WITH_A_BILL:
        steps.append((transaction.pay_at, pays_by_itself))
    if transaction.remind_at and state in (State.SHIPPED, State.CLEARED):
        steps.append((transaction.remind_at, remind))
    return steps


def _end_review(transaction: Transaction, at: datetime, rules: Rules) -> Transaction:
    return decide(
        transaction,
        transaction.manual_plan,
        at=at,
        reasons=transaction.reasons_plan,
        rules=rules,
    )


def _expire(transaction: Transaction, at: datetime, _rules: Rules) -> Transaction:
    return transaction.moved(at, "expired", state=State.EXPIRED)


def decide(
    transaction: Transaction,
    result: str,
    *,
    at: datetime,
    reasons: tuple[str, ...],
    rules: Rules,
) -> Transaction:
    """Return the transaction after a manual review; the automatic result stays."""
    changes: dict[str, Any] = {
        "manual_result": result,
        "reasons": reasons,
        "review_until": None,
    }
    text = "、".join(reasons)
    if result == OK:
        expires = at + timedelta(days=rules.approval_days)
        return transaction.moved(
            at,
            "manual_ok",
            state=State.APPROVED,
            screened_at=at,
            expires_at=expires,
            **changes,
        )
    if result == NG:
        return transaction.moved(at, "manual_ng", text, state=State.REFUSED, **changes)
    if result == ON_HOLD:
        return transaction.moved(at, "manual_hold", text, state=State.HOLD, **changes)
    raise ValueError(f"A manual review ends in {OK}, {NG} or {ON_HOLD}.")


def issue_day(reported_at: datetime, wanted_on: date | None) -> date:
    """Return the business day after the report on which the invoice goes out (S15)."""
    earliest = next_business_day(tokyo_date(reported_at))
    if not wanted_on or wanted_on <= earliest:
        return earliest
    return next_business_day(wanted_on - timedelta(days=1))


def _shipped_steps(transaction: Transaction) -> list[tuple[datetime, _Step]]:
    steps: list[tuple[datetime, _Step]] = []
    if transaction.issue_on and not transaction.issued_on:
        steps.append((start_of(transaction.issue_on), _issue))
    if transaction.deliver_at and not transaction.delivered_at:
        steps.append((transaction.deliver_at, _deliver))
    if transaction.clear_at:
        steps.append((transaction.clear_at, _clear))
    return steps


def _issue(transaction: Transaction, at: datetime, rules: Rules) -> Transaction:
    day = tokyo_date(at)
    due_on = transaction.due_on or day + timedelta(days=rules.due_days)
    issued = transaction.moved(
        at, "invoice_issued", day.isoformat(), issued_on=day, due_on=due_on
    )
    invoice = Invoice(issued_on=day, due_on=due_on, amount=issued.billed_amount)
    return plan_clearing(invoiced(issued, invoice, at, rules), at, rules)


def _deliver(transaction: Transaction, at: datetime, rules: Rules) -> Transaction:
    event = transaction.parcel_plan or DELIVERED
    return plan_clearing(happened(transaction, event, at), at, rules)


def plan_clearing(transaction: Transaction, at: datetime, rules: Rules) -> Transaction:
    """Return the transaction with its clearing planned, once nothing is missing."""
    is_billed = transaction.issued_on or transaction.service != SEPARATE
    if not is_billed or not transaction.delivered_at:
        return transaction
    day = add_business_days(tokyo_date(at), rules.clearing_business_days)
    return transaction.replaced(clear_at=start_of(day))


def _clear(transaction: Transaction, at: datetime, rules: Rules) -> Transaction:
    return transaction.moved(
        at,
        "cleared",
        state=State.CLEARED,
        cleared_at=at,
        clear_at=None,
        cancel_until=at + timedelta(days=rules.cancel_days_after_clearing),
    )
