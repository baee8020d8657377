"""Ways in which a shop of Shopify's could lose money or data, tried end to end."""

from typing import Any

from hub.domain.known import State
from tests.flow.shopify_shop import (
    ShopifyShop,
    holds,
    number_of,
    post,
    resent,
    state_at_shop,
)
from tests.flow.wire_calls import MODIFY, REGISTER, SHIP
from tests.shopify_double.webhooks import Sent

NUMBER = "394812750135"


def send(store: ShopifyShop, topic: str, sent: Sent) -> int:
    """Send the body of a delivery under a topic; the signature stays good."""
    status = post(sent, X_Shopify_Topic=topic)
    store.settle()
    return status


def test_extra_03_webhook_then_poll_and_poll_then_webhook_register_once(
    store: ShopifyShop,
) -> None:
    store.place()
    store.look()
    quiet = store.double.orders.place(store.shop, silent=True)
    store.house.move_real(minutes=20)
    store.double.world.advance(minutes=20)
    store.look()
    assert store.house.state(number_of(quiet)) is State.AUTHORIZED
    store.double.orders.tell(store.shop, "orders/create", quiet)
    store.settle()
    assert store.house.calls() == [REGISTER, REGISTER]


def test_an_update_before_its_creation_registers_once(store: ShopifyShop) -> None:
    order = store.double.orders.place(store.shop, silent=True)
    store.double.orders.change(order, email="new@example.jp")
    store.settle()
    store.double.orders.tell(store.shop, "orders/create", order)
    store.settle()
    assert store.house.calls() == [REGISTER]
    assert store.house.state(number_of(order)) is State.AUTHORIZED


def test_the_same_name_with_another_id_is_set_aside(store: ShopifyShop) -> None:
    order = store.place()
    store.place(name=order["name"])
    assert store.house.calls() == [REGISTER]
    reasons = {one.reason_code for one in store.house.deliveries()}
    assert "HUB-HOOK-409" in reasons


def test_marking_as_paid_changes_neither_amount_nor_method(store: ShopifyShop) -> None:
    order = store.place(discount=768)
    store.double.orders.fulfil(order, number=NUMBER)
    store.settle()
    assert order["financial_status"] == "paid"
    assert order["total_outstanding"] == "0"
    calls = store.house.calls()
    store.house.wait(minutes=20)
    store.double.world.advance(minutes=20)
    store.look()
    assert store.house.calls() == calls == [REGISTER, SHIP]
    wanted = store.house.order(number_of(order)).wanted.order
    assert wanted is not None
    assert wanted.total == 7572
    assert store.house.known(number_of(order)).amount == 7572
    assert store.house.attention(number_of(order)) == ""


def test_a_forged_topic_moves_no_money(store: ShopifyShop) -> None:
    order = store.place()
    created = resent(store, "orders/create")
    calls = store.house.calls()
    for topic in (
        "orders/cancelled",
        "orders/delete",
        "orders/paid",
        "refunds/create",
        "fulfillments/create",
        "app/uninstalled",
        "customers/redact",
        "shop/redact",
    ):
        send(store, topic, created)
    assert store.house.calls() == calls
    assert store.house.state(number_of(order)) is State.AUTHORIZED
    assert store.house.order(number_of(order)).wanted.is_cancelled is False
    other = store.place()
    assert store.house.state(number_of(other)) is State.AUTHORIZED


def test_a_refund_after_the_report_amends_to_what_is_left(store: ShopifyShop) -> None:
    order = store.place(discount=768)
    store.double.orders.fulfil(order, number=NUMBER)
    store.settle()
    line = order["line_items"][0]
    store.double.orders.refund(order, {line["id"]: 1})
    store.settle()
    left = int(order["current_total_price"])
    assert 0 < left < 7572
    wanted = store.house.order(number_of(order)).wanted.order
    assert wanted is not None
    assert wanted.total == left
    assert store.house.calls().count(REGISTER) == 1


def test_a_500_in_the_middle_of_a_push_is_made_good_later(store: ShopifyShop) -> None:
    real = store.double.answer_graphql
    seen: list[Any] = []

    def failing(shop: Any, access: str, request: Any) -> Any:
        if "tagsAdd" in request["query"] and len(seen) < 2:
            seen.append(request)
            return 500, {"errors": "Internal Server Error"}
        return real(shop, access, request)

    store.double.answer_graphql = failing  # type: ignore[method-assign]  # the fault
    order = store.place()
    for _ in range(6):
        store.house.wait(minutes=10)
        store.double.world.advance(minutes=10)
        store.settle()
    assert len(seen) == 2
    assert (holds(order), state_at_shop(order)) == ([], "AUTHORIZED")
    assert order["tags"] == "atodene:OK"
    assert store.house.calls() == [REGISTER]


def test_a_cancellation_reaches_the_provider_once(store: ShopifyShop) -> None:
    order = store.place()
    store.double.orders.cancel(order)
    store.settle()
    store.house.move_real(minutes=20)
    store.look()
    assert store.house.calls() == [REGISTER, MODIFY]
    (row,) = store.house.ledger()
    assert row["cancelled_at"]


def test_two_methods_where_one_is_not_ours_bill_the_rest(store: ShopifyShop) -> None:
    order = store.place(gift_card=1000)
    (row,) = store.house.ledger()
    assert row["billed_amount"] == int(order["total_outstanding"]) == 7340
