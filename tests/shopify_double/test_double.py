"""The double itself: a test that leans on it must be able to fail."""

import base64
import hashlib
import hmac
import json
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests import shopify_double
from tests.cart import Cart
from tests.shopify_double import ShopifyDouble
from tests.shopify_double.world import SCOPES


@pytest.fixture
def double():
    with ShopifyDouble(retry_seconds=0.001) as running:
        yield running


@pytest.fixture
def cart():
    running = Cart()
    yield running
    running.close()


def post(url, document, **headers):
    request = urllib.request.Request(
        url,
        json.dumps(document).encode(),
        {"Content-Type": "application/json", **headers},
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def ask(double, query, token=None, **variables):
    secret = double.app.newest_secret
    token = token or double.world.mint(
        double.shop.domain, SCOPES, secret=secret, expiring=True
    )
    url = f"{double.base(double.shop)}/admin/api/2026-10/graphql.json"
    request = {"query": query, "variables": variables}
    return post(url, request, **{"X-Shopify-Access-Token": token.access})


def subscribe(double, cart, topic="ORDERS_CREATE"):
    uri = f"http://127.0.0.1:{cart.port}/hooks/shopify/k"
    query = """mutation($topic: WebhookSubscriptionTopic!, $uri: String!) {
      webhookSubscriptionCreate(topic: $topic, webhookSubscription: {uri: $uri}) {
        webhookSubscription { id } userErrors { field message } } }"""
    return ask(double, query, topic=topic, uri=uri)


def test_an_order_is_read_as_the_published_schema_says(double):
    order = double.orders.place(double.shop, discount=768)
    status, answer = ask(
        double,
        """query($id: ID!) { order(id: $id) { name tags cancelledAt
          totalOutstandingSet { shopMoney { amount currencyCode } }
          shippingAddress { lastName provinceCode }
          fulfillmentOrders(first: 5) { nodes { status fulfillmentHolds { id } } }
          lineItems(first: 10) { nodes { title currentQuantity } } } }""",
        id=order["admin_graphql_api_id"],
    )
    assert status == 200
    found = answer["data"]["order"]
    money = {"amount": "7572.0", "currencyCode": "JPY"}
    assert found["totalOutstandingSet"] == {"shopMoney": money}
    assert found["fulfillmentOrders"]["nodes"][0]["status"] == "OPEN"
    assert [one["currentQuantity"] for one in found["lineItems"]["nodes"]] == [2, 1]
    assert answer["extensions"]["cost"]["requestedQueryCost"] > 0


def test_a_field_that_shopify_does_not_have_is_an_error(double):
    _, answer = ask(double, "{ shop { name colour } }")
    assert "Cannot query field 'colour'" in answer["errors"][0]["message"]
    assert "data" not in answer


def test_a_field_that_only_the_double_lacks_is_an_error_too(double):
    _, answer = ask(double, "{ shop { shopOwnerName } }")
    assert "does not speak Shop.shopOwnerName" in answer["errors"][0]["message"]


def test_an_emptied_bucket_throttles_in_a_200(double):
    double.shop.bucket.empty()
    double.shop.bucket.restore_rate = 0
    status, answer = ask(double, "{ shop { name } }")
    assert status == 200
    assert answer["errors"][0]["extensions"]["code"] == "THROTTLED"


def test_an_expired_token_is_401(double):
    secret = double.app.newest_secret
    token = double.world.mint(double.shop.domain, SCOPES, secret=secret, expiring=True)
    double.world.advance(minutes=61)
    assert ask(double, "{ shop { name } }", token)[0] == 401


def test_the_former_refresh_token_lives_until_the_new_pair_is_used(double):
    app = double.app
    token = double.world.mint(
        double.shop.domain, SCOPES, secret=app.newest_secret, expiring=True
    )
    wish = {
        "client_id": app.client_id,
        "client_secret": app.newest_secret,
        "grant_type": "refresh_token",
        "refresh_token": token.refresh,
    }
    url = f"{double.base(double.shop)}/admin/oauth/access_token"
    assert post(url, wish)[0] == 200
    status, again = post(url, wish)
    assert status == 200
    newest = double.world.tokens[-1]
    assert newest.access == again["access_token"]
    assert ask(double, "{ shop { name } }", newest)[0] == 200
    assert post(url, wish)[0] == 400


def test_a_webhook_is_signed_and_carries_its_headers(double, cart):
    subscribe(double, cart)
    double.orders.place(double.shop)
    double.settle()
    (sent,) = double.webhooks.sent
    digest = hmac.digest(app_secret(double), sent.body, hashlib.sha256)
    assert sent.headers["X-Shopify-Hmac-Sha256"] == base64.b64encode(digest).decode()
    assert cart.heard[0]["name"] == "#1001"
    assert cart.heard[0]["total_outstanding"] == "8340"
    assert not any(key.startswith("_") for key in cart.heard[0])


def app_secret(double):
    return double.app.secrets[0].encode()


def test_a_webhook_is_tried_nine_times_and_then_its_subscription_is_gone(double, cart):
    subscribe(double, cart)
    cart.answers = [500] * 20
    double.orders.place(double.shop)
    double.settle()
    (sent,) = double.webhooks.sent
    assert sent.answers == [500] * 9
    assert double.shop.subscriptions == []


def test_a_second_subscription_to_the_same_address_is_refused(double, cart):
    subscribe(double, cart)
    _, answer = subscribe(double, cart)
    errors = answer["data"]["webhookSubscriptionCreate"]["userErrors"]
    assert errors[0]["message"] == "Address for this topic has already been taken"


def test_compliance_topics_cannot_be_subscribed_to(double, cart):
    _, answer = subscribe(double, cart, topic="SHOP_REDACT")
    assert "errors" in answer


def test_a_held_order_cannot_be_fulfilled(double):
    order = double.orders.place(double.shop)
    made = order["_fulfillment_orders"][0]
    double.orders.hold(order, made, {"reason": "AWAITING_PAYMENT"})
    with pytest.raises(ValueError, match="on hold"):
        double.orders.fulfil(order, number="394812750135")


def test_a_refund_lowers_what_is_left_to_bill(double):
    order = double.orders.place(double.shop, discount=768)
    towel = order["line_items"][0]["id"]
    refund = double.orders.refund(order, {towel: 1})
    subtotal = refund["refund_line_items"][0]["subtotal"]
    assert int(order["current_total_price"]) == 7572 - subtotal
    assert order["line_items"][0]["current_quantity"] == 1


def test_a_cut_call_may_have_had_its_effect(double):
    order = double.orders.place(double.shop)
    double.fail_next(cut=True, after_effect=True)
    query = """mutation($id: ID!) { tagsAdd(id: $id, tags: ["x"]) {
      userErrors { message } } }"""
    with pytest.raises((urllib.error.URLError, ConnectionError)):
        ask(double, query, id=order["admin_graphql_api_id"])
    assert order["tags"] == "x"


def test_a_gift_card_leaves_less_to_bill(double):
    order = double.orders.place(double.shop, gift_card=1000)
    assert int(order["total_outstanding"]) == int(order["total_price"]) - 1000
    assert order["payment_gateway_names"][-1] == "gift_card"
    assert order["financial_status"] == "partially_paid"


def test_a_buyer_is_not_named_before_the_approval(double, cart):
    double.app.customer_data_level = 1
    subscribe(double, cart)
    double.orders.place(double.shop)
    double.settle()
    assert cart.heard[0]["shipping_address"]["name"] is None
    assert cart.heard[0]["email"] is None


def test_orders_are_found_by_moment_and_payment_method(double):
    double.orders.place(double.shop, gateway="代引き")
    moment = double.world.stamp()
    double.world.advance(minutes=5)
    order = double.orders.place(double.shop)
    wish = f"updated_at:>'{moment}' gateway:'後払い（アトディーネ）'"
    query = """query($q: String) { orders(first: 5, query: $q, sortKey: UPDATED_AT) {
      nodes { name } pageInfo { hasNextPage } } }"""
    _, answer = ask(double, query, q=wish)
    assert answer["data"]["orders"]["nodes"] == [{"name": order["name"]}]


def test_a_filter_that_the_double_does_not_know_is_an_error(double):
    query = "query($q: String) { orders(first: 5, query: $q) { nodes { name } } }"
    _, answer = ask(double, query, q="colour:blue")
    assert "does not filter orders by colour" in answer["errors"][0]["message"]


def test_the_double_reads_the_wire_by_itself():
    folder = Path(shopify_double.__file__).parent
    files = [one for one in folder.glob("*.py") if not one.name.startswith("test_")]
    assert len(files) > 15
    strays = [one.name for one in files if "import connectors" in one.read_text()]
    strays += [one.name for one in files if "from connectors" in one.read_text()]
    assert strays == []
