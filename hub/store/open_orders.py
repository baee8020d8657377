"""The open transactions of a shop, as a change of its rules concerns them."""

from collections import Counter
from typing import Any

from sqlalchemy import and_, func, select

from hub.contract.money import Yen
from hub.domain.known import State
from hub.store.filters import IS_LIVE
from hub.store.search import Tally
from hub.store.store import Scope
from hub.store.tables import cart_order, transaction


def ids_of(scope: Scope, shop_id: str, states: frozenset[State]) -> list[str]:
    """Return the open transactions of a shop that are in one of the states."""
    query = _open(scope, shop_id, states, select(transaction.c.id))
    rows = scope.connection.execute(query.order_by(transaction.c.created_at))
    return list(rows.scalars())


def tally_of(scope: Scope, shop_id: str, states: frozenset[State]) -> Tally:
    """Return how many they are and what they amount to."""
    total = func.coalesce(func.sum(func.coalesce(cart_order.c.total, 0)), 0)
    query = _open(scope, shop_id, states, select(func.count(), total))
    row = scope.connection.execute(query).one()
    return Tally(count=row[0], total=Yen(int(row[1])))


def _open(scope: Scope, shop_id: str, states: frozenset[State], what: Any) -> Any:
    ours = and_(
        cart_order.c.merchant_id == transaction.c.merchant_id,
        cart_order.c.id == transaction.c.order_id,
    )
    return what.select_from(transaction.join(cart_order, ours)).where(
        transaction.c.merchant_id == scope.merchant_id,
        IS_LIVE,
        transaction.c.state.in_(sorted(states)),
        cart_order.c.shop_id == shop_id,
    )


_UNMAPPED = "HUB-ELIG-501"
# A page of settings names the words of the newest orders, not of all.
_NEWEST = 1000


def unmapped_words(scope: Scope, shop_id: str) -> list[tuple[str, int]]:
    """Return shipping methods of open orders that nobody mapped, most often first."""
    query = _open(scope, shop_id, frozenset(State), select(transaction.c.findings))
    rows = scope.connection.execute(
        query.order_by(transaction.c.created_at.desc()).limit(_NEWEST)
    ).scalars()
    counted = Counter(
        finding["detail"]
        for findings in rows
        for finding in findings or ()
        if finding["code"] == _UNMAPPED
    )
    return counted.most_common(20)
