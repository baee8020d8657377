"""Shopify's moments are whole seconds: changes within one of them are all taken."""

from collections.abc import Iterator

import pytest

from tests.flow.shopify_shop import ShopifyShop, number_of, shopify_shop
from tests.flow.wire_calls import REGISTER, SHIP
from tests.house import House

FIRST, SECOND = "394812750135", "394812750146"


@pytest.fixture
def store(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[ShopifyShop]:
    """A shop of Shopify's where everything happens within one second."""
    with shopify_shop(house) as opened:
        moment = opened.double.world.stamp()
        monkeypatch.setattr(opened.double.world, "stamp", lambda: moment)
        yield opened


def total_of(store: ShopifyShop, number: str) -> int:
    wanted = store.house.order(number).wanted.order
    assert wanted is not None
    return int(wanted.total)


def test_a_refund_within_the_second_of_its_order_lowers_the_bill(
    store: ShopifyShop,
) -> None:
    order = store.place(discount=768)
    store.double.orders.refund(order, {order["line_items"][0]["id"]: 1})
    store.settle()
    left = int(order["current_total_price"])
    assert 0 < left < 7572
    assert total_of(store, number_of(order)) == left
    assert store.house.known(number_of(order)).amount == left


def test_a_look_finds_the_change_whose_webhook_never_came(store: ShopifyShop) -> None:
    order = store.place(discount=768)
    store.look()
    store.double.shop.sends_webhooks = False
    store.double.orders.refund(order, {order["line_items"][0]["id"]: 1})
    store.house.move_real(minutes=20)
    store.look()
    assert total_of(store, number_of(order)) == int(order["current_total_price"])


def test_a_number_corrected_within_the_second_is_reported(store: ShopifyShop) -> None:
    order = store.place(discount=768)
    store.double.orders.fulfil(order, number=FIRST)
    store.settle()
    fulfilment = order["fulfillments"][0]
    store.double.orders.track(order, fulfilment, "Yamato (JA)", SECOND)
    store.settle()
    assert store.house.calls().count(REGISTER) == 1
    assert store.house.calls().count(SHIP) == 2
    parcels = store.house.order(number_of(order)).wanted.parcels
    assert [one.parcel.tracking_number for one in parcels] == [SECOND]
