"""Invariants as queries that must return no row (reliability 3.2)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, select, text

from hub.domain.known import State
from hub.store import audit, tag_material
from hub.store.contradictions import contradictions
from hub.store.known_json import known_from_json
from hub.store.store import Across
from hub.store.tables import attempt, inbox, operation, transaction
from hub.store.unreadable import unreadable
from hub.store.violation import Violation, violation

__all__ = ["STALE", "Violation", "violations"]

STALE = timedelta(minutes=15)


def violations(across: Across, *, now: datetime) -> Iterator[Violation]:
    """Yield every row that breaks an invariant."""
    yield from _stale_deliveries(across, now=now)
    yield from _doubles(across)
    yield from _shared_ids(across)
    yield from _known(across)
    yield from _sending(across)
    yield from _sequence(across)
    yield from unreadable(across)
    yield from contradictions(across)
    yield from _audit(across)
    yield from _material(across)
    yield from _storage(across)


def _stale_deliveries(across: Across, *, now: datetime) -> Iterator[Violation]:
    """I-06: nothing stays new for long without a later try."""
    rows = across.connection.execute(
        select(inbox.c.merchant_id, inbox.c.id).where(
            inbox.c.state == "new",
            inbox.c.received_at < now - STALE,
            inbox.c.due_at < now - STALE,
        )
    )
    for row in rows:
        yield violation("I-06", "inbox", row, "new for more than 15 minutes")


def _doubles(across: Across) -> Iterator[Violation]:
    """I-07: one live transaction for a number at the provider."""
    rows = across.connection.execute(
        select(
            transaction.c.merchant_id,
            func.max(transaction.c.id).label("id"),
        )
        .where(transaction.c.is_live)
        .group_by(transaction.c.merchant_id, transaction.c.provider_order_number)
        .having(func.count() > 1)
    )
    for row in rows:
        yield violation("I-07", "transaction", row, "two live ones have one number")


def _shared_ids(across: Across) -> Iterator[Violation]:
    """I-08: a provider transaction belongs to one of ours."""
    rows = across.connection.execute(
        select(
            transaction.c.merchant_id,
            func.max(transaction.c.id).label("id"),
        )
        .where(transaction.c.provider_transaction_id != "")
        .group_by(transaction.c.merchant_id, transaction.c.provider_transaction_id)
        .having(func.count() > 1)
    )
    for row in rows:
        yield violation("I-08", "transaction", row, "two have one お問合せ番号")


_NEED_AN_ID = frozenset(
    {
        State.SCREENING.value,
        State.ON_HOLD.value,
        State.AUTHORIZED.value,
        State.DECLINED.value,
        State.EXPIRED.value,
        State.SHIPMENT_REPORTED.value,
    }
)


def _known(across: Across) -> Iterator[Violation]:
    """I-14: the columns that lists read say what `known` says."""
    for row in across.connection.execute(select(transaction)):
        try:
            known = known_from_json(row.known)
        except (KeyError, TypeError, ValueError):
            yield violation("I-14", "transaction", row, "known cannot be read")
            continue
        amount = None if known.amount is None else int(known.amount)
        if known.state.value != row.state:
            yield violation("I-14", "transaction", row, "state and known differ")
        elif amount != row.amount:
            yield violation("I-13", "transaction", row, "amount and known differ")
        elif known.provider_transaction_id != row.provider_transaction_id:
            yield violation("I-08", "transaction", row, "お問合せ番号 and known differ")
        elif row.state in _NEED_AN_ID and not row.provider_transaction_id:
            yield violation(
                "I-08", "transaction", row, f"{row.state} without お問合せ番号"
            )


def _sending(across: Across) -> Iterator[Violation]:
    """I-09, I-10: an operation in flight has exactly one attempt in flight."""
    in_flight = (
        select(func.count())
        .select_from(attempt)
        .where(
            attempt.c.merchant_id == operation.c.merchant_id,
            attempt.c.operation_id == operation.c.id,
            attempt.c.state == "sending",
        )
        .scalar_subquery()
    )
    rows = across.connection.execute(
        select(operation.c.merchant_id, operation.c.id, in_flight.label("count")).where(
            ((operation.c.state == "sending") & (in_flight != 1))
            | ((operation.c.state != "sending") & (in_flight != 0))
        )
    )
    for row in rows:
        yield violation("I-10", "operation", row, f"{row.count} attempts in flight")


def _sequence(across: Across) -> Iterator[Violation]:
    """I-15, I-22: what was sent of an order was sent in sequence."""
    earlier = operation.alias("earlier")
    rows = across.connection.execute(
        select(operation.c.merchant_id, operation.c.id).where(
            operation.c.state == "done",
            select(earlier.c.id)
            .where(
                earlier.c.merchant_id == operation.c.merchant_id,
                earlier.c.order_id == operation.c.order_id,
                earlier.c.target == operation.c.target,
                earlier.c.destination == operation.c.destination,
                earlier.c.seq < operation.c.seq,
                earlier.c.state.in_(("planned", "leased", "sending")),
            )
            .exists(),
        )
    )
    for row in rows:
        yield violation("I-15", "operation", row, "an earlier one is still open")


def _audit(across: Across) -> Iterator[Violation]:
    """I-31: the audit chain holds."""
    for merchant_id, seq in audit.broken_rows(across):
        yield Violation(
            invariant="I-31",
            table="audit",
            merchant_id=merchant_id,
            row_id=str(seq),
            why="the hash chain breaks here",
        )


def _material(across: Across) -> Iterator[Violation]:
    """I-31: what shop pages show is what a named person stored."""
    for row in tag_material.broken_rows(across):
        yield violation("I-31", "tag_material", row, "not as it was stored")


def _storage(across: Across) -> Iterator[Violation]:
    """I-33: the file itself is whole."""
    if across.connection.dialect.name != "sqlite":
        return
    verdict = across.connection.execute(text("PRAGMA integrity_check")).scalar()
    if verdict != "ok":
        yield Violation(
            invariant="I-33", table="", merchant_id="", row_id="", why=str(verdict)
        )
