import http.client
from datetime import timedelta

import pytest

from hub.clock import Clock
from hub.sandbox.rules import Rules
from hub.sandbox.testing import RunningSandbox

FIRST, SECOND = "X0000000001", "X0000000002"
SILENCE = (http.client.RemoteDisconnected, ConnectionResetError)


def lose(shop, **fault):
    shop.control("/faults", {"kind": "late_apply", **fault})
    with pytest.raises(SILENCE):
        shop.register()


def states(shop):
    return [t["state"] for t in shop.ledger()["transactions"]]


def test_a_late_registration_takes_effect_at_its_own_moment(shop, real_time):
    lose(shop, apply_after_seconds=90)
    real_time.moment += timedelta(seconds=89)
    assert states(shop) == []
    real_time.moment += timedelta(seconds=1)
    assert shop.transaction()["registered_at"] == "2026-11-20T06:01:30+00:00"


def test_hours_later_is_when_the_clock_was_moved_so_far(shop):
    lose(shop, apply_after_hours=2)
    shop.control("/clock", {"hours": 1.5})
    assert states(shop) == []
    shop.control("/clock", {"hours": 0.5})
    assert states(shop) == ["APPROVED"]


def test_the_request_log_says_in_the_end_what_a_late_call_did(shop):
    lose(shop, apply_after_hours=1)
    before = shop.ledger()["requests"][0]
    shop.control("/clock", {"hours": 1})
    after = shop.ledger()["requests"][0]
    assert (before["is_applied"], before["is_answered"]) == (False, False)
    assert (after["is_applied"], after["transaction_id"]) == (True, FIRST)


def test_a_late_cancellation_meets_a_reported_shipment(shop):
    shop.register()
    shop.control("/faults", {"kind": "late_apply", "apply_after_hours": 1})
    with pytest.raises(SILENCE):
        shop.cancel(FIRST)
    assert shop.ship(FIRST).text("result") == "OK"
    shop.control("/clock", {"hours": 1})
    history = [entry["what"] for entry in shop.transaction()["history"]]
    assert history == ["registered", "reported", "cancelled"]


def test_a_status_may_come_long_before_the_effect(shop):
    shop.control("/faults", {"kind": "status_504", "applied": True})
    shop.control("/faults", {"kind": "status_504", "apply_after_hours": 1})
    fault = {"kind": "status_504", "applied": True, "apply_after_hours": 1}
    shop.control("/faults", fault)
    assert [shop.register().status for _ in range(3)] == [504] * 3
    assert states(shop) == ["APPROVED"]
    shop.control("/clock", {"hours": 1})
    assert states(shop) == ["APPROVED", "APPROVED"]


def test_a_late_call_is_not_forgotten_by_a_restart(tmp_path, shop, real_time):
    folder, clock = tmp_path / "again", Clock(read=real_time)
    with RunningSandbox(folder, clock=clock, rules=Rules()) as running:
        shop.wire_url, shop.control_url = running.wire_url, running.control_url
        lose(shop, apply_after_hours=1)
    real_time.moment += timedelta(hours=2)
    with RunningSandbox(folder, clock=clock, rules=Rules()) as running:
        shop.control_url = running.control_url
        assert states(shop) == ["APPROVED"]


def test_an_answer_that_shows_its_effect_cannot_be_late(shop):
    wanted = {"kind": "garbage", "apply_after_seconds": 5}
    status, answer = shop.control("/faults", wanted)
    assert (status, "late_apply" in answer["error"]) == (422, True)


def test_another_orders_ids_are_those_of_an_existing_order(shop):
    shop.register(shopOrderId="M-1")
    shop.control("/faults", {"kind": "other_order"})
    answer = shop.register(shopOrderId="M-2")
    assert answer.texts("transactionId") == [FIRST]
    assert answer.texts("shopOrderId") == ["M-1"]
    assert shop.transaction(SECOND)["shop_order_id"] == "M-2"


def test_without_another_order_the_ids_are_nobodys(shop):
    shop.control("/faults", {"kind": "other_order"})
    assert shop.register().texts("transactionId") == ["X9999999999"]


def test_a_wrong_charset_is_not_utf8(shop):
    shop.control("/faults", {"kind": "wrong_charset"})
    body = shop.register().body
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")
    assert b'encoding="UTF-8"' in body


def test_shift_jis_may_come_under_its_own_name(shop):
    shop.control("/faults", {"kind": "shift_jis"})
    body = shop.register(name="見本審査中").body
    assert 'encoding="Shift_JIS"' in body.decode("cp932")
    assert "審査中" in body.decode("cp932")


@pytest.mark.parametrize(
    ("kind", "piece", "count"),
    [
        ("duplicate_answer", b"<response>", 2),
        ("two_results", b"<result>", 2),
        ("empty_200", b"<response>", 0),
    ],
)
def test_an_answer_comes_twice_or_not_at_all(shop, kind, piece, count):
    shop.control("/faults", {"kind": kind})
    answer = shop.register()
    assert (answer.status, answer.body.count(piece)) == (200, count)


@pytest.mark.parametrize(("fault", "header"), [({}, None), ({"retry_after": 30}, "30")])
def test_too_many_requests_come_with_or_without_retry_after(shop, fault, header):
    shop.control("/faults", {"kind": "status_429", **fault})
    connection = http.client.HTTPConnection(shop.wire_url.removeprefix("http://"))
    connection.request("POST", "/api/getauthori.do", b"<request/>")
    response = connection.getresponse()
    found = (response.status, response.getheader("Retry-After"))
    connection.close()
    assert found == (429, header)


def test_a_fault_of_one_order_hits_all_its_calls(shop):
    shop.register(shopOrderId="M-1")
    shop.register(shopOrderId="M-2")
    fault = {"kind": "status_500", "shop_order_id": "M-2", "times": 0}
    shop.control("/faults", fault)
    assert [shop.result(FIRST).status, shop.ship(SECOND).status] == [200, 500]


def test_a_fault_of_one_merchant_hits_no_other(shop):
    other = {"shop_code": "atd000000002", "link_id": "original00"}
    shop.control("/merchants", {**other, "link_password": "Example02"})
    shop.control("/faults", {"kind": "status_500", "merchant": "atd000000002"})
    assert shop.register().status == 200
    shop.link = shop.link.replace("atd000000001", "atd000000002")
    shop.link = shop.link.replace("Example01", "Example02")
    assert shop.register().status == 500


def test_a_fault_may_last_until_it_is_cleared(shop):
    _, added = shop.control("/faults", {"kind": "status_503", "times": 0})
    assert [shop.register().status for _ in range(3)] == [503] * 3
    path = f"/faults/{added['id']}"
    assert shop.control(path, method="DELETE") == (200, {"removed": 1})
    assert shop.register().status == 200


def test_every_fault_says_how_often_it_fired(shop):
    shop.control("/faults", {"kind": "status_503"})
    shop.control("/faults", {"kind": "status_500", "times": 3})
    for _ in range(3):
        shop.register()
    found = shop.control("/faults")[1]
    assert [(f["kind"], f["fired"], f["times"]) for f in found["faults"]] == [
        ("status_500", 2, 1)
    ]
    assert [(f["kind"], f["fired"]) for f in found["finished"]] == [("status_503", 1)]
