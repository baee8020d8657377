"""What a delivery only named: its cart's documents, kept sealed beside the body."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, select, update

from hub.store import data_keys
from hub.store.inbox import LEASE, ClaimedDelivery
from hub.store.statements import add, change, every, only, row_of
from hub.store.store import Across, Scope
from hub.store.tables import inbox, inbox_document
from hub.store.types import new_id

BODY = "inbox_document.body"

_DELIVERY = row_of(inbox, "id")
_OF_DELIVERY = row_of(inbox_document, "delivery_id").order_by(inbox_document.c.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of a delivery's documents; None where they were never given.

    `read_at` is when the cart was asked for them.
    """

    documents: Mapping[str, bytes] | None
    read_at: datetime | None
    waits_since: datetime | None


def standing(scope: Scope, delivery_id: str) -> Standing:
    """Return the documents that are stored, and since when they are waited for."""
    row = only(scope, _DELIVERY, id=delivery_id)
    documents = None if row.fetched_at is None else of_delivery(scope, delivery_id)
    return Standing(
        documents=documents, read_at=row.fetched_at, waits_since=row.waits_since
    )


def of_delivery(scope: Scope, delivery_id: str) -> dict[str, bytes]:
    """Return the stored documents of a delivery by name, opened."""
    return {
        row.name: data_keys.unseal_from(scope, row.data_key_id, row.body, column=BODY)
        for row in every(scope, _OF_DELIVERY, delivery_id=delivery_id)
    }


def keep(
    scope: Scope,
    claimed: ClaimedDelivery,
    documents: Mapping[str, bytes],
    *,
    read_at: datetime,
    now: datetime,
) -> bool:
    """Store what the cart gave, none included; False if the lease is lost (I-17)."""
    where = {"id": claimed.id, "lease_token": claimed.lease_token}
    values = {"fetched_at": read_at, "waits_since": None, "lease_until": now + LEASE}
    if change(scope, inbox, where, values) != 1:
        return False
    key_id = only(scope, _DELIVERY, id=claimed.id).data_key_id
    rows = [
        {
            "id": new_id(now),
            "delivery_id": claimed.id,
            "name": name,
            "body": data_keys.seal_for(scope, key_id, body, column=BODY),
            "data_key_id": key_id,
            "body_sha256": hashlib.sha256(body).hexdigest(),
            "fetched_at": read_at,
        }
        for name, body in documents.items()
    ]
    add(scope, inbox_document, *rows)
    return True


def wait(
    scope: Scope,
    claimed: ClaimedDelivery,
    *,
    since: datetime,
    due_at: datetime,
    reason_code: str,
) -> None:
    """Give a delivery back until its cart answers; that is no fault of its own (R9)."""
    scope.connection.execute(
        update(inbox)
        .where(
            inbox.c.merchant_id == scope.merchant_id,
            inbox.c.id == claimed.id,
            inbox.c.lease_token == claimed.lease_token,
        )
        .values(
            waits_since=since,
            due_at=due_at,
            # Not what was claimed: a try that was lost may be counted out meanwhile.
            tries=inbox.c.tries - 1,
            reason_code=reason_code,
            lease_until=None,
            lease_token=None,
        )
    )


def erase(scope: Scope, delivery_id: str) -> None:
    """Forget the documents of a delivery."""
    scope.connection.execute(
        delete(inbox_document).where(
            inbox_document.c.merchant_id == scope.merchant_id,
            inbox_document.c.delivery_id == delivery_id,
        )
    )


def waiting(scope: Scope, *, before: datetime) -> Sequence[tuple[str, int]]:
    """Return each connection whose deliveries wait since long, and how many do."""
    query = (
        select(inbox.c.connection_id, func.count())
        .where(inbox.c.merchant_id == scope.merchant_id, _waits(before))
        .group_by(inbox.c.connection_id)
        .order_by(inbox.c.connection_id)
    )
    return [(row[0], row[1]) for row in scope.connection.execute(query)]


def count_waiting(across: Across, *, before: datetime) -> int:
    """Return how many deliveries of all merchants wait since long for their carts."""
    query = select(func.count()).select_from(inbox).where(_waits(before))
    return int(across.connection.execute(query).scalar_one())


def _waits(before: datetime) -> ColumnElement[bool]:
    return and_(inbox.c.state == "new", inbox.c.waits_since <= before)
