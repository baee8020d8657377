"""Whether an order leaves in parcels at all: without one nothing can be reported."""

from .shop_order import ShopOrder

# The one delivery method of Shopify's by which a carrier goes to the buyer; the others
# are NONE, PICK_UP, PICKUP_POINT, LOCAL and RETAIL.
_BY_CARRIER = "SHIPPING"


def is_unsent(order: ShopOrder) -> bool:
    """Tell whether no parcel goes to the buyer, where Shopify says so clearly.

    Nothing needs shipping, or every part is picked up or brought by the shop itself. A
    webhook names no method: there a billing address without one for shipping tells it.
    """
    if order.lines and not any(line.is_sent for line in order.lines):
        return True
    if any(order.methods):
        # A part whose method is not told may be a parcel.
        return all(one not in ("", _BY_CARRIER) for one in order.methods)
    return order.shipping is None and order.billing is not None
