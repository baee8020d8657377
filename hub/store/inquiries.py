"""Inquiries: when the provider is asked how a screening stands, and by whom."""

from datetime import datetime, timedelta

from sqlalchemy import Integer, and_, bindparam, or_, select

from hub.store import prepared
from hub.store.store import Across, Scope
from hub.store.tables import transaction
from hub.store.transactions import StoredTransaction, change, get

# Longer than an inquiry's deadline (30 s) by more than 10 s (I-18).
LEASE = timedelta(seconds=60)

_IS_DUE = and_(
    transaction.c.inquiry_due_at.is_not(None),
    transaction.c.inquiry_due_at <= bindparam("where_business_now"),
    or_(
        transaction.c.inquiry_lease_until.is_(None),
        transaction.c.inquiry_lease_until < bindparam("where_now"),
    ),
)
_ANY_DUE = select(transaction.c.id).where(_IS_DUE).limit(1)
_DUE = (
    select(transaction.c.merchant_id, transaction.c.id)
    .where(_IS_DUE)
    .order_by(transaction.c.inquiry_due_at)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
)


def plan(
    scope: Scope, transaction_id: str, *, due_at: datetime | None, count: int
) -> None:
    """Set when the provider is asked next, or that it is not."""
    change(
        scope,
        transaction_id,
        inquiry_due_at=due_at,
        inquiry_count=count,
        inquiry_lease_until=None,
    )


def claim(
    across: Across, *, limit: int, now: datetime, business_now: datetime
) -> list[StoredTransaction]:
    """Lease transactions whose provider is to be asked now, by business time."""
    due = {"where_now": now, "where_business_now": business_now, "most": limit}
    claimed = []
    for merchant_id, transaction_id in across.connection.execute(_DUE, due).all():
        scope = across.of(merchant_id)
        change(scope, transaction_id, inquiry_lease_until=now + LEASE)
        found = get(scope, transaction_id)
        if found is not None:
            claimed.append(found)
    return claimed


def is_any_due(across: Across, *, now: datetime, business_now: datetime) -> bool:
    """Tell whether any inquiry is due."""
    moments = {"where_now": now, "where_business_now": business_now}
    return prepared.row(across.connection, _ANY_DUE, moments) is not None
