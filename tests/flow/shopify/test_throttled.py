"""A shop that throttles keeps its updates waiting, and costs them no try."""

from tests.flow.shopify.faults import Fault
from tests.flow.shopify_shop import ShopifyShop, number_of


def test_a_shop_that_throttles_costs_an_update_no_try(store: ShopifyShop) -> None:
    bucket = {"currentlyAvailable": 0, "restoreRate": 50, "maximumAvailable": 2000}
    throttled = {
        "errors": [{"extensions": {"code": "THROTTLED"}}],
        "extensions": {"cost": {"requestedQueryCost": 1000, "throttleStatus": bucket}},
    }
    fault = Fault(store, "OrderDisplay", 200, throttled)
    order = store.place()
    for _ in range(8):
        store.move(seconds=40)
    fault.mend()
    # As soon as the shop has time, and not hours later, by the ladder of failures.
    store.move(seconds=60)
    assert order["tags"] == "atodene:OK"
    newest = max(
        store.house.operations(number_of(order), target="cart"), key=lambda one: one.id
    )
    assert newest.state == "done"


def test_a_shop_that_throttles_for_days_is_given_up(store: ShopifyShop) -> None:
    errors = [{"extensions": {"code": "THROTTLED"}}]
    Fault(store, "OrderDisplay", 200, {"errors": errors})
    order = store.place()
    for _ in range(12):
        store.move(hours=25)
    assert store.house.attention(number_of(order)) == "HUB-CART-503"
