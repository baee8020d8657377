"""Keys of merchants' own systems: only a keyed hash of each is stored (T-21, T-23)."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, select, update

from hub.store.statements import change, insert_into
from hub.store.store import Across, Scope
from hub.store.tables import api_key
from hub.store.types import new_id
from hub.store.vault import Vault

TOKEN_BYTES = 32
# So that scanners for leaked secrets, and people, can tell what it is.
TOKEN_PREFIX = "hubk_"  # noqa: S105 - no secret, only how each begins
HINT_CHARACTERS = 4
LONGEST_NAME = 100
# A call writes when it was made at most once in this time: reading stays reading.
USED_STEP = timedelta(hours=1)


class ApiScope(StrEnum):
    """What a key may do."""

    READ = "read"
    WRITE = "write"
    PERSONAL = "personal"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key as stored; what it opens with is known to its holder alone."""

    id: str
    merchant_id: str
    name: str
    hint: str
    scopes: frozenset[ApiScope]
    created_by: str
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None

    def is_stale(self, *, now: datetime) -> bool:
        """Tell whether the moment of the last use should be written again."""
        return self.last_used_at is None or now >= self.last_used_at + USED_STEP


def token_hash(vault: Vault, token: str) -> str:
    """Return the keyed hash under which a key is looked up."""
    return vault.keyed_hash("api_key", token)


def add(
    scope: Scope,
    *,
    name: str,
    scopes: frozenset[ApiScope],
    created_by: str,
    now: datetime,
) -> tuple[str, str]:
    """Store a new key; returns its id and its token, which is known nowhere else."""
    token = TOKEN_PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    key_id = new_id(now)
    scope.connection.execute(
        insert_into(api_key),
        {
            "merchant_id": scope.merchant_id,
            "id": key_id,
            "name": name,
            "token_hash": token_hash(scope.vault, token),
            "hint": token[-HINT_CHARACTERS:],
            "scopes": sorted(one.value for one in scopes),
            "created_by": created_by,
            "created_at": now,
        },
    )
    return key_id, token


def find(across: Across, token: str) -> ApiKey | None:
    """Return the key of a token while it is in force."""
    row = across.connection.execute(
        select(api_key).where(
            api_key.c.token_hash == token_hash(across.keys.vault, token),
            api_key.c.revoked_at.is_(None),
        )
    ).one_or_none()
    return _stored(row) if row else None


def touch(scope: Scope, key_id: str, *, now: datetime) -> None:
    """Record a use."""
    change(scope, api_key, {"id": key_id}, {"last_used_at": now})


def of_merchant(scope: Scope) -> list[ApiKey]:
    """Return a merchant's keys, those in force first, then the newest first."""
    rows = scope.connection.execute(
        select(api_key)
        .where(api_key.c.merchant_id == scope.merchant_id)
        .order_by(api_key.c.created_at.desc(), api_key.c.id.desc())
    ).all()
    found = [_stored(row) for row in rows]
    return sorted(found, key=lambda key: key.revoked_at is not None)


def revoke(scope: Scope, key_id: str, *, now: datetime) -> bool:
    """Refuse a key from now on; False where none is in force."""
    changed = scope.connection.execute(
        update(api_key)
        .where(
            api_key.c.merchant_id == scope.merchant_id,
            api_key.c.id == key_id,
            api_key.c.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    ).rowcount
    return changed == 1


def names(scope: Scope, ids: Sequence[str]) -> dict[str, str]:
    """Return the names of keys by id, as a timeline shows who acted."""
    rows = scope.connection.execute(
        select(api_key.c.id, api_key.c.name).where(
            api_key.c.merchant_id == scope.merchant_id, api_key.c.id.in_(ids)
        )
    ).all()
    return {row.id: row.name for row in rows}


def _stored(row: Row[Any]) -> ApiKey:
    return ApiKey(
        id=row.id,
        merchant_id=row.merchant_id,
        name=row.name,
        hint=row.hint,
        scopes=frozenset(ApiScope(one) for one in row.scopes),
        created_by=row.created_by,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )
