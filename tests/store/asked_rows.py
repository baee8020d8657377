"""What stands in the book of a cart that was asked, or asks itself."""

import hashlib

from sqlalchemy import insert, select

from hub.contract.asking import AskKind
from hub.store import asks, data_keys, poll_cursors
from hub.store.inbox_documents import BODY
from hub.store.store import Scope
from hub.store.tables import inbox, inbox_document
from hub.store.types import new_id
from tests.house import House

ORDER = b'{"id": "gid://shopify/Order/1"}'


def keep_what_was_asked(house: House) -> None:
    """Store a document of the newest delivery, and where the next look begins."""
    now = house.clock.now()

    def work(scope: Scope) -> None:
        delivery = house.deliveries()[0].id
        key_id = scope.connection.execute(
            select(inbox.c.data_key_id).where(
                inbox.c.merchant_id == scope.merchant_id, inbox.c.id == delivery
            )
        ).scalar_one()
        scope.connection.execute(
            insert(inbox_document).values(
                merchant_id=scope.merchant_id,
                id=new_id(now),
                delivery_id=delivery,
                name="order",
                body=data_keys.seal_for(scope, key_id, ORDER, column=BODY),
                data_key_id=key_id,
                body_sha256=hashlib.sha256(ORDER).hexdigest(),
                fetched_at=now,
            )
        )
        poll_cursors.begin(scope, house.connection_id, now=now)
        asks.add(
            scope,
            connection_id=house.connection_id,
            shop_id=house.shop_id,
            delivery_id=delivery,
            kind=AskKind.VOID,
            reference="gid://shopify/VoidSession/1",
            order_number="A-1001",
            token="",
            expires_at=now,
            look_at=now,
            now=now,
        )

    house.parts.store.of(house.merchant_id).write(work)
