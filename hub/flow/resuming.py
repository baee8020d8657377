"""A shop goes on when the app that brings its orders is installed again."""

from hub.flow.tools import Parts
from hub.store import connections, looks, merchants
from hub.store.store import Scope


def resume(scope: Scope, parts: Parts, connection_id: str) -> None:
    """Go on with a shop whose app was installed again; what waited goes its way."""
    now = parts.clock.now()
    connection = connections.get(scope, connection_id, now=now)
    if connection is None:
        return
    shop = merchants.get_shop(scope, connection.shop_id)
    if shop.app_removed_at is not None:
        merchants.mark_app(scope, shop.id, removed_at=None)
        look_at_all(scope, parts, shop.id)


def look_at_all(scope: Scope, parts: Parts, shop_id: str) -> None:
    """Let the sweep judge each open order anew: there may be thousands."""
    looks.look_soon(scope, shop_id, at=parts.clock.business_now())
