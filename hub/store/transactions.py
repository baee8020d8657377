"""Transactions: the provider's half of an order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select

from hub.domain.findings import Finding
from hub.domain.known import Known, State
from hub.domain.verdict import Attention
from hub.store import statements
from hub.store.filters import IS_LIVE
from hub.store.known_json import known_from_json, known_to_json
from hub.store.statements import first, row_of
from hub.store.store import Across, Scope
from hub.store.tables import cart_order, transaction
from hub.store.types import new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTransaction:
    """A transaction as stored."""

    id: str
    merchant_id: str
    order_id: str
    generation: int
    known: Known
    provider_order_number: str
    credential_set_id: str
    findings: tuple[Finding, ...]
    needs_attention: bool
    attention_code: str
    attention_is_alarm: bool
    attention_since: datetime | None
    attention_closed: dict[str, Any] | None
    inquiry_due_at: datetime | None
    inquiry_count: int
    look_at: datetime | None
    created_at: datetime


def stored(row: Any) -> StoredTransaction:
    """Return a transaction from its row."""
    return StoredTransaction(
        id=row.id,
        merchant_id=row.merchant_id,
        order_id=row.order_id,
        generation=row.generation,
        known=known_from_json(row.known),
        provider_order_number=row.provider_order_number,
        credential_set_id=row.credential_set_id,
        findings=tuple(Finding(**finding) for finding in row.findings or ()),
        needs_attention=row.needs_attention,
        attention_code=row.attention_code,
        attention_is_alarm=row.attention_is_alarm,
        attention_since=row.attention_since,
        attention_closed=row.attention_closed,
        inquiry_due_at=row.inquiry_due_at,
        inquiry_count=row.inquiry_count,
        look_at=row.look_at,
        created_at=row.created_at,
    )


def add(
    scope: Scope,
    *,
    order_id: str,
    generation: int,
    provider_order_number: str,
    credential_set_id: str,
    now: datetime,
) -> StoredTransaction:
    """Store a new transaction; the number is taken until it is closed (I-07)."""
    known = Known()
    transaction_id = new_id(now)
    statements.add(
        scope,
        transaction,
        {
            "id": transaction_id,
            "order_id": order_id,
            "generation": generation,
            "ship_to_no": 1,
            "state": known.state.value,
            "known": known_to_json(known),
            "provider_order_number": provider_order_number,
            "credential_set_id": credential_set_id,
            "is_live": True,
            "created_at": now,
            "updated_at": now,
        },
    )
    return StoredTransaction(
        id=transaction_id,
        merchant_id=scope.merchant_id,
        order_id=order_id,
        generation=generation,
        known=known,
        provider_order_number=provider_order_number,
        credential_set_id=credential_set_id,
        findings=(),
        needs_attention=False,
        attention_code="",
        attention_is_alarm=False,
        attention_since=None,
        attention_closed=None,
        inquiry_due_at=None,
        inquiry_count=0,
        look_at=None,
        created_at=now,
    )


_NEWEST = (
    row_of(transaction, "order_id").order_by(transaction.c.generation.desc()).limit(1)
)


def current(scope: Scope, order_id: str) -> StoredTransaction | None:
    """Return the newest generation of an order."""
    row = first(scope, _NEWEST, order_id=order_id)
    return stored(row) if row else None


def all_of(scope: Scope, order_id: str) -> list[StoredTransaction]:
    """Return every generation of an order, oldest first."""
    query = (
        select(transaction)
        .where(
            transaction.c.merchant_id == scope.merchant_id,
            transaction.c.order_id == order_id,
        )
        .order_by(transaction.c.generation, transaction.c.id)
    )
    return [stored(row) for row in scope.connection.execute(query)]


def get(scope: Scope, transaction_id: str) -> StoredTransaction | None:
    """Return the transaction of an id."""
    row = first(scope, row_of(transaction, "id"), id=transaction_id)
    return stored(row) if row else None


_HOLDING = (
    row_of(transaction, "provider_order_number")
    .with_only_columns(transaction.c.id)
    .where(IS_LIVE)
)


def occupies(scope: Scope, provider_order_number: str) -> bool:
    """Tell whether an open transaction holds a number at the provider."""
    number = provider_order_number
    return first(scope, _HOLDING, provider_order_number=number) is not None


def is_known_id(scope: Scope, provider_transaction_id: str) -> bool:
    """Tell whether a transaction of the merchant already has an inquiry number."""
    query = select(transaction.c.id).where(
        transaction.c.merchant_id == scope.merchant_id,
        transaction.c.provider_transaction_id == provider_transaction_id,
    )
    return scope.connection.execute(query.limit(1)).first() is not None


def unfinished_of_shop(scope: Scope, shop_id: str) -> list[str]:
    """Return the open transactions of a shop that wait before a registration."""
    rows = scope.connection.execute(
        select(transaction.c.id)
        .join(
            cart_order,
            and_(
                cart_order.c.merchant_id == transaction.c.merchant_id,
                cart_order.c.id == transaction.c.order_id,
            ),
        )
        .where(
            transaction.c.merchant_id == scope.merchant_id,
            IS_LIVE,
            transaction.c.state != State.SHIPMENT_REPORTED.value,
            cart_order.c.shop_id == shop_id,
        )
        .order_by(transaction.c.created_at)
    )
    return list(rows.scalars())


def save_known(
    scope: Scope,
    transaction_id: str,
    known: Known,
    *,
    is_open: bool,
    expires_at: datetime | None,
    now: datetime,
    look_at: datetime | None = None,
) -> None:
    """Store what is known now, with the columns that lists and search read."""
    reported = known.reported
    change(
        scope,
        transaction_id,
        state=known.state.value,
        known=known_to_json(known),
        provider_transaction_id=known.provider_transaction_id,
        amount=None if known.amount is None else int(known.amount),
        is_live=is_open,
        tracking_number=reported.tracking_number if reported else "",
        expires_at=expires_at,
        look_at=look_at,
        updated_at=now,
    )


def save_findings(
    scope: Scope, transaction_id: str, findings: Sequence[Finding], *, now: datetime
) -> None:
    """Store what our own check found."""
    documents = [
        {
            "code": finding.code,
            "field": finding.field,
            "detail": finding.detail,
            "is_blocking": finding.is_blocking,
        }
        for finding in findings
    ]
    change(scope, transaction_id, findings=documents, updated_at=now)


def save_attention(
    scope: Scope, transaction_id: str, attention: Attention | None, *, now: datetime
) -> None:
    """Raise, replace or end what a person must look at."""
    change(
        scope,
        transaction_id,
        needs_attention=attention is not None,
        attention_code=attention.code if attention else "",
        attention_is_alarm=attention.is_alarm if attention else False,
        attention_since=now if attention else None,
        updated_at=now,
    )


def close_attention(
    scope: Scope, transaction_id: str, *, closed: dict[str, Any], now: datetime
) -> None:
    """Record that a person closed what needed attention, and why."""
    change(
        scope,
        transaction_id,
        needs_attention=False,
        attention_since=None,
        attention_closed=closed,
        updated_at=now,
    )


def expired(
    across: Across, *, business_now: datetime, limit: int = 100
) -> list[tuple[str, str]]:
    """Return (merchant, transaction) whose authorization has outlived its life."""
    rows = across.connection.execute(
        select(transaction.c.merchant_id, transaction.c.id)
        .where(
            transaction.c.expires_at.is_not(None),
            transaction.c.expires_at <= business_now,
        )
        .order_by(transaction.c.expires_at)
        .limit(limit)
    ).all()
    return [(row.merchant_id, row.id) for row in rows]


def due_for_a_look(
    across: Across, *, business_now: datetime, limit: int = 100
) -> list[tuple[str, str]]:
    """Return (merchant, transaction) for which a moment has come."""
    rows = across.connection.execute(
        select(transaction.c.merchant_id, transaction.c.id)
        .where(
            transaction.c.look_at.is_not(None), transaction.c.look_at <= business_now
        )
        .order_by(transaction.c.look_at)
        .limit(limit)
    ).all()
    return [(row.merchant_id, row.id) for row in rows]


def change(scope: Scope, transaction_id: str, **values: Any) -> None:
    """Set columns of a transaction."""
    statements.change(scope, transaction, {"id": transaction_id}, values)
