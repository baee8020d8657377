"""Whose page asks through the app proxy: Shopify's signature, and no second reading."""

import hashlib
import hmac
import tomllib
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from connectors.shopify.app_toml import EXAMPLE_URL, app_toml
from connectors.shopify.scopes import SCOPES
from connectors.shopify.snippets import SNIPPETS
from connectors.shopify.storefront import TAG_PATH, storefront
from hub.contract.connector import Settings
from hub.contract.errors import SignatureError
from hub.contract.inbound import InboundRequest
from hub.contract.secret import Secret
from tests.shopify_double.signing import proxy_query

SECRET = "shpss_test_secret_0123456789"
SHOP = "atodene-demo.myshopify.com"
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
ASKED = {
    "logged_in_customer_id": "",
    "path_prefix": "/apps/atobarai",
    "shop": SHOP,
    "timestamp": str(int(NOW.timestamp())),
}


def asks(query, *, secrets=(SECRET,)):
    request = InboundRequest(
        method="GET",
        query=query,
        headers=(("x-shopify-shop-domain", "other.myshopify.com"),),
        body=b"",
        received_at=NOW,
        remote_address="",
    )
    given = tuple(map(Secret, secrets))
    return storefront(request, Settings(secrets={"client_secret": given}))


def test_the_shop_is_the_one_that_shopify_signed():
    assert asks(proxy_query(SECRET, ASKED)) == SHOP


def test_a_buyer_who_is_logged_in_and_another_subpath_change_nothing():
    other = {"logged_in_customer_id": "8200000000011", "path_prefix": "/community/ato"}
    assert asks(proxy_query(SECRET, ASKED | other)) == SHOP


def test_the_secret_before_is_still_believed():
    query = proxy_query("the-old-secret", ASKED)
    assert asks(query, secrets=(SECRET, "the-old-secret")) == SHOP


@pytest.mark.parametrize(
    "query",
    [
        "",
        urlencode(ASKED),
        proxy_query("another-secret", ASKED),
        proxy_query(SECRET, ASKED) + "&utm=1",
        proxy_query(SECRET, ASKED) + "&shop=other.myshopify.com",
        proxy_query(SECRET, ASKED).replace("atodene-demo", "other"),
        proxy_query(SECRET, ASKED | {"shop": "evil.com"}),
        proxy_query(SECRET, ASKED | {"timestamp": "1"}),
        proxy_query(SECRET, {k: v for k, v in ASKED.items() if k != "shop"}),
    ],
)
def test_what_is_not_signed_as_it_stands_is_refused(query):
    with pytest.raises(SignatureError):
        asks(query)


def test_a_pages_own_parameter_is_refused_although_shopify_signs_it():
    with pytest.raises(SignatureError):
        asks(proxy_query(SECRET, ASKED | {"v": "2"}))


def test_a_signature_for_one_shop_cannot_be_read_as_anothers():
    """What is signed has no separators: a visitor's value could hold a second shop."""
    tail = f"shop={SHOP}timestamp={ASKED['timestamp']}"
    end = f"logged_in_customer_id=path_prefix=/apps/x{tail}"
    front = "logged_in_customer_id=path_prefix=/apps/x"
    victims = front + f"shop=victim.myshopify.comtimestamp={ASKED['timestamp']}z="
    signed = hmac.new(
        SECRET.encode(), f"a={victims}{end}".encode(), hashlib.sha256
    ).hexdigest()
    theirs = {
        "a": "",
        "logged_in_customer_id": "",
        "path_prefix": "/apps/x",
        "shop": "victim.myshopify.com",
        "timestamp": ASKED["timestamp"],
        "z": end,
    }
    honest = {"a": victims, **ASKED, "path_prefix": "/apps/x"}
    assert f"signature={signed}" in proxy_query(SECRET, honest)
    with pytest.raises(SignatureError):
        asks(urlencode({**theirs, "signature": signed}))


def test_the_app_is_configured_for_the_address_that_themes_ask():
    read = tomllib.loads(app_toml(public_url=EXAMPLE_URL))
    proxy = read["app_proxy"]
    assert f"/{proxy['prefix']}/{proxy['subpath']}/tag.js" == TAG_PATH
    assert proxy["url"] == f"{EXAMPLE_URL}/front/shopify"
    assert "write_app_proxy" in SCOPES
    assert all(f'src="{TAG_PATH}"' in one.html for one in SNIPPETS)
