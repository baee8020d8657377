"""A hold of ours that a person released: alarmed, never fought, and explained."""

from hub.domain.known import State
from tests.flow.shopify_shop import (
    HANDLE,
    ShopifyShop,
    buyer,
    holds,
    number_of,
    state_at_shop,
)
from tests.flow.wire_calls import REGISTER


def released(store: ShopifyShop) -> dict[str, object]:
    """Return an order under review whose hold a person just released."""
    order = store.place(**buyer("見本審査中"))
    assert holds(order) == [HANDLE]
    store.double.orders.release_by_person(order)
    store.settle()
    assert holds(order) == []
    assert store.house.attention(number_of(order)) == "HUB-SHIP-012"
    assert store.house.transaction(number_of(order)).attention_is_alarm
    return order


def writes(store: ShopifyShop, name: str) -> int:
    return sum(name in one.request["query"] for one in store.double.mutations)


def test_ok_after_a_hold_was_released_ends_the_alarm_without_an_error(
    store: ShopifyShop,
) -> None:
    order = released(store)
    store.move(hours=3)
    number = number_of(order)
    assert store.house.state(number) is State.AUTHORIZED
    assert (state_at_shop(order), order["tags"]) == ("AUTHORIZED", "atodene:OK")
    assert store.house.attention(number) == ""
    assert {one.state for one in store.house.operations(number)} <= {
        "done",
        "superseded",
    }
    assert store.house.calls().count(REGISTER) == 1
    assert (holds(order), writes(store, "fulfillmentOrderHold(")) == ([], 1)
    assert writes(store, "fulfillmentOrderReleaseHold") == 0


def test_goods_sent_before_ok_alarm_until_it_comes_and_are_reported_then(
    store: ShopifyShop,
) -> None:
    order = released(store)
    number = number_of(order)
    store.double.orders.fulfil(order, number="394812750135")
    store.settle()
    assert store.house.attention(number) == "HUB-SHIP-001"
    store.move(hours=3)
    assert store.house.state(number) is State.SHIPMENT_REPORTED
    assert store.house.attention(number) == ""
    assert store.house.calls().count(REGISTER) == 1


def test_ng_after_a_hold_was_released_holds_nothing_again_and_alarms_on(
    store: ShopifyShop,
) -> None:
    order = store.place(**buyer("見本NG"))
    store.double.orders.release_by_person(order)
    store.settle()
    number = number_of(order)
    assert store.house.state(number) is State.DECLINED
    assert store.house.attention(number) == "HUB-SHIP-012"
    assert (holds(order), writes(store, "fulfillmentOrderHold(")) == ([], 1)
