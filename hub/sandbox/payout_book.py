"""Payouts and merchants' terms, as the book keeps them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any, Final, cast

import orjson

from hub.sandbox.database import Database
from hub.sandbox.records import Transaction, read_transaction
from hub.sandbox.terms import Terms

ADVANCE: Final = "advance"
TAKE_BACK: Final = "take_back"
MONTHLY_FEE: Final = "monthly_fee"
CARRIED: Final = "carried_over"
_BEFORE_ALL: Final = "2000-01"


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutLine:
    """One line of a statement; `net` in yen is what it adds to the payout."""

    kind: str
    transaction_id: str = ""
    shop_order_id: str = ""
    cleared_on: str = ""
    service: str = ""
    amount: int = 0
    fee: int = 0
    invoice_fee: int = 0

    @property
    def net(self) -> int:
        """Return what the line adds to the payout."""
        return self.amount - self.fee - self.invoice_fee


@dataclass(frozen=True, slots=True, kw_only=True)
class Payout:
    """What the company pays to one merchant for one period."""

    no: int = 0
    merchant: str
    plan: str
    cycle: int
    closes_on: date
    payout_on: date
    paid_at: datetime | None = None
    lines: tuple[PayoutLine, ...] = ()

    @property
    def payout_id(self) -> str:
        """Return the number under which the statement goes."""
        return f"P{self.no:06d}"

    @property
    def total(self) -> int:
        """Return what is paid out; less than nothing is carried over."""
        return sum(line.net for line in self.lines)

    def sum_of(self, name: str) -> int:
        """Return the sum of one column, in yen."""
        return sum(getattr(line, name) for line in self.lines)

    def as_json(self) -> dict[str, Any]:
        """Return the payout as the control port shows it."""
        return {
            "payout_id": self.payout_id,
            "merchant": self.merchant,
            "plan": self.plan,
            "cycle": self.cycle,
            "closes_on": self.closes_on,
            "payout_on": self.payout_on,
            "paid_at": self.paid_at,
            "amount": self.sum_of("amount"),
            "fees": self.sum_of("fee"),
            "invoice_fees": self.sum_of("invoice_fee"),
            "total": self.total,
            "lines": [{**asdict(line), "net": line.net} for line in self.lines],
        }


class PayoutBook:
    """Payouts and terms; called from inside `Database.write` only."""

    def __init__(self, database: Database) -> None:
        """Keep them in this database."""
        self._database = database

    def add(self, payout: Payout) -> Payout:
        """Store a new payout and return it with its number."""
        cursor = self._database.execute(
            "INSERT INTO payout (merchant, total, document) VALUES (?, ?, ?)",
            (payout.merchant, payout.total, orjson.dumps(payout)),
        )
        return replace(payout, no=cast("int", cursor.lastrowid))

    def mark_paid(self, no: int, at: datetime) -> None:
        """Write that a payout was transferred."""
        paid = replace(self.find(no), paid_at=at)
        self._database.execute(
            "UPDATE payout SET document=? WHERE no=?", (orjson.dumps(paid), no)
        )

    def find(self, no: int) -> Payout:
        """Return a payout; raises LookupError where there is none."""
        rows = self._database.rows("SELECT document FROM payout WHERE no=?", (no,))
        if not rows:
            raise LookupError(f"There is no payout {no}.")
        return _read(no, rows[0][0])

    def newest(self, *, merchant: str = "", limit: int = 500) -> list[Payout]:
        """Return payouts, the newest first."""
        rows = self._database.rows(
            "SELECT no, document FROM payout WHERE ? IN ('', merchant)"
            " ORDER BY no DESC LIMIT ?",
            (merchant, limit),
        )
        return [_read(*row) for row in rows]

    def last_total(self, merchant: str) -> int:
        """Return what a merchant's last payout came to, 0 before the first."""
        rows = self._database.rows(
            "SELECT total FROM payout WHERE merchant=? ORDER BY no DESC LIMIT 1",
            (merchant,),
        )
        return int(rows[0][0]) if rows else 0

    def to_settle(self, merchant: str) -> list[Transaction]:
        """Return what was cleared or taken back since a merchant's last payout."""
        rows = self._database.rows(
            "SELECT no, document FROM transactions"
            " WHERE merchant=? AND settle IS NOT NULL ORDER BY no",
            (merchant,),
        )
        return [read_transaction(*row) for row in rows]

    def add_terms(self, terms: Terms) -> None:
        """Store terms, replacing those that begin with the same month."""
        self._database.execute(
            "INSERT OR REPLACE INTO terms VALUES (?, ?, ?, ?)",
            (terms.merchant, terms.from_month, terms.plan, terms.cycle),
        )

    def terms_history(self, merchant: str) -> list[Terms]:
        """Return all terms of a merchant, the first ones first."""
        rows = self._database.rows(
            "SELECT from_month, plan, cycle FROM terms WHERE merchant=?"
            " ORDER BY from_month",
            (merchant,),
        )
        return [
            Terms(merchant=merchant, from_month=month, plan=plan, cycle=cycle)
            for month, plan, cycle in rows
        ]

    def terms_in(self, merchant: str, month: str) -> Terms:
        """Return the terms in force in a month, the simplest where none were made."""
        found = Terms(merchant=merchant, from_month=_BEFORE_ALL)
        for terms in self.terms_history(merchant):
            if terms.from_month <= month:
                found = terms
        return found


def _read(no: int, document: bytes) -> Payout:
    stored: dict[str, Any] = orjson.loads(document)
    stored["no"] = no
    for name in ("closes_on", "payout_on"):
        stored[name] = date.fromisoformat(stored[name])
    if stored["paid_at"]:
        stored["paid_at"] = datetime.fromisoformat(stored["paid_at"])
    stored["lines"] = tuple(map(_read_line, stored["lines"]))
    return Payout(**stored)


def _read_line(stored: Mapping[str, Any]) -> PayoutLine:
    return PayoutLine(**stored)
