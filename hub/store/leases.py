"""Leases of operations: who may send one now, and what became of it (I-17)."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, select, update

from hub.store.filters import IS_OPEN
from hub.store.operations import OPEN, StoredOperation, Target, stored
from hub.store.statements import change
from hub.store.store import Across, Scope
from hub.store.tables import operation

# Longer than the longest deadline (register 120 s) by more than 10 s (I-18).
LEASE = {"provider": timedelta(seconds=150), "cart": timedelta(seconds=45)}


def waiting_merchants(
    across: Across, target: Target, *, after: str, now: datetime
) -> list[str]:
    """Return merchants with due operations, going round from the one after `after`."""
    found: list[str] = []
    for start, stop in ((after, None), ("", after)):
        cursor = start
        while len(found) < 64:
            query = (
                select(operation.c.merchant_id)
                .where(
                    operation.c.target == target,
                    IS_OPEN,
                    operation.c.state == "planned",
                    operation.c.merchant_id > cursor,
                    operation.c.due_at <= now,
                )
                .order_by(operation.c.merchant_id)
                .limit(1)
            )
            merchant_id = across.connection.execute(query).scalar_one_or_none()
            if merchant_id is None or (stop is not None and merchant_id > stop):
                break
            found.append(merchant_id)
            cursor = merchant_id
    return found


def claim(
    scope: Scope, target: Target, *, limit: int, now: datetime
) -> list[StoredOperation]:
    """Lease due operations of a merchant, one order's in sequence."""
    earlier = operation.alias("earlier")
    is_behind = (
        select(earlier.c.id)
        .where(
            earlier.c.merchant_id == operation.c.merchant_id,
            earlier.c.order_id == operation.c.order_id,
            earlier.c.target == target,
            earlier.c.destination == operation.c.destination,
            earlier.c.seq < operation.c.seq,
            earlier.c.state.in_(OPEN),
        )
        .exists()
    )
    due = (
        select(operation.c.id)
        .where(
            operation.c.merchant_id == scope.merchant_id,
            operation.c.target == target,
            IS_OPEN,
            operation.c.state == "planned",
            operation.c.due_at <= now,
            operation.c.waits_for.is_(None),
            ~is_behind,
        )
        .order_by(operation.c.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    # Apart from the update, because PostgreSQL may run a locking subquery twice.
    ids = scope.connection.execute(due).scalars().all()
    if not ids:
        return []
    rows = scope.connection.execute(
        update(operation)
        .where(operation.c.merchant_id == scope.merchant_id, operation.c.id.in_(ids))
        .values(
            state="leased",
            lease_until=now + LEASE[target],
            lease_token=secrets.token_hex(16),
            tries=operation.c.tries + 1,
        )
        .returning(*operation.c)
    ).all()
    return sorted((stored(row) for row in rows), key=lambda found: found.due_at)


def mark_sending(scope: Scope, claimed: StoredOperation, *, now: datetime) -> bool:
    """Move a leased operation to `sending`; False if the lease is lost.

    The lease begins anew, so that it outlasts the deadline of the call (I-18).
    """
    until = now + LEASE[claimed.target]
    return _owned(scope, claimed, state="sending", lease_until=until)


def hold(scope: Scope, claimed: StoredOperation) -> bool:
    """Keep the lease until the commit; False if it is lost."""
    return _owned(scope, claimed, tries=claimed.tries)


def end(
    scope: Scope,
    claimed: StoredOperation,
    *,
    state: str,
    now: datetime,
    reason_code: str = "",
) -> bool:
    """End an operation; False if the lease is lost (I-17)."""
    return _owned(
        scope,
        claimed,
        state=state,
        reason_code=reason_code,
        ended_at=now,
        lease_until=None,
        lease_token=None,
    )


def give_back(
    scope: Scope,
    claimed: StoredOperation,
    *,
    due_at: datetime,
    reason_code: str,
    retry_class: str,
    kind: str = "",
) -> bool:
    """Plan an operation again for later; False if the lease is lost."""
    return _owned(
        scope,
        claimed,
        state="planned",
        due_at=due_at,
        reason_code=reason_code,
        retry_class=retry_class,
        kind=kind or claimed.kind,
        lease_until=None,
        lease_token=None,
    )


def has_newer(scope: Scope, claimed: StoredOperation) -> bool:
    """Tell whether a destination is to hear something newer of the same order."""
    return (
        scope.connection.execute(
            select(operation.c.id)
            .where(
                operation.c.merchant_id == scope.merchant_id,
                operation.c.order_id == claimed.order_id,
                operation.c.target == claimed.target,
                operation.c.destination == claimed.destination,
                operation.c.seq > claimed.seq,
                operation.c.state != "superseded",
            )
            .limit(1)
        ).first()
        is not None
    )


def _owned(scope: Scope, claimed: StoredOperation, **values: Any) -> bool:
    if claimed.lease_token is None:
        return False
    where = {"id": claimed.id, "lease_token": claimed.lease_token}
    return change(scope, operation, where, values) == 1


def lapsed(across: Across, *, now: datetime, limit: int = 100) -> list[StoredOperation]:
    """Return operations whose lease ended without a result (I-19)."""
    rows = across.connection.execute(
        select(operation)
        .where(
            IS_OPEN,
            and_(operation.c.lease_until.is_not(None), operation.c.lease_until < now),
        )
        .limit(limit)
    ).all()
    return [stored(row) for row in rows]
