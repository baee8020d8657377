"""The matrices: every route × whose id × which token, made from the URL map."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.console.ids import ABSENT, ids_of
from tests.console.people import HONEST, Person, logged_in
from tests.console.routes import DOORS, EDGES, FRAMED, NO_IDS, OWN
from tests.console.seed import CLERK, FOREIGN, OWNER, VIEWER
from tests.house import House

CANARY = "他店"


def rules(app: Flask) -> Iterator[tuple[str, Rule]]:
    for rule in app.url_map.iter_rules():
        blueprint, _, name = rule.endpoint.partition(".")
        if blueprint == "console":
            yield name, rule


def method_of(rule: Rule) -> str:
    return "POST" if "POST" in (rule.methods or ()) else "GET"


def path_of(rule: Rule, ids: dict[str, str]) -> str:
    return re.sub(r"<(\w+)>", lambda found: ids[found[1]], rule.rule)


def call(person: Person, rule: Rule, ids: dict[str, str]) -> Any:
    path = path_of(rule, ids)
    if method_of(rule) == "GET":
        return person.get(path)
    return person.post(path)


def without_tokens(text: str) -> str:
    text = re.sub(r'name="csrf" value="\w+"', "", text)
    return re.sub(r'name="back" value="[^"]*"', "", text)


def test_every_route_of_the_console_has_its_cases(app: Flask) -> None:
    assert {name for name, _rule in rules(app)} == set(OWN) | NO_IDS | DOORS | EDGES


@pytest.mark.parametrize("name", sorted(OWN))
def test_t21_foreign_and_absent_are_the_same_answer(
    app: Flask, house: House, other: House, name: str
) -> None:
    (rule,) = [rule for found, rule in rules(app) if found == name]
    mine, theirs = ids_of(house, "1017"), ids_of(other, "9001")
    assert call(logged_in(app, OWNER), rule, mine).status_code == OWN[name]
    person = logged_in(app, FOREIGN)
    absent = call(person, rule, dict.fromkeys(mine, ABSENT))
    for id_name in rule.arguments:
        foreign = call(person, rule, {**theirs, id_name: mine[id_name]})
        assert foreign.status_code == 404, id_name
        assert without_tokens(foreign.text) == without_tokens(absent.text)


@pytest.mark.parametrize("name", sorted(set(OWN) | {"transactions", "deliveries"}))
def test_t21_no_byte_of_another_merchant_is_shown(
    app: Flask, house: House, other: House, name: str
) -> None:
    (rule,) = [rule for found, rule in rules(app) if found == name]
    theirs = ids_of(other, "9001")
    answer = call(logged_in(app, OWNER), rule, theirs)
    assert CANARY not in answer.text
    assert theirs["order_id"] not in without_tokens(answer.text).replace(
        path_of(rule, theirs), ""
    )
    assert house.merchant_id != other.merchant_id


def test_t21_search_stays_within_the_merchant(app: Flask, other: House) -> None:
    person = logged_in(app, OWNER)
    inquiry_number = other.known("9001").provider_transaction_id
    for text in ("9001", "他店 花子", inquiry_number):
        assert 'class="go"' not in person.text(f"/console/transactions?q={text}")


def posts(app: Flask) -> list[str]:
    return sorted(
        name
        for name, rule in rules(app)
        if method_of(rule) == "POST" and name not in EDGES
    )


@pytest.mark.parametrize(
    "name",
    sorted(
        (
            set(OWN)
            - {
                "order",
                "confirm_cancel",
                "confirm_close",
                "correct",
                "delivery",
                "happened",
                "invoice",
                "shop_rules",
                "tag",
                "tag_preview",
                "tag_version",
                "parcels",
                "adopt_csv",
                "app_setup",
                "connection_settings",
            }
        )
        | {"log_out", "log_out_everywhere", "switch_merchant", "language"}
        | {"add_api_key", "connect_app"}
        | {"log_in", "login_language", "accept_invitation"}
    ),
)
def test_t17_a_form_needs_its_token_and_our_page(
    app: Flask, house: House, name: str
) -> None:
    (rule,) = [rule for found, rule in rules(app) if found == name]
    ids = {**ids_of(house, "1017"), "token": "none"}
    path = path_of(rule, ids)
    person = logged_in(app, OWNER)
    elsewhere = logged_in(app, CLERK)
    if name in DOORS:
        for somebody in (person, elsewhere):
            somebody.client.delete_cookie("hub_session")
            somebody.get("/console/login")
    token, foreign = person.token(path), elsewhere.token(path)
    cross = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    for sent, headers in (
        (None, HONEST),
        ("", HONEST),
        ("0" * 64, HONEST),
        (foreign, HONEST),
        (person.token("/console/other"), HONEST),
        (token, cross),
        (token, {**HONEST, "Sec-Fetch-Site": "same-site"}),
        (token, {**HONEST, "Origin": "null"}),
        (token, {}),
    ):
        fields = {} if sent is None else {"csrf": sent}
        answer = person.client.post(path, data=fields, headers=headers)
        assert answer.status_code == 403, (sent, headers)


def test_t17_every_form_has_been_tried(app: Flask) -> None:
    tried = test_t17_a_form_needs_its_token_and_our_page.pytestmark[0].args[1]  # type: ignore[attr-defined] # pytest keeps the cases on the function
    assert tried == posts(app)


@pytest.mark.parametrize(
    "path",
    [
        "/orders/{order_id}/release",
        "/orders/{order_id}/cancel",
        "/orders/{order_id}/close",
        "/deliveries/{delivery_id}/replay",
        "/shops/{shop_id}/mode",
        "/shops/{shop_id}/rules/parcels",
        "/shops/{shop_id}/rules/carriers",
        "/orders/{order_id}/parcels/service",
        "/orders/{order_id}/parcels/number",
        "/orders/{order_id}/parcels/all",
    ],
)
def test_a_viewer_changes_nothing(app: Flask, house: House, path: str) -> None:
    person = logged_in(app, VIEWER)
    answer = person.post("/console" + path.format(**ids_of(house, "1017")))
    assert answer.status_code == 403
    assert "許可されていません" in answer.text


def test_only_an_owner_changes_a_mode(app: Flask, house: House) -> None:
    path = f"/console/shops/{house.shop_id}/mode"
    assert logged_in(app, CLERK).post(path, mode="shadow").status_code == 403
    assert logged_in(app, OWNER).post(path, mode="shadow").status_code == 303
    assert logged_in(app, OWNER).post(path, mode="automatic").status_code == 303


def test_t48_every_answer_carries_the_headers(app: Flask, house: House) -> None:
    person = logged_in(app, OWNER)
    ids = {**ids_of(house, "1017"), "token": "none"}
    for name, rule in rules(app):
        if name in ("log_out", "log_out_everywhere"):
            continue
        path = re.sub(r"<(\w+:)?(\w+)>", lambda f: ids.get(f[2], "keys.js"), rule.rule)
        answer = person.client.open(path, method=method_of(rule))
        headers = answer.headers
        answer.close()
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        if name in FRAMED:
            assert policy.endswith("; sandbox allow-scripts")
            assert headers["X-Frame-Options"] == "SAMEORIGIN"
            continue
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Frame-Options"] == "DENY"
        is_kept = "immutable" in headers["Cache-Control"]
        assert is_kept == (name == "static"), name
        if not is_kept:
            assert headers["Cache-Control"] == "no-store"


def test_t14_no_page_has_a_script_or_style_of_its_own(app: Flask, house: House) -> None:
    person = logged_in(app, OWNER)
    ids = ids_of(house, "1022")
    for name, rule in rules(app):
        is_page = method_of(rule) == "GET" and name not in FRAMED
        if not is_page or re.search("<path:|token", rule.rule):
            continue
        text = person.get(path_of(rule, ids)).text
        text = re.sub(r"<textarea.*?</textarea>", "", text, flags=re.DOTALL)
        assert not re.search(r"<script(?! src=)|<style| style=| on\w+=", text)


def test_t44_a_defect_shows_no_trace(
    app: Flask, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = logged_in(app, OWNER)

    def fails(*_arguments: object, **_named: object) -> None:
        raise RuntimeError("SELECT secret FROM /work/main")

    monkeypatch.setattr("hub.console.home.search.tally", fails)
    answer = person.get("/console/")
    assert answer.status_code == 500
    for leaked in ("SELECT", "Traceback", "/work", "RuntimeError"):
        assert leaked not in answer.text
    assert "HUB-CONSOLE-FAILED" in answer.text
