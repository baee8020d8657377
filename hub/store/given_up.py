"""Updates that a cart never got: the hub gave up, and nothing newer was told since."""

from hub.store.operations import is_overtaken
from hub.store.statements import first, row_of
from hub.store.store import Scope
from hub.store.tables import operation

# A cart where nobody listens any more is told nothing, and that is known of it.
_NOBODY = "HUB-CART-410"
_OF_ORDER = (
    row_of(operation, "order_id", "target", "state")
    .where(operation.c.reason_code != _NOBODY, ~is_overtaken())
    .order_by(operation.c.seq.desc())
    .limit(1)
)


def why_untold(scope: Scope, order_id: str) -> str:
    """Return the code for which a cart does not show the newest of an order, or ""."""
    row = first(scope, _OF_ORDER, order_id=order_id, target="cart", state="refused")
    return str(row.reason_code) if row else ""
