"""The app goes and comes back: what waited goes on, and nothing is sent twice."""

import pytest

from hub.domain.known import State
from hub.flow import intervene
from hub.flow.sweep import sweep
from hub.store import privacy_requests
from hub.store.operations import StoredOperation
from tests.flow.shopify_shop import (
    HANDLE,
    ShopifyShop,
    buyer,
    holds,
    number_of,
    state_at_shop,
)
from tests.flow.wire_calls import MODIFY, REGISTER, SHIP
from tests.house import House


def cart_operations(house: House, number: str) -> list[StoredOperation]:
    return house.operations(number, target="cart")


def test_orders_under_review_go_on_after_the_app_came_back(store: ShopifyShop) -> None:
    reviewed = store.place(**buyer("見本審査中"))
    assert (holds(reviewed), state_at_shop(reviewed)) == ([HANDLE], "SCREENING")
    store.uninstall()
    store.house.wait(seconds=5)
    assert store.house.attention(number_of(reviewed)) == "HUB-CONN-102"
    store.move(hours=3)
    # The provider's answer is known; the shop cannot be told while the app is gone.
    assert store.house.state(number_of(reviewed)) is State.AUTHORIZED
    assert holds(reviewed) == [HANDLE]
    store.install_again()
    store.move(minutes=30)
    assert (holds(reviewed), state_at_shop(reviewed)) == ([], "AUTHORIZED")
    assert reviewed["tags"] == "atodene:OK"
    assert store.house.attention(number_of(reviewed)) == ""
    assert store.house.calls().count(REGISTER) == 1
    ends = {one.state for one in cart_operations(store.house, number_of(reviewed))}
    assert ends <= {"done", "superseded"}


def test_an_order_of_the_time_between_waits_for_the_app_and_is_held(
    store: ShopifyShop,
) -> None:
    store.place()
    quiet = store.double.orders.place(store.shop, silent=True)
    late = store.shop.subscriptions[0].uri
    store.uninstall()
    # A delivery may be a day late, and its signature is still good.
    store.double.webhooks.send(store.shop, "orders/create", shown(quiet), late, "event")
    store.settle()
    assert store.house.state(number_of(quiet)) is State.RECEIVED
    assert store.house.attention(number_of(quiet)) == "HUB-CONN-103"
    missed = store.double.orders.place(store.shop, silent=True)
    store.install_again()
    store.move(minutes=20)
    store.look()
    for order in (quiet, missed):
        assert store.house.state(number_of(order)) is State.AUTHORIZED
        assert store.house.attention(number_of(order)) == ""
        assert (holds(order), state_at_shop(order)) == ([], "AUTHORIZED")
    assert store.house.calls() == [REGISTER] * 3
    assert {one.uri for one in store.shop.subscriptions} == {late}


def test_a_fulfilment_that_the_app_could_not_read_is_read_when_it_is_back(
    store: ShopifyShop,
) -> None:
    order = store.place()
    # Its webhook and that of the removal leave together; then nothing can be read.
    store.double.orders.fulfil(order, number="394812750135")
    store.uninstall()
    assert store.house.state(number_of(order)) is State.AUTHORIZED
    assert "HUB-CART-401" in {one.reason_code for one in store.house.deliveries()}
    store.install_again()
    assert store.house.state(number_of(order)) is State.SHIPMENT_REPORTED
    assert state_at_shop(order) == "SHIPMENT_REPORTED"
    assert store.house.calls() == [REGISTER, SHIP]
    assert {one.state for one in store.house.deliveries()} <= {"done", "ignored"}


def test_an_uninstalled_app_registers_nothing_and_a_person_still_cancels(
    store: ShopifyShop,
) -> None:
    order = store.place()
    late = store.shop.subscriptions[0].uri
    store.uninstall()
    other = store.double.orders.place(store.shop, silent=True)
    store.double.webhooks.send(store.shop, "orders/create", shown(other), late, "event")
    store.settle()
    assert store.house.calls() == [REGISTER]
    intervene.cancel_transaction(
        store.house.parts,
        store.house.merchant_id,
        store.house.order(number_of(order)).id,
        reason="購入者の申し出",
        typed_number=number_of(order),
        user_id="somebody",
    )
    store.settle()
    assert store.house.state(number_of(order)) is State.CANCELLED
    assert store.house.calls() == [REGISTER, MODIFY]


@pytest.mark.parametrize(("is_back", "state"), [(True, "passed_over"), (False, "done")])
def test_extra_10_an_old_shop_redact_spares_what_was_installed_again(
    store: ShopifyShop, is_back: bool, state: str
) -> None:
    order = store.place()
    store.double.orders.cancel(order)
    store.settle()
    store.uninstall()
    store.move(hours=10)
    if is_back:
        store.install_again()
    store.move(hours=38, minutes=5)
    store.double.redact_shop(store.shop)
    store.settle()
    sweep(store.house.parts)
    (request,) = store.house.read(privacy_requests.of_merchant)
    assert request.state == state
    assert store.house.order(number_of(order)).wanted.is_erased is not is_back
    assert len(store.house.ledger()) == 1


def shown(order: dict[str, object]) -> dict[str, object]:
    """Return what webhooks show of an order."""
    return {name: one for name, one in order.items() if not name.startswith("_")}
