"""Apps installed at the shops of carts: whose each is, and who may claim it."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, insert, or_, select, update

from hub.contract.credentials import Credentials
from hub.store.credentials import credentials_of, document_of
from hub.store.store import Across, Scope
from hub.store.tables import app_installation as table
from hub.store.tables import connection, install_state
from hub.store.types import new_id
from hub.store.vault import Vault

STATE_LIFE = timedelta(minutes=10)
CLAIM_LIFE = timedelta(hours=1)
TOKEN_BYTES = 32
# A shop's pages ask for the tag all day; what is kept is to the hour.
TAG_NOTED_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """An app that was installed at a shop of a cart; "" for nobody's."""

    id: str
    connector: str
    shop_key: str
    title: str
    settings: Mapping[str, str]
    merchant_id: str
    connection_id: str
    installed_at: datetime
    removed_at: datetime | None
    tag_seen_at: datetime | None
    sealed: bytes | None = field(repr=False)

    @property
    def is_claimed(self) -> bool:
        """Tell whether it belongs to a merchant."""
        return bool(self.connection_id)


def begin_state(across: Across, connector: str, state: str, *, now: datetime) -> None:
    """Remember that a browser went to ask for consent."""
    across.connection.execute(
        delete(install_state).where(install_state.c.created_at < now - STATE_LIFE)
    )
    across.connection.execute(
        insert(install_state).values(
            state_hash=_hash(state), connector=connector, created_at=now
        )
    )


def use_state(across: Across, connector: str, state: str, *, now: datetime) -> bool:
    """Use a state up; False where it is unknown, too old or was used."""
    used = across.connection.execute(
        update(install_state)
        .where(
            install_state.c.state_hash == _hash(state),
            install_state.c.connector == connector,
            install_state.c.used_at.is_(None),
            install_state.c.created_at > now - STATE_LIFE,
        )
        .values(used_at=now)
    )
    return used.rowcount == 1


def find(across: Across, connector: str, shop_key: str) -> Installation | None:
    """Return the installation of a cart's shop; nobody else changes it meanwhile."""
    row = across.connection.execute(
        select(table)
        .where(table.c.connector == connector, table.c.shop_key == shop_key)
        .with_for_update()
    ).one_or_none()
    return _stored(row) if row else None


def look_up(across: Across, connector: str, shop_key: str) -> Installation | None:
    """Return the installation of a cart's shop, to read."""
    row = across.connection.execute(
        select(table).where(
            table.c.connector == connector, table.c.shop_key == shop_key
        )
    ).one_or_none()
    return _stored(row) if row else None


def of_merchant(scope: Scope) -> dict[str, Installation]:
    """Return a merchant's installations by connection."""
    rows = scope.connection.execute(
        select(table).where(table.c.merchant_id == scope.merchant_id)
    )
    return {row.connection_id: _stored(row) for row in rows}


def put_pending(
    across: Across,
    *,
    connector: str,
    shop_key: str,
    title: str,
    settings: Mapping[str, str],
    given: Credentials,
    life: timedelta = CLAIM_LIFE,
    now: datetime,
) -> str:
    """Store an installation that nobody claimed yet; returns the token to claim it.

    It replaces what was pending of the same shop: who finished last may claim it.
    """
    found = find(across, connector, shop_key)
    installation_id = found.id if found else new_id(now)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    values = {
        "title": title,
        "settings": dict(settings),
        "sealed": _sealed(across.keys.vault, installation_id, given),
        "claim_hash": _hash(token),
        "claim_until": now + life,
        "installed_at": now,
        "removed_at": None,
    }
    if found is None:
        across.connection.execute(
            insert(table).values(
                id=installation_id,
                connector=connector,
                shop_key=shop_key,
                created_at=now,
                **values,
            )
        )
    else:
        _set(across, installation_id, **values)
    return token


def pending(across: Across, token: str, *, now: datetime) -> Installation | None:
    """Return what a token may claim; None where it may claim nothing (any more)."""
    row = across.connection.execute(
        select(table)
        .where(
            table.c.claim_hash == _hash(token),
            table.c.claim_until > now,
            table.c.connection_id.is_(None),
        )
        .with_for_update()
    ).one_or_none()
    return _stored(row) if row else None


def pending_credentials(across: Across, installation: Installation) -> Credentials:
    """Return the credentials of an installation that nobody claimed yet."""
    if installation.sealed is None:
        raise LookupError("the installation has no credentials of its own")
    plain = across.keys.vault.unseal_file(
        installation.sealed, name=_place(installation.id)
    )
    return credentials_of(plain)


def claimed(
    across: Across, installation_id: str, *, merchant_id: str, connection_id: str
) -> None:
    """Give an installation to a merchant's connection; nobody can claim it again."""
    _set(
        across,
        installation_id,
        merchant_id=merchant_id,
        connection_id=connection_id,
        sealed=None,
        claim_hash=None,
        claim_until=None,
    )


def installed_again(across: Across, installation_id: str, *, now: datetime) -> None:
    """Note that a merchant's app was installed again."""
    _set(across, installation_id, installed_at=now, removed_at=None)


def removed(scope: Scope, connection_id: str, *, occurred_at: datetime) -> bool:
    """Note that an app was removed; False where it was installed again since."""
    found = scope.connection.execute(
        update(table)
        .where(
            table.c.merchant_id == scope.merchant_id,
            table.c.connection_id == connection_id,
            table.c.installed_at < occurred_at,
        )
        # The cart takes an app's blocks off the pages together with the app.
        .values(removed_at=occurred_at, tag_seen_at=None)
    )
    return found.rowcount == 1


def tag_key_of(across: Across, connector: str, shop_key: str) -> str:
    """Return the key of the tag of an app's shop, "" where the shop is nobody's."""
    key = across.connection.execute(
        select(connection.c.tag_key)
        .join(
            table,
            (table.c.merchant_id == connection.c.merchant_id)
            & (table.c.connection_id == connection.c.id),
        )
        .where(table.c.connector == connector, table.c.shop_key == shop_key)
    ).scalar_one_or_none()
    return key or ""


def note_tag_seen(
    across: Across, connector: str, shop_key: str, *, now: datetime
) -> bool:
    """Note that a page of the shop asked for its tag; False within the hour."""
    noted = across.connection.execute(
        update(table)
        .where(
            table.c.connector == connector,
            table.c.shop_key == shop_key,
            table.c.connection_id.is_not(None),
            or_(
                table.c.tag_seen_at.is_(None),
                table.c.tag_seen_at <= now - TAG_NOTED_EVERY,
            ),
        )
        .values(tag_seen_at=now)
    )
    return noted.rowcount == 1


def _set(across: Across, installation_id: str, **values: Any) -> None:
    across.connection.execute(
        update(table).where(table.c.id == installation_id).values(**values)
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _place(installation_id: str) -> str:
    return f"app_installation/{installation_id}"


def _sealed(vault: Vault, installation_id: str, given: Credentials) -> bytes:
    return vault.seal_file(document_of(given), name=_place(installation_id))


def _stored(row: Row[Any]) -> Installation:
    return Installation(
        id=row.id,
        connector=row.connector,
        shop_key=row.shop_key,
        title=row.title,
        settings=row.settings,
        merchant_id=row.merchant_id or "",
        connection_id=row.connection_id or "",
        installed_at=row.installed_at,
        removed_at=row.removed_at,
        tag_seen_at=row.tag_seen_at,
        sealed=row.sealed,
    )
