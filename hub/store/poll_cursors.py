"""How far each cart was looked at, and who may look now (I-17)."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from hub.store.statements import change
from hub.store.store import Across, Scope
from hub.store.tables import connection, poll_cursor

# Longer than one look may last; each stored look begins it anew.
LEASE = timedelta(minutes=5)

_BEGINNINGS = {
    name: insert(poll_cursor).on_conflict_do_nothing()
    for name, insert in (
        ("postgresql", postgresql.insert),
        ("sqlite", sqlite.insert),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A cart that this process may look at until its lease ends."""

    merchant_id: str
    connection_id: str
    shop_id: str
    cursor: str
    failures: int
    lease_token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failing:
    """A cart that could not be looked at since long."""

    merchant_id: str
    connection_id: str
    since: datetime
    code: str
    last_success_at: datetime | None


def _is_of(connectors: Collection[str]) -> ColumnElement[bool]:
    return and_(
        connection.c.connector.in_(sorted(connectors)),
        connection.c.disabled_at.is_(None),
    )


_ITS_CONNECTION = and_(
    poll_cursor.c.merchant_id == connection.c.merchant_id,
    poll_cursor.c.id == connection.c.id,
)


def unwatched(across: Across, connectors: Collection[str]) -> list[tuple[str, str]]:
    """Return (merchant, connection) of open connections that have no cursor yet."""
    query = (
        select(connection.c.merchant_id, connection.c.id)
        .outerjoin(poll_cursor, _ITS_CONNECTION)
        .where(_is_of(connectors), poll_cursor.c.id.is_(None))
        .limit(100)
    )
    return [(row.merchant_id, row.id) for row in across.connection.execute(query)]


def begin(scope: Scope, connection_id: str, *, now: datetime) -> None:
    """Give a connection its cursor, due at once; harmless where it has one."""
    values = {
        "merchant_id": scope.merchant_id,
        "id": connection_id,
        "due_at": now,
        "created_at": now,
    }
    beginning = _BEGINNINGS[scope.connection.dialect.name]
    scope.connection.execute(beginning, values)


def _due(connectors: Collection[str], now: datetime) -> Any:
    is_free = or_(poll_cursor.c.lease_until.is_(None), poll_cursor.c.lease_until < now)
    return (
        select(
            poll_cursor.c.merchant_id,
            poll_cursor.c.id,
            poll_cursor.c.cursor,
            poll_cursor.c.failures,
            connection.c.shop_id,
        )
        .join(connection, _ITS_CONNECTION)
        .where(_is_of(connectors), poll_cursor.c.due_at <= now, is_free)
        .order_by(poll_cursor.c.due_at)
        .limit(1)
    )


def is_any_due(across: Across, connectors: Collection[str], *, now: datetime) -> bool:
    """Tell whether a cart is to be looked at."""
    return across.connection.execute(_due(connectors, now)).first() is not None


def claim(
    across: Across, connectors: Collection[str], *, now: datetime
) -> Watch | None:
    """Lease the cart that is due longest; None where none is."""
    query = _due(connectors, now).with_for_update(skip_locked=True, of=poll_cursor)
    row = across.connection.execute(query).first()
    if row is None:
        return None
    token = secrets.token_hex(16)
    across.connection.execute(
        update(poll_cursor)
        .where(poll_cursor.c.merchant_id == row.merchant_id, poll_cursor.c.id == row.id)
        .values(lease_token=token, lease_until=now + LEASE)
    )
    return Watch(
        merchant_id=row.merchant_id,
        connection_id=row.id,
        shop_id=row.shop_id,
        cursor=row.cursor,
        failures=row.failures,
        lease_token=token,
    )


def move_on(scope: Scope, watch: Watch, cursor: str, *, now: datetime) -> bool:
    """Store from where the next look goes on; False if the lease is lost."""
    return _owned(scope, watch, cursor=cursor, lease_until=now + LEASE)


def end_well(scope: Scope, watch: Watch, *, due_at: datetime, now: datetime) -> None:
    """Give the lease back after looks that succeeded."""
    _owned(
        scope,
        watch,
        due_at=due_at,
        failures=0,
        failing_since=None,
        reason_code="",
        last_success_at=now,
        lease_token=None,
        lease_until=None,
    )


def end_badly(
    scope: Scope, watch: Watch, *, code: str, due_at: datetime, now: datetime
) -> None:
    """Give the lease back after a look that failed; the first failure is dated."""
    is_held = _owned(
        scope,
        watch,
        due_at=due_at,
        failures=watch.failures + 1,
        reason_code=code,
        lease_token=None,
        lease_until=None,
    )
    if is_held:
        scope.connection.execute(
            update(poll_cursor)
            .where(
                poll_cursor.c.merchant_id == scope.merchant_id,
                poll_cursor.c.id == watch.connection_id,
                poll_cursor.c.failing_since.is_(None),
            )
            .values(failing_since=now)
        )


def ask(scope: Scope, connection_id: str, *, now: datetime) -> bool:
    """Make a look due at once (今すぐ照合); False where the cart is not looked at."""
    return change(scope, poll_cursor, {"id": connection_id}, {"due_at": now}) == 1


def last_looks(scope: Scope) -> dict[str, datetime | None]:
    """Return by connection when a look last succeeded, None where none did yet."""
    query = select(poll_cursor.c.id, poll_cursor.c.last_success_at).where(
        poll_cursor.c.merchant_id == scope.merchant_id
    )
    return {row.id: row.last_success_at for row in scope.connection.execute(query)}


def begin_anew(scope: Scope, connection_id: str, *, now: datetime) -> None:
    """Let the next look begin at the beginning; one that is under way is lost."""
    values = {"cursor": "", "due_at": now, "lease_token": None, "lease_until": None}
    change(scope, poll_cursor, {"id": connection_id}, values)


def failing(scope: Scope, *, before: datetime) -> Sequence[Failing]:
    """Return a merchant's carts that could not be looked at since long."""
    return _failing(
        scope.connection, before, poll_cursor.c.merchant_id == scope.merchant_id
    )


def all_failing(across: Across, *, before: datetime) -> Sequence[Failing]:
    """Return every merchant's carts that could not be looked at since long."""
    return _failing(across.connection, before)


def _failing(
    database: Any, before: datetime, *more: ColumnElement[bool]
) -> list[Failing]:
    query = (
        select(poll_cursor)
        .join(connection, _ITS_CONNECTION)
        .where(
            connection.c.disabled_at.is_(None),
            poll_cursor.c.failing_since <= before,
            *more,
        )
        .order_by(poll_cursor.c.failing_since)
    )
    return [
        Failing(
            merchant_id=row.merchant_id,
            connection_id=row.id,
            since=row.failing_since,
            code=row.reason_code,
            last_success_at=row.last_success_at,
        )
        for row in database.execute(query)
    ]


def _owned(scope: Scope, watch: Watch, **values: Any) -> bool:
    where = {"id": watch.connection_id, "lease_token": watch.lease_token}
    return change(scope, poll_cursor, where, values) == 1
