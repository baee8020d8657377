"""What was answered under an Idempotency-Key, so that it is answered again, not done.

A row begins with the request and holds no answer until the act is done: a second
request that comes meanwhile learns so. A row whose process died is taken over.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from hub.store.statements import change
from hub.store.store import Scope
from hub.store.tables import api_answer
from hub.store.types import new_id

LIFE = timedelta(hours=24)
# Longer than any act takes: one commit.
_ABANDONED = timedelta(seconds=60)
_INSERTS = {
    name: insert(api_answer)
    .on_conflict_do_nothing(index_elements=["merchant_id", "api_key_id", "key_hash"])
    .returning(api_answer.c.id)
    for name, insert in (
        ("postgresql", postgresql.insert),
        ("sqlite", sqlite.insert),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAnswer:
    """An earlier request of the same key; `status` is 0 while nothing was answered."""

    id: str
    request_hash: str
    status: int
    body: str


def begin(
    scope: Scope, *, api_key_id: str, key_hash: str, request_hash: str, now: datetime
) -> tuple[str, StoredAnswer | None]:
    """Reserve a key; returns the row to fill, or "" with what stands there already."""
    scope.connection.execute(
        delete(api_answer).where(
            api_answer.c.merchant_id == scope.merchant_id,
            api_answer.c.created_at < now - LIFE,
        )
    )
    scope.connection.execute(
        delete(api_answer).where(
            api_answer.c.merchant_id == scope.merchant_id,
            api_answer.c.api_key_id == api_key_id,
            api_answer.c.key_hash == key_hash,
            api_answer.c.status == 0,
            api_answer.c.created_at < now - _ABANDONED,
        )
    )
    values = {
        "merchant_id": scope.merchant_id,
        "id": new_id(now),
        "api_key_id": api_key_id,
        "key_hash": key_hash,
        "request_hash": request_hash,
        "created_at": now,
    }
    inserted = scope.connection.execute(
        _INSERTS[scope.connection.dialect.name], values
    ).scalar_one_or_none()
    if inserted is not None:
        return inserted, None
    row = scope.connection.execute(
        select(api_answer).where(
            api_answer.c.merchant_id == scope.merchant_id,
            api_answer.c.api_key_id == api_key_id,
            api_answer.c.key_hash == key_hash,
        )
    ).one()
    return "", StoredAnswer(
        id=row.id, request_hash=row.request_hash, status=row.status, body=row.body
    )


def finish(scope: Scope, row_id: str, *, status: int, body: str) -> None:
    """Keep what was answered."""
    change(scope, api_answer, {"id": row_id}, {"status": status, "body": body})


def forget(scope: Scope, row_id: str) -> None:
    """Give a key back: nothing was done under it."""
    scope.connection.execute(
        delete(api_answer).where(
            api_answer.c.merchant_id == scope.merchant_id, api_answer.c.id == row_id
        )
    )
