"""Reading transactions: filters, pages that stay whole, the feed, and persons."""

import json
from typing import Any

import pytest
from flask import Flask

from hub.store.api_keys import ApiScope
from tests.api.client import Documented, System, key_of
from tests.flow.specimens import order
from tests.house import House

PERSONAL = ("見本", "090", "example", "銀座")


def numbers(rows: list[Any]) -> list[str]:
    return [row["order_number"] for row in rows]


def test_the_newest_made_comes_first(system: System) -> None:
    assert numbers(system.rows())[-3:] == ["2003", "2002", "2001"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"state": "SHIPMENT_REPORTED"}, {"2001"}),
        ({"state": "DECLINED"}, {"2003"}),
        ({"order_number": "2002"}, {"2002"}),
        ({"order_number": "9001"}, set()),
        ({"needs_attention": "true", "order_number": "2002"}, {"2002"}),
        ({"needs_attention": "false", "order_number": "2002"}, set()),
        ({"shop": "0" * 26}, set()),
    ],
)
def test_a_filter_narrows_the_list(
    system: System, query: dict[str, str], found: set[str]
) -> None:
    assert set(numbers(system.rows(**query))) == found


def test_the_number_of_the_provider_finds_its_transaction(
    system: System, house: House
) -> None:
    number = house.known("2001").provider_transaction_id
    (row,) = system.rows(provider_transaction_id=number)
    assert row["order_number"] == "2001"
    assert row["may_ship"] == "yes"
    assert row["total"] == {"amount": 9180, "currency": "JPY"}
    assert row["shipment"]["evidence"] == "computed"


def test_pages_hold_each_row_once_while_rows_are_added(
    system: System, house: House
) -> None:
    before = numbers(system.rows(limit=100))
    page = system.get("/transactions", limit=1).json
    seen = numbers(page["items"])
    house.hear(order("2101", name="見本 追加", price=1000))
    page = system.get("/transactions", limit=1, after=page["next_cursor"]).json
    seen += numbers(page["items"])
    rest = system.rows(limit=1, after=page["next_cursor"])
    assert seen + numbers(rest) == before


def test_the_feed_tells_what_changed_and_goes_on_for_ever(
    system: System, house: House
) -> None:
    since = "2026-01-01T00:00:00+09:00"
    house.move_real(seconds=5)
    everything = system.rows(updated_since=since, limit=2)
    assert len(numbers(everything)) == len(set(numbers(everything)))
    moments = [row["updated_at"] for row in everything]
    assert moments == sorted(moments)
    last = system.get("/transactions", updated_since=since, limit=100).json
    cursor = last["next_cursor"]
    quiet = system.get("/transactions", updated_since=since, after=cursor).json
    assert quiet == {"items": [], "next_cursor": cursor}
    changed = order("2002", name="見本保留 次郎", price=6100)
    changed["type"] = "order.amended"
    changed["order"]["version"] = 2
    changed["occurred_at"] = f"{house.clock.now():%Y-%m-%dT%H:%M:%SZ}"
    house.hear(changed)
    house.move_real(seconds=5)
    page = system.get("/transactions", updated_since=since, after=cursor).json
    assert numbers(page["items"]) == ["2002"]


def test_the_feed_waits_for_what_is_being_committed(
    system: System, house: House
) -> None:
    house.move_real(seconds=5)
    since = f"{house.clock.now():%Y-%m-%dT%H:%M:%SZ}"
    house.hear(order("2201", name="見本 今", price=1000))
    assert "2201" not in numbers(system.rows(updated_since=since))
    house.move_real(seconds=5)
    assert "2201" in numbers(system.rows(updated_since=since))


@pytest.mark.parametrize(
    "query",
    [
        {"sort": "asc"},
        {"limit": "0"},
        {"limit": "101"},
        {"limit": "ten"},
        {"state": "AUTHORISED"},
        {"updated_since": "2026-11-25"},
        {"updated_since": "2026-11-25T10:00:00"},
        {"needs_attention": "yes"},
        {"after": "nonsense"},
        {"after": "c1.x"},
        {"after": "m99999999999999999999.x"},
        {"order_number": "a\0b"},
        {"shop": "x"},
    ],
)
def test_what_cannot_be_used_is_refused_by_its_name(
    system: System, query: dict[str, str]
) -> None:
    answer = system.get("/transactions", **query)
    assert answer.status_code == 422
    assert list(answer.json["errors"]["query"]) == list(query)


def test_a_parameter_that_comes_twice_is_refused(system: System) -> None:
    answer = system.call("GET", "/transactions", query_string="limit=1&limit=2")
    assert answer.status_code == 422


def test_an_order_tells_its_timeline_and_what_may_be_done(
    system: System, house: House
) -> None:
    document = system.get(f"/orders/{house.order('2001').id}").json
    kinds = {moment["kind"] for moment in document["timeline"]}
    assert {"heard", "checked", "provider", "state", "told"} <= kinds
    assert document["transaction"]["state"] == "SHIPMENT_REPORTED"
    assert document["transaction"]["shipment"]["expected_issue_on"]
    assert document["parcels"][0]["tracking_number"]
    assert "cancel" in document["acts"]


def test_a_transaction_is_told_as_its_order_is(system: System, house: House) -> None:
    order_id = house.order("2001").id
    transaction_id = house.transaction("2001").id
    by_order = system.get(f"/orders/{order_id}").json
    assert system.get(f"/transactions/{transaction_id}").json == by_order


def test_persons_are_told_to_the_scope_personal_alone(
    app: Flask, documented: Documented, house: House, system: System
) -> None:
    path = f"/orders/{house.order('2001').id}"
    reader = System(app, documented, key_of(house, frozenset({ApiScope.READ})))
    told = system.get(path).json
    hidden = reader.get(path)
    assert told["order"]["buyer"]["name"] == "見本 一郎"
    assert hidden.json["order"]["buyer"] is None
    for canary in told["order"]["buyer"].values():
        if isinstance(canary, str) and canary:
            assert canary not in hidden.text
    for path in ("/transactions", "/deliveries", "/shops", "/work"):
        assert "見本 一郎" not in system.get(path).text


def test_a_search_by_name_goes_in_the_body(system: System) -> None:
    page = system.post("/transactions/search", {"value": "見本 一郎"}).json
    assert numbers(page["items"]) == ["2001"]
    assert system.get("/transactions", name="見本 一郎").status_code == 422


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"value": ""}, 422),
        ({"value": "a", "name": "b"}, 422),
        ({"value": ["a"]}, 422),
        ({"value": "a\u0000"}, 400),
        ({"value": "a", "limit": "5"}, 422),
        ([], 422),
    ],
)
def test_a_search_that_cannot_be_read_is_refused(
    system: System, body: Any, status: int
) -> None:
    assert system.post("/transactions/search", body).status_code == status


@pytest.mark.parametrize(
    ("raw", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b'{"value":"a","value":"b"}', "application/json", 400),
        (b"value=a", "application/x-www-form-urlencoded", 415),
        (json.dumps({"value": "a"}).encode(), "text/plain", 415),
    ],
)
def test_a_body_that_is_not_json_is_refused(
    system: System, raw: bytes, content_type: str, status: int
) -> None:
    answer = system.call(
        "POST", "/transactions/search", data=raw, content_type=content_type
    )
    assert answer.status_code == status


def test_what_has_not_changed_is_not_sent_again(system: System) -> None:
    first = system.get("/shops")
    again = system.get("/shops", {"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""
    assert "private" in first.headers["Cache-Control"]


def test_a_shop_tells_its_connections_without_their_settings(
    system: System, house: House
) -> None:
    (shop,) = system.get("/shops").json["items"]
    assert shop["id"] == house.shop_id
    assert shop["connections"][0]["connector"] == "generic_webhook"
    assert "callback" not in json.dumps(shop)


def test_work_counts_what_the_console_counts(system: System) -> None:
    counts = {one["filter"]: one["count"] for one in system.get("/work").json["items"]}
    assert counts["reported"] == 1
    assert counts["attention"] >= counts["alarm"]
