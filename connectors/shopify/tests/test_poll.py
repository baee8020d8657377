"""Polling: every change of ours once, and webhooks that are gone come back."""

import json

import pytest

from connectors.shopify.api import Client
from connectors.shopify.manifest import MANIFEST
from connectors.shopify.poll import poll
from connectors.shopify.subscriptions import constant_of, subscribe_all
from hub.contract.errors import CartUnavailableError
from tests.shopify_double.connection import Joined

from .speaking import mutations, settings

HOOK = "https://hub.example.jp/hooks/shopify/k3y"


@pytest.fixture
def connection(double):
    return Joined(double, **settings())


def looked(connection, cursor=""):
    """Look until there is no more; return the names of the orders and the cursor."""
    names = []
    while True:
        polled = poll(connection, cursor)
        cursor = polled.cursor
        names += [json.loads(one.body)["name"] for one in polled.messages]
        if not polled.is_more:
            return names, cursor


def reads(double):
    queries = [one.request["query"] for one in double.calls]
    return sum(one.startswith("query ReadOrder") for one in queries)


def test_an_order_whose_webhook_never_came_is_found_once(double, connection):
    _, cursor = looked(connection)
    order = double.orders.place(double.shop, silent=True)
    names, cursor = looked(connection, cursor)
    assert names == [order["name"]]
    double.world.advance(minutes=10)
    _, cursor = looked(connection, cursor)
    names, _ = looked(connection, cursor)
    assert names == []


def test_an_order_that_changed_is_brought_again(double, connection):
    order = double.orders.place(double.shop, silent=True)
    double.world.advance(minutes=1)
    _, cursor = looked(connection)
    double.world.advance(minutes=1)
    order["note"] = "x"
    double.orders.touch(double.shop, order)
    first, _ = looked(connection, cursor)
    assert first == [order["name"]]


def test_a_change_in_the_overlap_that_was_read_is_not_read_again(double, connection):
    double.orders.place(double.shop, silent=True)
    double.world.advance(minutes=1)
    _, cursor = looked(connection)
    before = reads(double)
    looked(connection, cursor)
    assert reads(double) == before == 1


def test_the_first_look_brings_only_what_is_open(double, connection):
    kept = double.orders.place(double.shop, silent=True)
    gone = double.orders.place(double.shop, silent=True)
    double.orders.cancel(gone)
    names, cursor = looked(connection)
    assert names == [kept["name"]]
    double.world.advance(minutes=1)
    double.orders.cancel(kept)
    names, _ = looked(connection, cursor)
    assert kept["name"] in names


def test_orders_of_others_are_listed_and_not_read(double, connection):
    double.orders.place(double.shop, gateway="Shopify Payments", silent=True)
    names, _ = looked(connection)
    assert names == []
    assert reads(double) == 0


def test_pages_are_gone_through_without_a_loss(double, connection):
    placed = [double.orders.place(double.shop, silent=True) for _ in range(23)]
    polled = poll(connection, "")
    assert polled.is_more
    assert len(polled.messages) == 20
    names, _ = looked(connection)
    assert names == [one["name"] for one in placed]


def test_what_was_read_before_a_failure_is_kept(double, connection):
    placed = [double.orders.place(double.shop, silent=True) for _ in range(3)]
    poll(connection, "")  # the token and the webhooks are settled
    real = double.answer_graphql
    count = 0

    def failing(shop, access, request):
        nonlocal count
        count += request["query"].startswith("query ReadOrder")
        if request["query"].startswith("query ReadOrder") and count == 3:
            return 503, {"errors": "down"}
        return real(shop, access, request)

    double.answer_graphql = failing
    polled = poll(connection, "")
    assert len(polled.messages) == 2
    assert polled.is_more
    names, _ = looked(connection, polled.cursor)
    assert names == [placed[2]["name"]]


def test_a_look_without_any_order_read_says_so(double, connection):
    double.orders.place(double.shop, silent=True)
    double.fail_next(status=503, times=2)
    with pytest.raises(CartUnavailableError):
        poll(connection, "")


def test_the_same_order_has_the_same_key_and_another_state_another(double, connection):
    order = double.orders.place(double.shop, silent=True)
    (first,) = poll(connection, "").messages
    (again,) = poll(connection, "").messages
    assert first.dedupe_key == again.dedupe_key
    order["note"] = "x"
    (changed,) = poll(connection, "").messages
    assert changed.dedupe_key != first.dedupe_key


def subscribed(double):
    return sorted((one.topic, one.uri) for one in double.shop.subscriptions)


def test_subscriptions_that_are_gone_come_back(double, connection):
    subscribe_all(Client(connection), MANIFEST.topics, HOOK)
    whole = subscribed(double)
    poll(connection, "")
    del double.shop.subscriptions[1:4]
    poll(connection, "")
    assert subscribed(double) == whole
    double.shop.subscriptions.clear()
    poll(connection, "")
    assert subscribed(double) == whole
    assert {topic for topic, _ in whole} == set(map(constant_of, MANIFEST.topics))


def test_a_look_that_finds_all_in_place_writes_nothing(double, connection):
    subscribe_all(Client(connection), MANIFEST.topics, HOOK)
    poll(connection, "")
    before = mutations(double)
    poll(connection, "")
    assert mutations(double) == before


def test_without_a_known_address_no_subscription_is_made(double, connection):
    poll(connection, "")
    assert double.shop.subscriptions == []


def test_an_order_that_was_ours_is_read_until_its_end_is_told(double, connection):
    order = double.orders.place(double.shop, silent=True)
    order |= {"payment_gateway_names": ["Shopify Payments"], "tags": "atodene:OK, vip"}
    assert looked(connection)[0] == [order["name"]]
    order["tags"] = "atodene:取消, vip"
    assert looked(connection)[0] == []
