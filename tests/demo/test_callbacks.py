from datetime import UTC, datetime, timedelta

import pytest
import requests

from .browser import text_of
from .hub_double import HOOK_KEY, push, update


@pytest.fixture
def placed(visitor):
    page = visitor.place_order()
    path = page.answer.url.removeprefix(visitor.shop_url).removesuffix("/completed")
    progress = visitor.session.get(visitor.shop_url + path + "/progress.json").json()
    return path, progress["number"]


def progress(visitor, path):
    return visitor.session.get(visitor.shop_url + path + "/progress.json").json()


def test_a_proven_push_moves_the_order(visitor, shop, placed):
    path, number = placed
    assert push(shop.url, update("screening.ok", number, 1)).status_code == 200
    assert progress(visitor, path)["stage"] == "authorized"
    assert "審査OK" in text_of(visitor.open(path))


def test_a_forged_push_is_refused(visitor, shop, placed):
    path, number = placed
    answer = push(shop.url, update("screening.ok", number, 1), key=HOOK_KEY)
    assert answer.status_code == 401
    assert progress(visitor, path)["stage"] == "received"


def test_an_old_recording_is_refused(shop, placed):
    moment = datetime.now(UTC) - timedelta(minutes=6)
    answer = push(shop.url, update("screening.ok", placed[1], 1), moment=moment)
    assert answer.status_code == 401


def test_an_unsigned_push_is_refused(shop):
    answer = requests.post(shop.url + "/callbacks/atobarai", data=b"{}", timeout=60)
    assert answer.status_code == 401


def test_a_push_that_comes_twice_counts_once(visitor, shop, placed):
    path, number = placed
    push(shop.url, update("screening.ok", number, 1))
    again = push(
        shop.url, update("screening.ng", number, 9), webhook_id=f"upd_{number}_1"
    )
    assert again.json() == {"result": "duplicate"}
    assert progress(visitor, path)["stage"] == "authorized"


def test_an_older_push_changes_nothing(visitor, shop, placed):
    path, number = placed
    push(shop.url, update("screening.ok", number, 2))
    late = push(shop.url, update("screening.pending", number, 1))
    assert (late.status_code, late.json()) == (200, {"result": "older"})
    assert progress(visitor, path)["stage"] == "authorized"


def test_a_push_for_a_strange_order_is_taken_and_ignored(shop):
    answer = push(shop.url, update("screening.ok", "A-1", 1))
    assert (answer.status_code, answer.json()) == (200, {"result": "not ours"})


def test_a_proven_push_of_another_shape_is_unreadable(shop):
    assert push(shop.url, {"id": "u", "type": "screening.ok"}).status_code == 422


def test_a_declined_buyer_is_asked_for_another_method(visitor, shop, placed):
    path, number = placed
    push(shop.url, update("screening.ng", number, 1))
    shown = text_of(visitor.open(path))
    assert "別のお支払い方法をお選びください" in shown
    assert "NG" not in shown


def test_another_method_ends_the_deferred_payment(visitor, shop, hub, placed):
    path, number = placed
    push(shop.url, update("screening.ng", number, 1))
    visitor.submit(visitor.open(path), "/payment-method", payment_method="代金引換")
    received = hub.wait_for(2)[1]
    assert received.content["type"] == "order.cancelled"
    assert progress(visitor, path)["total"] == 4120 - 330


def test_reasons_of_a_hold_stay_with_the_shop(visitor, shop, placed):
    path, number = placed
    push(shop.url, update("screening.hold", number, 1, reasons=["番地が不明"]))
    assert "番地が不明" not in text_of(visitor.open(path))
    assert "番地が不明" in text_of(visitor.open(f"/shopkeeper/{number}"))


def test_the_expected_issue_date_is_shown_as_expected(visitor, shop, placed):
    path, number = placed
    content = update("shipping.accepted", number, 3, issue_on="2026-11-24")
    push(shop.url, content)
    assert "請求書 発行予定日 11/24(火)" in text_of(visitor.open(path))
