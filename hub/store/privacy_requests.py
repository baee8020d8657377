"""個人情報の依頼: wishes about personal data that carts pass on, until their end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import ColumnElement, or_, select, update

from hub.store import data_keys
from hub.store.search_hash import search_hash
from hub.store.statements import add, change, first, row_of
from hub.store.store import Across, Scope
from hub.store.tables import cart_order, person, privacy_request
from hub.store.types import new_id

# What carts give a merchant to answer (shopify 2.3).
DEADLINE = timedelta(days=30)
DATA_REQUEST, FORGET_BUYER, FORGET_SHOP = (
    "data_request",
    "forget_buyer",
    "forget_shop",
)
_SUBJECT, _DOCUMENT = "privacy_request.subject", "privacy_request.document"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whom a request concerns; never shown in a log."""

    references: Sequence[str] = ()
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRequest:
    """A request as stored; `subject` is None once it is over."""

    id: str
    merchant_id: str
    shop_id: str
    connection_id: str
    delivery_id: str
    kind: str
    request_ref: str
    state: str
    subject: Subject | None = field(repr=False)
    has_document: bool
    outcome: Mapping[str, Any]
    occurred_at: datetime
    due_at: datetime
    created_at: datetime
    ended_at: datetime | None


def put(
    scope: Scope,
    *,
    kind: str,
    shop_id: str,
    connection_id: str,
    delivery_id: str,
    subject: Subject,
    occurred_at: datetime,
    now: datetime,
    request_ref: str = "",
) -> str:
    """Store a request, to be looked at soon; "" where the delivery brought it before.

    A replayed delivery does not begin it anew.
    """
    where = {"delivery_id": delivery_id, "kind": kind}
    if first(scope, row_of(privacy_request, *where), **where) is not None:
        return ""
    request_id = new_id(now)
    key_id = data_keys.create(scope, f"privacy:{request_id}", now)
    told = {
        "references": list(subject.references),
        "email": subject.email,
        "phone": subject.phone,
    }
    sealed = data_keys.seal_for(scope, key_id, orjson.dumps(told), column=_SUBJECT)
    add(
        scope,
        privacy_request,
        {
            "id": request_id,
            "shop_id": shop_id,
            "connection_id": connection_id,
            "delivery_id": delivery_id,
            "kind": kind,
            "request_ref": request_ref,
            "state": "new",
            "subject": sealed,
            "data_key_id": key_id,
            "outcome": {},
            "occurred_at": occurred_at,
            "due_at": occurred_at + DEADLINE,
            "retry_at": now,
            "created_at": now,
        },
    )
    return request_id


def get(scope: Scope, request_id: str) -> StoredRequest | None:
    """Return a request."""
    row = first(scope, row_of(privacy_request, "id"), id=request_id)
    return _stored(scope, row) if row else None


def of_merchant(scope: Scope, *, limit: int = 200) -> list[StoredRequest]:
    """Return a merchant's requests, newest first."""
    rows = scope.connection.execute(
        select(privacy_request)
        .where(privacy_request.c.merchant_id == scope.merchant_id)
        .order_by(privacy_request.c.created_at.desc(), privacy_request.c.id.desc())
        .limit(limit)
    )
    return [_stored(scope, row) for row in rows]


def due(across: Across, *, now: datetime, limit: int = 20) -> list[tuple[str, str]]:
    """Return (merchant, request) of what is to be looked at now."""
    rows = across.connection.execute(
        select(privacy_request.c.merchant_id, privacy_request.c.id)
        .where(
            privacy_request.c.retry_at.is_not(None), privacy_request.c.retry_at <= now
        )
        .order_by(privacy_request.c.retry_at)
        .limit(limit)
    )
    return [(row.merchant_id, row.id) for row in rows]


def matching(
    scope: Scope, request: StoredRequest, *, after: str, limit: int
) -> list[str]:
    """Return orders that a request concerns and that know a person, by id."""
    conditions = [
        cart_order.c.merchant_id == scope.merchant_id,
        cart_order.c.shop_id == request.shop_id,
        cart_order.c.erased_at.is_(None),
        cart_order.c.id > after,
    ]
    if request.kind == FORGET_SHOP:
        conditions.append(cart_order.c.created_at <= request.occurred_at)
    else:
        conditions.append(_is_of(scope, request.subject or Subject()))
    query = (
        select(cart_order.c.id)
        .join(
            person,
            (person.c.merchant_id == cart_order.c.merchant_id)
            & (person.c.order_id == cart_order.c.id),
        )
        .where(*conditions)
        .order_by(cart_order.c.id)
        .limit(limit)
    )
    return list(scope.connection.execute(query).scalars())


def _is_of(scope: Scope, subject: Subject) -> ColumnElement[bool]:
    # An empty list matches nothing, as it must.
    found: list[ColumnElement[bool]] = [
        cart_order.c.reference.in_([one for one in subject.references if one])
    ]
    phones = {subject.phone, domestic(subject.phone)}
    for column, values in (("email_hash", {subject.email}), ("phone_hash", phones)):
        hashes = [
            search_hash(
                scope.vault, merchant_id=scope.merchant_id, column=column, value=value
            )
            for value in values
        ]
        found.append(person.c[column].in_([one for one in hashes if one]))
    return or_(*found)


def domestic(phone: str) -> str:
    """Return a Japanese number as it is stored, whose country the cart wrote."""
    return f"0{phone[3:].lstrip('0 -')}" if phone.startswith("+81") else phone


def note(
    scope: Scope,
    request_id: str,
    *,
    state: str,
    outcome: Mapping[str, Any],
    retry_at: datetime | None,
) -> None:
    """Record how far a request came, and when it is looked at again."""
    told = {"state": state, "outcome": dict(outcome), "retry_at": retry_at}
    change(scope, privacy_request, {"id": request_id}, told)


def keep_document(scope: Scope, request_id: str, document: bytes) -> None:
    """Keep an export under the request's own key."""
    row = first(scope, row_of(privacy_request, "id"), id=request_id)
    sealed = data_keys.seal_for(scope, row.data_key_id, document, column=_DOCUMENT)
    change(scope, privacy_request, {"id": request_id}, {"document": sealed})


def document_of(scope: Scope, request_id: str) -> bytes | None:
    """Return the export, None where there is none (any more)."""
    row = first(scope, row_of(privacy_request, "id"), id=request_id)
    if row is None or row.document is None:
        return None
    return data_keys.unseal_from(scope, row.data_key_id, row.document, column=_DOCUMENT)


def end(
    scope: Scope,
    request_id: str,
    *,
    state: str,
    outcome: Mapping[str, Any],
    now: datetime,
) -> None:
    """End a request: whom it concerned and its export are destroyed with their key."""
    row = first(scope, row_of(privacy_request, "id"), id=request_id)
    told = {
        "state": state,
        "outcome": dict(outcome),
        "retry_at": None,
        "ended_at": now,
        "subject": None,
        "document": None,
        "data_key_id": None,
    }
    change(scope, privacy_request, {"id": request_id}, told)
    if row.data_key_id is not None:
        data_keys.destroy(scope, row.data_key_id)


def lock(scope: Scope, request_id: str) -> StoredRequest | None:
    """Return a request that nobody else works on meanwhile."""
    row = scope.connection.execute(
        select(privacy_request)
        .where(
            privacy_request.c.merchant_id == scope.merchant_id,
            privacy_request.c.id == request_id,
        )
        .with_for_update()
    ).one_or_none()
    return _stored(scope, row) if row else None


def look_now(scope: Scope, request_id: str, *, now: datetime) -> bool:
    """Let a request that waits be looked at again at once; False for another."""
    found = scope.connection.execute(
        update(privacy_request)
        .where(
            privacy_request.c.merchant_id == scope.merchant_id,
            privacy_request.c.id == request_id,
            privacy_request.c.state == "kept",
        )
        .values(retry_at=now)
    )
    return found.rowcount == 1


def _stored(scope: Scope, row: Any) -> StoredRequest:
    subject = None
    if row.subject is not None:
        plain = data_keys.unseal_from(
            scope, row.data_key_id, row.subject, column=_SUBJECT
        )
        subject = Subject(**orjson.loads(plain))
    return StoredRequest(
        id=row.id,
        merchant_id=row.merchant_id,
        shop_id=row.shop_id,
        connection_id=row.connection_id,
        delivery_id=row.delivery_id,
        kind=row.kind,
        request_ref=row.request_ref,
        state=row.state,
        subject=subject,
        has_document=row.document is not None,
        outcome=row.outcome,
        occurred_at=row.occurred_at,
        due_at=row.due_at,
        created_at=row.created_at,
        ended_at=row.ended_at,
    )
