"""The ledger of intended effects: planned before they are tried."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Row, and_, func, insert, or_, select, update

from hub.store.store import Across, Scope
from hub.store.tables import operation
from hub.store.types import new_id

Target = Literal["provider", "cart"]
OPEN = ("planned", "leased", "sending")
# Longer than the longest deadline (register 120 s) by more than 10 s (I-18).
LEASE = {"provider": timedelta(seconds=150), "cart": timedelta(seconds=45)}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredOperation:
    """An operation as stored."""

    id: str
    merchant_id: str
    order_id: str
    transaction_id: str
    target: Target
    destination: str
    kind: str
    effect_key: str
    seq: int
    state: str
    payload: dict[str, Any]
    reason_code: str
    tries: int
    due_at: datetime
    lease_until: datetime | None
    lease_token: str | None
    created_at: datetime
    ended_at: datetime | None


def _stored(row: Row[Any]) -> StoredOperation:
    return StoredOperation(
        id=row.id,
        merchant_id=row.merchant_id,
        order_id=row.order_id,
        transaction_id=row.transaction_id,
        target=row.target,
        destination=row.destination,
        kind=row.kind,
        effect_key=row.effect_key,
        seq=row.seq,
        state=row.state,
        payload=row.payload,
        reason_code=row.reason_code,
        tries=row.tries,
        due_at=row.due_at,
        lease_until=row.lease_until,
        lease_token=row.lease_token,
        created_at=row.created_at,
        ended_at=row.ended_at,
    )


def add(
    scope: Scope,
    *,
    order_id: str,
    transaction_id: str,
    target: Target,
    kind: str,
    payload: dict[str, Any],
    now: datetime,
    destination: str = "",
    effect_key: str = "",
    seq: int | None = None,
) -> str:
    """Plan an operation; provider operations are numbered per order."""
    operation_id = new_id(now)
    scope.connection.execute(
        insert(operation).values(
            merchant_id=scope.merchant_id,
            id=operation_id,
            order_id=order_id,
            transaction_id=transaction_id,
            target=target,
            destination=destination,
            kind=kind,
            effect_key=effect_key,
            seq=_next_seq(scope, order_id, target) if seq is None else seq,
            state="planned",
            payload=payload,
            due_at=now,
            created_at=now,
        )
    )
    return operation_id


def _next_seq(scope: Scope, order_id: str, target: Target) -> int:
    highest = scope.connection.execute(
        select(func.max(operation.c.seq)).where(
            operation.c.merchant_id == scope.merchant_id,
            operation.c.order_id == order_id,
            operation.c.target == target,
        )
    ).scalar_one()
    return (highest or 0) + 1


def get(scope: Scope, operation_id: str) -> StoredOperation | None:
    """Return the operation of an id."""
    row = scope.connection.execute(
        select(operation).where(
            operation.c.merchant_id == scope.merchant_id, operation.c.id == operation_id
        )
    ).one_or_none()
    return _stored(row) if row else None


def open_provider_operation(
    scope: Scope, transaction_id: str
) -> StoredOperation | None:
    """Return the one operation that a transaction has open at the provider."""
    row = scope.connection.execute(
        select(operation).where(
            operation.c.merchant_id == scope.merchant_id,
            operation.c.transaction_id == transaction_id,
            operation.c.target == "provider",
            operation.c.state.in_(OPEN),
        )
    ).one_or_none()
    return _stored(row) if row else None


def supersede(scope: Scope, operation_id: str, *, now: datetime) -> None:
    """Mark an operation that was never sent as overtaken (I-16)."""
    scope.connection.execute(
        update(operation)
        .where(
            operation.c.merchant_id == scope.merchant_id,
            operation.c.id == operation_id,
            operation.c.state.in_(("planned", "leased")),
        )
        .values(state="superseded", ended_at=now, lease_token=None, lease_until=None)
    )


def supersede_updates(
    scope: Scope, order_id: str, *, destination: str, now: datetime
) -> None:
    """Overtake the unsent updates of an order for one destination (I-23)."""
    scope.connection.execute(
        update(operation)
        .where(
            operation.c.merchant_id == scope.merchant_id,
            operation.c.order_id == order_id,
            operation.c.target == "cart",
            operation.c.destination == destination,
            operation.c.state == "planned",
        )
        .values(state="superseded", ended_at=now)
    )


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
                    operation.c.state.in_(OPEN),
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
            operation.c.state.in_(OPEN),
            operation.c.state == "planned",
            operation.c.due_at <= now,
            operation.c.waits_for.is_(None),
            ~is_behind,
        )
        .order_by(operation.c.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = scope.connection.execute(
        update(operation)
        .where(operation.c.merchant_id == scope.merchant_id, operation.c.id.in_(due))
        .values(
            state="leased",
            lease_until=now + LEASE[target],
            lease_token=secrets.token_hex(16),
            tries=operation.c.tries + 1,
        )
        .returning(*operation.c)
    ).all()
    return sorted((_stored(row) for row in rows), key=lambda found: found.due_at)


def mark_sending(scope: Scope, claimed: StoredOperation) -> bool:
    """Move a leased operation to `sending`; False if the lease is lost."""
    return _owned(scope, claimed, state="sending")


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


def _owned(scope: Scope, claimed: StoredOperation, **values: Any) -> bool:
    changed = scope.connection.execute(
        update(operation)
        .where(
            operation.c.merchant_id == scope.merchant_id,
            operation.c.id == claimed.id,
            operation.c.lease_token == claimed.lease_token,
        )
        .values(**values)
    ).rowcount
    return changed == 1


def lapsed(across: Across, *, now: datetime, limit: int = 100) -> list[StoredOperation]:
    """Return operations whose lease ended without a result (I-19)."""
    rows = across.connection.execute(
        select(operation)
        .where(
            operation.c.state.in_(OPEN),
            and_(operation.c.lease_until.is_not(None), operation.c.lease_until < now),
        )
        .limit(limit)
    ).all()
    return [_stored(row) for row in rows]


def try_now(scope: Scope, operation_id: str, *, now: datetime) -> bool:
    """Make a waiting operation due at once (もう一度送信)."""
    changed = scope.connection.execute(
        update(operation)
        .where(
            operation.c.merchant_id == scope.merchant_id,
            operation.c.id == operation_id,
            operation.c.state == "planned",
        )
        .values(due_at=now)
    ).rowcount
    return changed == 1


def reopen(scope: Scope, operation_id: str, *, now: datetime) -> bool:
    """Plan an ended cart update again (もう一度送信); its id stays the same (I-21)."""
    changed = scope.connection.execute(
        update(operation)
        .where(
            operation.c.merchant_id == scope.merchant_id,
            operation.c.id == operation_id,
            operation.c.target == "cart",
            or_(operation.c.state == "refused", operation.c.state == "unclear"),
        )
        .values(state="planned", due_at=now, tries=0, ended_at=None)
    ).rowcount
    return changed == 1


def abandon_unclear(scope: Scope, transaction_id: str, *, now: datetime) -> None:
    """Mark unclear registrations as settled by a person's decision."""
    scope.connection.execute(
        update(operation)
        .where(
            operation.c.merchant_id == scope.merchant_id,
            operation.c.transaction_id == transaction_id,
            operation.c.target == "provider",
            operation.c.state == "unclear",
        )
        .values(state="superseded", ended_at=now)
    )
