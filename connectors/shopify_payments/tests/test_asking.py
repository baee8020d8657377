"""Who is heard, and what is answered at once."""

import json
from datetime import UTC, datetime

import pytest

from connectors.shopify_payments.asking import hear, reply
from connectors.shopify_payments.channel import SHOP_HEADER, VERIFIED_HEADER
from hub.contract.asking import AskKind
from hub.contract.connector import Settings
from hub.contract.errors import PayloadError, SignatureError
from hub.contract.inbound import InboundRequest
from hub.contract.secret import Secret

SHOP = "atodene-demo.myshopify.com"
TOKEN, PREVIOUS = "px_new_0123456789", "px_old_9876543210"
PAYMENT = {
    "id": "u0nwm",
    "gid": "gid://shopify/PaymentSession/u0nwm",
    "amount": "7572",
    "currency": "JPY",
    "test": False,
    "proposed_at": "2026-11-26T07:00:00Z",
}
AFTER = {
    "id": "Poyfh",
    "payment_id": "u0nwm",
    "amount": "7572",
    "currency": "JPY",
    "proposed_at": "2026-11-26T07:00:00Z",
}


def settings(*tokens):
    return Settings(secrets={"proxy_token": [Secret(one) for one in tokens]})


def request(body, *more, token=TOKEN, shop=SHOP):
    headers = [(SHOP_HEADER.title(), shop), (VERIFIED_HEADER.title(), token), *more]
    return InboundRequest(
        method="POST",
        query="",
        headers=headers,
        body=json.dumps(body).encode(),
        received_at=datetime(2026, 11, 26, 7, tzinfo=UTC),
    )


def after(kind):
    return {**AFTER, "gid": f"gid://shopify/{kind.value.capitalize()}Session/Poyfh"}


@pytest.mark.parametrize("token", [TOKEN, PREVIOUS])
def test_the_token_and_the_one_before_prove(token):
    known = settings(TOKEN, PREVIOUS)
    heard = hear(request(PAYMENT, token=token), AskKind.PAYMENT, known)
    assert (heard.shop_key, heard.order_number) == (SHOP, "u0nwm")
    assert heard.reference == heard.delivery.dedupe_key == PAYMENT["gid"]


@pytest.mark.parametrize("token", ["", "px_", TOKEN[:-1], f"{TOKEN}0", TOKEN.upper()])
def test_no_other_token_proves(token):
    with pytest.raises(SignatureError):
        hear(request(PAYMENT, token=token), AskKind.PAYMENT, settings(TOKEN, PREVIOUS))


@pytest.mark.parametrize("known", [settings(), settings(""), Settings()])
@pytest.mark.parametrize("token", ["", TOKEN])
def test_a_hub_without_a_token_hears_nobody(known, token):
    with pytest.raises(SignatureError):
        hear(request(PAYMENT, token=token), AskKind.PAYMENT, known)


def test_a_second_token_beside_the_proxys_proves_nothing():
    twice = request(PAYMENT, (VERIFIED_HEADER, TOKEN))
    with pytest.raises(SignatureError):
        hear(twice, AskKind.PAYMENT, settings(TOKEN))


def test_the_proof_comes_before_the_reading():
    bad = request("no object", token="px_no", shop="")
    with pytest.raises(SignatureError):
        hear(bad, AskKind.PAYMENT, settings(TOKEN))


@pytest.mark.parametrize("shop", ["", "evil.example", f"{SHOP}.evil.example", "x y"])
def test_a_request_of_no_shop_is_refused(shop):
    with pytest.raises(PayloadError) as caught:
        hear(request(PAYMENT, shop=shop), AskKind.PAYMENT, settings(TOKEN))
    assert list(caught.value.fields) == [SHOP_HEADER]


@pytest.mark.parametrize("kind", [AskKind.CAPTURE, AskKind.REFUND, AskKind.VOID])
def test_what_follows_a_payment_is_of_its_order(kind):
    heard = hear(request(after(kind)), kind, settings(TOKEN))
    assert (heard.order_number, heard.delivery.topic) == ("u0nwm", kind.value)
    assert heard.reference == after(kind)["gid"]


@pytest.mark.parametrize("kind", list(AskKind))
@pytest.mark.parametrize("sent", list(AskKind))
def test_a_request_at_the_door_of_another_kind_is_refused(kind, sent):
    body = PAYMENT if sent is AskKind.PAYMENT else after(sent)
    if kind is sent:
        return
    with pytest.raises(PayloadError):
        hear(request(body), kind, settings(TOKEN))


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("id", "a b"),
        ("id", "x" * 51),
        ("id", "番号"),
        ("gid", "gid://shopify/PaymentSession/"),
        ("gid", "u0nwm"),
        ("amount", "-1"),
        ("amount", "1e99"),
        ("amount", "NaN"),
        ("amount", True),
        ("currency", ""),
        ("test", "no"),
        ("proposed_at", "yesterday"),
    ],
)
def test_an_odd_member_is_refused_while_the_buyer_can_choose(member, value):
    with pytest.raises(PayloadError) as caught:
        hear(request({**PAYMENT, member: value}), AskKind.PAYMENT, settings(TOKEN))
    assert list(caught.value.fields) == [member]


def test_the_buyer_of_a_payment_is_sent_to_wait():
    heard = hear(request(PAYMENT), AskKind.PAYMENT, settings(TOKEN))
    url = "https://hub.example.jp/wait/t0ken"
    answer = reply(heard, url)
    assert (answer.status, json.loads(answer.body)) == (200, {"redirect_url": url})


@pytest.mark.parametrize("kind", [AskKind.CAPTURE, AskKind.REFUND, AskKind.VOID])
def test_anything_else_is_taken_and_answered_later(kind):
    answer = reply(hear(request(after(kind)), kind, settings(TOKEN)), "")
    assert (answer.status, answer.body) == (201, b"{}")
