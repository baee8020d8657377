"""Data keys: one per order, or per day while no order is known."""

import threading
from collections import OrderedDict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, delete, insert, select
from sqlalchemy.dialects import postgresql

from hub.store import prepared
from hub.store.tables import data_key
from hub.store.types import new_id
from hub.store.vault import Vault, seal, unseal

if TYPE_CHECKING:
    from hub.store.store import Scope

CACHED_KEYS = 4096

_OURS = data_key.c.merchant_id == bindparam("merchant_id")
_WRAPPED = select(data_key.c.wrapped).where(_OURS, data_key.c.id == bindparam("id"))
_LABELLED = select(data_key.c.id).where(_OURS, data_key.c.label == bindparam("label"))
_INSERT = insert(data_key)


class DataKeys:
    """Unwraps data keys and remembers the last few thousand."""

    def __init__(self, vault: Vault) -> None:
        """Take the vault that wraps them."""
        self.vault = vault
        self._lock = threading.Lock()
        self._plain: OrderedDict[tuple[str, str], bytes] = OrderedDict()

    def __repr__(self) -> str:
        """Show nothing of the keys."""
        return "DataKeys()"

    def plain(self, connection: Connection, merchant_id: str, key_id: str) -> bytes:
        """Return a data key by its id; raises VaultError for another key file."""
        found = self._cached(merchant_id, key_id)
        if found is not None:
            return found
        where = {"merchant_id": merchant_id, "id": key_id}
        wrapped = prepared.one(connection, _WRAPPED, where).wrapped
        plain = self.vault.unwrap(wrapped, merchant_id)
        self.keep(merchant_id, key_id, plain)
        return plain

    def _cached(self, merchant_id: str, key_id: str) -> bytes | None:
        with self._lock:
            plain = self._plain.get((merchant_id, key_id))
            if plain is not None:
                self._plain.move_to_end((merchant_id, key_id))
            return plain

    def forget(self, merchant_id: str, key_id: str) -> None:
        """Drop an unwrapped key."""
        with self._lock:
            self._plain.pop((merchant_id, key_id), None)

    def keep(self, merchant_id: str, key_id: str, plain: bytes) -> None:
        """Remember an unwrapped key."""
        with self._lock:
            self._plain[merchant_id, key_id] = plain
            while len(self._plain) > CACHED_KEYS:
                self._plain.popitem(last=False)


def ensure(scope: "Scope", label: str, now: datetime) -> str:
    """Return the id of the data key of a label, making it where there is none."""
    where = {"merchant_id": scope.merchant_id, "label": label}
    found = prepared.row(scope.connection, _LABELLED, where)
    if found is not None:
        return str(found.id)
    if scope.connection.dialect.name != "postgresql":
        return create(scope, label, now)
    # Another process may be making it just now, at midnight each day's.
    key_id, values = _new(scope, label, now)
    made = postgresql.insert(data_key).values(**values).on_conflict_do_nothing()
    if scope.connection.execute(made).rowcount == 1:
        return key_id
    return ensure(scope, label, now)


def create(scope: "Scope", label: str, now: datetime) -> str:
    """Make the data key of a label that surely has none; returns its id."""
    key_id, values = _new(scope, label, now)
    prepared.run(scope.connection, _INSERT, values)
    return key_id


def destroy(scope: "Scope", key_id: str) -> None:
    """Destroy a data key: what it sealed opens nowhere any more.

    Nothing that is kept may refer to it; the database refuses it otherwise.
    """
    scope.connection.execute(
        delete(data_key).where(
            data_key.c.merchant_id == scope.merchant_id, data_key.c.id == key_id
        )
    )
    scope.keys.forget(scope.merchant_id, key_id)


def _new(scope: "Scope", label: str, now: datetime) -> tuple[str, dict[str, Any]]:
    plain, wrapped = scope.vault.new_data_key(scope.merchant_id)
    key_id = new_id(now)
    # Kept even if the row is rolled back: nobody will ever ask for its random id.
    scope.keys.keep(scope.merchant_id, key_id, plain)
    return key_id, {
        "merchant_id": scope.merchant_id,
        "id": key_id,
        "label": label,
        "wrapped": wrapped,
        "key_id": scope.vault.key_id,
        "created_at": now,
    }


def seal_for(scope: "Scope", key_id: str, plain: bytes, *, column: str) -> bytes:
    """Encrypt a value of a column under a data key."""
    key = scope.keys.plain(scope.connection, scope.merchant_id, key_id)
    return seal(key, plain, place=f"{scope.merchant_id}/{column}/{key_id}")


def unseal_from(scope: "Scope", key_id: str, sealed: bytes, *, column: str) -> bytes:
    """Decrypt a value of a column; raises VaultError where it was moved."""
    key = scope.keys.plain(scope.connection, scope.merchant_id, key_id)
    return unseal(key, sealed, place=f"{scope.merchant_id}/{column}/{key_id}")
