"""A lease outlasts whatever is done under it, or two would do it at once (I-18)."""

from connectors.generic_webhook.push import TOTAL_SECONDS as GENERIC
from connectors.shopify.api import TOTAL_SECONDS as SHOPIFY
from connectors.shopify.tokens import TOTAL_SECONDS as NEW_TOKEN
from hub.store.leases import LEASE

MARGIN_SECONDS = 10


def test_the_cart_s_outlasts_the_longest_update() -> None:
    # Shopify's may ask for a new token first.
    longest = max(GENERIC, NEW_TOKEN + SHOPIFY)
    assert LEASE["cart"].total_seconds() >= longest + MARGIN_SECONDS
