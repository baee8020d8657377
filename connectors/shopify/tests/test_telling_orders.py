"""The acceptance cases of shopify.md 9 that are about what we say to Shopify."""

import json
from datetime import timedelta

import pytest

from connectors.shopify.push import push
from hub.contract.errors import (
    CartRefusedError,
    CartUnavailableError,
)
from hub.contract.updates import MayShip, UpdateKind

from .speaking import (
    HANDLE,
    MOMENT,
    holds,
    joined,
    metafields,
    mutations,
    pushed,
    told,
)


def test_case_01_an_order_is_held_and_shows_that_it_is_screened(double, order):
    pushed(double, order, "SCREENING")
    assert holds(order) == [HANDLE]
    assert order["tags"] == "atodene:審査中"
    assert metafields(order)["state"] == "SCREENING"


def test_case_17_ok_releases_our_hold_by_its_id_and_no_other(double, order):
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


def test_case_17_ng_keeps_the_hold_and_only_tells_by_default(double, order):
    pushed(double, order, "SCREENING")
    pushed(double, order, "DECLINED", 2)
    assert holds(order) == [HANDLE]
    assert order["tags"] == "atodene:NG"
    assert order["cancelled_at"] is None


def test_case_17_ng_cancels_the_order_once_where_the_shop_wants_it(double, order):
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
def test_case_17_ng_never_cancels_what_was_paid_sent_or_is_not_ours(
    double, order, changed
):
    order |= changed
    pushed(double, order, "DECLINED", ng_action="cancel")
    assert mutations(double).count("Cancel") == 0
    assert order["tags"] == "atodene:NG"


def test_case_17_a_cancelling_that_takes_its_time_is_asked_for_once(double, order):
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


def test_case_17_a_cancelling_that_never_shows_needs_a_person(double, order):
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


def test_case_17_under_review_keeps_the_hold_and_a_later_ok_moves_on(double, order):
    pushed(double, order, "ON_HOLD")
    assert holds(order) == [HANDLE]
    assert order["tags"] == "atodene:保留"
    pushed(double, order, "AUTHORIZED", 2)
    assert holds(order) == []


def test_extra_04_our_own_write_causes_no_second_write(double, order):
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
