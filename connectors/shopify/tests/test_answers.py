"""What Shopify answers, and what becomes of it (shopify.md 3.2 and 9)."""

import logging

import pytest

from connectors.shopify.api import Client
from connectors.shopify.push import push
from connectors.shopify.queries import query
from hub.contract.errors import (
    CartRefusedError,
    CartUnauthorizedError,
    CartUnavailableError,
)

from .speaking import (
    HANDLE,
    holds,
    joined,
    pushed,
    told,
)


def test_extra_01_a_throttled_query_is_asked_again_after_the_computed_wait(
    double, order
):
    waits = []
    bucket = double.shop.bucket

    def sleep(seconds):
        waits.append(seconds)
        bucket.level = bucket.most

    bucket.restore_rate = 100
    bucket.empty()
    client = Client(joined(double), sleep=sleep)
    number = order["admin_graphql_api_id"]
    data = client.ask(query("order_display"), {"id": number, "after": None})
    assert data["order"]["id"] == number
    assert len(waits) == 1
    assert 1 < waits[0] < 1.5


def test_a_throttle_that_lasts_goes_back_to_the_queue(double, order):
    double.shop.bucket.restore_rate = 2
    double.shop.bucket.empty()
    with pytest.raises(CartUnavailableError) as caught:
        pushed(double, order, "SCREENING")
    assert caught.value.retry_after_seconds in range(60, 71)
    assert len(double.calls) == 1


def test_extra_02_user_errors_in_a_200_are_a_failure(double, order):
    double.orders.pay = lambda order: None
    order["_paid"] = 0
    connection = joined(double)
    refusal = {"orderMarkAsPaid": {"userErrors": [{"field": ["id"]}]}}
    real = double.answer_graphql

    def refusing(shop, access, request):
        if "orderMarkAsPaid" in request["query"]:
            return 200, {"data": refusal}
        return real(shop, access, request)

    double.answer_graphql = refusing
    with pytest.raises(CartRefusedError) as caught:
        push(told(order, "SHIPMENT_REPORTED"), connection)
    assert caught.value.code == "HUB-CART-422"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (402, "HUB-CART-402"),
        (403, "HUB-CART-403"),
        (404, "HUB-CART-404"),
        (423, "HUB-CART-423"),
    ],
)
def test_what_only_a_person_can_change_is_refused(double, order, status, code):
    double.fail_next(status=status)
    with pytest.raises(CartRefusedError) as caught:
        pushed(double, order, "SCREENING")
    assert caught.value.code == code


@pytest.mark.parametrize(("status", "wait"), [(429, 2), (500, None), (503, None)])
def test_what_passes_is_tried_again(double, order, status, wait):
    double.fail_next(status=status)
    with pytest.raises(CartUnavailableError) as caught:
        pushed(double, order, "SCREENING")
    assert caught.value.retry_after_seconds == wait


def test_a_scope_that_is_missing_needs_the_merchant(double, order):
    connection = joined(double)
    secret = double.app.newest_secret
    token = double.world.mint(
        double.shop.domain, ("read_fulfillments",), secret=secret, expiring=True
    )
    connection.take(token)
    with pytest.raises(CartRefusedError) as caught:
        push(told(order, "SCREENING"), connection)
    assert caught.value.code == "HUB-CART-403"


def test_a_token_that_is_refused_is_renewed_once_and_the_call_repeated(double, order):
    connection = joined(double)
    access = connection.held.secret("access_token").reveal()
    token = double.world.token_of(access, double.shop.domain)
    token.expires_at = double.world.now()
    push(told(order, "SCREENING"), connection)
    assert connection.renewals == 1
    assert holds(order) == [HANDLE]


def test_a_second_401_is_for_the_merchant(double, order):
    connection = joined(double)
    double.fail_next(status=401, times=2)
    with pytest.raises(CartUnauthorizedError):
        push(told(order, "SCREENING"), connection)
    assert connection.renewals == 1


def test_a_slow_shop_is_left_at_the_deadline(double, order):
    connection = joined(double)
    client = Client(connection, total_seconds=0.5)
    with pytest.raises(CartUnavailableError, match="deadline"):
        client.ask(query("defined_metafields"), {})
    assert double.calls == []


def test_a_clock_that_is_put_forward_ends_no_call(double):
    client = Client(joined(double))
    double.world.advance(minutes=2)
    assert client.ask(query("defined_metafields"), {})


def test_extra_12_neither_tokens_nor_persons_reach_a_log_or_error(
    double, order, caplog
):
    caplog.set_level(logging.DEBUG)
    connection = joined(double)
    secrets = [one.reveal() for one in connection.held.values.values()]
    words = "山田花子の住所"
    real = double.answer_graphql

    def quoting(shop, access, request):
        if "tagsAdd" in request["query"]:
            error = {"message": words, "extensions": {"code": words}}
            return 200, {"errors": [error]}
        return real(shop, access, request)

    double.answer_graphql = quoting
    with pytest.raises(CartRefusedError) as caught:
        push(told(order, "SCREENING"), connection)
    shown = f"{caught.value!r} {caught.value.__cause__!r} {caplog.text}"
    assert words not in shown
    assert not any(one in shown for one in secrets)
