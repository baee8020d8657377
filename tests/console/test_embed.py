"""The page within a cart's admin: framed by its own shop alone, without a cookie."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from hub.app import create_app
from hub.registry import Registry
from hub.store import credentials, installations
from hub.store.tables import connection
from tests.app_cart.bazaar import SLUG, connector, session_token
from tests.app_cart.browser import Browser
from tests.app_cart.double import AppCart
from tests.app_cart.house import SECRET
from tests.console import seed
from tests.console.seed import OWNER
from tests.house import House, same_parts


@pytest.fixture
def house(bazaar: tuple[House, AppCart]) -> House:
    return bazaar[0]


@pytest.fixture
def cart(bazaar: tuple[House, AppCart]) -> AppCart:
    return bazaar[1]


@pytest.fixture
def app(house: House) -> Flask:
    return create_app(house.parts)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client(use_cookies=False)


def policy(answer: TestResponse) -> str:
    return answer.headers["Content-Security-Policy"]


def ask(
    client: FlaskClient,
    house: House,
    path: str,
    *,
    shop: str = "aoba",
    method: str = "GET",
    token: str = "",
) -> TestResponse:
    ends = house.clock.now() + timedelta(minutes=1)
    given = token or session_token(SECRET, shop, ends)
    headers = {"Authorization": f"Bearer {given}"}
    return client.open(f"/embed/bazaar{path}", method=method, headers=headers)


def connect(app: Flask, cart: AppCart, shop: str = "aoba") -> Browser:
    browser = Browser(app, cart, shop=shop)
    browser.install()
    browser.log_in(OWNER)
    fields = {"shop": "new", "name": f"{shop}店", "prefix": f"{shop}-"}
    assert browser.post("/console/install", **fields).status_code == 303
    return browser


def test_only_the_admin_of_its_shop_frames_the_page(client: FlaskClient) -> None:
    for shop in ("aoba", "kuro"):
        answer = client.get(f"/embed/bazaar?shop={shop}")
        assert answer.status_code == 200
        assert f"frame-ancestors https://{shop}.bazaar.example" in policy(answer)
        assert "X-Frame-Options" not in answer.headers
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/embed/bazaar", 400),
        ("/embed/bazaar?shop=", 400),
        ("/embed/bazaar?shop=a%20b", 400),
        ("/embed/bazaar?shop=aoba&shop=%3B", 400),
        ("/embed/nothing?shop=aoba", 404),
        ("/embed/generic_webhook?shop=aoba", 404),
        ("/embed/bazaar/now", 401),
        ("/embed/bazaar/checklist", 401),
        ("/embed/nothing/now", 404),
    ],
)
def test_nobody_frames_what_has_no_shop(
    client: FlaskClient, path: str, status: int
) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert "frame-ancestors 'none'" in policy(answer)
    assert "Set-Cookie" not in answer.headers


def test_what_is_no_plain_origin_frames_nothing(house: House) -> None:
    assert connector.embed is not None
    for origin in ("*", "https://*.bazaar.example", "https://a.example; script-src *"):
        embed = replace(connector.embed, frame_ancestors=ancestors(origin))
        registry = Registry(connectors={SLUG: replace(connector, embed=embed)})
        changed = same_parts(house, registry=registry)
        answer = create_app(changed.parts).test_client().get("/embed/bazaar?shop=aoba")
        assert policy(answer).endswith("frame-ancestors 'none'")


def ancestors(origin: str) -> Callable[[str], Sequence[str]]:
    return lambda _shop: (origin,)


def test_t14_the_page_has_no_script_or_style_of_its_own(client: FlaskClient) -> None:
    answer = client.get("/embed/bazaar?shop=aoba")
    assert not re.search(r"<script(?! src=)|<style| style=| on\w+=", answer.text)
    assert "unsafe" not in policy(answer)
    assert "script-src 'self' https://cdn.bazaar.example;" in policy(answer)
    assert '<meta name="bazaar-key" content="client-7">' in answer.text
    assert SECRET not in answer.text


def test_the_page_is_in_japanese_with_a_way_to_english(client: FlaskClient) -> None:
    text = client.get("/embed/bazaar?shop=aoba&host=x").text
    assert '<html lang="ja">' in text
    assert "?shop=aoba&amp;host=x&amp;locale=en" in text
    text = client.get("/embed/bazaar?shop=aoba&locale=en-GB").text
    assert '<html lang="en">' in text
    assert "locale=ja" in text


@pytest.mark.parametrize("path", ["/now", "/checklist"])
def test_t20_a_token_that_is_not_proven_shows_nothing(
    client: FlaskClient, app: Flask, house: House, cart: AppCart, path: str
) -> None:
    connect(app, cart)
    now = house.clock.now()
    for token in (
        "x",
        session_token("wrong", "aoba", now + timedelta(minutes=1)),
        session_token(SECRET, "aoba", now - timedelta(seconds=1)),
    ):
        answer = ask(client, house, path, token=token)
        assert answer.status_code == 401
        assert answer.headers["X-Bazaar-Retry"] == "1"
        assert set(answer.get_json()) == {"problem"}


def test_a_session_of_the_console_is_not_asked(app: Flask, cart: AppCart) -> None:
    browser = connect(app, cart)
    assert browser.get("/embed/bazaar/now").status_code == 401


def test_a_connected_shop_sees_its_state_and_its_checklist(
    client: FlaskClient, app: Flask, house: House, cart: AppCart
) -> None:
    connect(app, cart)
    now = ask(client, house, "/now").get_json()
    assert (now["state"], now["shop"], now["rows"]) == ("接続済み", "aoba店", [])
    assert not now["needs_install"]
    (item,) = ask(client, house, "/checklist").get_json()["items"]
    assert (item["title"], item["state"]) == ("支払い方法を作る", "これから")


def test_a_shop_sees_no_order_of_another_and_no_buyer(
    client: FlaskClient, app: Flask, house: House, cart: AppCart
) -> None:
    moment = house.clock.now().isoformat()
    house.hear(seed.placed("H-1", "見本 花子", 3000, ordered_at=moment))
    connect(app, cart)
    assert ask(client, house, "/now").get_json()["rows"] == []
    give(house, "aoba", house.shop_id)
    answer = ask(client, house, "/now")
    (row,) = answer.get_json()["rows"]
    assert row["number"] == "H-1"
    assert row["total"] == "6,880円"
    assert row["word"]
    assert "花子" not in answer.text


def give(house: House, shop: str, shop_id: str) -> None:
    """Let the app's connection be of another shop, where there are orders."""
    found = house.parts.store.across.read(
        lambda across: installations.look_up(across, SLUG, shop)
    )
    assert found is not None
    house.parts.store.of(house.merchant_id).write(
        lambda scope: scope.connection.execute(
            update(connection)
            .where(connection.c.id == found.connection_id)
            .values(shop_id=shop_id, takes_orders=False)
        )
    )


def test_t21_the_token_alone_says_whose_shop_it_is(
    client: FlaskClient, app: Flask, house: House, cart: AppCart
) -> None:
    connect(app, cart)
    answer = ask(client, house, "/now?shop=aoba", shop="kuro")
    assert answer.get_json()["needs_install"]
    assert "aoba" not in answer.text


def test_a_shop_that_is_not_connected_gets_a_link_to_claim_it(
    client: FlaskClient, app: Flask, house: House, cart: AppCart
) -> None:
    assert ask(client, house, "/now").get_json()["needs_install"]
    taken = ask(client, house, "/install", method="POST").get_json()
    url = taken["claim_url"]
    assert url.startswith("http://127.0.0.1:8000/install/bazaar/claim?token=")
    browser = Browser(app, cart)
    browser.get(url.removeprefix("http://127.0.0.1:8000"))
    browser.log_in(OWNER)
    fields = {"shop": "new", "name": "あおば店", "prefix": "A-"}
    assert browser.post("/console/install", **fields).status_code == 303
    assert ask(client, house, "/now").get_json()["state"] == "接続済み"


def test_a_link_to_claim_ends_after_ten_minutes(
    client: FlaskClient, app: Flask, house: House, cart: AppCart
) -> None:
    taken = ask(client, house, "/install", method="POST").get_json()
    house.move_real(minutes=10, seconds=1)
    path = taken["claim_url"].removeprefix("http://127.0.0.1:8000")
    assert Browser(app, cart).get(path).status_code == 404


def test_nobody_installs_without_a_token(client: FlaskClient, house: House) -> None:
    assert client.post("/embed/bazaar/install").status_code == 401
    assert (
        house.parts.store.across.read(
            lambda across: installations.look_up(across, SLUG, "aoba")
        )
        is None
    )


def test_an_app_that_was_installed_again_goes_on_when_its_page_is_opened(
    client: FlaskClient, app: Flask, house: House, cart: AppCart
) -> None:
    connect(app, cart)
    found = house.parts.store.across.read(
        lambda across: installations.look_up(across, SLUG, "aoba")
    )
    assert found is not None
    store = house.parts.store.of(house.merchant_id)
    store.write(lambda scope: credentials.void(scope, found.connection_id))
    now = ask(client, house, "/now").get_json()
    assert (now["state"], now["needs_install"]) == ("再接続が必要", True)
    taken = ask(client, house, "/install", method="POST").get_json()
    assert taken == {"claim_url": ""}
    assert not ask(client, house, "/now").get_json()["needs_install"]


def test_a_cart_that_does_not_answer_is_said(
    client: FlaskClient, app: Flask, house: House, cart: AppCart
) -> None:
    connect(app, cart)
    cart.status = 503
    found = ask(client, house, "/checklist").get_json()
    assert found["items"] == []
    assert found["problem"][-1] == "HUB-CART-503"
    answer = ask(client, house, "/install", method="POST", shop="kuro")
    assert answer.status_code == 502
    assert answer.get_json()["problem"][-1] == "HUB-CART-503"


def test_a_defect_shows_no_trace(house: House) -> None:
    def fails(*_arguments: object) -> Any:
        raise RuntimeError("SELECT secret FROM /work/main")

    assert connector.embed is not None
    embed = replace(connector.embed, visit=fails)
    registry = Registry(connectors={SLUG: replace(connector, embed=embed)})
    changed = same_parts(house, registry=registry)
    answer = ask(create_app(changed.parts).test_client(), changed, "/now")
    assert answer.status_code == 500
    assert "SELECT" not in answer.text
    assert "frame-ancestors 'none'" in policy(answer)
