"""The double whose payments app sends its requests nowhere."""

import pytest

from tests.shopify_double import ShopifyDouble

from .till import Till


@pytest.fixture
def double():
    with ShopifyDouble() as running:
        running.payments.starting.listens_at("http://127.0.0.1:1")
        running.payments.starting.ladder = ()
        yield running


@pytest.fixture
def till(double):
    return Till(double)
