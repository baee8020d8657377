"""What kind of order it is, from what Shopify or the shop's apps say clearly."""

import unicodedata

from hub.contract.order import OrderKind

from .shop_order import ShopOrder

# The app through which Shopify makes the later orders of a contract.
_LATER_SOURCE = "subscription_contract"
# The tags that subscription apps write, in the words of Shopify's own app.
_FIRST_TAG, _LATER_TAG = "subscription first order", "subscription recurring order"
_PREORDER = ("予約", "pre-order", "preorder")
_GIFT_ATTRIBUTES = frozenset({"ギフト", "gift", "贈り物", "プレゼント"})
_YES = frozenset({"はい", "あり", "有", "有り", "希望する", "yes", "true", "1", "on"})


def kind_of(order: ShopOrder, *, is_elsewhere: bool) -> OrderKind:
    """Return the kind; NORMAL where nothing is said.

    A gift needs a second address: 贈り物 to oneself is an order like any other.
    """
    if order.is_test:
        return OrderKind.TEST
    tags = {_folded(tag) for tag in order.tags}
    if order.source == _LATER_SOURCE or _LATER_TAG in tags:
        return OrderKind.SUBSCRIPTION_LATER
    plans = [_folded(line.plan) for line in order.lines if line.plan.strip()]
    if any(word in plan for plan in plans for word in _PREORDER):
        return OrderKind.PREORDER
    if plans or _FIRST_TAG in tags:
        return OrderKind.SUBSCRIPTION_FIRST
    return OrderKind.GIFT if is_elsewhere and _is_gift(order) else OrderKind.NORMAL


def _is_gift(order: ShopOrder) -> bool:
    return any(
        _folded(name) in _GIFT_ATTRIBUTES and _folded(value) in _YES
        for name, value in order.attributes
    )


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()
