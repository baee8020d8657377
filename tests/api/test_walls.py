"""The matrices: every route × whose id × which key, made from the URL map."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from hub.flow.api_keys import revoke_key
from hub.store import api_keys
from hub.store.api_keys import ApiScope
from tests.api.client import Documented, System, key_of
from tests.house import House

ABSENT = "0" * 26
CANARIES = ("他店", "花子", "9001")
NEEDS: dict[str, set[ApiScope]] = {
    "get_me": set(),
    "list_shops": {ApiScope.READ},
    "list_carriers": {ApiScope.READ},
    "get_work": {ApiScope.READ},
    "list_transactions": {ApiScope.READ},
    "search_transactions": {ApiScope.READ, ApiScope.PERSONAL},
    "get_transaction": {ApiScope.READ},
    "get_order": {ApiScope.READ},
    "list_deliveries": {ApiScope.READ},
    "get_delivery": {ApiScope.READ},
    "get_delivery_body": {ApiScope.READ, ApiScope.PERSONAL},
    "replay_delivery": {ApiScope.WRITE},
    "send_again": {ApiScope.WRITE},
    "release_order": {ApiScope.WRITE},
    "cancel_order": {ApiScope.WRITE},
    "close_attention": {ApiScope.WRITE},
    "retry_refused": {ApiScope.WRITE},
    "hand_in_events": {ApiScope.WRITE},
}
BODIES: dict[str, Any] = {
    "search_transactions": {"value": "9001"},
    "cancel_order": {"reason": "在庫切れ", "order_number": "9001"},
    "close_attention": {"reason": "確認済み"},
    "hand_in_events": {"type": "order.placed"},
}
WITH_IDS = sorted(
    name
    for name in NEEDS
    if name.startswith(("get_t", "get_o", "get_d")) or NEEDS[name] == {ApiScope.WRITE}
)


def rules(app: Flask) -> Iterator[tuple[str, Rule]]:
    for rule in app.url_map.iter_rules():
        blueprint, _, name = rule.endpoint.partition(".")
        if blueprint == "v1":
            yield name, rule


def ids_of(house: House, number: str) -> dict[str, str]:
    return {
        "order_id": house.order(number).id,
        "transaction_id": house.transaction(number).id,
        "delivery_id": house.deliveries()[-1].id,
        "shop_id": house.shop_id,
        "operation_id": next(
            (one.id for one in house.operations(number)), house.order(number).id
        ),
    }


def call(system: System, app: Flask, name: str, ids: dict[str, str]) -> Any:
    (rule,) = [rule for found, rule in rules(app) if found == name]
    path = re.sub(r"<[^:]+:(\w+)>", lambda found: ids[found[1]], rule.rule)
    method = "POST" if "POST" in (rule.methods or ()) else "GET"
    body = {"json": BODIES[name]} if name in BODIES else {}
    return system.call(method, path.removeprefix("/api/v1"), **body)


def test_every_route_of_the_api_has_its_cases(app: Flask) -> None:
    assert {name for name, _rule in rules(app)} == set(NEEDS)


def test_every_route_is_documented(app: Flask, documented: Documented) -> None:
    paths = documented.document["paths"]
    told = {
        operation["summary"] and (path, method)
        for path, methods in paths.items()
        for method, operation in methods.items()
        if method != "parameters"
    }
    assert len(told) == len(NEEDS)


@pytest.mark.parametrize("name", WITH_IDS)
def test_t21_foreign_and_absent_are_the_same_answer(
    app: Flask, house: House, stranger: System, name: str
) -> None:
    mine = ids_of(house, "2001")
    foreign = call(stranger, app, name, mine)
    absent = call(stranger, app, name, dict.fromkeys(mine, ABSENT))
    assert foreign.status_code == absent.status_code == 404
    assert foreign.data == absent.data


@pytest.mark.parametrize("name", sorted(NEEDS))
def test_t21_no_byte_of_another_merchant_is_told(
    app: Flask, system: System, other: House, name: str
) -> None:
    answer = call(system, app, name, ids_of(other, "9001"))
    for canary in (*CANARIES, other.shop_id, other.merchant_id):
        assert canary not in answer.text


@pytest.mark.parametrize("name", WITH_IDS)
@pytest.mark.parametrize("bad", ["x", "%00", "0" * 27, "A" * 26, "%F0%9F%98%80"])
def test_an_id_of_another_form_is_absent(
    app: Flask, house: House, system: System, name: str, bad: str
) -> None:
    ids = dict.fromkeys(ids_of(house, "2001"), bad)
    assert call(system, app, name, ids).status_code == 404


@pytest.mark.parametrize("name", sorted(NEEDS))
def test_nobody_comes_in_without_a_key(
    app: Flask, documented: Documented, house: House, name: str
) -> None:
    ids = ids_of(house, "2001")
    for token in ("", "hubk_" + "A" * 43, "hub_session"):
        answer = call(System(app, documented, token), app, name, ids)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("name", sorted(name for name in NEEDS if NEEDS[name]))
def test_each_missing_scope_is_refused_by_name(
    app: Flask, documented: Documented, house: House, name: str
) -> None:
    ids = ids_of(house, "2001")
    for missing in NEEDS[name]:
        token = key_of(house, frozenset(ApiScope) - {missing})
        answer = call(System(app, documented, token), app, name, ids)
        assert answer.status_code == 403
        assert list(answer.json["errors"]["scopes"]) == [missing]


def test_a_missing_scope_says_nothing_of_another_merchants_row(
    app: Flask, documented: Documented, house: House, other: House
) -> None:
    reader = System(app, documented, key_of(other, frozenset({ApiScope.READ})))
    foreign = call(reader, app, "release_order", ids_of(house, "2001"))
    absent = call(reader, app, "release_order", {"order_id": ABSENT})
    assert foreign.status_code == absent.status_code == 403
    assert foreign.data == absent.data


def test_a_revoked_key_opens_nothing(
    app: Flask, documented: Documented, house: House
) -> None:
    token = key_of(house)
    system = System(app, documented, token)
    key_id = system.get("/me").json["key"]["id"]
    revoke_key(house.parts, house.merchant_id, key_id, user_id="")
    assert system.get("/me").status_code == 401


def test_the_last_use_of_a_key_is_written_once_in_an_hour(
    app: Flask, documented: Documented, house: House
) -> None:
    system = System(app, documented, key_of(house))
    key_id = system.get("/me").json["key"]["id"]

    def used_at() -> Any:
        keys = house.read(api_keys.of_merchant)
        return next(key.last_used_at for key in keys if key.id == key_id)

    first = used_at()
    system.get("/me")
    assert used_at() == first is not None


def test_a_wrong_method_is_told_the_right_ones(system: System) -> None:
    answer = system.call("DELETE", "/me")
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    assert answer.mimetype == "application/problem+json"


def test_a_word_is_no_id(system: System) -> None:
    answer = system.call("PUT", "/transactions/search")
    assert answer.status_code == 405
    assert "GET" not in answer.headers["Allow"]


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("ja", "このAPIキーから見える対象がありません。"),
        ("en-US, ja;q=0.5", "There is nothing here that this API key can see."),
        ("", "このAPIキーから見える対象がありません。"),
    ],
)
def test_a_problem_speaks_the_callers_language(
    system: System, language: str, title: str
) -> None:
    headers = {"Accept-Language": language} if language else {}
    answer = system.get(f"/orders/{ABSENT}", headers)
    assert answer.json["title"] == title
    assert answer.json["type"] == "/api/v1/problems/HUB-API-404"


def test_t44_a_defect_shows_no_trace(
    system: System, monkeypatch: pytest.MonkeyPatch, app: Flask, house: House
) -> None:
    def fails(*_arguments: object, **_named: object) -> None:
        raise RuntimeError("SELECT secret FROM /work/main")

    monkeypatch.setattr("hub.api.merchant.search.tally", fails)
    token = key_of(house)
    answer: Any = app.test_client().get(
        "/api/v1/work", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 500
    assert answer.json["code"] == "HUB-WEB-500"
    for leaked in ("SELECT", "Traceback", "/work/main", "RuntimeError"):
        assert leaked not in answer.text
