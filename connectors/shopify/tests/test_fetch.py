"""Fetching: an order is read anew, with all its lines, and only where it is ours."""

import json
from datetime import timedelta

import pytest

from connectors.shopify.fetch import NO_ORDER, fetch
from hub.contract.errors import CartUnavailableError
from hub.contract.proof import Origin, stored
from tests.shopify_double.connection import Joined

from .speaking import MOMENT, settings


def delivered(topic, body):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return stored(
        origin=Origin.SIGNED,
        topic=topic,
        dedupe_key="k",
        body=raw,
        received_at=MOMENT + timedelta(minutes=1),
        content_type="application/json",
    )


def fetched(double, topic, body):
    return fetch(delivered(topic, body), Joined(double, **settings()))


def bodies(order):
    part = f"gid://shopify/FulfillmentOrder/{order['_fulfillment_orders'][0]['id']}"
    whole = {
        "admin_graphql_api_id": order["admin_graphql_api_id"],
        "payment_gateway_names": order["payment_gateway_names"],
    }
    return {
        "orders/updated": whole,
        "orders/edited": {"order_edit": {"order_id": order["id"]}},
        "refunds/create": {"order_id": order["id"]},
        "fulfillments/create": {
            "admin_graphql_api_id": "gid://shopify/Fulfillment/5",
            "order_id": order["id"],
        },
        "fulfillments/update": {"order_id": order["id"]},
        "fulfillment_orders/order_routing_complete": {
            "fulfillment_order": {"id": part}
        },
        "fulfillment_orders/moved": {"moved_fulfillment_order": {"id": part}},
    }


@pytest.mark.parametrize(
    "topic",
    [
        "orders/updated",
        "orders/edited",
        "refunds/create",
        "fulfillments/create",
        "fulfillments/update",
        "fulfillment_orders/order_routing_complete",
        "fulfillment_orders/moved",
    ],
)
def test_the_order_that_a_webhook_names_is_read(double, topic):
    order = double.orders.place(double.shop)
    document = json.loads(fetched(double, topic, bodies(order)[topic])["order"])
    assert document["id"] == order["admin_graphql_api_id"]
    assert document["name"] == order["name"]
    assert document["billingAddress"]["provinceCode"] == "JP-13"
    assert document["currentTotalPriceSet"]["shopMoney"]["amount"] == "8340.0"
    assert [one["title"] for one in document["lineItems"]["nodes"]] == [
        "オーガニックコットンタオル",
        "静岡煎茶 100g",
    ]


def test_an_order_with_more_lines_than_a_page_is_whole(double):
    lines = [{"title": f"品{n}", "price": 100, "sku": f"s{n}"} for n in range(120)]
    order = double.orders.place(double.shop, lines=lines)
    topic = "refunds/create"
    document = json.loads(fetched(double, topic, {"order_id": order["id"]})["order"])
    assert [one["sku"] for one in document["lineItems"]["nodes"]] == [
        f"s{n}" for n in range(120)
    ]


@pytest.mark.parametrize(
    "topic", ["orders/create", "orders/cancelled", "orders/delete"]
)
def test_what_is_read_from_its_own_body_is_not_fetched(double, topic):
    order = double.orders.place(double.shop)
    assert fetched(double, topic, bodies(order)["orders/updated"]) == {}
    assert double.calls == []


def test_an_order_that_is_not_ours_is_not_fetched(double):
    order = double.orders.place(double.shop, gateway="Shopify Payments")
    assert fetched(double, "orders/updated", bodies(order)["orders/updated"]) == {}
    assert double.calls == []


def test_a_fulfilment_order_of_a_strange_order_is_only_looked_up(double):
    order = double.orders.place(double.shop, gateway="Shopify Payments")
    topic = "fulfillment_orders/order_routing_complete"
    assert fetched(double, topic, bodies(order)[topic]) == {}
    assert len(double.calls) == 1


def test_an_order_that_is_gone_is_told_as_null(double):
    order = double.orders.place(double.shop)
    double.orders.delete(order)
    assert fetched(double, "refunds/create", {"order_id": order["id"]}) == {
        "order": NO_ORDER
    }


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        {"order_id": True},
        {"order_id": -1},
        {"order_edit": {"order_id": "1"}},
        {"admin_graphql_api_id": "gid://shopify/Order/1\n"},
    ],
)
def test_a_body_without_an_order_is_left_to_translate(double, body):
    assert fetched(double, "orders/updated", body) == {}
    assert double.calls == []


def test_a_shop_that_is_down_is_asked_again_later(double):
    order = double.orders.place(double.shop)
    double.fail_next(status=502)
    with pytest.raises(CartUnavailableError):
        fetched(double, "refunds/create", {"order_id": order["id"]})
