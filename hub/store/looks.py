"""Open transactions of a shop that are to be judged anew, however many they are."""

from datetime import datetime

from sqlalchemy import select, update

from hub.store.filters import IS_LIVE
from hub.store.store import Scope
from hub.store.tables import cart_order, transaction


def look_soon(scope: Scope, shop_id: str, *, at: datetime) -> None:
    """Let every open transaction of a shop be judged anew."""
    of_shop = select(cart_order.c.id).where(
        cart_order.c.merchant_id == scope.merchant_id, cart_order.c.shop_id == shop_id
    )
    scope.connection.execute(
        update(transaction)
        .where(
            transaction.c.merchant_id == scope.merchant_id,
            IS_LIVE,
            transaction.c.order_id.in_(of_shop),
        )
        .values(look_at=at)
    )
