"""What carts ask while they wait, and how each request stands."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from hub.contract.asking import AskKind, AskOutcome
from hub.store.statements import change, every, first, row_of
from hub.store.store import Across, Scope
from hub.store.tables import ask
from hub.store.types import new_id
from hub.store.vault import Vault

_PURPOSE = "ask/token"
# The cart will not take an answer any more; none is told again.
LOST = "lost"

_INSERTS = {
    name: insert(ask)
    .on_conflict_do_nothing(
        index_elements=["merchant_id", "connection_id", "reference"]
    )
    .returning(ask.c.id)
    for name, insert in (
        ("postgresql", postgresql.insert),
        ("sqlite", sqlite.insert),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAsk:
    """A request as stored; `outcome` is None while there is nothing to tell.

    `told` is the outcome that the cart took, "" for none, LOST where it takes none any
    more. `way` is where the buyer goes on, "" for nowhere yet.
    """

    id: str
    merchant_id: str
    connection_id: str
    shop_id: str
    delivery_id: str
    kind: AskKind
    reference: str
    order_number: str
    outcome: AskOutcome | None
    told: str
    way: str
    asked_at: datetime
    expires_at: datetime
    given_up_at: datetime | None
    look_at: datetime | None

    @property
    def is_final(self) -> bool:
        """Tell whether its outcome can change no more."""
        return self.outcome in (AskOutcome.GRANTED, AskOutcome.DENIED)

    @property
    def is_untold(self) -> bool:
        """Tell whether the cart is to be told how it stands."""
        return bool(self.outcome) and self.told not in (self.outcome, LOST)


def token_of(vault: Vault, connection_id: str, reference: str) -> str:
    """Return the token of the page where the buyer of a payment waits.

    It is the same for the same request, and nobody makes it without the hub's key.
    """
    digest = vault.keyed_hash(_PURPOSE, f"{connection_id}\0{reference}")
    return base64.urlsafe_b64encode(bytes.fromhex(digest)).rstrip(b"=").decode()


def add(
    scope: Scope,
    *,
    connection_id: str,
    shop_id: str,
    delivery_id: str,
    kind: AskKind,
    reference: str,
    order_number: str,
    token: str,
    expires_at: datetime,
    look_at: datetime,
    now: datetime,
) -> bool:
    """Store a request; False where the connection asked it before."""
    values = {
        "merchant_id": scope.merchant_id,
        "id": new_id(now),
        "connection_id": connection_id,
        "shop_id": shop_id,
        "delivery_id": delivery_id,
        "kind": kind.value,
        "reference": reference,
        "order_number": order_number,
        "token_hash": _hash(token) if token else None,
        "asked_at": now,
        "expires_at": expires_at,
        "look_at": look_at,
    }
    inserted = _INSERTS[scope.connection.dialect.name]
    # Counted by what comes back: the count of rows is not told by every driver.
    return scope.connection.execute(inserted, values).first() is not None


_OF_ORDER = row_of(ask, "shop_id", "order_number").order_by(ask.c.asked_at, ask.c.id)


def of_order(scope: Scope, shop_id: str, order_number: str) -> list[StoredAsk]:
    """Return what was asked of an order, whether or not that came yet; oldest first."""
    rows = every(scope, _OF_ORDER, shop_id=shop_id, order_number=order_number)
    return [_stored(row) for row in rows]


def get(scope: Scope, connection_id: str, reference: str) -> StoredAsk | None:
    """Return a request of a connection by the cart's own id."""
    where = {"connection_id": connection_id, "reference": reference}
    row = first(scope, row_of(ask, *where), **where)
    return _stored(row) if row else None


def by_token(across: Across, token: str) -> StoredAsk | None:
    """Return the request whose buyer has a token."""
    row = across.connection.execute(
        select(ask).where(ask.c.token_hash == _hash(token))
    ).one_or_none()
    return _stored(row) if row else None


def due(across: Across, *, now: datetime, limit: int = 100) -> list[StoredAsk]:
    """Return requests whose outcome time alone may change now."""
    rows = across.connection.execute(
        select(ask)
        .where(ask.c.look_at.is_not(None), ask.c.look_at <= now)
        .order_by(ask.c.look_at)
        .limit(limit)
    )
    return [_stored(row) for row in rows]


def decide(
    scope: Scope,
    ask_id: str,
    outcome: AskOutcome | None,
    *,
    look_at: datetime | None,
    now: datetime,
) -> None:
    """Store how a request stands, and when to look again."""
    is_final = outcome in (AskOutcome.GRANTED, AskOutcome.DENIED)
    values = {
        "outcome": outcome.value if outcome else "",
        "look_at": look_at,
        "decided_at": now if is_final else None,
    }
    change(scope, ask, {"id": ask_id}, values)


def give_up(scope: Scope, ask_id: str, *, now: datetime) -> None:
    """Note that the buyer went back."""
    change(scope, ask, {"id": ask_id}, {"given_up_at": now})


def tell(scope: Scope, ask_id: str, outcome: str, *, now: datetime) -> None:
    """Note what the cart took, or that it takes nothing any more (LOST)."""
    change(scope, ask, {"id": ask_id}, {"told": outcome, "told_at": now})


def lead(scope: Scope, ask_id: str, way: str) -> None:
    """Store where the buyer of a payment goes on."""
    change(scope, ask, {"id": ask_id}, {"way": way})


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _stored(row: Any) -> StoredAsk:
    return StoredAsk(
        id=row.id,
        merchant_id=row.merchant_id,
        connection_id=row.connection_id,
        shop_id=row.shop_id,
        delivery_id=row.delivery_id,
        kind=AskKind(row.kind),
        reference=row.reference,
        order_number=row.order_number,
        outcome=AskOutcome(row.outcome) if row.outcome else None,
        told=row.told,
        way=row.way,
        asked_at=row.asked_at,
        expires_at=row.expires_at,
        given_up_at=row.given_up_at,
        look_at=row.look_at,
    )
