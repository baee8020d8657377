"""Whose a message to the app is: the signed body says it."""

import base64
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connectors.shopify_payments import connector
from connectors.shopify_payments.locate import locate
from connectors.shopify_payments.manifest import APP_TOPICS
from connectors.shopify_payments.translate import translate
from hub.contract.asking import AskKind
from hub.contract.connector import Settings
from hub.contract.errors import ForeignShopError, PayloadError, SignatureError
from hub.contract.events import AppRemoved
from hub.contract.inbound import InboundRequest
from hub.contract.proof import Origin, stored
from hub.contract.secret import Secret

SECRET = "shpss_test_secret_0123456789"
SHOP = "atodene-demo.myshopify.com"
SETTINGS = Settings(values={"shop": SHOP}, secrets={"client_secret": (Secret(SECRET),)})


def message(body, *, topic="app/uninstalled", secret=SECRET):
    raw = json.dumps(body).encode()
    mac = base64.b64encode(hmac.digest(secret.encode(), raw, "sha256")).decode()
    headers = [("X-Shopify-Topic", topic), ("X-Shopify-Hmac-Sha256", mac)]
    return InboundRequest(
        method="POST",
        query="",
        headers=[*headers, ("X-Shopify-Shop-Domain", "b.myshopify.com")],
        body=raw,
        received_at=datetime(2026, 11, 26, tzinfo=UTC),
    )


@pytest.mark.parametrize("topic", APP_TOPICS)
def test_the_shop_is_the_bodys_whatever_the_header_says(topic):
    body = {"shop_domain": SHOP, "myshopify_domain": SHOP}
    found = locate(message(body, topic=topic), SETTINGS)
    assert (found.shop_key, found.delivery.topic) == (SHOP, topic)


def test_a_removal_is_of_the_shop_that_it_names_alone():
    found = locate(message({"myshopify_domain": SHOP}), SETTINGS)
    (event,) = translate(found.delivery, SETTINGS)
    assert isinstance(event, AppRemoved)
    other = Settings(values={"shop": "b.myshopify.com"}, secrets=SETTINGS.secrets)
    with pytest.raises(ForeignShopError):
        translate(found.delivery, other)


def test_a_goodbye_that_comes_late_is_of_an_app_that_is_there_again(double, till):
    gone = stored(
        origin=Origin.SIGNED,
        topic="app/uninstalled",
        dedupe_key="k",
        body=json.dumps({"myshopify_domain": SHOP}).encode(),
        received_at=till.now() - timedelta(hours=2),
        content_type="application/json",
    )
    assert connector.fetch
    late = replace(gone, documents=connector.fetch(gone, till))
    assert translate(late, SETTINGS) == ()
    double.world.uninstall_payments(double.shop)
    told = replace(gone, documents=connector.fetch(gone, till))
    assert [type(one) for one in translate(told, SETTINGS)] == [AppRemoved]


@pytest.mark.parametrize("kind", [one.value for one in AskKind])
def test_a_request_names_no_documents(double, till, kind):
    asked = stored(
        origin=Origin.SIGNED,
        topic=kind,
        dedupe_key="k",
        body=b"{}",
        received_at=till.now(),
        content_type="application/json",
    )
    assert connector.fetch
    assert connector.fetch(asked, till) == {}
    assert double.calls == []


@pytest.mark.parametrize("body", [{}, [], {"myshopify_domain": "evil.example"}, 7])
def test_a_body_without_a_shop_is_refused(body):
    with pytest.raises(PayloadError):
        locate(message(body), SETTINGS)


@pytest.mark.parametrize("topic", ["orders/create", "payment", "", "refund"])
def test_any_other_topic_is_no_app_message(topic):
    with pytest.raises(PayloadError):
        locate(message({"myshopify_domain": SHOP}, topic=topic), SETTINGS)


def test_another_secret_proves_nothing():
    with pytest.raises(SignatureError):
        locate(message({"myshopify_domain": SHOP}, secret="x"), SETTINGS)
