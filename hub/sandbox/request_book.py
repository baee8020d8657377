"""Every call as it came in, in the order of arrival."""

from typing import Any, Final, cast

from hub.sandbox.database import Database
from hub.sandbox.records import Received

# Bodies are kept for people to look at, so only the newest need a place.
_KEPT_BODIES: Final = 5_000
_NO_END: Final = 2**63 - 1
_INSERT: Final = (
    "INSERT INTO request (at, operation, merchant, shop_order_id, transaction_id,"
    " amount, result, codes, fault, is_applied, is_answered, notes)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


class RequestBook:
    """The calls; called from inside `Database.write` only."""

    def __init__(self, database: Database) -> None:
        """Keep the calls in this database."""
        self._database = database

    def add(self, received: Received) -> int:
        """Store one request in the order of arrival and return its number."""
        cursor = self._database.execute(
            _INSERT,
            (
                received.at.isoformat(),
                received.operation,
                received.merchant,
                received.shop_order_id,
                received.transaction_id,
                received.amount,
                received.result,
                received.codes,
                received.fault,
                received.is_applied,
                received.is_answered,
                received.notes,
            ),
        )
        no = cast("int", cursor.lastrowid)
        self._database.execute(
            "INSERT OR REPLACE INTO request_body VALUES (?, ?, ?)",
            (no % _KEPT_BODIES, no, received.body),
        )
        return no

    def note_late_effect(
        self, no: int, *, result: str, codes: str, transaction_id: str
    ) -> None:
        """Write beside a call what became of it after its answer was due."""
        self._database.execute(
            "UPDATE request SET result=?, codes=?, is_applied=?,"
            " transaction_id=CASE WHEN ?='' THEN transaction_id ELSE ? END WHERE no=?",
            (result, codes, not codes, transaction_id, transaction_id, no),
        )

    def find(
        self,
        *,
        since: int = 0,
        until: int = _NO_END,
        limit: int = -1,
        **wanted: str,
    ) -> list[dict[str, Any]]:
        """Return requests in the order of their arrival."""
        given = {name: value for name, value in wanted.items() if value}
        conditions = "".join(f" AND {name}=?" for name in given)
        cursor = self._database.execute(
            "SELECT * FROM request WHERE no > ? AND no <= ?"  # noqa: S608  # fixed text
            f"{conditions} ORDER BY no DESC LIMIT ?",
            (since, until, *given.values(), limit),
        )
        names = [column[0] for column in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        for request in found:
            for name in ("is_applied", "is_answered"):
                request[name] = bool(request[name])
        return found[::-1]

    def body(self, no: int) -> bytes | None:
        """Return what a request carried, while it is still kept."""
        found = self._database.rows(
            "SELECT body FROM request_body WHERE slot=? AND request_no=?",
            (no % _KEPT_BODIES, no),
        )
        return found[0][0] if found else None
