"""The operator's settings of an app: read from the environment, below a shop's own."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from hub.contract.inbound import InboundRequest
from hub.contract.secret import Secret
from hub.flow.connection_view import view_of
from hub.flow.doctor import Health, diagnose
from hub.flow.receive import Receipt
from hub.store import connections
from tests.app_cart.bazaar import SLUG, connector, sign
from tests.app_cart.double import AppCart
from tests.app_cart.house import CLIENT_ID, SECRET, app_house, connect
from tests.flow.specimens import order
from tests.house import House, same_parts


@pytest.fixture
def bazaar(house: House) -> Iterator[tuple[House, AppCart]]:
    with app_house(house) as opened:
        yield opened


def tell(house: House, *, secret: str = SECRET, app: str = CLIENT_ID) -> Receipt:
    body = json.dumps({"cancelled": "A-1001", "app": app}).encode()
    request = InboundRequest(
        method="POST",
        query="",
        headers=(("X-Bazaar", sign(secret, body.decode())),),
        body=body,
        received_at=house.clock.now(),
    )
    return house.receiver.receive(SLUG, house.hook_key, request)[0]


def with_environment(house: House, **changes: str) -> House:
    given = {**house.parts.config.environment, **changes}
    config = replace(house.parts.config, environment=given)
    return replace(same_parts(house, config=config), _receivers=[])


def test_a_webhook_is_proven_by_the_secret_of_the_app(
    bazaar: tuple[House, AppCart],
) -> None:
    house = connect(*bazaar)
    assert tell(house) is Receipt.NEW
    assert tell(house, secret="another") is Receipt.UNPROVEN


def test_the_secret_before_is_accepted_too(bazaar: tuple[House, AppCart]) -> None:
    house = with_environment(
        connect(*bazaar),
        HUB_BAZAAR_CLIENT_SECRET="new",
        HUB_BAZAAR_CLIENT_SECRET_PREVIOUS=SECRET,
    )
    assert tell(house) is Receipt.NEW
    assert tell(house, secret="new") is Receipt.DUPLICATE


def test_a_key_of_nobody_is_not_opened_by_the_secret_of_the_app(
    bazaar: tuple[House, AppCart],
) -> None:
    house = replace(connect(*bazaar), hook_key="nobodys")
    assert tell(house) is Receipt.UNPROVEN


def test_a_delivery_is_translated_with_the_settings_of_the_app(
    bazaar: tuple[House, AppCart],
) -> None:
    house = connect(*bazaar)
    house.hear(order())
    tell(house)
    house.settle()
    assert house.order().wanted.is_cancelled


def test_a_delivery_for_another_app_is_set_aside(
    bazaar: tuple[House, AppCart],
) -> None:
    house = connect(*bazaar)
    tell(house, app="client-8")
    house.settle()
    assert [one.reason_code for one in house.deliveries()] == ["HUB-HOOK-403"]


def test_a_setting_of_the_connection_goes_before(
    bazaar: tuple[House, AppCart],
) -> None:
    house, _cart = bazaar
    now = house.clock.now()
    store = house.parts.store.of(house.merchant_id)
    connection_id, _key, _tag = store.write(
        lambda scope: connections.add(
            scope,
            shop_id=house.shop_id,
            connector=SLUG,
            roles=(),
            settings={"client_id": "own"},
            secrets={"client_secret": Secret("own secret")},
            now=now,
        )
    )
    stored = house.read(lambda scope: connections.get(scope, connection_id, now=now))
    assert stored is not None
    settings = view_of(house.parts, stored).settings
    assert settings.text("client_id") == "own"
    assert settings.accepted_secrets("client_secret") == (Secret("own secret"),)
    assert settings.text("api_base").startswith("http://127.0.0.1:")


def test_the_doctor_lists_the_settings_and_prints_none(
    bazaar: tuple[House, AppCart],
) -> None:
    house, _cart = bazaar
    said = {one.name: one for one in diagnose(house.parts)}
    found = said["app bazaar"]
    assert found.health is Health.OK
    assert "secret bazaar" not in said
    assert "HUB_BAZAAR_CLIENT_SECRET (set)" in found.text
    assert SECRET not in found.text
    assert CLIENT_ID not in found.text


def test_the_doctor_names_what_half_an_app_still_needs(
    bazaar: tuple[House, AppCart],
) -> None:
    house = with_environment(bazaar[0], HUB_BAZAAR_CLIENT_SECRET="")
    (found,) = [one for one in diagnose(house.parts) if one.name == "app bazaar"]
    assert found.health is Health.WARNING
    assert found.text.endswith("still needed: HUB_BAZAAR_CLIENT_SECRET")


def test_the_settings_of_an_app_cannot_be_printed(
    bazaar: tuple[House, AppCart],
) -> None:
    house, _cart = bazaar
    settings = house.parts.config.of_app(connector.manifest)
    assert SECRET not in repr(settings) + repr(house.parts.config)
