"""Carts that are asked: what a person sees of it, and may ask for at once."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from hub.app import create_app
from hub.console.words import explained
from hub.flow.doctor import Diagnosis, Health, diagnose
from hub.flow.reconcile import look_at_one
from hub.store.tables import audit, inbox
from tests.asked_cart.connector import asking_house
from tests.asked_cart.double import AskedCart
from tests.console.people import logged_in
from tests.console.seed import OWNER
from tests.flow.specimens import order
from tests.house import House

CHANGED = {"changed": "A-1001"}
LOOK, FETCH = "HUB-CART-505", "HUB-CART-504"


@pytest.fixture
def cart_and_house(empty: House) -> Iterator[tuple[AskedCart, House]]:
    with asking_house(empty) as (opened, cart):
        yield cart, opened


@pytest.fixture
def cart(cart_and_house: tuple[AskedCart, House]) -> AskedCart:
    return cart_and_house[0]


@pytest.fixture
def shop(cart_and_house: tuple[AskedCart, House]) -> House:
    return cart_and_house[1]


@pytest.fixture
def app(shop: House) -> Flask:
    return create_app(shop.parts)


def carts_asked(shop: House) -> Diagnosis:
    return next(one for one in diagnose(shop.parts) if one.name == "carts asked")


def fail_for_an_hour(shop: House) -> None:
    for _ in range(12):
        look_at_one(shop.parts)
        shop.move_real(minutes=40)


def test_looks_that_fail_for_an_hour_are_told(
    cart: AskedCart, shop: House, app: Flask
) -> None:
    message = explained(LOOK)
    assert message is not None
    what = message.what.say("ja")
    cart.status = 503
    look_at_one(shop.parts)
    shop.move_real(minutes=40)
    owner = logged_in(app, OWNER)
    assert what not in owner.text("/console/")
    assert carts_asked(shop).health is Health.OK
    fail_for_an_hour(shop)
    assert what in logged_in(app, OWNER).text("/console/")
    told = carts_asked(shop)
    assert told.health is Health.WARNING
    assert f"connection {shop.connection_id} not compared since" in told.text
    assert "HUB-CART-503" in told.text
    cart.status = 200
    assert look_at_one(shop.parts)
    assert what not in logged_in(app, OWNER).text("/console/")
    assert carts_asked(shop).health is Health.OK


def test_fetches_that_fail_for_an_hour_are_told(
    cart: AskedCart, shop: House, app: Flask
) -> None:
    message = explained(FETCH)
    assert message is not None
    what = message.what.say("ja")
    cart.status = 503
    shop.hear(CHANGED)
    assert what not in logged_in(app, OWNER).text("/console/")
    assert carts_asked(shop).health is Health.OK
    shop.wait(minutes=61)
    assert what in logged_in(app, OWNER).text("/console/")
    assert "1 deliveries wait" in carts_asked(shop).text


def test_documents_are_shown_escaped_and_only_to_the_merchant(
    cart: AskedCart, shop: House, app: Flask
) -> None:
    cart.shown["A-1001"] = {**order(), "note": "<script>alert(1)</script>"}
    shop.hear(CHANGED)
    delivery_id = shop.read(
        lambda scope: scope.connection.execute(select(inbox.c.id)).scalar_one()
    )
    text = logged_in(app, OWNER).text(f"/console/deliveries/{delivery_id}")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script>alert(1)" not in text
    seen = select(audit.c.subject).where(audit.c.action == "see_delivery")
    assert shop.read(lambda s: s.connection.execute(seen).scalars().all()) == [
        delivery_id
    ]


def test_a_person_may_have_the_cart_compared_at_once(
    cart: AskedCart, shop: House, app: Flask
) -> None:
    assert look_at_one(shop.parts)
    assert not look_at_one(shop.parts)
    owner = logged_in(app, OWNER)
    assert "今すぐ照合" in owner.text("/console/connections")
    at = f"/console/connections/{shop.connection_id}/compare"
    answer = owner.post(at)
    assert answer.status_code == 303
    assert "カートとの照合をすぐに始めます。" in owner.text(answer.headers["Location"])
    assert look_at_one(shop.parts)
    assert len(cart.looks) == 2
    asked = select(audit.c.subject).where(audit.c.action == "ask_cart")
    assert shop.read(lambda s: s.connection.execute(asked).scalars().all()) == [
        shop.connection_id
    ]


def test_it_says_when_the_cart_was_compared_in_both_languages(
    shop: House, app: Flask
) -> None:
    owner = logged_in(app, OWNER)
    assert "まだ照合していません" in owner.text("/console/connections")
    look_at_one(shop.parts)
    assert "まだ照合していません" not in owner.text("/console/connections")
    owner.post("/console/language", language="en")
    assert "Compare now" in owner.text("/console/connections")


def test_without_its_token_nothing_is_asked(
    cart: AskedCart, shop: House, app: Flask
) -> None:
    look_at_one(shop.parts)
    at = f"/console/connections/{shop.connection_id}/compare"
    assert logged_in(app, OWNER).client.post(at).status_code == 403
    assert not look_at_one(shop.parts)


def test_a_cart_that_cannot_be_looked_at_has_no_button(empty: House) -> None:
    owner = logged_in(create_app(empty.parts), OWNER)
    assert "今すぐ照合" not in owner.text("/console/connections")
    at = f"/console/connections/{empty.connection_id}/compare"
    assert owner.post(at).status_code == 404
