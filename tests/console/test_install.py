"""Taking an installed app for a shop: in this browser, by an owner, once."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from hub.app import create_app
from hub.domain.policy import Mode
from hub.flow import install_care
from hub.store import connections, credentials, installations, merchants
from tests.app_cart.bazaar import SLUG
from tests.app_cart.browser import Browser, shown
from tests.app_cart.double import AppCart
from tests.console import seed
from tests.console.seed import CLERK, FOREIGN, OWNER
from tests.house import House


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
def owner(app: Flask, cart: AppCart) -> Browser:
    browser = Browser(app, cart)
    browser.install()
    browser.log_in(OWNER)
    return browser


NEW = {"shop": "new", "name": "あおば店", "prefix": "AO-"}


def connect(browser: Browser, **fields: str) -> Any:
    return browser.post("/console/install", **{**NEW, **fields})


def connection_of(house: House, shop: str = "aoba") -> str:
    found = house.parts.store.across.read(
        lambda across: installations.look_up(across, SLUG, shop)
    )
    assert found is not None
    return found.connection_id


def test_the_claim_waits_for_the_login_and_is_led_back_to(
    app: Flask, cart: AppCart
) -> None:
    browser = Browser(app, cart)
    browser.install()
    answer = browser.get("/console/install")
    assert answer.headers["Location"] == "/console/login?back=/console/install"
    answer = browser.log_in(OWNER, back="/console/install")
    assert answer.headers["Location"] == "/console/install"
    assert "この 見本バザール ストアを接続する" in browser.text("/console/install")


def test_a_new_shop_begins_in_shadow_mode_and_is_set_up(
    owner: Browser, house: House, cart: AppCart
) -> None:
    answer = connect(owner)
    connection_id = connection_of(house)
    assert answer.headers["Location"].startswith(
        f"/console/connections/{connection_id}/setup"
    )
    now = house.clock.now()
    stored = house.read(lambda scope: connections.get(scope, connection_id, now=now))
    assert stored is not None
    shop = house.read(lambda scope: merchants.get_shop(scope, stored.shop_id))
    assert (shop.name, shop.mode) == ("あおば店", Mode.SHADOW)
    held = house.read(lambda scope: credentials.get(scope, connection_id))
    assert held is not None
    assert cart.hooks["aoba"].endswith(f"/hooks/bazaar/{held.hook_key}")
    text = shown(owner.text(f"/console/connections/{connection_id}/setup"))
    for part in ("接続済み", "支払い方法を作る", "これから"):
        assert part in text


def test_a_claim_is_made_once(owner: Browser, house: House) -> None:
    assert connect(owner).status_code == 303
    assert house.violations() == []
    assert connect(owner).status_code == 404
    assert owner.get("/console/install").status_code == 404


def test_another_browser_cannot_claim(owner: Browser, app: Flask, house: House) -> None:
    other = Browser(app, owner.cart)
    other.log_in(OWNER)
    assert other.get("/console/install").status_code == 404
    assert connect(other).status_code == 404
    assert connection_of(house) == ""


def test_another_merchant_cannot_claim_what_is_somebodys(
    owner: Browser, app: Flask, house: House
) -> None:
    connect(owner)
    claimed = connection_of(house)
    seed.second_merchant(house)
    thief = Browser(app, owner.cart)
    answer = thief.install()
    assert answer.headers["Location"].endswith(f"/{claimed}/setup")
    thief.log_in(FOREIGN)
    assert connect(thief).status_code == 404
    assert thief.get(f"/console/connections/{claimed}/setup").status_code == 404
    assert connection_of(house) == claimed


def test_only_an_owner_connects(owner: Browser, house: House) -> None:
    owner.log_in(CLERK)
    assert "責任者だけ" in owner.text("/console/install")
    assert connect(owner).status_code == 403
    assert connection_of(house) == ""


def test_a_shop_that_has_its_orders_is_not_given_another_connection(
    owner: Browser, house: House
) -> None:
    text = owner.text("/console/install")
    assert f'value="{house.shop_id}" required disabled' in text
    answer = connect(owner, shop=house.shop_id)
    assert answer.status_code == 409
    assert "HUB-CONN-004" in answer.text


def test_a_second_shop_needs_a_prefix(owner: Browser, house: House) -> None:
    answer = connect(owner, prefix="")
    assert answer.status_code == 409
    assert "HUB-CONN-002" in answer.text
    assert "あおば店" in answer.text
    assert connection_of(house) == ""


def test_a_shop_of_another_merchant_cannot_be_chosen(
    owner: Browser, house: House
) -> None:
    other = seed.second_merchant(house)
    assert connect(owner, shop=other.shop_id).status_code == 404
    assert connection_of(house) == ""


def test_a_claim_ends_after_an_hour(owner: Browser, house: House) -> None:
    house.move_real(minutes=61)
    owner.log_in(OWNER)
    assert connect(owner).status_code == 404


def test_a_cart_that_fails_is_said_and_asked_again(
    owner: Browser, house: House, cart: AppCart
) -> None:
    cart.status = 503
    connect(owner)
    connection_id = connection_of(house)
    path = f"/console/connections/{connection_id}"
    assert "準備できていません" in owner.text(f"{path}/setup")
    assert "準備できていません" in owner.text("/console/")
    cart.status = 0
    assert owner.post(f"{path}/enable").status_code == 303
    assert "準備できていません" not in owner.text(f"{path}/setup")
    assert "aoba" in cart.hooks


def test_a_cart_that_failed_is_asked_again_by_itself(
    owner: Browser, house: House, cart: AppCart
) -> None:
    cart.status = 503
    connect(owner)
    cart.status = 0
    install_care.tend(house.parts)
    assert "aoba" not in cart.hooks
    house.move_real(seconds=31)
    install_care.tend(house.parts)
    assert "aoba" in cart.hooks


def test_a_removed_app_is_shown_and_goes_on_when_it_is_installed_again(
    owner: Browser, house: House, cart: AppCart
) -> None:
    connect(owner)
    connection_id = connection_of(house)
    house.move_real(minutes=1)
    now = house.clock.now()
    store = house.parts.store.of(house.merchant_id)
    cart.forget("aoba")

    def remove(scope: Any) -> bool:
        connections.set_disabled(scope, connection_id, disabled_at=now)
        return install_care.note_removed(scope, connection_id, occurred_at=now)

    assert store.write(remove)
    owner.log_in(OWNER)
    assert "アンインストール済み" in owner.text("/console/connections")
    assert "HUB-CART-401" not in shown(owner.text("/console/connections"))
    assert "アンインストール済み" in owner.text("/console/")
    house.move_real(minutes=1)
    answer = owner.install()
    assert answer.headers["Location"] == f"/console/connections/{connection_id}/setup"
    install_care.tend(house.parts)
    assert "接続済み" in owner.text("/console/connections")
    # A message of the removal that comes late changes nothing.
    assert not store.write(remove_late(connection_id, now))
    stored = house.read(lambda scope: connections.get(scope, connection_id, now=now))
    assert stored is not None
    assert not stored.is_disabled


def remove_late(connection_id: str, at: Any) -> Any:
    return lambda scope: install_care.note_removed(scope, connection_id, occurred_at=at)


def test_an_access_that_ended_is_connected_again_from_the_console(
    owner: Browser, house: House, cart: AppCart
) -> None:
    connect(owner)
    connection_id = connection_of(house)
    cart.forget("aoba")
    house.parts.store.of(house.merchant_id).write(
        lambda scope: credentials.void(scope, connection_id)
    )
    assert "再接続が必要" in owner.text("/console/connections")
    answer = owner.post(f"/console/connections/{connection_id}/reconnect")
    assert answer.status_code == 200
    consent = next(
        part for part in answer.text.split('"') if "/aoba/consent?" in part
    ).replace("&amp;", "&")
    owner.take_state(consent)
    back = owner.get(owner.back())
    assert back.headers["Location"] == f"/console/connections/{connection_id}/setup"
    install_care.tend(house.parts)
    assert "接続済み" in owner.text("/console/connections")


def test_what_nobody_used_for_a_day_is_renewed_in_the_night(
    owner: Browser, house: House, cart: AppCart
) -> None:
    connect(owner)
    house.move_real(hours=23)
    install_care.tend(house.parts)
    assert cart.asked["refresh"] == 0
    house.move_real(hours=2)
    install_care.tend(house.parts)
    install_care.tend(house.parts)
    assert cart.asked["refresh"] == 1


def test_a_night_that_fails_is_tried_again_in_an_hour(
    owner: Browser, house: House, cart: AppCart
) -> None:
    connect(owner)
    house.move_real(hours=25)
    cart.status = 503
    for _ in range(3):
        install_care.tend(house.parts)
    assert cart.asked["refresh"] == 1
    cart.status = 0
    house.move_real(hours=2)
    install_care.tend(house.parts)
    assert cart.asked["refresh"] == 2


def test_a_person_is_warned_before_the_cart_renews_no_more(
    owner: Browser, house: House
) -> None:
    connect(owner)
    assert "まもなく再接続が必要" not in owner.text("/console/")
    house.move_real(days=77)
    owner.log_in(OWNER)
    assert "まもなく再接続が必要" in owner.text("/console/")
    house.move_real(days=90 - 77)
    owner.log_in(OWNER)
    assert "再接続が必要" in owner.text("/console/connections")
    assert timedelta(days=90) > install_care.WARN_BEFORE
