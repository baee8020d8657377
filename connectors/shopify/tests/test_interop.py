"""Shopify's own library believes what we sign, and we believe what it signs.

One node process answers all: the tasks are told first, then each test looks at its own
answers.
"""

import json
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest

from connectors.shopify.session_tokens import visit
from connectors.shopify.signed_queries import proven_proxy, proven_query
from connectors.shopify.verify import verify
from hub.contract.errors import SignatureError
from hub.contract.inbound import InboundRequest
from hub.contract.secret import Secret
from tests.npm import package
from tests.shopify_double import ShopifyDouble
from tests.shopify_double.connection import settings_of
from tests.shopify_double.signing import webhook_hmac
from tests.shopify_double.world import SCOPES

pytestmark = pytest.mark.slow

PEER = Path(__file__).parent / "interop" / "peer.cjs"
SECRET = "shpss_test_secret_0123456789"
BODY = '{"id":6105551234567,"name":"#1024","note":"のし希望"}'
DIGEST = "rlul1Opy+LAq5ls2bw2yp30rPy3ihjIP8qa1lQGCda0="
QUERY = {
    "code": "abc123",
    "host": "YWRtaW4uc2hvcGlmeS5jb20vc3RvcmUvYXRvZGVuZS1kZW1v",
    "shop": "atodene-demo.myshopify.com",
    "state": "Zk3pQ9w7",
    "timestamp": "1795408800",
}
PROXY = {
    "logged_in_customer_id": "",
    "path_prefix": "/apps/atodene",
    "shop": "atodene-demo.myshopify.com",
    "timestamp": "1795408800",
}
ODD = {"host": "YW==", "note": "のし 50%&+~*'()", "timestamp": "1795408800"}
MOMENT = datetime.fromtimestamp(1795408800, UTC)


class Peer:
    """The library's answers, by the name of the task."""

    def __init__(self, double, answers, tokens):
        self.double = double
        self.answers = answers
        self.tokens = tokens

    def said(self, name):
        answer = self.answers[name]
        assert "ok" in answer, answer
        return answer["ok"]

    def refusal(self, name):
        return self.answers[name].get("error")


@pytest.fixture(scope="module")
def peer():
    folder = package("@shopify/shopify-api")
    with ShopifyDouble() as double:
        double.app.secrets = [SECRET]
        tokens = {
            "pair": seeded(double, expiring=True),
            "lasting": seeded(double, expiring=False),
            "spare": seeded(double, expiring=True),
        }
        tasks = told(double, tokens)
        made = subprocess.run(
            ["node", str(PEER), str(folder), double.api_base],
            input=json.dumps(list(tasks.values())).encode(),
            capture_output=True,
            timeout=60,
            check=True,
        )
        answers = dict(zip(tasks, json.loads(made.stdout), strict=True))
        yield Peer(double, answers, tokens)


def seeded(double, *, expiring):
    return double.world.mint(
        double.shop.domain, SCOPES, secret=SECRET, expiring=expiring
    )


def told(double, tokens):
    app = {"key": double.app.client_id, "secret": SECRET}
    shop = double.shop.domain
    headers = double.webhooks.headers(shop, "orders/create", BODY.encode())
    proxy = double.proxy_query()
    tasks = {
        "our webhook": {"name": "webhook", "body": BODY, "headers": headers},
        "our webhook, changed": {
            "name": "webhook",
            "body": BODY + " ",
            "headers": headers,
        },
        "our query": {"name": "query", "query": double.launch_query(code="abc")},
        "our odd query": {
            "name": "query",
            "query": double.launch_query(note=ODD["note"]),
        },
        "our proxy query": {"name": "query", "query": proxy, "signator": "appProxy"},
        "our proxy query, more": {
            "name": "query",
            "query": f"{proxy}&limit=54000",
            "signator": "appProxy",
        },
        "our token": {"name": "decode", "token": double.session_token()},
        "our token, alg none": {
            "name": "decode",
            "token": double.session_token(alg="none"),
        },
        "body": {"name": "signBody", "body": BODY},
        "query": {"name": "signQuery", "parameters": QUERY, "signator": "admin"},
        "odd": {"name": "signQuery", "parameters": ODD, "signator": "admin"},
        "proxy": {"name": "signQuery", "parameters": PROXY, "signator": "appProxy"},
        "token": {
            "name": "signToken",
            "store": double.shop.handle,
            # The library's helper leaves the scheme out, which App Bridge does not.
            "overrides": {"iss": f"https://{shop}/admin"},
        },
        "token, another app": {
            "name": "signToken",
            "store": double.shop.handle,
            "overrides": {"iss": f"https://{shop}/admin", "aud": "another-app"},
        },
        "exchange": {
            "name": "exchange",
            "shop": shop,
            "token": double.session_token(),
        },
        "refresh": {
            "name": "refresh",
            "shop": shop,
            "refreshToken": tokens["pair"].refresh,
        },
        "migrate": {"name": "migrate", "shop": shop, "token": tokens["lasting"].access},
        "graphql": {
            "name": "graphql",
            "shop": shop,
            "token": tokens["spare"].access,
            "query": "{ shop { myshopifyDomain } }",
        },
    }
    return {
        name: {"app": app, "signator": "admin", **task} for name, task in tasks.items()
    }


def test_the_library_believes_a_webhook_that_we_sign(peer):
    said = peer.said("our webhook")
    assert said["valid"]
    assert said["topic"] == "ORDERS_CREATE"
    assert not peer.said("our webhook, changed")["valid"]


def test_we_and_the_library_sign_the_vector_of_a_body_alike(peer):
    assert peer.said("body") == DIGEST == webhook_hmac(SECRET, BODY.encode())


def test_we_believe_a_webhook_that_the_library_signs(peer):
    settings = settings_of(peer.double)
    headers = (
        ("X-Shopify-Hmac-Sha256", peer.said("body")),
        ("X-Shopify-Topic", "orders/create"),
    )
    heard = InboundRequest(
        method="POST",
        query="",
        headers=headers,
        body=BODY.encode(),
        received_at=MOMENT,
    )
    assert verify(heard, settings).topic == "orders/create"
    with pytest.raises(SignatureError):
        verify(replace(heard, body=heard.body + b" "), settings)


def test_the_library_believes_a_query_that_we_sign(peer):
    assert peer.said("our query") is True
    assert peer.said("our odd query") is True


@pytest.mark.parametrize(("name", "parameters"), [("query", QUERY), ("odd", ODD)])
def test_we_believe_a_query_that_the_library_signs(peer, name, parameters):
    query = urlencode({**parameters, "hmac": peer.said(name)})
    found = proven_query(query, (Secret(SECRET),), now=MOMENT)
    assert found == parameters


def test_both_refuse_an_app_proxy_parameter_that_is_not_signed(peer):
    assert peer.said("our proxy query") is True
    assert peer.said("our proxy query, more") is False
    query = urlencode({**PROXY, "signature": peer.said("proxy")})
    assert proven_proxy(query, (Secret(SECRET),), now=MOMENT) == PROXY
    with pytest.raises(SignatureError):
        proven_proxy(f"{query}&limit=54000", (Secret(SECRET),), now=MOMENT)


def test_the_library_believes_a_session_token_of_the_double(peer):
    assert peer.said("our token")["dest"] == f"https://{peer.double.shop.domain}"
    assert "InvalidJwtError" in peer.refusal("our token, alg none")


def test_we_believe_a_session_token_that_the_library_signs(peer):
    now = peer.double.world.now()
    settings = settings_of(peer.double)
    found = visit(peer.said("token"), settings, now)
    assert found.shop_key == peer.double.shop.domain
    with pytest.raises(SignatureError):
        visit(peer.said("token, another app"), settings, now)


@pytest.mark.parametrize("name", ["exchange", "refresh", "migrate"])
def test_the_library_takes_the_tokens_of_the_double(peer, name):
    said = peer.said(name)
    left = datetime.fromisoformat(said["expires"]) - peer.double.world.now()
    assert timedelta(minutes=55) < left <= timedelta(hours=1)
    assert said["refreshToken"]
    assert peer.double.world.token_of(said["accessToken"], peer.double.shop.domain)


def test_the_librarys_client_reads_the_double(peer):
    said = peer.said("graphql")
    assert said == {"shop": {"myshopifyDomain": peer.double.shop.domain}}


def test_the_doubles_launch_query_reads_back(peer):
    pairs = dict(parse_qsl(peer.double.launch_query()))
    assert pairs["shop"] == peer.double.shop.domain
