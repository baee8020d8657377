"""What a cart gave a connection at its installation: sealed, with its lease."""

import secrets as random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import or_, select, update

from hub.contract.credentials import Credentials
from hub.contract.secret import Secret
from hub.store import data_keys
from hub.store.statements import add, change, every, first, row_of
from hub.store.store import Across, Scope
from hub.store.tables import connection_credentials as table

# Longer than the deadline of any call to a cart; whoever waits, waits no longer.
LEASE = timedelta(seconds=60)
REFRESH_END = "refresh_expires_at"
_SEALED = "connection_credentials.sealed"
_HOOK_KEY = "connection_credentials.hook_key"


class CredentialState(StrEnum):
    """Whether the cart lets us in, as far as we know."""

    VALID = "valid"
    VOID = "void"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCredentials:
    """The credentials of a connection as stored, opened."""

    connection_id: str
    credentials: Credentials
    previous: Credentials | None
    hook_key: str = field(repr=False)
    version: int
    state: CredentialState
    used_at: datetime
    installed_at: datetime
    refresh_ends_at: datetime | None
    lease_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the app of a connection stands, without anything secret."""

    connection_id: str
    state: CredentialState
    refresh_ends_at: datetime | None
    enabled_at: datetime | None
    enable_code: str
    installed_at: datetime


IS_VALID = table.c.state == CredentialState.VALID.value
_ROW = row_of(table, "id")
_ROWS = row_of(table)


def put(
    scope: Scope,
    connection_id: str,
    given: Credentials,
    *,
    hook_key: str,
    now: datetime,
) -> None:
    """Store what an installation gave, for a connection that has nothing yet."""
    key_id = data_keys.ensure(scope, "credentials", now)
    hook = data_keys.seal_for(scope, key_id, hook_key.encode(), column=_HOOK_KEY)
    add(
        scope,
        table,
        {
            "id": connection_id,
            "hook_key": hook,
            "data_key_id": key_id,
            "version": 1,
            "created_at": now,
            "enable_due_at": now,
            **_fresh(scope, key_id, given, now=now),
        },
    )


def put_again(
    scope: Scope, connection_id: str, given: Credentials, *, now: datetime
) -> None:
    """Store what the installation of an app that was there before gave."""
    row = first(scope, _ROW, id=connection_id)
    if row is None:
        raise LookupError(f"no credentials of {connection_id}")
    values = {
        **_fresh(scope, row.data_key_id, given, now=now),
        "version": row.version + 1,
        "previous": None,
        "lease_token": None,
        "lease_until": None,
        "enable_code": "",
        "enable_tries": 0,
        "enable_due_at": now,
    }
    change(scope, table, {"id": connection_id}, values)


def get(scope: Scope, connection_id: str) -> StoredCredentials | None:
    """Return the credentials of a connection; None where no app was installed."""
    row = first(scope, _ROW, id=connection_id)
    if row is None:
        return None
    hook = data_keys.unseal_from(scope, row.data_key_id, row.hook_key, column=_HOOK_KEY)
    return StoredCredentials(
        connection_id=row.id,
        credentials=_opened(scope, row, row.sealed),
        previous=_opened(scope, row, row.previous) if row.previous else None,
        hook_key=hook.decode(),
        version=row.version,
        state=CredentialState(row.state),
        used_at=row.used_at,
        installed_at=row.installed_at,
        refresh_ends_at=row.refresh_ends_at,
        lease_until=row.lease_until,
    )


def standings(scope: Scope) -> dict[str, Standing]:
    """Return how each app of a merchant stands, by its connection."""
    return {
        row.id: Standing(
            connection_id=row.id,
            state=CredentialState(row.state),
            refresh_ends_at=row.refresh_ends_at,
            enabled_at=row.enabled_at,
            enable_code=row.enable_code,
            installed_at=row.installed_at,
        )
        for row in every(scope, _ROWS)
    }


def note_use(scope: Scope, stored: StoredCredentials, *, now: datetime) -> None:
    """Remember that they are used; those before are not needed any more."""
    where = {"id": stored.connection_id, "version": stored.version}
    change(scope, table, where, {"used_at": now, "previous": None})


def postpone(scope: Scope, connection_id: str, used_at: datetime) -> None:
    """Let credentials seem used, so that their next renewal waits."""
    change(scope, table, {"id": connection_id}, {"used_at": used_at})


def lease(scope: Scope, stored: StoredCredentials, *, now: datetime) -> str:
    """Take the lease of a renewal; returns its token, "" where another holds it."""
    token = random.token_hex(16)
    taken = scope.connection.execute(
        update(table)
        .where(
            table.c.merchant_id == scope.merchant_id,
            table.c.id == stored.connection_id,
            table.c.version == stored.version,
            IS_VALID,
            or_(table.c.lease_until.is_(None), table.c.lease_until <= now),
        )
        .values(lease_token=token, lease_until=now + LEASE)
    )
    return token if taken.rowcount == 1 else ""


def release(scope: Scope, connection_id: str, token: str) -> None:
    """Give a lease back without new credentials."""
    where = {"id": connection_id, "lease_token": token}
    change(scope, table, where, {"lease_token": None, "lease_until": None})


def replace(
    scope: Scope, stored: StoredCredentials, given: Credentials, *, now: datetime
) -> bool:
    """Store renewed credentials; False where others were stored meanwhile."""
    row = first(scope, _ROW, id=stored.connection_id)
    if row is None or row.version != stored.version:
        return False
    fresh = _fresh(scope, row.data_key_id, given, now=now)
    # A renewal is no installation.
    del fresh["installed_at"]
    values = {
        **fresh,
        "version": stored.version + 1,
        "previous": row.sealed,
        "lease_token": None,
        "lease_until": None,
    }
    where = {"id": stored.connection_id, "version": stored.version}
    return change(scope, table, where, values) == 1


def void(scope: Scope, connection_id: str, *, version: int | None = None) -> bool:
    """Note that the cart no longer lets us in; with a version, only if it stands."""
    where: dict[str, Any] = {"id": connection_id}
    if version is not None:
        where["version"] = version
    values = {
        "state": CredentialState.VOID.value,
        "lease_token": None,
        "lease_until": None,
        "enable_due_at": None,
    }
    return change(scope, table, where, values) == 1


def long_unused(
    across: Across, *, before: datetime, now: datetime, limit: int = 20
) -> Sequence[tuple[str, str]]:
    """Return (merchant, connection) whose credentials nobody used since."""
    is_free = or_(table.c.lease_until.is_(None), table.c.lease_until <= now)
    query = (
        select(table.c.merchant_id, table.c.id)
        .where(IS_VALID, table.c.used_at < before, is_free)
        .order_by(table.c.used_at)
        .limit(limit)
    )
    return [(row.merchant_id, row.id) for row in across.connection.execute(query)]


def _fresh(
    scope: Scope, key_id: str, given: Credentials, *, now: datetime
) -> dict[str, Any]:
    sealed = data_keys.seal_for(scope, key_id, document_of(given), column=_SEALED)
    return {
        "sealed": sealed,
        "state": CredentialState.VALID.value,
        "expires_at": given.expires_at,
        "refresh_ends_at": refresh_end(given),
        "used_at": now,
        "installed_at": now,
    }


def _opened(scope: Scope, row: Any, sealed: bytes) -> Credentials:
    plain = data_keys.unseal_from(scope, row.data_key_id, sealed, column=_SEALED)
    return credentials_of(plain)


def refresh_end(given: Credentials) -> datetime | None:
    """Return when the cart will renew no more, where it says so."""
    try:
        end = datetime.fromisoformat(given.notes.get(REFRESH_END, ""))
    except ValueError:
        return None
    return end if end.tzinfo else None


def document_of(given: Credentials) -> bytes:
    """Return credentials as the bytes that are sealed."""
    return orjson.dumps(
        {
            "values": {name: one.reveal() for name, one in given.values.items()},
            "notes": dict(given.notes),
            "expires_at": given.expires_at.isoformat() if given.expires_at else None,
        }
    )


def credentials_of(plain: bytes) -> Credentials:
    """Return credentials from the bytes that were sealed."""
    document = orjson.loads(plain)
    expires_at = document["expires_at"]
    return Credentials(
        values={name: Secret(value) for name, value in document["values"].items()},
        notes=document["notes"],
        expires_at=datetime.fromisoformat(expires_at) if expires_at else None,
    )
