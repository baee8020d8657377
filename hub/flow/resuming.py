"""A shop goes on when the app that brings its orders is installed again."""

from hub.flow.tools import Parts
from hub.store import connections, looks, merchants, poll_cursors, refused_access
from hub.store.store import Scope

# Our access had ended, was too small, or the cart wanted to hear no more.
_NO_ACCESS = frozenset({"HUB-CART-401", "HUB-CART-403", "HUB-CART-410"})


def resume(scope: Scope, parts: Parts, connection_id: str) -> None:
    """Go on with a shop whose app was installed again; what waited goes its way.

    What the cart was not told meanwhile it is told, what it did not give is asked for
    again, and what it did not send is looked for.
    """
    now = parts.clock.now()
    connection = connections.get(scope, connection_id, now=now)
    if connection is None:
        return
    refused_access.tell_again(scope, connection_id, _NO_ACCESS, now=now)
    refused_access.read_again(scope, connection_id, _NO_ACCESS, now=now)
    poll_cursors.ask(scope, connection_id, now=now)
    shop = merchants.get_shop(scope, connection.shop_id)
    if shop.app_removed_at is not None:
        merchants.mark_app(scope, shop.id, removed_at=None)
    # Also where the access had only ended: its alarms are over.
    look_at_all(scope, parts, shop.id)


def look_at_all(scope: Scope, parts: Parts, shop_id: str) -> None:
    """Let the sweep judge each open order anew: there may be thousands."""
    looks.look_soon(scope, shop_id, at=parts.clock.business_now())
