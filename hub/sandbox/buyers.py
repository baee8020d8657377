"""The buyers across all merchants, and what each has open (S14).

Two orders are one buyer's where the name and either the phone or the address agree. The
running balance is kept by triggers, so no call adds anything up.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from hub.sandbox.database import Database
from hub.sandbox.records import Transaction, read_transaction

_SPACES: Final = re.compile(r"\s+")
_DASHES: Final = re.compile(
    r"(?<=[0-9])(?:[-‐‑–—―−ー]|丁目|番地の?|番|号|の)(?=[0-9]|$)"
)
_COLUMNS: Final = "no, name, open_yen, open_count, orders"


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """A buyer with the amount that is registered or billed and not paid yet."""

    no: int
    name: str
    open_yen: int
    open_count: int
    orders: int

    def as_json(self) -> dict[str, Any]:
        """Return the buyer as the control port shows it."""
        return {name: getattr(self, name) for name in self.__slots__}


def buyer_keys(customer: Mapping[str, str]) -> tuple[str, str]:
    """Return the two texts by which a buyer is known again."""
    name = _plain(customer["name"])
    digits = "".join(filter(str.isdigit, customer["tel"]))
    address = _DASHES.sub("-", _plain(customer["address"])).rstrip("-")
    return f"tel:{name}:{digits}", f"address:{name}:{address}"


def _plain(text: str) -> str:
    return _SPACES.sub("", unicodedata.normalize("NFKC", text)).upper()


class BuyerBook:
    """The buyers; called from inside `Database.write` only."""

    def __init__(self, database: Database) -> None:
        """Keep the buyers in this database."""
        self._database = database

    def of(self, customer: Mapping[str, str]) -> int:
        """Return the number of the buyer whom an order names, a new one if need be."""
        keys = buyer_keys(customer)
        rows = self._database.rows(
            "SELECT key, buyer FROM buyer_key WHERE key IN (?, ?)", keys
        )
        known = dict(rows)
        # The phone says more than the address: families share the latter.
        no = known.get(keys[0]) or known.get(keys[1])
        if no is None:
            cursor = self._database.execute(
                "INSERT INTO buyer (name) VALUES (?)", (customer["name"],)
            )
            no = cast("int", cursor.lastrowid)
        for key in keys:
            if key not in known:
                self._database.execute("INSERT INTO buyer_key VALUES (?, ?)", (key, no))
        return int(no)

    def find(self, no: int) -> Buyer | None:
        """Return a buyer."""
        rows = self._database.rows(
            f"SELECT {_COLUMNS} FROM buyer WHERE no=?",  # noqa: S608  # fixed text
            (no,),
        )
        return _buyer(rows[0]) if rows else None

    def owing_most(self, limit: int) -> list[Buyer]:
        """Return the buyers with something open, the largest amount first."""
        rows = self._database.rows(
            f"SELECT {_COLUMNS} FROM buyer WHERE open_yen > 0"  # noqa: S608  # fixed text
            " ORDER BY open_yen DESC, no LIMIT ?",
            (limit,),
        )
        return [_buyer(row) for row in rows]

    def orders_since(self, no: int, since: float, *, most: int) -> int:
        """Return how many orders a buyer made since a moment, at most `most`."""
        rows = self._database.rows(
            "SELECT count(*) FROM (SELECT 1 FROM transactions"
            " WHERE buyer=? AND registered>=? LIMIT ?)",
            (no, since, most),
        )
        return int(rows[0][0])

    def transactions(self, no: int, *, limit: int) -> list[Transaction]:
        """Return a buyer's transactions at all merchants, the newest first."""
        rows = self._database.rows(
            "SELECT no, document FROM transactions WHERE buyer=?"
            " ORDER BY registered DESC LIMIT ?",
            (no, limit),
        )
        return [read_transaction(*row) for row in rows]


def _buyer(row: tuple[Any, ...]) -> Buyer:
    no, name, open_yen, open_count, orders = row
    return Buyer(
        no=no, name=name, open_yen=open_yen, open_count=open_count, orders=orders
    )
