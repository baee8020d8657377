"""接続の設定: an owner types what a connector asks, and nothing else."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hub.app import create_app
from hub.contract.credentials import Credentials
from hub.store import connections, installations, poll_cursors
from hub.store.tables import audit, poll_cursor
from tests.app_cart.double import AppCart
from tests.app_cart.house import app_house, connect
from tests.console import seed
from tests.console.people import logged_in
from tests.console.seed import CLERK, OWNER
from tests.house import House, running_house

NOWHERE = "http://127.0.0.1:1/api/"


@pytest.fixture
def house(tmp_path: Any) -> Iterator[House]:
    with running_house(tmp_path, provider_url=NOWHERE, control_url="") as opened:
        opened.open()
        seed.add_people(opened)
        yield opened


@pytest.fixture
def app(house: House) -> Flask:
    return create_app(house.parts)


@pytest.fixture
def path(house: House) -> str:
    return f"/console/connections/{house.connection_id}/settings"


def stored(house: House) -> dict[str, str]:
    now = house.clock.now()
    found = house.read(lambda s: connections.get(s, house.connection_id, now=now))
    assert found is not None
    return dict(found.settings.values)


def test_an_owner_names_the_payment_method(app: Flask, house: House, path: str) -> None:
    owner = logged_in(app, OWNER)
    assert "後払いとして受け取る決済方法" in owner.text(path)
    before = stored(house)
    answer = owner.post(path, payment_methods="後払い", scheme="hmac", **before)
    assert answer.status_code == 303
    kept = stored(house)
    assert (kept["payment_methods"], kept["scheme"]) == ("後払い", "hmac")
    assert kept["callback_url"] == before["callback_url"]
    assert 'value="後払い"' in owner.text(path)
    ours = select(audit).where(audit.c.action == "change_connection")
    (row,) = house.read(lambda scope: scope.connection.execute(ours).all())
    assert "payment_methods" in row.detail["changed"]


def test_a_name_by_which_open_orders_are_known_stays(
    app: Flask, house: House, path: str
) -> None:
    owner = logged_in(app, OWNER)
    kept = stored(house)
    assert owner.post(path, **kept, payment_methods="後払い,掛売").status_code == 303
    assert owner.post(path, **kept, payment_methods="後払い").status_code == 303
    house.hear(seed.placed("A-1", "見本 花子", 500, ordered_at="2026-11-23T09:00:00"))
    answer = owner.post(path, **kept, payment_methods="あと払い")
    assert answer.status_code == 422
    assert "HUB-CONN-006" in answer.text
    assert stored(house)["payment_methods"] == "後払い"
    more = owner.post(path, **kept, payment_methods="あと払い, 後払い")
    assert more.status_code == 303


def test_a_secret_is_neither_shown_nor_lost(
    app: Flask, house: House, path: str
) -> None:
    owner = logged_in(app, OWNER)
    assert "whsec_" not in owner.text(path)
    assert (
        owner.post(path, secret="stolen", payment_methods="後払い").status_code == 303
    )
    now = house.clock.now()
    found = house.read(lambda s: connections.get(s, house.connection_id, now=now))
    assert found is not None
    (secret,) = found.settings.accepted_secrets("secret")
    assert secret.reveal().startswith("whsec_")
    assert "secret" not in stored(house)


@pytest.mark.parametrize(
    "typed", [{"scheme": "rot13"}, {"callback_url": "http://10.0.0.1/"}]
)
def test_what_cannot_be_is_refused_and_stays_in_the_form(
    app: Flask, house: House, path: str, typed: dict[str, str]
) -> None:
    before = stored(house)
    answer = logged_in(app, OWNER).post(path, payment_methods="あと", **typed)
    assert answer.status_code == 422
    assert "HUB-CONN-005" in answer.text
    assert 'value="あと"' in answer.text
    assert stored(house) == before


def test_a_clerk_reads_and_cannot_change(app: Flask, house: House, path: str) -> None:
    clerk = logged_in(app, CLERK)
    assert "<fieldset disabled>" in clerk.text(path)
    assert clerk.post(path, payment_methods="後払い").status_code == 403
    assert "payment_methods" not in stored(house)


def test_what_the_installation_brought_is_not_asked(house: House) -> None:
    with app_house(house) as (shop, cart):
        joined = connect(shop, cart)
        _claimed(joined, cart)
        owner = logged_in(create_app(joined.parts), OWNER)
        at = f"/console/connections/{joined.connection_id}/settings"
        assert 'name="shop"' not in owner.text(at)
        owner.post(at, shop="evil")
        assert stored(joined)["shop"] == "aoba"


def _claimed(house: House, cart: AppCart) -> None:
    """Note the connection as that of an installation."""

    def work(across: Any) -> None:
        installations.put_pending(
            across,
            connector="bazaar",
            shop_key="aoba",
            title="aoba",
            settings={"shop": "aoba"},
            given=Credentials(values={}),
            now=house.clock.now(),
        )
        found = installations.find(across, "bazaar", "aoba")
        assert found is not None
        installations.claimed(
            across,
            found.id,
            merchant_id=house.merchant_id,
            connection_id=house.connection_id,
        )

    house.parts.store.across.write(work)


def test_the_cart_is_looked_at_from_the_beginning(
    app: Flask, house: House, path: str
) -> None:
    now = house.clock.now()
    store = house.parts.store.of(house.merchant_id)
    store.write(lambda s: poll_cursors.begin(s, house.connection_id, now=now))
    across = house.parts.store.across
    names = ["generic_webhook"]
    watch = across.write(lambda a: poll_cursors.claim(a, names, now=now))
    assert watch is not None
    logged_in(app, OWNER).post(path, payment_methods="後払い")
    # The look that was under way did not know the new name.
    assert not store.write(
        lambda s: poll_cursors.move_on(s, watch, "passed over", now=now)
    )
    row = house.read(lambda s: s.connection.execute(select(poll_cursor)).one())
    assert (row.cursor, row.lease_token) == ("", None)
    later = house.clock.now()
    assert across.read(lambda a: poll_cursors.is_any_due(a, names, now=later))
