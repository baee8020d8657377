"""Acting: the console's decisions, once each, and events that are handed in."""

import json
import threading
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from hub.api.application import make_api
from hub.domain.known import State
from hub.store import api_answers, api_keys
from tests.api.client import Documented, System, key_of
from tests.flow.specimens import order
from tests.house import House


def audited(house: House, action: str) -> int:
    with house.parts.store.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT user_id FROM audit WHERE action = ?", (action,)
        ).all()
    return len(rows)


def test_a_release_lets_the_order_be_registered(stranger: System, other: House) -> None:
    other.hear(order("9101", name="他店 次郎", price=3000))
    path = f"/orders/{other.order('9101').id}"
    answer = stranger.post(f"{path}/release")
    assert answer.status_code == 202
    other.settle()
    assert other.state("9101") is State.AUTHORIZED
    timeline = stranger.get(path).json["timeline"]
    assert "API: 受注管理" in [moment["by"] for moment in timeline]


def test_a_cancellation_needs_the_number_and_a_reason(
    system: System, house: House
) -> None:
    house.hear(order("2301", name="見本 取消", price=3000))
    path = f"/orders/{house.order('2301').id}/cancel"
    assert system.post(path, {"order_number": "2301"}).status_code == 422
    wrong = system.post(path, {"reason": "在庫切れ", "order_number": "2302"})
    assert wrong.status_code == 409
    assert wrong.json["code"] == "HUB-ACT-009"
    assert house.calls("2301").count("cancel") == 0
    assert (
        system.post(path, {"reason": "在庫切れ", "order_number": "2301"}).status_code
        == 202
    )
    house.settle()
    assert house.state("2301") is State.CANCELLED


def test_an_act_under_one_key_is_done_once_and_answered_twice(
    system: System, house: House
) -> None:
    house.hear(order("2311", name="見本保留 四郎", price=2000))
    house.until(lambda: house.attention("2311") != "")
    path = f"/transactions/{house.transaction('2311').id}/close-attention"
    before = audited(house, "close_attention")
    headers = {"Idempotency-Key": "close-2311"}
    first = system.post(path, {"reason": "電話で確認済み"}, headers=headers)
    again = system.post(path, {"reason": "電話で確認済み"}, headers=headers)
    assert first.status_code == again.status_code == 202
    assert first.json == again.json
    assert again.headers["Idempotency-Replayed"] == "true"
    assert audited(house, "close_attention") == before + 1


def test_a_refusal_is_answered_again_too(system: System, house: House) -> None:
    path = f"/transactions/{house.transaction('2001').id}/retry"
    headers = {"Idempotency-Key": "retry-2001"}
    first = system.post(path, headers=headers)
    again = system.post(path, headers=headers)
    assert first.status_code == again.status_code == 409
    assert first.json == again.json
    assert first.json["code"] == "HUB-ACT-005"


def test_one_key_for_two_requests_is_refused(system: System, house: House) -> None:
    headers = {"Idempotency-Key": "one-for-two"}
    delivery = house.deliveries()[0].id
    system.post(f"/deliveries/{delivery}/replay", headers=headers)
    path = f"/orders/{house.order('2001').id}/release"
    answer = system.post(path, headers=headers)
    assert answer.status_code == 422
    assert answer.json["code"] == "HUB-API-423"


def test_a_request_whose_first_is_under_way_is_told_to_wait(
    system: System, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered, leave = threading.Event(), threading.Event()

    def slow(*_arguments: Any, **_named: Any) -> None:
        entered.set()
        leave.wait(10)

    monkeypatch.setattr("hub.api.acts.intervene.replay_delivery", slow)
    path = f"/deliveries/{house.deliveries()[0].id}/replay"
    headers = {"Idempotency-Key": "slow"}
    answers: list[Any] = []
    first = threading.Thread(
        target=lambda: answers.append(system.post(path, headers=headers))
    )
    first.start()
    assert entered.wait(10)
    second = system.post(path, headers=headers)
    leave.set()
    first.join(10)
    assert second.status_code == 409
    assert second.json["code"] == "HUB-API-409"
    assert second.headers["Retry-After"] == "1"
    assert answers[0].status_code == 202


def test_an_act_that_failed_gives_its_key_back(
    app: Flask, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_arguments: Any, **_named: Any) -> None:
        raise RuntimeError

    path = f"/api/v1/deliveries/{house.deliveries()[0].id}/replay"
    headers = {"Authorization": f"Bearer {key_of(house)}", "Idempotency-Key": "fails"}
    with monkeypatch.context() as patch:
        patch.setattr("hub.api.acts.intervene.replay_delivery", fails)
        assert app.test_client().post(path, headers=headers).status_code == 500
    assert app.test_client().post(path, headers=headers).status_code == 202


def test_a_key_is_forgotten_after_a_day(house: House) -> None:
    store = house.parts.store.of(house.merchant_id)
    key_id = store.read(api_keys.of_merchant)[0].id
    now = house.clock.now()

    def begin(moment: Any) -> str:
        return store.write(
            lambda scope: api_answers.begin(
                scope, api_key_id=key_id, key_hash="k", request_hash="r", now=moment
            )
        )[0]

    first = begin(now)
    store.write(lambda scope: api_answers.finish(scope, first, status=202, body="{}"))
    assert begin(now) == ""
    assert begin(now + api_answers.LIFE * 2) != ""


@pytest.mark.parametrize("key", ["", "a b", "ä", "x" * 256])
def test_a_key_of_another_form_is_refused(
    system: System, house: House, key: str
) -> None:
    path = f"/deliveries/{house.deliveries()[0].id}/replay"
    answer = system.post(path, headers={"Idempotency-Key": key})
    assert answer.status_code == 422
    assert list(answer.json["errors"]["header"]) == ["Idempotency-Key"]


def test_an_operation_that_is_done_is_not_sent_again(
    system: System, house: House
) -> None:
    operation = house.operations("2001", target="provider")[0]
    answer = system.post(f"/operations/{operation.id}/send-again")
    assert answer.status_code == 409
    assert answer.json["code"] == "HUB-ACT-004"


def test_events_that_are_handed_in_become_an_order(
    system: System, house: House
) -> None:
    event = order("2401", name="見本 手渡し", price=1980)
    answer = system.post(f"/shops/{house.shop_id}/events", event)
    assert answer.status_code == 202
    house.settle()
    assert house.state("2401") is State.AUTHORIZED
    delivery = system.get(f"/deliveries/{answer.json['delivery_id']}").json
    assert delivery["origin"] == "entered"
    assert delivery["state"] == "done"
    assert [one["number"] for one in delivery["orders"]] == ["2401"]


def test_events_are_stored_once(system: System, house: House) -> None:
    path = f"/shops/{house.shop_id}/events"
    event = order("2402", name="見本 二度", price=1980)
    first, again = system.post(path, event), system.post(path, event)
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json["delivery_id"] == again.json["delivery_id"]
    headers = {"Idempotency-Key": "2403"}
    keyed = system.post(path, order("2403", name="x", price=1), headers=headers)
    other_words = system.post(path, order("2403", name="y", price=2), headers=headers)
    assert keyed.json["delivery_id"] == other_words.json["delivery_id"]


def test_events_that_nobody_can_read_are_kept_and_explained(
    system: System, house: House
) -> None:
    answer = system.post(f"/shops/{house.shop_id}/events", {"type": "order.lost"})
    assert answer.status_code == 202
    house.settle()
    delivery = system.get(f"/deliveries/{answer.json['delivery_id']}").json
    assert delivery["state"] == "quarantined"
    assert "type" in delivery["findings"]


@pytest.mark.parametrize(
    ("raw", "content_type", "status"),
    [
        (b"", "application/json", 400),
        (b"{", "application/json", 400),
        (b"{}", "text/plain", 415),
    ],
)
def test_events_that_are_not_json_are_refused(
    system: System, house: House, raw: bytes, content_type: str, status: int
) -> None:
    before = len(house.deliveries())
    answer = system.call(
        "POST",
        f"/shops/{house.shop_id}/events",
        data=raw,
        content_type=content_type,
    )
    assert answer.status_code == status
    assert len(house.deliveries()) == before


def test_a_body_is_told_as_it_came_and_the_look_is_audited(
    system: System, house: House
) -> None:
    event = order("2404", name="見本 本文", price=1980)
    answer = system.post(f"/shops/{house.shop_id}/events", event)
    before = audited(house, "see_delivery")
    path = f"/deliveries/{answer.json['delivery_id']}/body"
    body = system.get(path).json
    assert json.loads(body["body"]) == event
    assert audited(house, "see_delivery") == before + 1


def test_a_key_that_calls_too_often_is_told_to_wait(
    documented: Documented, house: House
) -> None:
    config = replace(house.parts.config, api_rate=2)
    app = make_api(replace(house.parts, config=config))
    system = System(app, documented, key_of(house))
    assert [system.get("/me").status_code for _ in range(3)] == [200, 200, 429]
    waiting = system.get("/me")
    assert 1 <= int(waiting.headers["Retry-After"]) <= 30
    assert System(app, documented, key_of(house)).get("/me").status_code == 200
