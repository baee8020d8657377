"""Transactions as lists read them: filtered, paged by key, found by whole values."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Column, ColumnElement, Row, and_, func, or_, select

from hub.contract.money import Yen
from hub.domain.known import Known, State
from hub.domain.tracking_numbers import normal_tracking_number
from hub.domain.wanted import Wanted
from hub.store import data_keys, merchants
from hub.store.filters import CRITERIA, IS_LIVE, NEEDS_ATTENTION, Criteria, Filter
from hub.store.known_json import known_from_json
from hub.store.search_hash import search_hash
from hub.store.store import Scope
from hub.store.tables import cart_order, parcel_number, person, transaction
from hub.store.wanted_json import join

_PERSON = "person.body"
_newer = transaction.alias("newer")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One row of a list."""

    order_id: str
    order_number: str
    transaction_id: str
    wanted: Wanted
    known: Known
    is_before_cutover: bool
    is_released: bool
    attention_code: str
    is_alarm: bool
    shop_id: str
    total: Yen | None
    created_at: datetime
    cursor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some rows, and the cursor of the next ones, "" at the end."""

    rows: Sequence[Listed]
    next_cursor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many rows a filter has, and what they amount to."""

    count: int
    total: Yen


_WITH_ORDER = transaction.join(
    cart_order,
    and_(
        cart_order.c.merchant_id == transaction.c.merchant_id,
        cart_order.c.id == transaction.c.order_id,
    ),
)
_JOINED = _WITH_ORDER.join(
    person,
    and_(
        person.c.merchant_id == transaction.c.merchant_id,
        person.c.order_id == transaction.c.order_id,
    ),
)
_COLUMNS = (
    transaction.c.id.label("transaction_id"),
    transaction.c.known,
    transaction.c.needs_attention,
    transaction.c.attention_code,
    transaction.c.attention_is_alarm,
    transaction.c.attention_since,
    transaction.c.created_at,
    transaction.c.amount,
    cart_order.c.id.label("order_id"),
    cart_order.c.order_number,
    cart_order.c.wanted,
    cart_order.c.total,
    cart_order.c.shop_id,
    cart_order.c.is_before_cutover,
    cart_order.c.released_at,
    person.c.body,
    person.c.data_key_id,
)


def page(
    scope: Scope, filter_: Filter, *, after: str = "", limit: int = 50, now: datetime
) -> Page:
    """Return the rows of a filter after a cursor, newest first.

    Raises ValueError for a cursor that is not one of ours.
    """
    criteria = CRITERIA[filter_]
    start = _read_cursor(after) if after else None
    rows: list[Row[Any]] = []
    for state in criteria.states or (None,):
        base = select(*_COLUMNS).select_from(_JOINED)
        query = _selected(scope, base, criteria, state, now=now)
        if start is not None:
            query = query.where(_is_after(criteria, *start))
        query = query.order_by(criteria.moment.desc(), transaction.c.id.desc())
        rows += scope.connection.execute(query.limit(limit + 1)).all()
    name = criteria.moment.name
    rows.sort(key=lambda row: (getattr(row, name), row.transaction_id), reverse=True)
    found = [_listed(scope, row, name) for row in rows[:limit]]
    has_more = len(rows) > limit
    return Page(rows=found, next_cursor=found[-1].cursor if has_more else "")


def tally(scope: Scope, filter_: Filter, *, now: datetime) -> Tally:
    """Return how many rows a filter has and what they amount to."""
    criteria = CRITERIA[filter_]
    count, total = 0, 0
    for state in criteria.states or (None,):
        amount = func.coalesce(cart_order.c.total, transaction.c.amount, 0)
        summed: Any = select(func.count(), func.coalesce(func.sum(amount), 0))
        base = summed.select_from(_WITH_ORDER)
        query = _selected(scope, base, criteria, state, now=now)
        part = scope.connection.execute(query).one()
        count, total = count + part[0], total + int(part[1])
    return Tally(count=count, total=Yen(total))


def find(scope: Scope, text: str, *, limit: int = 50) -> Page:
    """Return the rows that one value belongs to, newest first.

    Numbers are compared as they are, personal values by their keyed hashes.
    """
    order_ids = _orders_with(scope, text, limit=limit)
    if not order_ids:
        return Page(rows=())
    rows = _rows(scope, transaction.c.order_id.in_(order_ids), ~is_overtaken())
    rows.sort(key=lambda row: (row.created_at, row.transaction_id), reverse=True)
    found = [_listed(scope, row, "created_at") for row in rows[:limit]]
    return Page(rows=found, next_cursor="more" if len(rows) > limit else "")


def _orders_with(scope: Scope, text: str, *, limit: int) -> set[str]:
    value = unicodedata.normalize("NFKC", text).strip()
    if not value:
        return set()
    numbers = {text.strip(), value, value.removeprefix("#"), f"#{value}"}
    found: set[str] = set()
    for order_id, condition in _matches(scope, value, numbers):
        # One query a column, so that each walks its own index. The sum with an empty
        # text keeps planners from walking the primary key for the order's sake.
        query = select(order_id).where(
            order_id.table.c.merchant_id == scope.merchant_id, condition
        )
        newest = query.order_by((order_id + "").desc()).limit(limit + 1)
        found.update(scope.connection.execute(newest).scalars().all())
    return found


def _matches(
    scope: Scope, value: str, numbers: set[str]
) -> Iterator[tuple[Column[str], ColumnElement[bool]]]:
    yield (
        cart_order.c.id,
        and_(
            cart_order.c.shop_id.in_(merchants.shop_ids(scope)),
            cart_order.c.order_number.in_(numbers),
        ),
    )
    column = transaction.c
    yield column.order_id, column.provider_transaction_id == value
    yield (
        column.order_id,
        and_(IS_LIVE, column.provider_order_number.in_(numbers)),
    )
    if tracking := normal_tracking_number(value):
        yield column.order_id, column.tracking_number == tracking
        yield parcel_number.c.order_id, parcel_number.c.number == tracking
    for name in ("name_hash", "kana_hash", "phone_hash", "email_hash"):
        hashed = search_hash(
            scope.vault, merchant_id=scope.merchant_id, column=name, value=value
        )
        if hashed is not None:
            yield person.c.order_id, person.c[name] == hashed


def of_ids(scope: Scope, ids: Sequence[str]) -> Sequence[Listed]:
    """Return transactions by their ids, in the order of the ids."""
    rows = {row.transaction_id: row for row in _rows(scope, transaction.c.id.in_(ids))}
    return [_listed(scope, rows[one], "created_at") for one in ids if one in rows]


def _rows(scope: Scope, *conditions: ColumnElement[bool]) -> list[Row[Any]]:
    query: Any = select(*_COLUMNS).select_from(_JOINED)
    query = query.where(transaction.c.merchant_id == scope.merchant_id, *conditions)
    return list(scope.connection.execute(query).all())


def is_overtaken() -> ColumnElement[bool]:
    """Tell whether an order's transaction has a newer generation."""
    return (
        select(_newer.c.id)
        .where(
            _newer.c.merchant_id == transaction.c.merchant_id,
            _newer.c.order_id == transaction.c.order_id,
            _newer.c.ship_to_no == transaction.c.ship_to_no,
            _newer.c.generation > transaction.c.generation,
        )
        .exists()
    )


def _selected(
    scope: Scope,
    base: Any,
    criteria: Criteria,
    state: State | None,
    *,
    now: datetime,
) -> Any:
    query = base.where(
        transaction.c.merchant_id == scope.merchant_id, *criteria.conditions
    )
    if criteria.is_attention:
        # The moment says nothing new, but leads every planner to the index.
        query = query.where(NEEDS_ATTENTION, transaction.c.attention_since.is_not(None))
    if state is not None:
        query = query.where(transaction.c.state == state.value)
    if criteria.since is not None:
        query = query.where(transaction.c.created_at >= now - criteria.since)
    # Only what was given up, and so is cancelled, has a newer generation.
    may_be_overtaken = state in (None, State.CANCELLED) and not criteria.is_attention
    return query.where(~is_overtaken()) if may_be_overtaken else query


def _is_after(
    criteria: Criteria, moment: datetime, transaction_id: str
) -> ColumnElement[bool]:
    column = criteria.moment
    # The first half bounds the walk along the index.
    return and_(
        column <= moment, or_(column < moment, transaction.c.id < transaction_id)
    )


def _listed(scope: Scope, row: Row[Any], moment_name: str) -> Listed:
    plain = data_keys.unseal_from(scope, row.data_key_id, row.body, column=_PERSON)
    total = row.total if row.total is not None else row.amount
    return Listed(
        order_id=row.order_id,
        order_number=row.order_number,
        transaction_id=row.transaction_id,
        wanted=join(row.wanted, orjson.loads(plain)),
        known=known_from_json(row.known),
        is_before_cutover=row.is_before_cutover,
        is_released=row.released_at is not None,
        attention_code=row.attention_code if row.needs_attention else "",
        is_alarm=row.needs_attention and row.attention_is_alarm,
        shop_id=row.shop_id,
        total=None if total is None else Yen(total),
        created_at=row.created_at,
        cursor=_cursor(getattr(row, moment_name), row.transaction_id),
    )


def _cursor(moment: datetime, transaction_id: str) -> str:
    return f"{(moment - _EPOCH) // timedelta(microseconds=1)}.{transaction_id}"


def _read_cursor(cursor: str) -> tuple[datetime, str]:
    microseconds, _, transaction_id = cursor.partition(".")
    if not microseconds.isdecimal() or len(microseconds) > 17 or not transaction_id:
        raise ValueError("not a cursor")
    return _EPOCH + timedelta(microseconds=int(microseconds)), transaction_id


def tally_unregistered(scope: Scope, shop_id: str) -> Tally:
    """Return what a shop has received and not registered: what a mode holds back."""
    total = func.coalesce(func.sum(func.coalesce(cart_order.c.total, 0)), 0)
    query = (
        select(func.count(), total)
        .select_from(_WITH_ORDER)
        .where(
            transaction.c.merchant_id == scope.merchant_id,
            transaction.c.state == State.RECEIVED.value,
            cart_order.c.shop_id == shop_id,
            ~cart_order.c.is_before_cutover,
        )
    )
    row = scope.connection.execute(query).one()
    return Tally(count=row[0], total=Yen(int(row[1])))
