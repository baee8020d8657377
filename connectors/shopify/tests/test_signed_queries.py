"""The vectors of shopify.md section 7, and the traps of both kinds of query."""

from datetime import UTC, datetime, timedelta

import pytest

from connectors.shopify.signed_queries import proven_proxy, proven_query
from hub.contract.errors import SignatureError
from hub.contract.secret import Secret
from tests.shopify_double.signing import proxy_query, signed_query

SECRET = "shpss_test_secret_0123456789"
SECRETS = (Secret(SECRET),)
NOW = datetime.fromtimestamp(1795408800, UTC)
QUERY = (
    "code=abc123&host=YWRtaW4uc2hvcGlmeS5jb20vc3RvcmUvYXRvZGVuZS1kZW1v"
    "&shop=atodene-demo.myshopify.com&state=Zk3pQ9w7&timestamp=1795408800"
)
DIGEST = "e81d55a922537cd57e69899a3e5d4bf41ee797928d70317272515986133cd040"
PROXY = (
    "logged_in_customer_id=&path_prefix=%2Fapps%2Fatodene"
    "&shop=atodene-demo.myshopify.com&timestamp=1795408800"
)
PROXY_DIGEST = "19065470cdc9607f7ee9994b9bd8fc1d2d48e0cc75c6d96871f33c4752c0097b"


def test_the_vector_of_a_query_is_proven_in_any_order():
    found = proven_query(f"{QUERY}&hmac={DIGEST}", SECRETS, now=NOW)
    assert found["state"] == "Zk3pQ9w7"
    turned = "&".join(reversed(QUERY.split("&")))
    assert proven_query(f"hmac={DIGEST}&{turned}", SECRETS, now=NOW) == found


def test_the_vector_of_the_app_proxy_is_proven():
    query = f"{PROXY}&signature={PROXY_DIGEST}"
    found = proven_proxy(query, SECRETS, now=NOW)
    assert found["shop"] == "atodene-demo.myshopify.com"


def test_the_documented_digest_of_the_app_proxy_is_ours():
    query = (
        "extra=1&extra=2&shop=shop-name.myshopify.com&logged_in_customer_id=1"
        "&path_prefix=%2Fapps%2Fawesome_reviews&timestamp=1317327555"
        "&signature=4c68c8624d737112c91818c11017d24d334b524cb5c2b8ba08daa056f7395ddb"
    )
    moment = datetime.fromtimestamp(1317327555, UTC)
    found = proven_proxy(query, (Secret("hush"),), now=moment)
    assert found["extra"] == "1,2"


@pytest.mark.parametrize(
    "query",
    [
        f"{PROXY}&signature={PROXY_DIGEST}&limit=54000",
        f"{PROXY}&signature={PROXY_DIGEST}&shop=evil.myshopify.com",
        f"{PROXY}&signature={PROXY_DIGEST}&signature={PROXY_DIGEST}",
        f"{PROXY}&signature={PROXY_DIGEST.upper()}",
        f"{PROXY}&signature=",
        PROXY,
        "",
        "signature",
    ],
)
def test_extra_07_an_app_proxy_query_with_anything_unsigned_is_refused(query):
    with pytest.raises(SignatureError):
        proven_proxy(query, SECRETS, now=NOW)


@pytest.mark.parametrize(
    "query",
    [
        f"{QUERY}&hmac={DIGEST}&extra=1",
        f"{QUERY}&hmac={DIGEST}&hmac={DIGEST}",
        f"{QUERY}&hmac={DIGEST}&state=Zk3pQ9w7",
        f"{QUERY}&hmac={DIGEST.upper()}",
        f"{QUERY}&hmac={DIGEST[:-1]}",
        f"{QUERY}&hmac=",
        f"{QUERY}&hmac=%FF%FE",
        f"{QUERY}&hmac={'é' * 64}",
        QUERY,
        "",
        "&" * 9000,
    ],
)
def test_a_query_with_anything_unsigned_is_refused(query):
    with pytest.raises(SignatureError):
        proven_query(query, SECRETS, now=NOW)


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_query_is_good_for_five_minutes_either_way(seconds):
    moment = NOW + timedelta(seconds=seconds)
    with pytest.raises(SignatureError):
        proven_query(f"{QUERY}&hmac={DIGEST}", SECRETS, now=moment)
    with pytest.raises(SignatureError):
        proven_proxy(f"{PROXY}&signature={PROXY_DIGEST}", SECRETS, now=moment)


@pytest.mark.parametrize(
    "timestamp", ["", "1e9", "-1795408800", "１７９５４０８８００", "nan"]
)
def test_a_timestamp_that_is_no_moment_is_refused(timestamp):
    query = signed_query(SECRET, {"shop": "a.myshopify.com", "timestamp": timestamp})
    with pytest.raises(SignatureError):
        proven_query(query, SECRETS, now=NOW)
    query = proxy_query(SECRET, {"shop": "a.myshopify.com", "timestamp": timestamp})
    with pytest.raises(SignatureError):
        proven_proxy(query, SECRETS, now=NOW)


def test_no_secret_proves_nothing():
    for secrets in ((), (Secret(""),)):
        with pytest.raises(SignatureError):
            proven_query(f"{QUERY}&hmac={DIGEST}", secrets, now=NOW)


@pytest.mark.parametrize("value", ["a=b", "YW==", "a b", "a+b", "あ", "~*'()", "50%&"])
def test_odd_values_are_proven_as_the_javascript_library_signs_them(value):
    parameters = {"host": value, "timestamp": "1795408800"}
    found = proven_query(signed_query(SECRET, parameters), SECRETS, now=NOW)
    assert found["host"] == value
