"""Ids of transactions as the API pages through them: stable while rows are added.

Two orders: the newest made first, or, for systems that keep a copy, what changed last
comes last. A transaction changes with its own row and with its order's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, or_, select

from hub.domain.known import State
from hub.store import merchants
from hub.store.filters import NEEDS_ATTENTION
from hub.store.search import is_overtaken
from hub.store.store import Scope
from hub.store.tables import cart_order, transaction

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_CURSOR = 60
_MOMENT_DIGITS = 17
# What is being committed may carry an older moment than what was: the feed waits.
FEED_LAG = timedelta(seconds=3)
# Walks of the feed that may find nothing to show before it answers with a cursor.
_MOST_WALKS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a list is narrowed to; "" and None ask for nothing."""

    state: State | None = None
    needs_attention: bool | None = None
    shop_id: str = ""
    order_number: str = ""
    provider_transaction_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """A place in a list: the moment and the id of the last row that was shown."""

    at: datetime
    id: str = ""

    def __str__(self) -> str:
        """Write it as a client carries it."""
        return f"{(self.at - _EPOCH) // timedelta(microseconds=1)}.{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdPage:
    """Some ids with when each changed, and the place after the last."""

    ids: Sequence[str]
    moved_at: dict[str, datetime]
    next: Cursor | None


def read_cursor(text: str) -> Cursor:
    """Read a cursor; raises ValueError for one that is not ours."""
    digits, separator, row_id = text.partition(".")
    is_ours = digits.isdecimal() and digits.isascii() and len(digits) <= _MOMENT_DIGITS
    if not is_ours or not separator or len(text) > _LONGEST_CURSOR:
        raise ValueError("not a cursor")
    return Cursor(at=_EPOCH + timedelta(microseconds=int(digits)), id=row_id)


_JOINED = transaction.join(
    cart_order,
    and_(
        cart_order.c.merchant_id == transaction.c.merchant_id,
        cart_order.c.id == transaction.c.order_id,
    ),
)
_WALKED = {
    "updated_at": transaction.c.updated_at,
    "order_updated_at": cart_order.c.updated_at,
}
_MOMENTS = (
    transaction.c.id,
    transaction.c.created_at,
    transaction.c.updated_at,
    cart_order.c.updated_at.label("order_updated_at"),
)


def newest(scope: Scope, asked: Asked, *, after: Cursor | None, limit: int) -> IdPage:
    """Return transactions, the newest made first."""
    query = _asked(scope, asked)
    made, row_id = transaction.c.created_at, transaction.c.id
    if after is not None:
        # The first half bounds the walk along the index.
        query = query.where(made <= after.at, or_(made < after.at, row_id < after.id))
    query = query.order_by(made.desc(), row_id.desc()).limit(limit + 1)
    rows = scope.connection.execute(query).all()
    shown = rows[:limit]
    last = shown[-1] if len(rows) > limit else None
    return IdPage(
        ids=[row.id for row in shown],
        moved_at={row.id: _moved(row) for row in shown},
        next=Cursor(at=last.created_at, id=last.id) if last else None,
    )


def changed(
    scope: Scope, asked: Asked, *, after: Cursor, limit: int, now: datetime
) -> IdPage:
    """Return transactions by when they changed, the longest ago first.

    The page always has a next place: what changes later is found after it.
    """
    until = now - FEED_LAG
    found: list[Any] = []
    end: Cursor | None = after
    for _ in range(_MOST_WALKS):
        found, end = _walk(scope, asked, after=after, until=until, limit=limit)
        if found or end is None:
            break
        after = end
    shown = found[:limit]
    place = after
    if end is not None and len(found) <= limit:
        place = end
    elif shown:
        place = Cursor(at=_moved(shown[-1]), id=shown[-1].id)
    return IdPage(
        ids=[row.id for row in shown],
        moved_at={row.id: _moved(row) for row in shown},
        next=place,
    )


def _walk(
    scope: Scope, asked: Asked, *, after: Cursor, until: datetime, limit: int
) -> tuple[list[Any], Cursor | None]:
    """Walk both indices a little; returns rows in order and how far they are whole.

    The place is None where both walks came to their end.
    """
    rows: dict[str, Any] = {}
    ends: list[tuple[datetime, str]] = []
    row_id = transaction.c.id
    for name, column in _WALKED.items():
        query = _asked(scope, asked).where(
            column >= after.at,
            column <= until,
            or_(column > after.at, row_id > after.id),
        )
        query = query.order_by(column, row_id).limit(limit + 1)
        walked = scope.connection.execute(query).all()
        rows |= {row.id: row for row in walked}
        if len(walked) > limit:
            ends.append((getattr(walked[-1], name), walked[-1].id))
    # Whatever moved before this was met in the walk of the column that moved it.
    last = min(ends) if ends else None
    places = {(_moved(row), row.id): row for row in rows.values()}
    found = [
        places[place]
        for place in sorted(places)
        if (after.at, after.id) < place
        and place[0] <= until
        and (last is None or place <= last)
    ]
    return found, None if last is None else Cursor(at=last[0], id=last[1])


def moved_at(scope: Scope, ids: Sequence[str]) -> dict[str, datetime]:
    """Return when transactions changed, by their ids."""
    query = select(*_MOMENTS).select_from(_JOINED)
    query = query.where(
        transaction.c.merchant_id == scope.merchant_id, transaction.c.id.in_(ids)
    )
    return {row.id: _moved(row) for row in scope.connection.execute(query).all()}


def number_of(scope: Scope, transaction_id: str) -> tuple[str, int]:
    """Return a transaction's number at the provider and its generation."""
    row = scope.connection.execute(
        select(transaction.c.provider_order_number, transaction.c.generation).where(
            transaction.c.merchant_id == scope.merchant_id,
            transaction.c.id == transaction_id,
        )
    ).one()
    return row.provider_order_number, row.generation


def _moved(row: Any) -> datetime:
    """Return when a transaction or its order changed, whichever is later."""
    at: datetime = max(row.updated_at, row.order_updated_at)
    return at


def _asked(scope: Scope, asked: Asked) -> Select[Any]:
    query = select(*_MOMENTS).select_from(_JOINED)
    return query.where(
        transaction.c.merchant_id == scope.merchant_id,
        ~is_overtaken(),
        *_conditions(scope, asked),
    )


def _conditions(scope: Scope, asked: Asked) -> Iterator[Any]:
    if asked.state is not None:
        yield transaction.c.state == asked.state.value
    if asked.needs_attention is not None:
        yield NEEDS_ATTENTION if asked.needs_attention else ~NEEDS_ATTENTION
    if asked.shop_id:
        yield cart_order.c.shop_id == asked.shop_id
    if asked.order_number:
        # With the shops, which lead the planner to the index of order numbers.
        yield cart_order.c.shop_id.in_(merchants.shop_ids(scope))
        yield cart_order.c.order_number == asked.order_number
    if asked.provider_transaction_id:
        yield transaction.c.provider_transaction_id == asked.provider_transaction_id
