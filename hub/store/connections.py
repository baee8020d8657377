"""Connections of shops to carts: settings, secrets and the two keys."""

import secrets as random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Row, and_, insert, or_, select, update

from hub.contract.connector import Role, Settings
from hub.contract.secret import Secret
from hub.store import data_keys
from hub.store.statements import change, every, first, row_of
from hub.store.store import Across, Scope
from hub.store.tables import connection
from hub.store.types import new_id
from hub.store.vault import Vault

_SECRETS = "connection.secrets"
# 160 bits, above the 128 that architecture 2 demands.
HOOK_KEY_BYTES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredConnection:
    """A connection as stored, its secrets opened."""

    id: str
    merchant_id: str
    shop_id: str
    connector: str
    roles: frozenset[Role]
    settings: Settings
    tag_key: str
    is_disabled: bool
    is_push_disabled: bool


def hook_key_hash(vault: Vault, hook_key: str) -> str:
    """Return the keyed hash under which a hook key is looked up (T-04)."""
    return vault.keyed_hash("hook_key", hook_key)


def add(
    scope: Scope,
    *,
    shop_id: str,
    connector: str,
    roles: Sequence[Role],
    settings: Mapping[str, str],
    secrets: Mapping[str, Secret],
    now: datetime,
) -> tuple[str, str, str]:
    """Store a connection; returns its id, its hook key (shown once) and tag key."""
    hook_key = random.token_urlsafe(HOOK_KEY_BYTES)
    tag_key = random.token_hex(8)
    connection_id = new_id(now)
    key_id = data_keys.ensure(scope, "connections", now)
    plain = {name: [{"value": s.reveal()}] for name, s in secrets.items()}
    scope.connection.execute(
        insert(connection).values(
            merchant_id=scope.merchant_id,
            id=connection_id,
            shop_id=shop_id,
            connector=connector,
            roles=sorted(role.value for role in roles),
            takes_orders=Role.ORDERS in roles,
            settings=dict(settings),
            secrets=data_keys.seal_for(
                scope, key_id, orjson.dumps(plain), column=_SECRETS
            ),
            data_key_id=key_id,
            hook_key_hash=hook_key_hash(scope.vault, hook_key),
            tag_key=tag_key,
            created_at=now,
        )
    )
    return connection_id, hook_key, tag_key


def by_hook_key(
    across: Across, connector: str, hook_key: str, *, now: datetime
) -> StoredConnection | None:
    """Return the connection of a hook key, or of one still in overlap."""
    hashed = hook_key_hash(across.keys.vault, hook_key)
    row = across.connection.execute(
        select(connection).where(
            connection.c.connector == connector,
            or_(
                connection.c.hook_key_hash == hashed,
                and_(
                    connection.c.previous_hook_key_hash == hashed,
                    connection.c.previous_hook_key_until > now,
                ),
            ),
        )
    ).one_or_none()
    return _stored(across.of(row.merchant_id), row, now) if row else None


def get(scope: Scope, connection_id: str, *, now: datetime) -> StoredConnection | None:
    """Return the connection of an id."""
    row = first(scope, row_of(connection, "id"), id=connection_id)
    return _stored(scope, row, now) if row else None


_OF_SHOP = row_of(connection, "shop_id").order_by(
    connection.c.created_at, connection.c.id
)


def of_shop(scope: Scope, shop_id: str, *, now: datetime) -> list[StoredConnection]:
    """Return the connections of a shop, oldest first."""
    rows = every(scope, _OF_SHOP, shop_id=shop_id)
    return [_stored(scope, row, now) for row in rows]


def push_destinations(
    scope: Scope, shop_id: str, *, connectors: Collection[str] | None = None
) -> list[str]:
    """Return the ids of the connections that are told what happens.

    Only those of some `connectors`, where they are named.
    """
    rows = every(scope, _OF_SHOP, shop_id=shop_id)
    return [
        row.id
        for row in rows
        if Role.PUSH.value in row.roles
        and row.disabled_at is None
        and row.push_disabled_at is None
        and (connectors is None or row.connector in connectors)
    ]


def disable_push(scope: Scope, connection_id: str, *, now: datetime) -> None:
    """Stop telling a cart that answered 410."""
    scope.connection.execute(
        update(connection)
        .where(
            connection.c.merchant_id == scope.merchant_id,
            connection.c.id == connection_id,
        )
        .values(push_disabled_at=now)
    )


def set_disabled(
    scope: Scope, connection_id: str, *, disabled_at: datetime | None
) -> None:
    """Disable a connection, or enable it again."""
    scope.connection.execute(
        update(connection)
        .where(
            connection.c.merchant_id == scope.merchant_id,
            connection.c.id == connection_id,
        )
        .values(disabled_at=disabled_at)
    )


def change_settings(
    scope: Scope, connection_id: str, settings: Mapping[str, str]
) -> None:
    """Replace the settings of a connection; its secrets stay."""
    change(scope, connection, {"id": connection_id}, {"settings": dict(settings)})


def resume(scope: Scope, connection_id: str) -> None:
    """Open a connection again, both ways."""
    scope.connection.execute(
        update(connection)
        .where(
            connection.c.merchant_id == scope.merchant_id,
            connection.c.id == connection_id,
        )
        .values(disabled_at=None, push_disabled_at=None)
    )


def rotate_hook_key(
    scope: Scope, connection_id: str, *, overlap_until: datetime
) -> str:
    """Replace the hook key; the old one is accepted until the overlap ends."""
    hook_key = random.token_urlsafe(HOOK_KEY_BYTES)
    scope.connection.execute(
        update(connection)
        .where(
            connection.c.merchant_id == scope.merchant_id,
            connection.c.id == connection_id,
        )
        .values(
            previous_hook_key_hash=connection.c.hook_key_hash,
            previous_hook_key_until=overlap_until,
            hook_key_hash=hook_key_hash(scope.vault, hook_key),
        )
    )
    return hook_key


def _stored(scope: Scope, row: Row[Any], now: datetime) -> StoredConnection:
    plain = data_keys.unseal_from(scope, row.data_key_id, row.secrets, column=_SECRETS)
    secrets = {
        name: tuple(Secret(v["value"]) for v in values if _is_accepted(v, now))
        for name, values in orjson.loads(plain).items()
    }
    return StoredConnection(
        id=row.id,
        merchant_id=row.merchant_id,
        shop_id=row.shop_id,
        connector=row.connector,
        roles=frozenset(Role(role) for role in row.roles),
        settings=Settings(values=row.settings, secrets=secrets),
        tag_key=row.tag_key,
        is_disabled=row.disabled_at is not None,
        is_push_disabled=row.push_disabled_at is not None,
    )


def _is_accepted(value: dict[str, str], now: datetime) -> bool:
    until = value.get("until")
    return until is None or datetime.fromisoformat(until) > now
