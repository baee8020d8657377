"""The payments side of the double: what leans on it must be able to fail."""

from collections.abc import Iterator

import pytest
import requests

from tests.cart import Cart
from tests.shopify_double import ShopifyDouble
from tests.shopify_double import payments_pages as pages
from tests.shopify_double.buyers import Buyer
from tests.shopify_double.payments_app import (
    RESOLVE,
    AnApp,
    ask,
    codes,
    end,
    pend,
    reject,
    resolve,
    token,
)
from tests.shopify_double.payments_graph import GATEWAY_SCOPE, SCOPE
from tests.shopify_double.payments_sending import VERIFIED


@pytest.fixture
def app() -> Iterator[AnApp]:
    running = AnApp()
    yield running
    running.close()


@pytest.fixture
def double(app: AnApp) -> Iterator[ShopifyDouble]:
    with ShopifyDouble(retry_seconds=0.001) as running:
        running.payments.starting.listens_at(app.base)
        running.payments.starting.ladder = (0.001,) * 5
        yield running


def test_a_payment_is_started_as_the_reference_says(
    double: ShopifyDouble, app: AnApp
) -> None:
    session = double.payments.buy(double.shop, amount=7572, surname="見本")
    ((path, headers, body),) = app.heard
    assert path == "/asks/x/payment"
    assert headers["Shopify-Shop-Domain"] == double.shop.domain
    assert headers["Shopify-Api-Version"] == "2026-10"
    assert headers[VERIFIED] == double.payments.starting.proxy.token
    assert body["gid"] == f"gid://shopify/PaymentSession/{body['id']}"
    assert (body["amount"], body["currency"], body["test"]) == ("7572", "JPY", False)
    assert body["customer"]["billing_address"]["family_name"] == "見本"
    assert session.redirect_url == "http://127.0.0.1:1/wait/t"


def test_a_refusal_is_tried_again_up_the_ladder(
    double: ShopifyDouble, app: AnApp
) -> None:
    app.refusals = [503, 500]
    session = double.payments.buy(double.shop)
    assert session.statuses == [503, 500, 201]
    app.refusals = [503] * 9
    given_up = double.payments.buy(double.shop)
    assert given_up.statuses == [503] * 6
    assert given_up.redirect_url == ""


def test_copies_go_at_the_same_moment_and_are_one_session(
    double: ShopifyDouble, app: AnApp
) -> None:
    session = double.payments.buy(double.shop, copies=3)
    assert session.statuses == [201] * 3
    assert {body["gid"] for _, _, body in app.heard} == {session.gid}


@pytest.mark.parametrize("name", [VERIFIED, "x_hub_client_verified"])
def test_the_proxy_lets_nobody_claim_to_be_shopify(
    double: ShopifyDouble, app: AnApp, name: str
) -> None:
    starting = double.payments.starting
    session = double.payments.begin(double.shop)
    starting.post(session, is_shopify=False, **{name: starting.proxy.token})
    ((_, headers, _),) = app.heard
    assert not {one.casefold().replace("_", "-") for one in headers} & {
        VERIFIED.casefold()
    }


def test_a_resolved_payment_is_an_authorized_order(double: ShopifyDouble) -> None:
    session = double.payments.buy(double.shop, amount=7572)
    answer = resolve(double, session, "2026-12-26T00:00:00+09:00")
    node = answer["paymentSession"]
    assert node["state"] == {"code": "RESOLVED"}
    assert node["authorizationExpiresAt"] == "2026-12-25T15:00:00Z"
    way = node["nextAction"]["context"]["redirectUrl"]
    assert pages.THANKS in requests.get(way, timeout=60).text
    assert session.order is not None
    assert session.order["financial_status"] == "authorized"
    assert session.order["total_price"] == "7572"
    # The same again has the same answer, and makes no second order.
    assert resolve(double, session) == answer
    assert len(double.shop.orders) == 1
    assert reject(double, session)["userErrors"]
    assert pend(double, session, days=1)["userErrors"]
    assert session.changes == ["RESOLVED"]


def test_the_orders_transaction_names_the_session(double: ShopifyDouble) -> None:
    session = double.payments.buy(double.shop)
    resolve(double, session)
    query = """{ orders(first: 1) { nodes { transactions(first: 5) {
      gateway paymentId kind status manualPaymentGateway } } } }"""
    answer = requests.post(
        f"{double.base(double.shop)}/admin/api/2026-10/graphql.json",
        json={"query": query},
        headers={
            "X-Shopify-Access-Token": token(
                double, "read_orders", secret=double.app.newest_secret
            ).access
        },
        timeout=60,
    ).json()
    (order,) = answer["data"]["orders"]["nodes"]
    assert order["transactions"] == [
        {
            "gateway": "アトディーネ後払い",
            "paymentId": session.id,
            "kind": "AUTHORIZATION",
            "status": "SUCCESS",
            "manualPaymentGateway": False,
        }
    ]


def test_a_rejected_payment_has_no_order(double: ShopifyDouble) -> None:
    session = double.payments.buy(double.shop)
    state = reject(double, session)["paymentSession"]["state"]
    assert state == {
        "code": "REJECTED",
        "reason": "INSTRUMENT_DECLINED",
        "merchantMessage": "別の方法で",
    }
    assert reject(double, session)["userErrors"] == []
    assert resolve(double, session)["userErrors"]
    assert double.shop.orders == {}
    way = double.payments.way_back(session)
    assert pages.REFUSED in requests.get(way, timeout=60).text


def test_a_pending_payment_waits_three_days_at_most(double: ShopifyDouble) -> None:
    session = double.payments.buy(double.shop)
    assert codes(pend(double, session, hours=-1)) == ["EXPIRED_PENDING_EXPIRES_AT"]
    assert codes(pend(double, session, days=3.1)) == ["OUT_OF_RANGE_PENDING_EXPIRES_AT"]
    first = pend(double, session, days=2)
    state = first["paymentSession"]["state"]
    assert state == {"code": "PENDING", "reason": "PARTNER_ACTION_REQUIRED"}
    assert pend(double, session, days=1) == first
    assert session.order is not None
    assert session.order["financial_status"] == "pending"
    resolve(double, session)
    assert session.order["financial_status"] == "authorized"
    assert session.changes == ["PENDING", "RESOLVED"]


def test_a_payment_that_waited_too_long_has_ended(double: ShopifyDouble) -> None:
    session = double.payments.buy(double.shop)
    pend(double, session, days=3)
    double.world.advance(days=3, seconds=1)
    assert resolve(double, session)["paymentSession"] is None
    assert reject(double, session)["userErrors"]
    assert codes(pend(double, session, days=1)) == ["PENDING_INVALID_STATE"]


@pytest.mark.parametrize("kind", ["capture", "refund", "void"])
def test_what_follows_a_payment_ends_once(
    double: ShopifyDouble, app: AnApp, kind: str
) -> None:
    payment = double.payments.buy(double.shop, amount=7572)
    resolve(double, payment)
    first = getattr(double.payments, kind)(payment)
    path, _, body = app.heard[-1]
    assert path == f"/asks/x/{kind}"
    assert body["payment_id"] == payment.id
    assert ("amount" in body) is (kind != "void")
    done = end(double, first, "Resolve")
    assert done[f"{kind}Session"]["state"] == {"code": "RESOLVED"}
    assert end(double, first, "Resolve") == done
    assert codes(end(double, first, "Reject")) == [
        f"{kind.upper()}_SESSION_INVALID_STATE"
    ]
    second = getattr(double.payments, kind)(payment)
    assert end(double, second, "Reject")["userErrors"] == []
    assert end(double, second, "Reject")["userErrors"] == []
    assert codes(end(double, second, "Resolve")) == [
        f"{kind.upper()}_SESSION_INVALID_STATE"
    ]
    order = payment.order
    assert order is not None
    ends = {"capture": "paid", "refund": "refunded", "void": "voided"}
    assert order["financial_status"] == ends[kind]


def test_a_session_of_another_shop_or_kind_is_not_found(double: ShopifyDouble) -> None:
    other = double.add_shop("other.myshopify.com")
    session = double.payments.buy(other)
    assert resolve(double, session)["userErrors"]
    assert codes(pend(double, session, days=1)) == ["NOT_FOUND"]
    payment = double.payments.buy(double.shop)
    payment.kind = "refund"
    assert resolve(double, payment)["userErrors"]
    assert session.changes == payment.changes == []


def test_only_the_payments_app_is_let_in(double: ShopifyDouble) -> None:
    session = double.payments.buy(double.shop)
    others = token(double, SCOPE, secret=double.app.newest_secret)
    assert ask(double, RESOLVE, others, id=session.gid)[0] == 401
    scopeless = token(double, GATEWAY_SCOPE)
    _, answer = ask(double, RESOLVE, scopeless, id=session.gid)
    assert answer["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"
    double.world.uninstall_payments(double.shop)
    mine = double.world.tokens[-1]
    assert ask(double, RESOLVE, mine, id=session.gid)[0] == 401


def test_what_shopify_does_not_know_is_an_error(double: ShopifyDouble) -> None:
    _, answer = ask(double, "{ paymentSession { id } }")
    assert "Cannot query field 'paymentSession'" in answer["errors"][0]["message"]
    query = 'mutation { paymentSessionResolve(id: "x") { userErrors { code } } }'
    _, answer = ask(double, query)
    assert "Cannot query field 'code'" in answer["errors"][0]["message"]


def test_the_gateway_is_configured_by_shop(double: ShopifyDouble) -> None:
    query = """mutation { paymentsAppConfigure(externalHandle: "h", ready: true) {
      paymentsAppConfiguration { ready } userErrors { message } } }"""
    ask(double, query)
    assert double.payments.configured == {
        double.shop.domain: {"externalHandle": "h", "ready": True}
    }


def test_a_paid_order_is_told_by_webhook(double: ShopifyDouble) -> None:
    cart = Cart()
    uri = f"http://127.0.0.1:{cart.port}/"
    token(double, "read_orders", secret=double.app.newest_secret)
    query = f"""mutation {{ webhookSubscriptionCreate(topic: ORDERS_CREATE,
      webhookSubscription: {{uri: "{uri}"}}) {{ userErrors {{ message }} }} }}"""
    requests.post(
        f"{double.base(double.shop)}/admin/api/2026-10/graphql.json",
        json={"query": query},
        headers={"X-Shopify-Access-Token": double.world.tokens[-1].access},
        timeout=60,
    )
    resolve(double, double.payments.buy(double.shop))
    double.settle()
    (heard,) = cart.heard
    cart.close()
    assert heard["payment_gateway_names"] == ["アトディーネ後払い"]
    assert heard["financial_status"] == "authorized"


def test_the_checkout_leads_to_the_app_and_the_buyer_gives_up(
    double: ShopifyDouble,
) -> None:
    base = double.base(double.shop)
    page = requests.get(f"{base}/checkout", timeout=60).text
    assert pages.CHOOSE in page
    gone = requests.post(f"{base}/checkout", timeout=60, allow_redirects=False)
    assert gone.headers["Location"] == "http://127.0.0.1:1/wait/t"
    (session,) = double.payments.sessions.values()
    # The double's own page has a form as well: whoever presses it pays anew.
    session.redirect_url = f"{base}/checkout"
    with Buyer(session) as buyer, pytest.raises(requests.ConnectionError):
        buyer.goes().gives_up()
    assert len(double.payments.sessions) == 2
