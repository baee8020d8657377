"""Whose an app-level message is: the signed body says it, no header does."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest

from connectors.shopify.locate import locate
from hub.contract.connector import Settings
from hub.contract.errors import PayloadError, SignatureError
from hub.contract.inbound import InboundRequest
from hub.contract.secret import Secret

SECRET = "shpss_test_secret_0123456789"
SHOP = "atodene-demo.myshopify.com"
SETTINGS = Settings(secrets={"client_secret": (Secret(SECRET),)})


def message(body, *, topic="customers/redact", secret=SECRET, header_shop=SHOP):
    raw = json.dumps(body).encode()
    digest = hmac.new(secret.encode(), raw, hashlib.sha256).digest()
    return InboundRequest(
        method="POST",
        query="",
        headers=(
            ("X-Shopify-Topic", topic),
            ("X-Shopify-Shop-Domain", header_shop),
            ("X-Shopify-Hmac-Sha256", base64.b64encode(digest).decode()),
        ),
        body=raw,
        received_at=datetime(2026, 11, 26, tzinfo=UTC),
    )


def test_the_shop_is_the_bodys_whatever_the_header_says():
    found = locate(
        message({"shop_domain": SHOP}, header_shop="b.myshopify.com"), SETTINGS
    )
    assert (found.shop_key, found.delivery.topic) == (SHOP, "customers/redact")


@pytest.mark.parametrize(
    "shop",
    [
        "evil.com",
        f"{SHOP}\n",
        f"{SHOP}.evil.com",
        f"https://{SHOP}",
        f"evil.com/{SHOP}",
        "",
        None,
        7,
        [SHOP],
    ],
)
def test_what_is_no_shop_of_shopifys_is_refused(shop):
    with pytest.raises(PayloadError) as caught:
        locate(message({"shop_domain": shop}), SETTINGS)
    assert list(caught.value.fields) == ["shop_domain"]


@pytest.mark.parametrize("body", [{}, [], "text", None, [{"shop_domain": SHOP}]])
def test_a_body_without_a_shop_is_refused(body):
    with pytest.raises(PayloadError):
        locate(message(body), SETTINGS)


def test_a_shops_own_topic_is_no_app_message():
    with pytest.raises(PayloadError) as caught:
        locate(message({"shop_domain": SHOP}, topic="orders/create"), SETTINGS)
    assert list(caught.value.fields) == ["topic"]


def test_another_secret_proves_nothing():
    with pytest.raises(SignatureError):
        locate(message({"shop_domain": SHOP}, secret="shpss_other"), SETTINGS)
