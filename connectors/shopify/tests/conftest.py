"""The double, and an order placed at its shop."""

import pytest

from tests.shopify_double import ShopifyDouble


@pytest.fixture
def double():
    with ShopifyDouble() as running:
        # No test waits for its bucket unless it empties it.
        running.shop.bucket.restore_rate = 100_000
        yield running


@pytest.fixture
def order(double):
    return double.orders.place(double.shop)
