"""What the company keeps about one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any, Final, Self

import orjson

from hub.sandbox.tables import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Merchant:
    """A shop that may call from its first day on, with its three credentials."""

    shop_code: str
    link_id: str
    link_password: str
    name: str = ""
    starts_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a transaction's history; `what` is a code of the pages' texts."""

    at: datetime
    what: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """An invoice as the buyer holds it; an older one may show an older amount."""

    issued_on: date
    due_on: date
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """What a buyer paid, in yen."""

    at: datetime
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """One transaction with everything that happened to it."""

    no: int = 0
    merchant: str
    shop_order_id: str
    state: State
    customer: Mapping[str, str]
    ship_to: Mapping[str, str]
    details: tuple[Mapping[str, str], ...]
    billed_amount: int
    service: str
    registered_at: datetime
    screened_at: datetime
    auto_result: str
    manual_result: str = ""
    manual_plan: str = ""
    reasons: tuple[str, ...] = ()
    reasons_plan: tuple[str, ...] = ()
    held_field: str = ""
    caught_by: str = ""
    buyer: int = 0
    review_until: datetime | None = None
    expires_at: datetime | None = None
    carrier_code: str = ""
    tracking_number: str = ""
    reported_at: datetime | None = None
    issue_on: date | None = None
    issued_on: date | None = None
    print_data_fetched_at: datetime | None = None
    bill_sent_on: date | None = None
    due_on: date | None = None
    deliver_at: datetime | None = None
    parcel: str = ""
    parcel_plan: str = ""
    delivered_at: datetime | None = None
    clear_at: datetime | None = None
    cleared_at: datetime | None = None
    cancel_until: datetime | None = None
    cancelled_at: datetime | None = None
    invoices: tuple[Invoice, ...] = ()
    payments: tuple[Payment, ...] = ()
    pay_at: datetime | None = None
    remind_at: datetime | None = None
    reminded: int = 0
    payout_no: int = 0
    taken_back_no: int = 0
    history: tuple[Entry, ...] = ()

    @property
    def open_yen(self) -> int:
        """Return what the buyer owes for this transaction, or may come to owe."""
        if self.state not in _OPEN:
            return 0
        return max(0, self.billed_amount - self.paid_yen)

    @property
    def to_settle(self) -> int | None:
        """Return 1 where it waits for a payout, 2 for being taken back, or None."""
        if self.state is State.CLEARED and not self.payout_no:
            return 1
        is_back = self.state is State.CANCELLED and self.payout_no
        return 2 if is_back and not self.taken_back_no else None

    @property
    def paid_yen(self) -> int:
        """Return what the buyer has paid so far."""
        return sum(payment.amount for payment in self.payments)

    @property
    def transaction_id(self) -> str:
        """Return the id on the wire, eleven characters."""
        return f"X{self.no:010d}"

    def moved(self, at: datetime, what: str, detail: str = "", **changes: Any) -> Self:
        """Return this transaction changed, with a line added to its history."""
        entry = Entry(at=at, what=what, detail=detail)
        return replace(self, history=(*self.history, entry), **changes)

    def replaced(self, **changes: Any) -> Self:
        """Return this transaction changed, without a word in its history."""
        return replace(self, **changes)

    def document(self) -> bytes:
        """Return everything as JSON, the form in which the ledger stores it."""
        return orjson.dumps(self)


_OPEN: Final = frozenset(
    (State.REVIEW, State.HOLD, State.APPROVED, State.SHIPPED, State.CLEARED)
)
_MOMENTS: Final = frozenset(
    field.name for field in fields(Transaction) if field.name.endswith(("_at", "until"))
)
_DAYS: Final = frozenset(
    field.name for field in fields(Transaction) if field.name.endswith("_on")
)


_DIGITS: Final = 12


def number_of(transaction_id: str) -> int | None:
    """Return the number inside a wire id, or None where it is no id of ours."""
    digits = transaction_id[1:]
    is_ours = transaction_id[:1] == "X" and len(digits) == 10 and digits.isdecimal()
    return int(digits) if is_ours and digits.isascii() else None


def number_after(prefix: str, name: str) -> int:
    """Return the number of a name like P000001, 0 where it is no such name."""
    digits = name.removeprefix(prefix)
    is_number = digits.isascii() and digits.isdecimal() and len(digits) <= _DIGITS
    return int(digits) if is_number else 0


def read_transaction(no: int, document: bytes) -> Transaction:
    """Return a transaction from its stored form."""
    stored: dict[str, Any] = orjson.loads(document)
    for name in _MOMENTS:
        if stored.get(name):
            stored[name] = datetime.fromisoformat(stored[name])
    for name in _DAYS:
        if stored.get(name):
            stored[name] = date.fromisoformat(stored[name])
    stored["no"] = no
    stored["state"] = State(stored["state"])
    for name in ("details", "reasons", "reasons_plan"):
        stored[name] = tuple(stored[name])
    stored["history"] = tuple(
        Entry(**{**entry, "at": datetime.fromisoformat(entry["at"])})
        for entry in stored["history"]
    )
    stored["invoices"] = tuple(map(_read_invoice, stored.get("invoices", ())))
    stored["payments"] = tuple(map(_read_payment, stored.get("payments", ())))
    return Transaction(**stored)


def _read_invoice(stored: Mapping[str, Any]) -> Invoice:
    issued_on = date.fromisoformat(stored["issued_on"])
    due_on = date.fromisoformat(stored["due_on"])
    return Invoice(issued_on=issued_on, due_on=due_on, amount=stored["amount"])


def _read_payment(stored: Mapping[str, Any]) -> Payment:
    at = datetime.fromisoformat(stored["at"])
    return Payment(at=at, amount=stored["amount"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One request as it came in, with what became of it."""

    at: datetime
    operation: str
    merchant: str = ""
    shop_order_id: str = ""
    transaction_id: str = ""
    amount: int | None = None
    result: str = ""
    codes: str = ""
    fault: str = ""
    is_applied: bool = False
    is_answered: bool = True
    notes: str = ""
    body: bytes = b""
