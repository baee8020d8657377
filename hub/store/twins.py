"""Another order of the same buyer and amount, found by keyed hashes."""

from datetime import timedelta

from sqlalchemy import and_, bindparam, or_, select

from hub.store.filters import IS_LIVE
from hub.store.orders import StoredOrder
from hub.store.search_hash import search_hash
from hub.store.statements import first
from hub.store.store import Scope
from hub.store.tables import cart_order, person, transaction

# No order is asked for: the first that an index leads to is enough to look closer.
_TWIN = (
    select(cart_order.c.order_number)
    .select_from(
        person.join(
            cart_order,
            and_(
                cart_order.c.merchant_id == person.c.merchant_id,
                cart_order.c.id == person.c.order_id,
            ),
        ).join(
            transaction,
            and_(
                transaction.c.merchant_id == person.c.merchant_id,
                transaction.c.order_id == person.c.order_id,
            ),
        )
    )
    .where(
        person.c.merchant_id == bindparam("where_merchant_id"),
        or_(
            person.c.phone_hash == bindparam("where_phone_hash"),
            person.c.email_hash == bindparam("where_email_hash"),
        ),
        cart_order.c.total == bindparam("where_total"),
        cart_order.c.id != bindparam("where_id"),
        cart_order.c.placed_at >= bindparam("where_since"),
        cart_order.c.placed_at <= bindparam("where_until"),
        IS_LIVE,
    )
    .limit(1)
)


def twin_of(scope: Scope, order: StoredOrder, *, within: timedelta) -> str:
    """Return the number of an open order of the same buyer and amount, "" for none.

    The buyer is the same where the phone number or the e-mail address is.
    """
    wanted = order.wanted.order
    if wanted is None:
        return ""
    found = first(
        scope,
        _TWIN,
        phone_hash=_hash(scope, "phone_hash", wanted.buyer.phone),
        email_hash=_hash(scope, "email_hash", wanted.buyer.email),
        total=int(wanted.total),
        id=order.id,
        since=wanted.ordered_at - within,
        until=wanted.ordered_at + within,
    )
    return str(found.order_number) if found else ""


def _hash(scope: Scope, column: str, value: str) -> str | None:
    return search_hash(
        scope.vault, merchant_id=scope.merchant_id, column=column, value=value
    )
