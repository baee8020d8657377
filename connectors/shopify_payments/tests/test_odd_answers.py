"""What Shopify might answer and the double does not."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.shopify.api import TOTAL_SECONDS as SHOPIFY
from connectors.shopify_payments.push import TOTAL_SECONDS as PUSH
from connectors.shopify_payments.push import push
from connectors.shopify_payments.ways import TOTAL_SECONDS as DOMAIN
from connectors.shopify_payments.ways import Ways
from hub.contract.asking import AskKind, AskOutcome, AskStanding
from hub.contract.errors import (
    AskEndedError,
    CartRefusedError,
    CartUnavailableError,
)
from hub.contract.testing.persons import MOMENT, update
from hub.contract.testing.session import ScriptedSession, answer

from .till import scripted, told

SHOP = "atodene-demo.myshopify.com"
GID = "gid://shopify/PaymentSession/u0nwmSrNntjIWozmNslK5Tlq"
GRANTED = AskStanding(
    reference=GID, kind=AskKind.PAYMENT, outcome=AskOutcome.GRANTED, expires_at=MOMENT
)
PENDING = AskStanding(reference=GID, kind=AskKind.PAYMENT, outcome=AskOutcome.PENDING)


def connection(*bodies, **values):
    till = scripted(**values)
    answers = [answer(200, json.dumps(one).encode()) for one in bodies]
    return replace(till, http=ScriptedSession(*answers))


def said(state=None, errors=(), url=None):
    session = None
    if state:
        context = {"redirectUrl": url} if url else None
        action = {"context": context} if context else None
        session = {"id": GID, "state": {"code": state}, "nextAction": action}
    return {"data": {"said": {"session": session, "userErrors": list(errors)}}}


ODD = [
    {"data": {"said": None}},
    {"data": {}},
    {"data": {"said": []}},
    {"data": None},
    [],
    {"data": {"said": {"session": None, "userErrors": []}}},
    {"data": {"said": {"session": None, "userErrors": None}}},
    {"data": {"said": {}}},
]


@pytest.mark.parametrize("body", ODD, ids=str)
def test_an_answer_that_says_nothing_is_no_end_and_no_receipt(body):
    with pytest.raises(CartUnavailableError):
        told(connection(body), GRANTED)


def test_the_end_that_was_wanted_counts_whatever_stands_beside_it():
    receipt = told(connection(said("RESOLVED", [{"field": ["id"]}])), GRANTED)
    assert dict(receipt.ways) == {}


def test_a_sale_that_takes_no_end_of_authorization_is_resolved_without():
    till = connection(said(None, [{"field": ["id"]}]), said("RESOLVED"))
    until = MOMENT + timedelta(days=30)
    told(
        till,
        AskStanding(
            reference=GID,
            kind=AskKind.PAYMENT,
            outcome=AskOutcome.GRANTED,
            valid_until=until,
        ),
    )
    first, second = (json.loads(one.body)["variables"] for one in till.http.posted)
    assert first == {"id": GID, "authorizationExpiresAt": until.isoformat()}
    assert second == {"id": GID}


def test_without_such_an_end_a_refusal_is_not_tried_again():
    till = connection(said(None, [{"field": ["id"]}]))
    with pytest.raises(AskEndedError):
        told(till, GRANTED)
    assert len(till.http.posted) == 1


def test_a_clock_of_shopifys_that_is_ahead_ends_nothing():
    till = connection(said(None, [{"code": "EXPIRED_PENDING_EXPIRES_AT"}]))
    assert dict(told(till, PENDING).ways) == {}


@pytest.mark.parametrize(
    "code", ["OUT_OF_RANGE_PENDING_EXPIRES_AT", "UNSUPPORTED_PAYMENT_METHOD"]
)
def test_what_was_told_wrongly_ends_no_payment(code):
    with pytest.raises(CartRefusedError) as caught:
        told(connection(said(None, [{"code": code}])), PENDING)
    assert not isinstance(caught.value, AskEndedError)


@pytest.mark.parametrize("code", ["NOT_FOUND", "PENDING_INVALID_STATE"])
def test_what_is_not_there_any_more_is_at_its_end(code):
    with pytest.raises(AskEndedError):
        told(connection(said(None, [{"code": code}])), PENDING)


def test_no_word_of_shopifys_reaches_the_error():
    till = connection(
        said(None, [{"field": ["山田"], "message": "山田", "code": "山田"}])
    )
    with pytest.raises(AskEndedError) as caught:
        told(till, PENDING)
    assert "山田" not in f"{caught.value!r}"


def test_the_version_is_that_of_the_extension():
    till = connection(said("RESOLVED"), api_version="2026-07")
    told(till, GRANTED)
    (posted,) = till.http.posted
    assert posted.url == f"https://{SHOP}/payments_apps/api/2026-07/graphql.json"


@pytest.mark.parametrize("version", ["", "../..", "2026-7", "2026-10/x", "2026-11"])
def test_a_version_that_is_none_is_not_put_into_an_address(version):
    till = connection(said("RESOLVED"), api_version=version)
    told(till, GRANTED)
    assert till.http.posted[0].url.endswith("/payments_apps/api/2026-10/graphql.json")


@pytest.mark.parametrize(
    "url",
    [
        f"https://{SHOP}/checkouts/cn/1?key=a#b",
        "https://checkout.shopify.com/1/2",
        "https://shop.example.jp/checkouts/1",
    ],
)
def test_the_buyer_goes_on_to_the_shop_or_to_shopify(url):
    domain = {"data": {"shop": {"primaryDomain": {"host": "Shop.example.jp"}}}}
    till = connection(said("RESOLVED", url=url), domain)
    assert told(till, GRANTED).ways == {GID: url}


@pytest.mark.parametrize(
    "url",
    [
        f"http://{SHOP}/checkouts/1",
        "https://evil.example/checkouts/1",
        "https://evil.myshopify.com/checkouts/1",
        f"https://{SHOP}.evil.example/",
        f"https://evil.example/{SHOP}",
        f"https://{SHOP}@evil.example/",
        f"https://user@{SHOP}/",
        "https://evilshopify.com/",
        f"https://evil.example\\@{SHOP}/",
        f"https://{SHOP}/\n",
        f"https://{SHOP}/ あ",
        f"//{SHOP}/",
        "javascript:alert(1)",
        "https://",
        "https://[::1",
        "",
        None,
        7,
        f"https://{SHOP}/{'a' * 8192}",
    ],
)
def test_nobody_is_sent_anywhere_else(url):
    domain = {"data": {"shop": {"primaryDomain": {"host": "shop.example.jp"}}}}
    assert Ways(connection(domain)).on(url) == ""


def test_the_shop_is_asked_for_its_domain_once():
    till = connection({"data": {"shop": {"primaryDomain": {"host": "a.example.jp"}}}})
    ways = Ways(till)
    urls = ("https://a.example.jp/1", "https://b.example.jp/2", "https://a.example.jp/")
    assert [ways.on(url) for url in urls] == [urls[0], "", urls[2]]
    assert len(till.http.posted) == 1


def test_an_update_takes_no_longer_than_that_of_the_other_app():
    # tests/flow/test_lease_lengths.py holds the lease against the other app's.
    assert PUSH + DOMAIN <= SHOPIFY


def test_where_the_shop_does_not_say_its_domain_nobody_is_sent_there():
    till = connection({"errors": [{"extensions": {"code": "ACCESS_DENIED"}}]})
    assert Ways(till).on("https://shop.example.jp/checkouts/1") == ""


def test_the_address_for_tests_counts_only_where_it_is_set():
    url = f"http://127.0.0.1:8080/{SHOP}/checkouts/1"
    base = "http://127.0.0.1:8080/{shop}"
    assert Ways(connection({}, api_base=base)).on(url) == url
    assert Ways(connection({}, api_base=base)).on(url.replace("8080", "80")) == ""
    assert Ways(connection({})).on(url) == ""


def test_an_answer_says_only_what_the_update_says():
    till = connection(said("RESOLVED"))
    receipt = push(update(reference=GID), till)
    assert (receipt.status, receipt.reference, till.http.posted) == (200, GID, [])
