"""When a cart is to be told of a connection's address, and how that went."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from hub.store.credentials import IS_VALID, LEASE
from hub.store.statements import change, first, row_of
from hub.store.store import Across, Scope
from hub.store.tables import connection_credentials as table


def note_done(scope: Scope, connection_id: str, *, now: datetime) -> None:
    """Note that the cart sends to our address."""
    values = {
        "enabled_at": now,
        "enable_code": "",
        "enable_tries": 0,
        "enable_due_at": None,
    }
    change(scope, table, {"id": connection_id}, values)


def note_failure(
    scope: Scope, connection_id: str, *, code: str, due_at: datetime | None
) -> None:
    """Note why the cart does not send to our address yet, and when to try again."""
    scope.connection.execute(
        update(table)
        .where(table.c.merchant_id == scope.merchant_id, table.c.id == connection_id)
        .values(
            enable_code=code,
            enable_due_at=due_at,
            enable_tries=table.c.enable_tries + 1,
        )
    )


def ask(scope: Scope, connection_id: str, *, now: datetime) -> None:
    """Make a try due at once."""
    change(scope, table, {"id": connection_id}, {"enable_due_at": now})


def take(scope: Scope, connection_id: str, *, now: datetime) -> int | None:
    """Claim a due try of enabling; returns how many failed before, None if taken."""
    row = first(scope, row_of(table, "id"), id=connection_id)
    if row is None or row.enable_due_at is None or row.enable_due_at > now:
        return None
    where = {"id": connection_id, "enable_due_at": row.enable_due_at}
    taken = change(scope, table, where, {"enable_due_at": now + LEASE})
    tries: int = row.enable_tries
    return tries if taken == 1 else None


def due(across: Across, *, now: datetime, limit: int = 20) -> Sequence[tuple[str, str]]:
    """Return (merchant, connection) whose cart is to be told of our address."""
    query = (
        select(table.c.merchant_id, table.c.id)
        .where(IS_VALID, table.c.enable_due_at <= now)
        .order_by(table.c.enable_due_at)
        .limit(limit)
    )
    return [(row.merchant_id, row.id) for row in across.connection.execute(query)]
