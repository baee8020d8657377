"""The sums of what all processes counted, and what waits, as an operator sees it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Select, func, literal_column, select
from sqlalchemy.dialects import postgresql, sqlite

from hub.domain.known import State
from hub.metrics import Reading
from hub.store.filters import IS_OPEN, NEEDS_ATTENTION
from hub.store.store import Across
from hub.store.tables import inbox, merchant, meter, operation, transaction

# Written as the partial index is.
_IS_NEW: Any = literal_column("inbox.state = 'new'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits of one kind for one merchant: how much, and since when."""

    merchant_id: str
    kind: tuple[str, ...]
    count: int
    since: datetime | None


def _upserts(*, is_moment: bool) -> dict[str, Any]:
    found = {}
    for name, insert in (("postgresql", postgresql.insert), ("sqlite", sqlite.insert)):
        new = insert(meter)
        value = new.excluded.value if is_moment else meter.c.value + new.excluded.value
        found[name] = new.on_conflict_do_update(
            index_elements=["name", "labels", "part"], set_={"value": value}
        )
    return found


_ADDED = _upserts(is_moment=False)
_REPLACED = _upserts(is_moment=True)


def add(across: Across, readings: Iterable[Reading]) -> None:
    """Add what a process counted to the sums of all; a moment replaces the earlier."""
    dialect = across.connection.dialect.name
    # In one order for all processes, so that they cannot lock each other out.
    for one in sorted(readings, key=lambda one: (one.name, one.labels, one.part)):
        upsert = (_REPLACED if one.is_moment else _ADDED)[dialect]
        values = {
            "name": one.name,
            "labels": orjson.dumps(one.labels).decode(),
            "part": one.part,
            "value": one.value,
        }
        across.connection.execute(upsert, values)


def sums(across: Across) -> list[Reading]:
    """Return the sums of all processes."""
    rows = across.connection.execute(
        select(meter).order_by(meter.c.name, meter.c.labels, meter.c.part)
    ).all()
    return [
        Reading(
            name=row.name,
            labels=tuple(orjson.loads(row.labels)),
            part=row.part,
            value=row.value,
        )
        for row in rows
    ]


def deliveries(across: Across) -> list[Waiting]:
    """Return the deliveries that nobody has absorbed yet."""
    column = inbox.c
    query = select(column.merchant_id, func.count(), func.min(column.received_at))
    return _waiting(across, query.where(_IS_NEW).group_by(column.merchant_id))


def operations(across: Across) -> list[Waiting]:
    """Return the open operations by target and state, and the earliest due moment."""
    column = operation.c
    kinds = (column.target, column.state)
    query = select(
        column.merchant_id, func.count(), func.min(column.due_at), *kinds
    ).where(IS_OPEN)
    return _waiting(across, query.group_by(column.merchant_id, *kinds))


def attention(across: Across) -> list[Waiting]:
    """Return what needs a person, alarms apart."""
    column = transaction.c
    query = select(
        column.merchant_id,
        func.count(),
        func.min(column.attention_since),
        column.attention_is_alarm,
    ).where(NEEDS_ATTENTION)
    found = _waiting(
        across, query.group_by(column.merchant_id, column.attention_is_alarm)
    )
    return [
        Waiting(
            merchant_id=one.merchant_id,
            kind=("alarm" if one.kind[0] in ("1", "True") else "task",),
            count=one.count,
            since=one.since,
        )
        for one in found
    ]


def unclear(across: Across) -> list[Waiting]:
    """Return the registrations whose outcome nobody knows; one walk for a merchant."""
    column = transaction.c
    counted = (
        select(func.count())
        .where(
            column.merchant_id == merchant.c.id,
            column.state == State.UNCLEAR.value,
        )
        .scalar_subquery()
    )
    rows = across.connection.execute(select(merchant.c.id, counted)).all()
    return [
        Waiting(merchant_id=row[0], kind=(), count=row[1], since=None) for row in rows
    ]


def inquiries(across: Across, *, business_now: datetime) -> Waiting:
    """Return the inquiries that are due, over all merchants."""
    due_at = transaction.c.inquiry_due_at
    query = select(func.count(), func.min(due_at)).where(
        due_at.is_not(None), due_at <= business_now
    )
    row = across.connection.execute(query).one()
    return Waiting(merchant_id="", kind=(), count=row[0], since=row[1])


def _waiting(across: Across, query: Select[Any]) -> list[Waiting]:
    rows = across.connection.execute(query).all()
    return [
        Waiting(
            merchant_id=row[0],
            kind=tuple(str(part) for part in row[3:]),
            count=row[1],
            since=row[2],
        )
        for row in rows
    ]
