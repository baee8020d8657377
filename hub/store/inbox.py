"""The inbox: every proven delivery, its bytes as they came (I-01, I-03)."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningUpdate

from hub.contract.proof import Delivery, Origin, stored
from hub.store import data_keys, prepared
from hub.store.rounds import going_round
from hub.store.statements import change
from hub.store.store import Across, Scope
from hub.store.tables import connection, inbox
from hub.store.types import new_id

_BODY = "inbox.body"
LEASE = timedelta(seconds=60)

# Built once: building it for each webhook took a third of the way to the disk.
_UPSERTS = {
    name: insert(inbox)
    .on_conflict_do_update(
        index_elements=["merchant_id", "connection_id", "dedupe_key"],
        set_={"delivery_count": inbox.c.delivery_count + 1},
    )
    .returning(inbox.c.id, inbox.c.delivery_count)
    for name, insert in (
        ("postgresql", postgresql.insert),
        ("sqlite", sqlite.insert),
    )
}

_IS_OURS = inbox.c.merchant_id == bindparam("where_merchant_id")
_IS_DUE = and_(inbox.c.state == "new", inbox.c.due_at <= bindparam("where_now"))
_NEXT_MERCHANT = (
    select(inbox.c.merchant_id)
    .where(_IS_DUE, inbox.c.merchant_id > bindparam("where_after"))
    .order_by(inbox.c.merchant_id)
    .limit(1)
)


def _claimable(*more: ColumnElement[bool]) -> Select[Any]:
    return (
        select(inbox.c.id)
        .where(
            _IS_OURS,
            _IS_DUE,
            or_(
                inbox.c.lease_until.is_(None),
                inbox.c.lease_until < bindparam("where_now"),
            ),
            *more,
        )
        .order_by(inbox.c.due_at)
        .limit(bindparam("most", type_=Integer))
        .with_for_update(skip_locked=True)
    )


def _claiming(ids: Select[Any]) -> ReturningUpdate[Any]:
    # PostgreSQL may run a subquery again for each row, beyond its limit; not this.
    chosen = select(ids.cte("chosen").c.id)
    return (
        update(inbox)
        .where(_IS_OURS, inbox.c.id.in_(chosen))
        .values(
            lease_until=bindparam("lease_until"),
            lease_token=bindparam("lease_token"),
            tries=inbox.c.tries + 1,
        )
        .returning(*inbox.c)
    )


_CLAIM = _claiming(_claimable())


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """Whose deliveries a claim leaves, unless what they name was fetched already."""

    connections: Sequence[str]
    connectors: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedDelivery:
    """A delivery that this process may absorb until its lease ends (I-17)."""

    id: str
    merchant_id: str
    shop_id: str
    connection_id: str
    delivery: Delivery
    tries: int
    lease_token: str
    is_fetched: bool = False


def add(
    scope: Scope,
    delivery: Delivery,
    *,
    connection_id: str,
    shop_id: str,
    now: datetime,
) -> tuple[str, bool]:
    """Store a delivery; returns its id and whether it is new (I-03)."""
    key_id = data_keys.ensure(scope, f"day:{now:%Y-%m-%d}", now)
    values = {
        "merchant_id": scope.merchant_id,
        "id": new_id(now),
        "connection_id": connection_id,
        "shop_id": shop_id,
        "dedupe_key": delivery.dedupe_key,
        "topic": delivery.topic,
        "origin": delivery.origin.value,
        "content_type": delivery.content_type,
        "body": data_keys.seal_for(scope, key_id, delivery.body, column=_BODY),
        "data_key_id": key_id,
        "body_sha256": hashlib.sha256(delivery.body).hexdigest(),
        "body_length": len(delivery.body),
        "received_at": delivery.received_at,
        "state": "new",
        "due_at": now,
    }
    upsert = _UPSERTS[scope.connection.dialect.name]
    row = scope.connection.execute(upsert, values).one()
    return row.id, row.delivery_count == 1


def waiting_merchants(across: Across, *, after: str, now: datetime) -> list[str]:
    """Return merchants with due deliveries, going round from the one after `after`."""

    def next_after(cursor: str) -> str | None:
        where = {"where_after": cursor, "where_now": now}
        row = prepared.row(across.connection, _NEXT_MERCHANT, where)
        return row.merchant_id if row else None

    return going_round(next_after, after=after)


def _leaving(scope: Scope, passed: Passed) -> ColumnElement[bool]:
    theirs = select(connection.c.id).where(
        connection.c.merchant_id == scope.merchant_id,
        or_(
            connection.c.id.in_(passed.connections),
            connection.c.connector.in_(passed.connectors),
        ),
    )
    return or_(inbox.c.fetched_at.is_not(None), inbox.c.connection_id.not_in(theirs))


def claim(
    scope: Scope, *, limit: int, now: datetime, passed: Passed | None = None
) -> list[ClaimedDelivery]:
    """Lease due deliveries of a merchant, oldest first; the try is counted first."""
    token = secrets.token_hex(16)
    values = {
        "where_merchant_id": scope.merchant_id,
        "where_now": now,
        "most": limit,
        "lease_until": now + LEASE,
        "lease_token": token,
    }
    if passed is None:
        rows = prepared.rows(scope.connection, _CLAIM, values)
    else:
        claiming = _claiming(_claimable(_leaving(scope, passed)))
        rows = list(scope.connection.execute(claiming, values))
    return [
        ClaimedDelivery(
            id=row.id,
            merchant_id=row.merchant_id,
            shop_id=row.shop_id,
            connection_id=row.connection_id,
            delivery=_delivery(scope, row),
            tries=row.tries,
            lease_token=token,
            is_fetched=row.fetched_at is not None,
        )
        for row in sorted(rows, key=lambda row: row.received_at)
    ]


def get(scope: Scope, delivery_id: str) -> tuple[Row[Any], Delivery] | None:
    """Return a delivery with its row, body opened."""
    row = scope.connection.execute(
        select(inbox).where(
            inbox.c.merchant_id == scope.merchant_id, inbox.c.id == delivery_id
        )
    ).one_or_none()
    return (row, _delivery(scope, row)) if row else None


def finish(
    scope: Scope,
    claimed: ClaimedDelivery,
    *,
    state: str,
    now: datetime,
    reason_code: str = "",
    reason_detail: dict[str, str] | None = None,
) -> bool:
    """End a delivery as done, ignored or quarantined; False if the lease is lost."""
    values = {
        "state": state,
        "reason_code": reason_code,
        "reason_detail": reason_detail,
        "lease_until": None,
        "lease_token": None,
        "absorbed_at": now,
    }
    where = {"id": claimed.id, "lease_token": claimed.lease_token}
    return change(scope, inbox, where, values) == 1


def postpone(
    scope: Scope, claimed: ClaimedDelivery, *, due_at: datetime, reason_code: str
) -> None:
    """Give a delivery back to be tried again later."""
    scope.connection.execute(
        update(inbox)
        .where(
            inbox.c.merchant_id == scope.merchant_id,
            inbox.c.id == claimed.id,
            inbox.c.lease_token == claimed.lease_token,
        )
        .values(
            due_at=due_at, lease_until=None, lease_token=None, reason_code=reason_code
        )
    )


def replay(scope: Scope, delivery_id: str, *, now: datetime) -> bool:
    """Make a delivery new again (受信データを処理し直す); False if there is none."""
    changed = scope.connection.execute(
        update(inbox)
        .where(
            inbox.c.merchant_id == scope.merchant_id,
            inbox.c.id == delivery_id,
            # What was forgotten has nothing left to be processed.
            inbox.c.erased_at.is_(None),
        )
        .values(
            state="new",
            tries=0,
            due_at=now,
            lease_until=None,
            lease_token=None,
            reason_code="",
            reason_detail=None,
        )
    ).rowcount
    return changed == 1


def count_new(across: Across) -> int:
    """Return how many deliveries wait, for backpressure and the sweep."""
    ids = across.connection.execute(
        select(inbox.c.id).where(inbox.c.state == "new").limit(50_001)
    ).all()
    return len(ids)


def _delivery(scope: Scope, row: Row[Any]) -> Delivery:
    body = data_keys.unseal_from(scope, row.data_key_id, row.body, column=_BODY)
    return stored(
        origin=Origin(row.origin),
        topic=row.topic,
        dedupe_key=row.dedupe_key,
        body=body,
        received_at=row.received_at,
        content_type=row.content_type,
    )
