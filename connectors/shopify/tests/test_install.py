"""The authorization code grant against the double, and what must be refused."""

from dataclasses import replace
from datetime import timedelta
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

import pytest

from connectors.shopify.oauth import again, begin, exchange, finish
from connectors.shopify.scopes import SCOPES
from connectors.shopify.shops import shop_domain, shop_url
from hub.contract.connector import Settings
from hub.contract.errors import (
    CartRefusedError,
    CartUnavailableError,
    SignatureError,
)
from hub.contract.inbound import InboundRequest
from tests.shopify_double.connection import CALLBACK, desk_of
from tests.shopify_double.signing import signed_query


class StaysHere(HTTPRedirectHandler):
    def redirect_request(self, *_arguments):
        return None


def page(query, now):
    return InboundRequest(
        method="GET", query=query, headers=(), body=b"", received_at=now
    )


def start(double):
    desk = desk_of(double)
    return begin(page(double.launch_query(), desk.now), desk)


def consented(double, started):
    """Walk through the consent and return the query of the way back."""
    opener = build_opener(StaysHere)
    with pytest.raises(HTTPError) as answered:
        opener.open(started.redirect_url, timeout=10)
    location = answered.value.headers["Location"]
    answered.value.close()
    assert location.startswith(f"{CALLBACK}?")
    return urlsplit(location).query


def back(double, query, state):
    desk = desk_of(double)
    return finish(page(query, desk.now), desk, state)


def signed(double, **parameters):
    return signed_query(double.app.newest_secret, parameters)


def stamp(double):
    return str(int(double.world.now().timestamp()))


def test_an_installation_brings_the_shop_and_an_expiring_pair(double):
    started = start(double)
    installed = back(double, consented(double, started), started.state)
    assert installed.shop_key == "atodene-demo.myshopify.com"
    shop_id = str(double.shop.id)
    assert installed.settings == {"shop": installed.shop_key, "shop_id": shop_id}
    left = installed.credentials.expires_at - double.world.now()
    assert timedelta(minutes=59) < left <= timedelta(hours=1)
    assert installed.credentials.secret("refresh_token")


def test_the_consent_is_asked_with_the_least_scopes_and_our_callback(double):
    asked = parse_qs(urlsplit(start(double).redirect_url).query)
    assert asked["scope"] == [",".join(SCOPES)]
    assert asked["redirect_uri"] == [CALLBACK]
    assert asked["client_id"] == [double.app.client_id]
    assert "grant_options[]" not in asked


def test_each_state_is_new_and_plain(double):
    states = {start(double).state for _ in range(20)}
    assert len(states) == 20
    assert all(one.replace("-", "").replace("_", "").isalnum() for one in states)


def test_the_secret_goes_to_the_shop_in_a_body_and_never_in_an_address(double):
    started = start(double)
    back(double, consented(double, started), started.state)
    assert double.app.newest_secret not in started.redirect_url
    (call,) = [one for one in double.calls if one.kind == "token"]
    assert call.request["client_secret"] == double.app.newest_secret
    assert call.request["expiring"] == "1"


@pytest.mark.parametrize("state", ["", "another", "ﾌﾞﾗｳｻﾞ"])
def test_extra_05_another_browsers_state_is_refused_before_any_call(double, state):
    query = consented(double, start(double))
    with pytest.raises(SignatureError):
        back(double, query, state)
    assert double.calls == []


def test_a_code_is_good_once(double):
    started = start(double)
    query = consented(double, started)
    back(double, query, started.state)
    with pytest.raises(SignatureError):
        back(double, query, started.state)


@pytest.mark.parametrize(
    "shop",
    [
        "evil.com",
        "a.myshopify.com\n",
        "a.myshopify.com.evil.com",
        "evil.com/a.myshopify.com",
        "a@evil.com#.myshopify.com",
        "-a.myshopify.com",
        "a_b.myshopify.com",
        ".myshopify.com",
        "ａ.myshopify.com",
        "https://a.myshopify.com",
        "",
    ],
)
def test_extra_05_a_shop_that_is_none_is_refused_though_signed(double, shop):
    query = signed(double, code="abc", shop=shop, state="s", timestamp=stamp(double))
    with pytest.raises(SignatureError):
        back(double, query, "s")
    with pytest.raises(SignatureError):
        begin(page(query, double.world.now()), desk_of(double))
    assert double.calls == []
    with pytest.raises(ValueError, match="domain"):
        shop_url(Settings(), shop, "/admin")


def test_a_shop_in_capitals_is_the_same_shop():
    assert shop_domain("Atodene-Demo.MyShopify.com") == "atodene-demo.myshopify.com"


def test_without_a_template_a_call_goes_to_the_shop_itself():
    url = shop_url(Settings(), "a.myshopify.com", "/admin/oauth/access_token")
    assert url == "https://a.myshopify.com/admin/oauth/access_token"


def test_a_query_that_shopify_did_not_sign_is_refused(double):
    wish = {"shop": double.shop.domain, "timestamp": stamp(double), "state": "s"}
    wish |= {"code": "abc"}
    for query in (
        urlencode(wish),
        signed_query("another secret", wish),
        signed_query(double.app.newest_secret, wish) + "&extra=1",
        signed_query(double.app.newest_secret, wish) + "&shop=b.myshopify.com",
        signed_query(double.app.newest_secret, wish).replace("abc", "abd"),
    ):
        with pytest.raises(SignatureError):
            back(double, query, "s")


@pytest.mark.parametrize("seconds", [-301, 301])
def test_an_old_or_early_query_is_refused(double, seconds):
    query = double.launch_query()
    desk = desk_of(double)
    moved = replace(desk, now=desk.now + timedelta(seconds=seconds))
    with pytest.raises(SignatureError):
        begin(page(query, moved.now), moved)


def test_a_query_signed_by_the_former_secret_is_accepted_while_both_count(double):
    double.app.secrets.insert(0, "shpss_d0000000000000000000000000000009")
    wish = {"shop": double.shop.domain, "timestamp": stamp(double)}
    query = signed_query(double.app.secrets[0], wish)
    assert begin(page(query, double.world.now()), desk_of(double)).state


def test_extra_05_fewer_scopes_than_asked_for_are_refused(double):
    double.app.granted_scopes = ("read_orders",)
    started = start(double)
    with pytest.raises(CartRefusedError, match="less"):
        back(double, consented(double, started), started.state)


def test_a_shop_that_is_down_may_be_asked_again(double):
    started = start(double)
    query = consented(double, started)
    double.fail_next("token", status=503)
    with pytest.raises(CartUnavailableError):
        back(double, query, started.state)
    assert back(double, query, started.state).shop_key


def test_a_session_token_is_exchanged_for_an_installation(double):
    installed = exchange(double.session_token(), desk_of(double))
    assert installed.shop_key == double.shop.domain
    assert installed.credentials.expires_at
    (call,) = [one for one in double.calls if one.kind == "token"]
    assert call.request["requested_token_type"].endswith("offline-access-token")


def test_an_exchange_that_grants_less_connects_nothing(double):
    double.app.granted_scopes = ("read_orders", "write_orders")
    with pytest.raises(CartRefusedError) as caught:
        exchange(double.session_token(), desk_of(double))
    assert caught.value.code == "HUB-CART-403"


def test_a_session_token_of_a_stranger_is_not_exchanged(double):
    with pytest.raises(SignatureError):
        exchange(double.session_token(secret="another"), desk_of(double))
    assert double.calls == []


def test_a_shop_that_is_known_goes_to_its_consent_again(double):
    started = again(double.shop.domain, desk_of(double))
    installed = back(double, consented(double, started), started.state)
    assert installed.shop_key == double.shop.domain
