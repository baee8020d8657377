"""One subscription per topic, whatever stood there before."""

import pytest

from connectors.shopify.api import Client, UserErrorsError
from connectors.shopify.subscriptions import subscribe_all, subscribed
from hub.contract.errors import CartUnavailableError
from tests.shopify_double.connection import Joined

TOPICS = ("orders/create", "orders/updated", "fulfillment_orders/placed_on_hold")
WANTED = [
    "FULFILLMENT_ORDERS_PLACED_ON_HOLD",
    "ORDERS_CREATE",
    "ORDERS_UPDATED",
]
URL = "https://hub.example.jp/hooks/shopify/the-key"


@pytest.fixture
def client(double):
    return Client(Joined(double))


def standing(client):
    return sorted((one.topic, one.uri) for one in subscribed(client))


def test_every_topic_goes_to_the_connections_own_address(client):
    subscribe_all(client, TOPICS, URL)
    assert standing(client) == [(topic, URL) for topic in WANTED]


def test_a_second_time_changes_nothing(double, client):
    subscribe_all(client, TOPICS, URL)
    before = len(double.mutations)
    subscribe_all(client, TOPICS, URL)
    assert len(double.mutations) == before


def test_a_changed_key_moves_every_subscription(client):
    subscribe_all(client, TOPICS, f"{URL}-before")
    subscribe_all(client, TOPICS, URL)
    assert standing(client) == [(topic, URL) for topic in WANTED]


def test_what_shopify_took_away_is_made_again(double, client):
    subscribe_all(client, TOPICS, URL)
    del double.shop.subscriptions[1]
    subscribe_all(client, TOPICS, URL)
    assert standing(client) == [(topic, URL) for topic in WANTED]


def test_what_is_no_longer_wanted_goes(client):
    subscribe_all(client, (*TOPICS, "orders/paid"), URL)
    subscribe_all(client, TOPICS, URL)
    assert standing(client) == [(topic, URL) for topic in WANTED]


def test_an_address_that_shopify_refuses_is_an_error_though_it_is_a_200(client):
    with pytest.raises(UserErrorsError):
        subscribe_all(client, TOPICS, "ftp://hub.example.jp")


def test_a_throttled_shop_is_asked_again_later(double, client):
    double.shop.bucket.empty()
    double.shop.bucket.restore_rate = 0
    with pytest.raises(CartUnavailableError) as caught:
        subscribe_all(client, TOPICS, URL)
    assert caught.value.retry_after_seconds


def test_a_token_that_ended_meanwhile_is_renewed_by_the_401(double):
    connection = Joined(double)
    double.world.tokens[-1].access = "shpat_another"
    subscribe_all(Client(connection), TOPICS, URL)
    assert connection.renewals == 1
