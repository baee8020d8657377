"""The acceptance cases of shopify.md 9 that are about what we say to Shopify."""

import json
import logging
import re
from datetime import timedelta
from pathlib import Path

import pytest
from graphql import (
    FieldNode,
    GraphQLObjectType,
    OperationDefinitionNode,
    parse,
    validate,
)

from connectors.shopify import queries
from connectors.shopify.api import Client
from connectors.shopify.push import push
from connectors.shopify.queries import query
from hub.contract.errors import (
    CartRefusedError,
    CartUnauthorizedError,
    CartUnavailableError,
)
from hub.contract.updates import MayShip, UpdateKind
from tests.shopify_double import ShopifyDouble
from tests.shopify_double.connection import Joined
from tests.shopify_double.engine import published_schema

from .speaking import (
    HANDLE,
    MOMENT,
    holds,
    metafields,
    mutations,
    settings,
    told,
)

HERE = Path(queries.__file__).parent
DOCUMENTS = sorted(path.stem for path in HERE.glob("*.graphql"))
OPERATIONS = [
    name
    for name in DOCUMENTS
    if not (HERE / f"{name}.graphql").read_text().startswith("fragment")
]


@pytest.fixture
def double():
    with ShopifyDouble() as running:
        yield running


@pytest.fixture
def order(double):
    return double.orders.place(double.shop)


def joined(double, **values):
    return Joined(double, **settings(**values))


def pushed(double, order, state, sequence=1, **values):
    connection = joined(double, **values)
    return push(told(order, state, sequence), connection)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_query_is_valid_by_the_published_schema(name):
    assert validate(published_schema(), parse(query(name))) == []


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_mutation_that_demands_a_key_has_one(name):
    mutation = published_schema().type_map["Mutation"]
    assert isinstance(mutation, GraphQLObjectType)
    text = (HERE / f"{name}.graphql").read_text("utf-8")
    for one in parse(text).definitions:
        if not text.startswith("mutation"):
            continue
        assert isinstance(one, OperationDefinitionNode)
        for root in one.selection_set.selections:
            assert isinstance(root, FieldNode)
            words = mutation.fields[root.name.value].description or ""
            keyed = {each.name.value for each in root.directives or ()}
            assert "@idempotent" not in words or "idempotent" in keyed


def test_script_tags_are_never_called():
    sources = [*HERE.parent.glob("*.py"), *HERE.glob("*.graphql")]
    text = "\n".join(path.read_text("utf-8") for path in sources)
    assert re.search("scriptTag", text, re.IGNORECASE) is None


def test_1_an_order_is_held_and_shows_that_it_is_screened(double, order):
    pushed(double, order, "SCREENING")
    assert holds(order) == [HANDLE]
    assert order["tags"] == "atodene:審査中"
    assert metafields(order)["state"] == "SCREENING"


def test_17_ok_releases_our_hold_by_its_id_and_no_other(double, order):
    made = order["_fulfillment_orders"][0]
    strangers = double.orders.hold(order, made, {"reason": "OTHER", "handle": HANDLE})
    pushed(double, order, "SCREENING")
    assert len(made["holds"]) == 2
    pushed(double, order, "AUTHORIZED", 2)
    assert made["holds"] == [strangers]
    released = [
        one.request["variables"]
        for one in double.mutations
        if "fulfillmentOrderReleaseHold" in one.request["query"]
    ]
    assert [len(one["holdIds"]) for one in released] == [1]
    assert order["tags"] == "atodene:OK"


def test_17_ng_keeps_the_hold_and_only_tells_by_default(double, order):
    pushed(double, order, "SCREENING")
    pushed(double, order, "DECLINED", 2)
    assert holds(order) == [HANDLE]
    assert order["tags"] == "atodene:NG"
    assert order["cancelled_at"] is None


def test_17_ng_cancels_the_order_once_where_the_shop_wants_it(double, order):
    pushed(double, order, "DECLINED", ng_action="cancel")
    assert order["cancel_reason"] == "declined"
    pushed(double, order, "DECLINED", ng_action="cancel")
    assert mutations(double).count("Cancel") == 1
    (asked,) = (
        x.request for x in double.mutations if "orderCancel" in x.request["query"]
    )
    assert "restock: true" in asked["query"]
    assert "reason: DECLINED" in asked["query"]
    assert 0 < len(asked["variables"]["note"]) <= 255


@pytest.mark.parametrize(
    "changed",
    [
        {"financial_status": "paid"},
        {"fulfillment_status": "partial"},
        {"payment_gateway_names": ["Shopify Payments"]},
    ],
)
def test_17_ng_never_cancels_what_was_paid_sent_or_is_not_ours(double, order, changed):
    order |= changed
    pushed(double, order, "DECLINED", ng_action="cancel")
    assert mutations(double).count("Cancel") == 0
    assert order["tags"] == "atodene:NG"


def test_17_a_cancelling_that_takes_its_time_is_asked_for_once(double, order):
    real, asked = double.orders.cancel, []
    double.orders.cancel = lambda order, **_: asked.append(order)
    connection = joined(double, ng_action="cancel")
    update = told(order, "DECLINED", occurred_at=double.world.now())
    for _ in range(2):
        with pytest.raises(CartUnavailableError) as caught:
            push(update, connection)
        assert caught.value.retry_after_seconds == 30
    assert len(asked) == 1
    real(order, reason="declined")
    push(update, connection)
    assert len(asked) == 1


def test_17_a_cancelling_that_never_shows_needs_a_person(double, order):
    double.orders.cancel = lambda order, **_: None
    ago = double.world.now() - timedelta(minutes=59)
    connection = joined(double, ng_action="cancel")
    update = told(order, "DECLINED", occurred_at=ago)
    with pytest.raises(CartUnavailableError):
        push(update, connection)
    double.world.advance(minutes=2)
    with pytest.raises(CartRefusedError) as caught:
        push(update, connection)
    assert caught.value.code == "HUB-CART-424"


def test_17_under_review_keeps_the_hold_and_a_later_ok_moves_on(double, order):
    pushed(double, order, "ON_HOLD")
    assert holds(order) == [HANDLE]
    assert order["tags"] == "atodene:保留"
    pushed(double, order, "AUTHORIZED", 2)
    assert holds(order) == []


def test_a_throttled_query_is_asked_again_after_the_computed_wait(double, order):
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


def test_user_errors_in_a_200_are_a_failure(double, order):
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


def test_our_own_write_causes_no_second_write(double, order):
    """The same update again is what an orders/updated of our own ends in."""
    connection = joined(double, note_line="yes")
    update = told(order, "AUTHORIZED")
    push(update, connection)
    before, updated_at = mutations(double), order["updated_at"]
    double.world.advance(minutes=1)
    push(update, connection)
    assert mutations(double) == before
    assert order["updated_at"] == updated_at


def test_a_write_that_does_not_show_is_told_again(double, order):
    real = double.answer_graphql

    def forgetful(shop, access, request):
        if "tagsAdd" in request["query"]:
            return 200, {"data": {"tagsAdd": {"userErrors": []}}}
        return real(shop, access, request)

    double.answer_graphql = forgetful
    with pytest.raises(CartUnavailableError):
        pushed(double, order, "AUTHORIZED")


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
    client = Client(connection, total_seconds=60)
    double.world.advance(seconds=60)
    with pytest.raises(CartUnavailableError, match="deadline"):
        client.ask(query("defined_metafields"), {})
    assert double.calls == []


def test_neither_tokens_nor_persons_reach_a_log_or_an_error(double, order, caplog):
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


def test_a_changed_order_that_waits_does_not_say_ok(double, order):
    update = told(
        order,
        "AUTHORIZED",
        kind=UpdateKind.TRANSACTION_CHANGED,
        may_ship=MayShip.CHECK,
    )
    push(update, joined(double))
    assert holds(order) == [HANDLE]
    assert order["tags"] == "atodene:要確認"


def test_the_order_knows_when_and_by_which_update_it_was_told(double, order):
    pushed(double, order, "AUTHORIZED", 3)
    book = json.loads(metafields(order)["book"])
    assert book["occurred_at"] == (MOMENT + timedelta(minutes=3)).isoformat()
    assert metafields(order)["screened_at"] == "2026-11-26T01:03:00+00:00"
