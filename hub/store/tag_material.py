"""The operator's banner and tag of each shop: versions added, never changed."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Row, func, insert, select

from hub.domain.banner import MaterialKind, Placement
from hub.store.statements import bound, row_of
from hub.store.store import Across, Scope
from hub.store.tables import connection, tag_material
from hub.store.types import new_id
from hub.store.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """One version; `body` holds the bytes as they were given, verbatim."""

    id: str
    shop_id: str
    placement: Placement
    version: int
    kind: MaterialKind
    body: bytes = field(repr=False)
    encoding: str
    confirmed_on: str
    user_id: str
    created_at: datetime
    # Whether the row is as it was stored; a row that is not is never shown.
    is_whole: bool

    @property
    def html(self) -> str:
        """Return the body as text, "" where the version has none."""
        return self.body.decode(self.encoding or "utf-8", "replace")


def add(
    scope: Scope,
    shop_id: str,
    placement: Placement,
    *,
    kind: MaterialKind,
    user_id: str,
    now: datetime,
    body: bytes | None = None,
    encoding: str = "",
    confirmed_on: str = "",
) -> str:
    """Store the next version of a placement, in force at once; returns its id."""
    newest = scope.connection.execute(
        select(func.max(tag_material.c.version)).where(
            tag_material.c.merchant_id == scope.merchant_id,
            tag_material.c.shop_id == shop_id,
            tag_material.c.placement == placement.value,
        )
    ).scalar()
    values = {
        "merchant_id": scope.merchant_id,
        "id": new_id(now),
        "shop_id": shop_id,
        "placement": placement.value,
        "version": (newest or 0) + 1,
        "kind": kind.value,
        "body": body,
        "encoding": encoding,
        "confirmed_on": confirmed_on,
        "user_id": user_id,
        "created_at": now,
    }
    scope.connection.execute(
        insert(tag_material).values(**values, seal=_seal(scope.vault, values))
    )
    return str(values["id"])


def history(scope: Scope, shop_id: str) -> list[Material]:
    """Return every version of a shop's placements, newest first."""
    query = row_of(tag_material, "shop_id").order_by(
        tag_material.c.created_at.desc(), tag_material.c.id.desc()
    )
    rows = scope.connection.execute(query, bound(scope, shop_id=shop_id)).all()
    return [_material(scope.vault, row) for row in rows]


def current(scope: Scope, shop_id: str) -> Mapping[Placement, Material]:
    """Return the version in force of each placement that has one."""
    found: dict[Placement, Material] = {}
    for material in history(scope, shop_id):
        found.setdefault(material.placement, material)
    return found


def get(scope: Scope, shop_id: str, material_id: str) -> Material | None:
    """Return one version of a shop."""
    query = row_of(tag_material, "shop_id", "id")
    where = bound(scope, shop_id=shop_id, id=material_id)
    row = scope.connection.execute(query, where).one_or_none()
    return _material(scope.vault, row) if row else None


@dataclass(frozen=True, slots=True, kw_only=True)
class TagPlace:
    """Whose tag a key names; the key is public, on every page of the shop."""

    merchant_id: str
    shop_id: str
    is_disabled: bool


def place_of(across: Across, tag_key: str) -> TagPlace | None:
    """Return whose tag a key names."""
    columns = (connection.c.merchant_id, connection.c.shop_id, connection.c.disabled_at)
    row = across.connection.execute(
        select(*columns).where(connection.c.tag_key == tag_key)
    ).one_or_none()
    if row is None:
        return None
    return TagPlace(
        merchant_id=row.merchant_id,
        shop_id=row.shop_id,
        is_disabled=row.disabled_at is not None,
    )


def broken_rows(across: Across) -> Iterator[Row[Any]]:
    """Yield every version that is not as it was stored."""
    for row in across.connection.execute(select(tag_material)):
        if not _is_whole(across.keys.vault, row):
            yield row


def _is_whole(vault: Vault, row: Row[Any]) -> bool:
    # The public name that SQLAlchemy gives the mapping of a row.
    return bool(row.seal == _seal(vault, dict(row._mapping)))  # noqa: SLF001 - as above


def _seal(vault: Vault, values: Mapping[str, Any]) -> str:
    plain = {
        str(name): value
        for name, value in values.items()
        if name not in ("seal", "body", "created_at")
    }
    plain["body"] = hashlib.sha256(values["body"] or b"").hexdigest()
    plain["created_at"] = int(values["created_at"].timestamp() * 1_000_000)
    text = orjson.dumps(plain, option=orjson.OPT_SORT_KEYS).decode()
    return vault.keyed_hash("tag_material", text)


def _material(vault: Vault, row: Row[Any]) -> Material:
    return Material(
        id=row.id,
        shop_id=row.shop_id,
        placement=Placement(row.placement),
        version=row.version,
        kind=MaterialKind(row.kind),
        body=row.body or b"",
        encoding=row.encoding,
        confirmed_on=row.confirmed_on,
        user_id=row.user_id,
        created_at=row.created_at,
        is_whole=_is_whole(vault, row),
    )
