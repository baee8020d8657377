"""Orders that no parcel leaves: picked up, brought by the shop itself, or digital."""

from typing import Any

import pytest

from hub.domain.known import State
from tests.flow.shopify_shop import HANDLE, ShopifyShop, holds, number_of
from tests.shopify_double.documents import LINES

DIGITAL: Any = tuple({**one, "requires_shipping": False} for one in LINES)


@pytest.mark.parametrize(
    "wish",
    [
        {"lines": DIGITAL, "shipping_fee": 0, "_delivery_method": "NONE"},
        {"shipping_address": None, "_delivery_method": "PICK_UP"},
    ],
    ids=["digital", "picked up"],
)
def test_it_is_held_for_a_person_and_never_registered(
    store: ShopifyShop, wish: dict[str, Any]
) -> None:
    order = store.place(**wish)
    number = number_of(order)
    assert store.house.ledger() == []
    assert store.house.state(number) is State.INVALID
    found = {one.code for one in store.house.transaction(number).findings}
    assert "HUB-ELIG-504" in found
    assert order["tags"] == "atodene:要確認"
    assert holds(order) == [HANDLE]


def test_what_a_webhook_does_not_tell_is_found_when_the_order_is_read_anew(
    store: ShopifyShop,
) -> None:
    """A delivery of the shop's own has an address: only the order's parts tell it."""
    order = store.place(_delivery_method="LOCAL")
    number = number_of(order)
    assert len(store.house.ledger()) == 1
    store.double.orders.change(order, note="自社で配達")
    store.settle()
    assert store.house.attention(number) == "HUB-SHIP-011"
    assert len(store.house.ledger()) == 1
