"""The payout runs: at each closing, what was cleared is put on a statement (S16)."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

from hub.clock import tokyo_date
from hub.domain.business_calendar import add_business_days
from hub.sandbox.ledger import AgendaEntry, Ledger
from hub.sandbox.passing import start_of
from hub.sandbox.payout_book import (
    ADVANCE,
    CARRIED,
    MONTHLY_FEE,
    TAKE_BACK,
    Payout,
    PayoutLine,
)
from hub.sandbox.records import Transaction
from hub.sandbox.tables import ENCLOSED, State
from hub.sandbox.terms import Fees, Terms, closes, last_day, month_of, next_closing

CLOSING: Final = "closing"
TRANSFER: Final = "transfer"
FEES: Final = "fees"


class PayoutRun:
    """Closes periods and pays; called inside the book's `write` only."""

    def __init__(self, ledger: Ledger) -> None:
        """Run on this book."""
        self._ledger = ledger

    def plan_first(self, now: datetime) -> None:
        """Put the next closing on the agenda, where none is there yet."""
        if not self._ledger.is_on_agenda(CLOSING):
            self._plan(tokyo_date(now))

    def _plan(self, from_day: date) -> None:
        day = next_closing(from_day)
        at = start_of(day + timedelta(days=1)).timestamp()
        self._ledger.put_on_agenda(at, CLOSING, day=day.isoformat())

    def close(self, entry: AgendaEntry) -> None:
        """Close the period of every merchant whose cycle ends with a day."""
        day = date.fromisoformat(entry.document["day"])
        for merchant in list(self._ledger.merchants()):
            terms = self._ledger.payouts.terms_in(merchant.shop_code, month_of(day))
            if closes(day, terms.cycle):
                self._close_for(terms, day)
        self._plan(day + timedelta(days=1))

    def transfer(self, entry: AgendaEntry) -> None:
        """Pay what was closed."""
        at = datetime.fromtimestamp(entry.due_at, UTC)
        self._ledger.payouts.mark_paid(entry.document["no"], at)

    def _close_for(self, terms: Terms, day: date) -> None:
        book = self._ledger.payouts
        fees = stored_fees(self._ledger)
        ends_at = start_of(day + timedelta(days=1))
        settled = [
            one for one in book.to_settle(terms.merchant) if _moment(one) < ends_at
        ]
        lines = [_line(one, terms, fees) for one in settled]
        lines += _other_lines(terms, fees, day, book.last_total(terms.merchant))
        if not lines:
            return
        payout = book.add(
            Payout(
                merchant=terms.merchant,
                plan=terms.plan,
                cycle=terms.cycle,
                closes_on=day,
                payout_on=add_business_days(day, fees.payout_business_days),
                lines=tuple(lines),
            )
        )
        for one in settled:
            self._ledger.save_transaction(_entered(one, payout, ends_at))
        if payout.total > 0:
            at = start_of(payout.payout_on).timestamp()
            self._ledger.put_on_agenda(at, TRANSFER, no=payout.no)


def stored_fees(ledger: Ledger) -> Fees:
    """Return the fees in force; called inside the book's `write`."""
    return Fees().changed(ledger.setting(FEES) or {})


def _moment(transaction: Transaction) -> datetime:
    happened = transaction.cancelled_at or transaction.cleared_at
    return happened or transaction.registered_at


def _line(transaction: Transaction, terms: Terms, fees: Fees) -> PayoutLine:
    is_back = transaction.state is State.CANCELLED
    sign = -1 if is_back else 1
    is_enclosed = transaction.service == ENCLOSED
    invoice_fee = (
        fees.enclosed_invoice_yen if is_enclosed else fees.separate_invoice_yen
    )
    cleared = transaction.cleared_at
    return PayoutLine(
        kind=TAKE_BACK if is_back else ADVANCE,
        transaction_id=transaction.transaction_id,
        shop_order_id=transaction.shop_order_id,
        cleared_on=tokyo_date(cleared).isoformat() if cleared else "",
        service=transaction.service,
        amount=sign * transaction.billed_amount,
        fee=sign * fees.rate_fee(terms.plan, transaction.billed_amount),
        # The invoice was made and sent, so its fee does not come back.
        invoice_fee=0 if is_back else invoice_fee,
    )


def _other_lines(
    terms: Terms, fees: Fees, day: date, last_total: int
) -> list[PayoutLine]:
    lines = []
    monthly = fees.monthly_yen[terms.plan]
    if monthly and day == last_day(day):
        lines.append(PayoutLine(kind=MONTHLY_FEE, fee=monthly))
    if last_total < 0:
        lines.append(PayoutLine(kind=CARRIED, amount=last_total))
    return lines


def _entered(transaction: Transaction, payout: Payout, at: datetime) -> Transaction:
    detail = f"{payout.payout_id} {payout.payout_on.isoformat()}"
    if transaction.state is State.CANCELLED:
        return transaction.moved(at, "taken_back", detail, taken_back_no=payout.no)
    return transaction.moved(at, "paid_out", detail, payout_no=payout.no)
