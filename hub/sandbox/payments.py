"""The buyer's side of the money: paying, paying wrongly, being reminded.

What a buyer pays is told to the merchant by nobody (no call of the wire carries it),
and the advance does not wait for it (S17).
"""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from hub.sandbox.errors import DeskError
from hub.sandbox.records import Invoice, Payment, Transaction
from hub.sandbox.rules import Rules

UNPAID: Final = "unpaid"
PARTLY: Final = "partly_paid"
PAID: Final = "paid"
OVERPAID: Final = "overpaid"
_TOO_MUCH: Final = 1_000
_MOST: Final = 999_999


@dataclass(frozen=True, slots=True, kw_only=True)
class PayingHabit:
    """How a buyer with this mark in the name pays."""

    mark: str
    amount: Callable[[Transaction], int]
    waits_for_reminder: int = 0
    ja: str
    en: str


HABITS: Final = (
    PayingHabit(
        mark="見本督促払",
        amount=lambda transaction: transaction.invoices[-1].amount,
        waits_for_reminder=2,
        ja="2回目の督促の翌日に全額を支払う",
        en="pays in full the day after the second reminder",
    ),
    PayingHabit(
        mark="見本旧額払",
        amount=lambda transaction: transaction.invoices[0].amount,
        ja="最初に届いた請求書の金額を支払う(減額後でも旧金額)",
        en="pays the first invoice's amount, also after the amount has changed",
    ),
    PayingHabit(
        mark="見本一部払",
        amount=lambda transaction: transaction.invoices[-1].amount // 2,
        ja="半額だけ支払う(不足)",
        en="pays one half only",
    ),
    PayingHabit(
        mark="見本過払",
        amount=lambda transaction: transaction.invoices[-1].amount + _TOO_MUCH,
        ja="1,000円多く支払う(過入金)",
        en="pays 1,000 yen too much",
    ),
    PayingHabit(
        mark="見本支払",
        amount=lambda transaction: transaction.invoices[-1].amount,
        ja="請求書の発行から数日後に全額を支払う",
        en="pays in full some days after the invoice",
    ),
)


def habit_of(transaction: Transaction) -> PayingHabit | None:
    """Return how the buyer pays by himself; None never does."""
    name = transaction.customer["name"]
    if "見本" not in name:
        return None
    plain = unicodedata.normalize("NFKC", name).replace(" ", "")
    return next((habit for habit in HABITS if habit.mark in plain), None)


def invoiced(
    transaction: Transaction, invoice: Invoice, at: datetime, rules: Rules
) -> Transaction:
    """Return the transaction after an invoice has reached the buyer."""
    habit = habit_of(transaction)
    pays_by_itself = habit and not habit.waits_for_reminder and not transaction.payments
    remind_after = timedelta(days=rules.reminder_days)
    due_at = at + (invoice.due_on - invoice.issued_on) + remind_after
    return transaction.replaced(
        invoices=(*transaction.invoices, invoice),
        pay_at=at + timedelta(days=rules.payment_days) if pays_by_itself else None,
        remind_at=due_at if rules.reminders and transaction.open_yen else None,
        reminded=0,
    )


def payment_state(transaction: Transaction) -> str:
    """Return how what was paid stands to what is billed."""
    paid = transaction.paid_yen
    if not paid:
        return UNPAID
    if paid < transaction.billed_amount:
        return PARTLY
    return PAID if paid == transaction.billed_amount else OVERPAID


def pay(transaction: Transaction, amount: int, at: datetime) -> Transaction:
    """Return the transaction after the buyer has paid an amount."""
    payments = (*transaction.payments, Payment(at=at, amount=amount))
    after = transaction.replaced(payments=payments, pay_at=None)
    what = payment_state(after)
    is_settled = what in (PAID, OVERPAID)
    remind_at = None if is_settled else transaction.remind_at
    return after.moved(at, what, f"{amount:,}円", remind_at=remind_at)


def pays_by_itself(
    transaction: Transaction, at: datetime, _rules: Rules
) -> Transaction:
    """Return the transaction after the buyer paid as his mark says."""
    habit = habit_of(transaction)
    if not habit:
        return transaction.replaced(pay_at=None)
    return pay(transaction, habit.amount(transaction), at)


def remind(transaction: Transaction, at: datetime, rules: Rules) -> Transaction:
    """Return the transaction after a reminder was sent to the buyer."""
    count = transaction.reminded + 1
    habit = habit_of(transaction)
    changes: dict[str, Any] = {"reminded": count, "remind_at": None}
    if count < rules.reminders:
        pause = timedelta(days=max(1, rules.reminder_interval_days))
        changes["remind_at"] = at + pause
    if habit and habit.waits_for_reminder == count:
        changes["pay_at"] = at + timedelta(days=1)
    return transaction.moved(at, "reminded", f"{count}回目", **changes)


def amount_wanted(transaction: Transaction, wanted: Mapping[str, Any]) -> int:
    """Return the amount that a person lets the buyer pay; raises DeskError."""
    if not transaction.invoices:
        raise DeskError(
            f"{transaction.transaction_id} has no invoice yet, so its buyer has "
            "nothing to pay by. Nothing was changed.",
            ja="請求書がまだないため、購入者は支払えません。何も変わっていません。",
        )
    try:
        if wanted.get("invoice"):
            amount = transaction.invoices[int(wanted["invoice"]) - 1].amount
        else:
            amount = int(wanted.get("amount") or transaction.open_yen)
    except (TypeError, ValueError, IndexError) as error:
        raise DeskError(
            "amount must be yen, invoice the number of one of "
            f"{len(transaction.invoices)} invoices. Nothing was changed.",
            ja="金額は円の整数、請求書は何通目かの数字です。何も変わっていません。",
        ) from error
    if not 0 < amount <= _MOST:
        raise DeskError(
            f"A payment is 1 to {_MOST:,} yen; nothing is open otherwise. "
            "Nothing was changed.",
            ja=f"支払いは1〜{_MOST:,}円です。何も変わっていません。",
        )
    return amount
