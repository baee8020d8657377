"""Sequences that no honest day brings, tried end to end against a shop of Shopify's."""

from typing import Any

from hub.domain.known import State
from hub.flow.intervene import send_again
from hub.store import credentials
from hub.store.credentials import CredentialState
from tests.flow.shopify_shop import ShopifyShop, number_of, state_at_shop
from tests.flow.wire_calls import MODIFY, REGISTER

NUMBER = "394812750135"
DENIED = {"errors": [{"message": "no", "extensions": {"code": "ACCESS_DENIED"}}]}
TURNED_AWAY = {"errors": "[API] Invalid API key or access token"}


class Fault:
    """Answers some requests in the double's stead until it is mended."""

    def __init__(self, store: ShopifyShop, word: str, status: int, answer: Any) -> None:
        self._is_on = True
        real = store.double.answer_graphql

        def failing(shop: Any, access: str, request: Any) -> Any:
            is_meant = self._is_on and word in request["query"]
            return (status, answer) if is_meant else real(shop, access, request)

        store.double.answer_graphql = failing  # type: ignore[method-assign]  # a fault

    def mend(self) -> None:
        self._is_on = False


def access_of(store: ShopifyShop) -> CredentialState:
    standing = store.house.read(credentials.standings)
    return standing[store.house.connection_id].state


def test_what_the_shop_could_not_be_told_is_seen_until_it_is_told(
    store: ShopifyShop,
) -> None:
    fault = Fault(store, "WriteOrder", 200, DENIED)
    order = store.place()
    number = number_of(order)
    assert store.house.attention(number) == "HUB-CART-403"
    # Whatever the order itself says next must not hide it.
    store.double.orders.change(order, tags="常連")
    store.settle()
    assert store.house.attention(number) == "HUB-CART-403"
    fault.mend()
    told = store.house.operations(number, target="cart")
    newest = max(told, key=lambda one: one.id)
    assert newest.state == "refused"
    where = (store.house.parts, store.house.merchant_id, newest.id)
    send_again(*where, user_id="somebody")
    store.settle()
    assert order["tags"].split(", ") == ["atodene:OK", "常連"]
    assert store.house.attention(number) == ""


def test_a_shop_that_turns_new_tokens_away_is_to_be_installed_again(
    store: ShopifyShop,
) -> None:
    fault = Fault(store, "", 401, TURNED_AWAY)
    order = store.place()
    number = number_of(order)
    assert access_of(store) is CredentialState.VOID
    assert store.house.attention(number) == "HUB-CART-401"
    fault.mend()
    store.install_again()
    assert access_of(store) is CredentialState.VALID
    assert (state_at_shop(order), order["tags"]) == ("AUTHORIZED", "atodene:OK")
    assert store.house.attention(number) == ""
    assert store.house.calls() == [REGISTER]


def test_another_order_of_the_same_name_neither_ends_nor_ships_the_first(
    store: ShopifyShop,
) -> None:
    order = store.place()
    other = store.place(name=order["name"])
    store.double.orders.fulfil(other, number=NUMBER, despite_hold=True)
    store.settle()
    third = store.place(name=order["name"])
    store.double.orders.cancel(third)
    store.settle()
    assert store.house.calls() == [REGISTER]
    wanted = store.house.order(number_of(order)).wanted
    assert (wanted.is_cancelled, wanted.parcels) == (False, ())
    ends = {one.reason_code for one in store.house.deliveries() if one.reason_code}
    assert ends == {"HUB-HOOK-409"}


def test_goods_of_an_order_that_was_emptied_ask_for_a_person(
    store: ShopifyShop,
) -> None:
    order = store.place()
    number = number_of(order)
    store.double.orders.edit(order, {one["id"]: 0 for one in order["line_items"]})
    store.settle()
    assert store.house.state(number) is State.CANCELLED
    assert store.house.attention(number) == ""
    store.double.world.advance(minutes=1)
    added = {"title": "新しい品", "price": 5000, "quantity": 1, "sku": "N-1"}
    store.double.orders.edit(order, {}, added)
    store.settle()
    assert not store.house.order(number).wanted.is_cancelled
    assert store.house.attention(number) == "HUB-PROV-105"
    assert store.house.calls() == [REGISTER, MODIFY]
