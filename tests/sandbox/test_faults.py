import http.client
import time

import pytest

FIRST = "X0000000001"
SILENCE = (http.client.RemoteDisconnected, ConnectionResetError)


def count(shop):
    return shop.ledger()["summary"]["transactions"]


@pytest.mark.parametrize(
    ("kind", "transactions"),
    [("applied_unanswered", 1), ("not_applied_unanswered", 0)],
)
def test_an_unanswered_call_closes_the_connection(shop, kind, transactions):
    shop.control("/faults", {"operation": "transaction.do", "kind": kind})
    with pytest.raises(SILENCE):
        shop.register()
    assert count(shop) == transactions


@pytest.mark.parametrize(
    ("name", "transactions"), [("見本無応答", 1), ("見本無応答未適用", 0)]
)
def test_magic_names_bring_silence(shop, name, transactions):
    with pytest.raises(SILENCE):
        shop.register(name=name)
    assert count(shop) == transactions


def test_silence_is_written_in_the_request_log(shop):
    with pytest.raises(SILENCE):
        shop.register(name="見本無応答")
    request = shop.ledger()["requests"][0]
    assert (request["is_applied"], request["is_answered"]) == (True, False)


@pytest.mark.parametrize(
    ("kind", "status"), [("status_500", 500), ("status_503", 503), ("status_429", 429)]
)
def test_a_status_applies_nothing(shop, kind, status):
    shop.control("/faults", {"kind": kind})
    assert shop.register().status == status
    assert count(shop) == 0


def test_a_status_may_come_after_the_effect(shop):
    shop.control("/faults", {"kind": "status_500", "applied": True})
    assert shop.register().status == 500
    assert count(shop) == 1


@pytest.mark.parametrize(
    ("kind", "piece"),
    [
        ("garbage", b"\xff\xfe"),
        ("wrong_id", b"X9999999999"),
        ("html_200", "メンテナンス".encode()),
        ("ng_without_errors", b"<result>NG</result></response>"),
        ("empty_result", b"<autoAuthoriresult></autoAuthoriresult>"),
        ("unknown_word", "確認待ち".encode()),
    ],
)
def test_a_spoilt_answer_comes_with_status_200(shop, kind, piece):
    shop.control("/faults", {"kind": kind})
    answer = shop.register()
    assert answer.status == 200
    assert piece in answer.body


def test_an_answer_is_truncated_where_the_test_says(shop):
    shop.control("/faults", {"kind": "truncated", "at": 60})
    assert len(shop.register().body) == 60


def test_a_cut_connection_is_an_incomplete_body(shop):
    shop.control("/faults", {"kind": "cut_connection", "at": 60})
    with pytest.raises(http.client.IncompleteRead):
        shop.register()


@pytest.mark.parametrize("kind", ["delay", "slow_drip"])
def test_a_slow_answer_takes_its_seconds(shop, kind):
    shop.control("/faults", {"kind": kind, "seconds": 0.3})
    before = time.monotonic()
    assert shop.register().text("result") == "OK"
    assert time.monotonic() - before >= 0.3


def test_a_fault_hits_its_own_operation_only(shop):
    shop.control("/faults", {"operation": "getauthori.do", "kind": "status_500"})
    assert shop.register().status == 200
    assert shop.result(FIRST).status == 500
    assert shop.result(FIRST).status == 200


def test_a_fault_hits_its_own_order_only(shop):
    shop.control("/faults", {"kind": "status_500", "shop_order_id": "M-2"})
    assert shop.register().status == 200
    assert shop.register(shopOrderId="M-2").status == 500


def test_a_fault_repeats_as_often_as_wanted(shop):
    shop.control("/faults", {"kind": "status_503", "times": 2})
    assert [shop.register().status for _ in range(3)] == [503, 503, 200]


def test_waiting_faults_can_be_dropped(shop):
    shop.control("/faults", {"kind": "status_503", "times": 2})
    assert shop.control("/faults", method="DELETE") == (200, {"removed": 1})
    assert shop.register().status == 200


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"kind": "rain"},
        {"kind": "delay", "operation": "x"},
        {"kind": "delay", "s": 1},
    ],
)
def test_a_wrong_fault_is_refused(shop, wanted):
    assert shop.control("/faults", wanted)[0] == 422
