"""Attempts: written exactly twice, `sending` and then its result (I-09).

Only an answer that came too late is added afterwards.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select, update

from hub.store import data_keys, operations
from hub.store.operations import StoredOperation
from hub.store.statements import add, change, first, row_of
from hub.store.store import Scope
from hub.store.tables import attempt
from hub.store.types import new_id

_REQUEST = "attempt.request"
_ANSWER = "attempt.answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAttempt:
    """An attempt as stored, its bytes opened."""

    id: str
    operation_id: str
    transaction_id: str
    target: str
    state: str
    request: bytes
    answer: bytes
    status: int | None
    reason_code: str
    milliseconds: int | None
    started_at: datetime
    ended_at: datetime | None


def begin(
    scope: Scope,
    operation: StoredOperation,
    *,
    request: bytes,
    data_key_id: str,
    now: datetime,
) -> str:
    """Record that bytes are about to leave; raises IntegrityError for a second one."""
    attempt_id = new_id(now)
    add(
        scope,
        attempt,
        {
            "id": attempt_id,
            "operation_id": operation.id,
            "transaction_id": operation.transaction_id,
            "target": operation.target,
            "destination": operation.destination,
            "state": "sending",
            "data_key_id": data_key_id,
            "request": data_keys.seal_for(scope, data_key_id, request, column=_REQUEST),
            "request_sha256": hashlib.sha256(request).hexdigest(),
            "started_at": now,
        },
    )
    return attempt_id


def finish(
    scope: Scope,
    attempt_id: str,
    *,
    state: str,
    data_key_id: str,
    now: datetime,
    answer: bytes = b"",
    status: int | None = None,
    reason_code: str = "",
    seconds: float | None = None,
) -> None:
    """Record how an attempt ended."""
    sealed = None
    if answer:
        sealed = data_keys.seal_for(scope, data_key_id, answer, column=_ANSWER)
    result = {
        "state": state,
        "answer": sealed,
        "status": status,
        "reason_code": reason_code,
        "milliseconds": None if seconds is None else round(seconds * 1000),
        "ended_at": now,
    }
    change(scope, attempt, {"id": attempt_id, "state": "sending"}, result)


def sending_of(scope: Scope, operation_id: str) -> str | None:
    """Return the id of the attempt that an operation has in flight."""
    return scope.connection.execute(
        select(attempt.c.id).where(
            attempt.c.merchant_id == scope.merchant_id,
            attempt.c.operation_id == operation_id,
            attempt.c.state == "sending",
        )
    ).scalar_one_or_none()


def keep_late(
    scope: Scope,
    attempt_id: str,
    *,
    data_key_id: str,
    answer: bytes,
    status: int | None,
    is_proof: bool,
) -> bool:
    """Add the answer that came after an attempt was called unclear (I-17).

    `is_proof` says that it settles what became of the attempt. False where the
    attempt has an answer, or ended otherwise.
    """
    values: dict[str, object] = {"status": status}
    values["answer"] = data_keys.seal_for(scope, data_key_id, answer, column=_ANSWER)
    if is_proof:
        values["state"] = "done"
    changed = scope.connection.execute(
        update(attempt)
        .where(
            attempt.c.merchant_id == scope.merchant_id,
            attempt.c.id == attempt_id,
            attempt.c.state == "unclear",
            attempt.c.answer.is_(None),
        )
        .values(**values)
    ).rowcount
    return changed == 1


def awaiting_answer(scope: Scope, attempt_id: str) -> StoredOperation | None:
    """Return the operation of an attempt for which no answer is stored.

    Raises LookupError where no such attempt is known.
    """
    row = scope.connection.execute(
        select(attempt.c.operation_id, attempt.c.state, attempt.c.answer).where(
            attempt.c.merchant_id == scope.merchant_id, attempt.c.id == attempt_id
        )
    ).one_or_none()
    if row is None:
        raise LookupError(f"no attempt {attempt_id}")
    if row.state not in ("sending", "unclear") or row.answer:
        return None
    return operations.get(scope, row.operation_id)


def of_transaction(scope: Scope, transaction_id: str) -> list[StoredAttempt]:
    """Return the attempts of a transaction, oldest first, their bytes opened."""
    rows = scope.connection.execute(
        select(attempt)
        .where(
            attempt.c.merchant_id == scope.merchant_id,
            attempt.c.transaction_id == transaction_id,
        )
        .order_by(attempt.c.started_at)
    ).all()
    found = []
    for row in rows:
        plain = StoredAttempt(
            id=row.id,
            operation_id=row.operation_id,
            transaction_id=row.transaction_id,
            target=row.target,
            state=row.state,
            request=data_keys.unseal_from(
                scope, row.data_key_id, row.request, column=_REQUEST
            ),
            answer=b"",
            status=row.status,
            reason_code=row.reason_code,
            milliseconds=row.milliseconds,
            started_at=row.started_at,
            ended_at=row.ended_at,
        )
        if row.answer:
            answer = data_keys.unseal_from(
                scope, row.data_key_id, row.answer, column=_ANSWER
            )
            plain = replace(plain, answer=answer)
        found.append(plain)
    return found


_STARTED = (
    row_of(attempt, "operation_id", "state")
    .with_only_columns(attempt.c.started_at)
    .order_by(attempt.c.started_at)
    .limit(1)
)


def first_unclear_at(scope: Scope, operation_id: str) -> datetime | None:
    """Return when an operation was first sent without a clear outcome, or None."""
    found = first(scope, _STARTED, operation_id=operation_id, state="unclear")
    return found.started_at if found else None
