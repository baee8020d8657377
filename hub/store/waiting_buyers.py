"""Orders that need a person while their buyers wait at the cart for the answer."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import and_, select

from hub.contract.asking import AskKind
from hub.store.filters import NEEDS_ATTENTION
from hub.store.search import is_overtaken
from hub.store.store import Scope
from hub.store.tables import ask, cart_order, transaction


def waiting_buyers(
    scope: Scope, *, now: datetime, limit: int
) -> Mapping[str, datetime]:
    """Return until when the buyers of transactions wait, by id, the most urgent first.

    Only of those that a person must look at: everything else is answered by itself.
    """
    joined = ask.join(
        cart_order,
        and_(
            cart_order.c.merchant_id == ask.c.merchant_id,
            cart_order.c.shop_id == ask.c.shop_id,
            cart_order.c.order_number == ask.c.order_number,
        ),
    ).join(
        transaction,
        and_(
            transaction.c.merchant_id == cart_order.c.merchant_id,
            transaction.c.order_id == cart_order.c.id,
        ),
    )
    query = (
        select(transaction.c.id, ask.c.expires_at)
        .select_from(joined)
        .where(
            ask.c.merchant_id == scope.merchant_id,
            # Only an open request is looked at again, and an index holds those.
            ask.c.look_at.is_not(None),
            ask.c.kind == AskKind.PAYMENT.value,
            ask.c.given_up_at.is_(None),
            ask.c.expires_at > now,
            NEEDS_ATTENTION,
            ~is_overtaken(),
        )
        .order_by(ask.c.expires_at, ask.c.id)
        .limit(limit)
    )
    rows = scope.connection.execute(query).all()
    return {row.id: row.expires_at for row in rows}
