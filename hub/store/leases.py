"""Leases of operations: who may send one now, and what became of it (I-17)."""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, and_, bindparam, literal_column, select, update

from hub.store import prepared
from hub.store.filters import IS_OPEN
from hub.store.operations import StoredOperation, Target, stored
from hub.store.rounds import going_round
from hub.store.statements import change
from hub.store.store import Across, Scope
from hub.store.tables import operation

# Longer than the longest deadline by 10 s and more (I-18): a registration may take
# 120 s, a cart's app 60 s in all after 20 s for a new token.
LEASE = {"provider": timedelta(seconds=150), "cart": timedelta(seconds=100)}

_IS_OURS = operation.c.merchant_id == bindparam("where_merchant_id")
_IS_DUE = and_(
    operation.c.target == bindparam("where_target"),
    # Said twice, because the index is partial over the open states.
    IS_OPEN,
    operation.c.state == "planned",
    operation.c.due_at <= bindparam("where_now"),
)
_NEXT_MERCHANT = (
    select(operation.c.merchant_id)
    .where(_IS_DUE, operation.c.merchant_id > bindparam("where_after"))
    .order_by(operation.c.merchant_id)
    .limit(1)
)
_EARLIER = operation.alias("earlier")
_IS_BEHIND = (
    select(_EARLIER.c.id)
    .where(
        _EARLIER.c.merchant_id == operation.c.merchant_id,
        _EARLIER.c.order_id == operation.c.order_id,
        _EARLIER.c.target == bindparam("where_target"),
        _EARLIER.c.destination == operation.c.destination,
        _EARLIER.c.seq < operation.c.seq,
        literal_column("earlier.state IN ('planned', 'leased', 'sending')"),
    )
    .exists()
)
_DUE = (
    select(operation.c.id)
    .where(_IS_OURS, _IS_DUE, operation.c.waits_for.is_(None), ~_IS_BEHIND)
    .order_by(operation.c.due_at)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
)
_LEASE = (
    update(operation)
    .where(_IS_OURS, operation.c.id == bindparam("where_id"))
    .values(
        state="leased",
        lease_until=bindparam("lease_until"),
        lease_token=bindparam("lease_token"),
        tries=operation.c.tries + 1,
    )
    .returning(*operation.c)
)


def waiting_merchants(
    across: Across, target: Target, *, after: str, now: datetime
) -> list[str]:
    """Return merchants with due operations, going round from the one after `after`."""

    def next_after(cursor: str) -> str | None:
        where = {"where_target": target, "where_after": cursor, "where_now": now}
        row = prepared.row(across.connection, _NEXT_MERCHANT, where)
        return row.merchant_id if row else None

    return going_round(next_after, after=after)


def claim(
    scope: Scope, target: Target, *, limit: int, now: datetime
) -> list[StoredOperation]:
    """Lease due operations of a merchant, one order's in sequence."""
    where = {"where_merchant_id": scope.merchant_id}
    # Apart from the update, because PostgreSQL may run a locking subquery twice.
    due = {**where, "where_target": target, "where_now": now, "most": limit}
    lease = {
        **where,
        "lease_until": now + LEASE[target],
        "lease_token": secrets.token_hex(16),
    }
    return [
        stored(prepared.one(scope.connection, _LEASE, {**lease, "where_id": found.id}))
        for found in prepared.rows(scope.connection, _DUE, due)
    ]


def begin_at_once(
    scope: Scope, planned: StoredOperation, *, now: datetime
) -> StoredOperation | None:
    """Lease and mark `sending` what the same transaction planned, without a claim.

    None where it is not planned any more.
    """
    values: dict[str, Any] = {
        "state": "sending",
        "tries": planned.tries + 1,
        "lease_until": now + LEASE[planned.target],
        "lease_token": secrets.token_hex(16),
    }
    where = {"id": planned.id, "state": "planned"}
    if change(scope, operation, where, values) != 1:
        return None
    return replace(planned, **values)


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
    tries: int | None = None,
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
        tries=claimed.tries if tries is None else tries,
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
