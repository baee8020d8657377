"""An old shop takes the app: nothing is registered until a person acts."""

from tests.flow.shopify import old_shop
from tests.flow.shopify_shop import ShopifyShop


def test_item_7_an_old_shop_registers_nothing_and_is_adopted_without_doubles(
    store: ShopifyShop,
) -> None:
    """At 500 and 300 by hand: see old_shop."""
    old_shop.check(store, opened=25, known=15)
