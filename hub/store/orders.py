"""Orders with what is wanted of them, and the persons in a row of their own."""

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import and_, bindparam, select, text, update

from hub.domain.wanted import Wanted
from hub.store import data_keys, statements
from hub.store.search_hash import search_hash
from hub.store.statements import change, first, only, row_of
from hub.store.store import Scope
from hub.store.tables import cart_order, order_delivery, person
from hub.store.types import new_id
from hub.store.wanted_json import join, split

PERSON = "person.body"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredOrder:
    """An order as stored."""

    id: str
    shop_id: str
    order_number: str
    wanted: Wanted
    data_key_id: str
    is_before_cutover: bool
    is_released: bool
    update_seq: int
    created_at: datetime


def lock_number(scope: Scope, shop_id: str, order_number: str) -> None:
    """Serialise over all processes whatever concerns one order number."""
    if scope.connection.dialect.name == "postgresql":
        name = f"{scope.merchant_id}/{shop_id}/{order_number}"
        digest = hashlib.sha256(name.encode()).digest()
        number = int.from_bytes(digest[:8], "big", signed=True)
        scope.connection.execute(
            text("SELECT pg_advisory_xact_lock(:number)"), {"number": number}
        )


_COLUMNS = (
    cart_order.c.id,
    cart_order.c.shop_id,
    cart_order.c.order_number,
    cart_order.c.wanted,
    cart_order.c.data_key_id,
    cart_order.c.is_before_cutover,
    cart_order.c.released_at,
    cart_order.c.update_seq,
    cart_order.c.created_at,
    person.c.body,
)
_SELECT = select(*_COLUMNS).join(
    person,
    and_(
        person.c.merchant_id == cart_order.c.merchant_id,
        person.c.order_id == cart_order.c.id,
    ),
)
_IS_OURS = cart_order.c.merchant_id == bindparam("where_merchant_id")
_BY_ID = _SELECT.where(_IS_OURS, cart_order.c.id == bindparam("where_id"))
_BY_NUMBER = _SELECT.where(
    _IS_OURS,
    cart_order.c.shop_id == bindparam("where_shop_id"),
    cart_order.c.order_number == bindparam("where_order_number"),
)
_NEXT_SEQ = (
    update(cart_order)
    .where(_IS_OURS, cart_order.c.id == bindparam("where_id"))
    .values(update_seq=cart_order.c.update_seq + 1)
    .returning(cart_order.c.update_seq)
)


def find(scope: Scope, shop_id: str, order_number: str) -> StoredOrder | None:
    """Return the order of a number in a shop."""
    row = first(scope, _BY_NUMBER, shop_id=shop_id, order_number=order_number)
    return _stored(scope, row) if row else None


_BY_REFERENCE = _SELECT.where(
    _IS_OURS,
    cart_order.c.shop_id == bindparam("where_shop_id"),
    cart_order.c.reference == bindparam("where_reference"),
).order_by(cart_order.c.created_at.desc(), cart_order.c.id.desc())


def find_by_reference(scope: Scope, shop_id: str, reference: str) -> StoredOrder | None:
    """Return the order that the cart itself calls by this id, None for no id."""
    if not reference:
        return None
    row = first(scope, _BY_REFERENCE, shop_id=shop_id, reference=reference)
    return _stored(scope, row) if row else None


def get(scope: Scope, order_id: str) -> StoredOrder | None:
    """Return the order of an id."""
    row = first(scope, _BY_ID, id=order_id)
    return _stored(scope, row) if row else None


_KEY = row_of(cart_order, "id").with_only_columns(cart_order.c.data_key_id)


def data_key_of(scope: Scope, order_id: str) -> str | None:
    """Return the id of an order's data key, without opening the order."""
    found = first(scope, _KEY, id=order_id)
    return found.data_key_id if found else None


# What was opened last, by order: its person as sealed, its open part, and both opened.
# An order is read again on each of its steps; what is sealed anew never reads the same.
_opened: OrderedDict[str, tuple[bytes, Any, Wanted]] = OrderedDict()
_MOST_OPENED = 128
_opened_lock = threading.Lock()


def _remember(order_id: str, body: bytes, open_part: Any, wanted: Wanted) -> None:
    with _opened_lock:
        _opened[order_id] = (body, open_part, wanted)
        _opened.move_to_end(order_id)
        while len(_opened) > _MOST_OPENED:
            _opened.popitem(last=False)


def close_opened(order_id: str) -> None:
    """Drop what is remembered of an order whose persons are forgotten."""
    with _opened_lock:
        _opened.pop(order_id, None)


def _wanted(scope: Scope, row: Any) -> Wanted:
    body = bytes(row.body)
    known = _opened.get(row.id)
    if known is not None and known[0] == body and known[1] == row.wanted:
        return known[2]
    plain = data_keys.unseal_from(scope, row.data_key_id, body, column=PERSON)
    wanted = join(row.wanted, orjson.loads(plain))
    _remember(row.id, body, row.wanted, wanted)
    return wanted


def _stored(scope: Scope, row: Any) -> StoredOrder:
    return StoredOrder(
        id=row.id,
        shop_id=row.shop_id,
        order_number=row.order_number,
        wanted=_wanted(scope, row),
        data_key_id=row.data_key_id,
        is_before_cutover=row.is_before_cutover,
        is_released=row.released_at is not None,
        update_seq=row.update_seq,
        created_at=row.created_at,
    )


def add(
    scope: Scope,
    *,
    shop_id: str,
    order_number: str,
    wanted: Wanted,
    is_before_cutover: bool,
    now: datetime,
) -> StoredOrder:
    """Store a new order."""
    order_id = new_id(now)
    key_id = data_keys.create(scope, f"order:{order_id}", now)
    open_part, persons = split(wanted)
    statements.add(
        scope,
        cart_order,
        dict(
            id=order_id,
            shop_id=shop_id,
            order_number=order_number,
            wanted=open_part,
            data_key_id=key_id,
            is_before_cutover=is_before_cutover,
            created_at=now,
            updated_at=now,
            **_facts(wanted),
        ),
    )
    body = data_keys.seal_for(scope, key_id, orjson.dumps(persons), column=PERSON)
    statements.add(
        scope,
        person,
        dict(
            order_id=order_id,
            data_key_id=key_id,
            body=body,
            **_hashes(scope, wanted),
        ),
    )
    _remember(order_id, body, open_part, wanted)
    return StoredOrder(
        id=order_id,
        shop_id=shop_id,
        order_number=order_number,
        wanted=wanted,
        data_key_id=key_id,
        is_before_cutover=is_before_cutover,
        is_released=False,
        update_seq=0,
        created_at=now,
    )


def save_wanted(
    scope: Scope, order: StoredOrder, wanted: Wanted, *, now: datetime
) -> None:
    """Store what is wanted now."""
    open_part, persons = split(wanted)
    told = {"wanted": open_part, "updated_at": now, **_facts(wanted)}
    change(scope, cart_order, {"id": order.id}, told)
    body = data_keys.seal_for(
        scope, order.data_key_id, orjson.dumps(persons), column=PERSON
    )
    told = {"body": body, **_hashes(scope, wanted)}
    change(scope, person, {"order_id": order.id}, told)
    _remember(order.id, body, open_part, wanted)


def release(scope: Scope, order_id: str, *, user_id: str, now: datetime) -> None:
    """Record that a person released the order to be sent."""
    scope.connection.execute(
        update(cart_order)
        .where(
            cart_order.c.merchant_id == scope.merchant_id,
            cart_order.c.id == order_id,
            cart_order.c.released_at.is_(None),
        )
        .values(released_at=now, released_by=user_id, updated_at=now)
    )


def mark_before_cutover(scope: Scope, order_id: str) -> None:
    """Mark an order as 切替前の注文, which a machine never registers."""
    scope.connection.execute(
        update(cart_order)
        .where(
            cart_order.c.merchant_id == scope.merchant_id, cart_order.c.id == order_id
        )
        .values(is_before_cutover=True)
    )


def next_update_seq(scope: Scope, order_id: str) -> int:
    """Return the next sequence number of what the cart is told of an order."""
    return int(only(scope, _NEXT_SEQ, id=order_id).update_seq)


def link_delivery(
    scope: Scope, order_id: str, delivery_id: str, *, is_new: bool = False
) -> None:
    """Remember that a delivery spoke of an order; nothing did of a new one."""
    link = {"order_id": order_id, "delivery_id": delivery_id}
    linked = row_of(order_delivery, *link)
    if is_new or first(scope, linked, **link) is None:
        statements.add(scope, order_delivery, link)


def _facts(wanted: Wanted) -> dict[str, object]:
    order = wanted.order
    if order is None:
        return {}
    facts = {"total": int(order.total), "placed_at": order.ordered_at}
    return {**facts, "reference": order.reference} if order.reference else facts


def _hashes(scope: Scope, wanted: Wanted) -> dict[str, str | None]:
    if wanted.order is None:
        return {}
    buyer = wanted.order.buyer
    values = {
        "name_hash": buyer.name,
        "kana_hash": buyer.name_kana,
        "phone_hash": buyer.phone,
        "email_hash": buyer.email,
    }
    return {
        column: search_hash(
            scope.vault, merchant_id=scope.merchant_id, column=column, value=value
        )
        for column, value in values.items()
    }
