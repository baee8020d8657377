"""`GET /front/<connector>/tag.js`: a tag at the shop's own address, each ask proven."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError

from connectors.shopify.storefront import storefront
from hub.app import create_app
from hub.contract.credentials import Credentials
from hub.contract.secret import Secret
from hub.registry import Registry
from hub.store import connections, installations
from hub.store.store import Across
from hub.store.tables import app_installation
from hub.web import fronts, tags
from tests.house import House, running_house, same_parts
from tests.shopify_double.signing import proxy_query
from tests.web.conftest import NOWHERE

SECRET = "shpss_test_secret_0123456789"
SHOP = "atodene-demo.myshopify.com"
OTHER = "other.myshopify.com"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("fronts")
    environment = {
        "HUB_SHOPIFY_CLIENT_ID": "the-app",
        "HUB_SHOPIFY_CLIENT_SECRET": SECRET,
    }
    with running_house(folder, provider_url=NOWHERE, control_url="") as opened:
        opened.open()
        config = replace(opened.parts.config, environment=environment)
        ready = same_parts(opened, config=config)
        ready.parts.store.across.write(lambda across: _install(across, ready))
        yield ready


def _install(across: Across, house: House) -> None:
    now = house.clock.now()
    for shop in (SHOP, OTHER):
        installations.put_pending(
            across,
            connector="shopify",
            shop_key=shop,
            title="",
            settings={},
            given=Credentials(values={"access_token": Secret("t")}),
            now=now,
        )
    found = installations.find(across, "shopify", SHOP)
    assert found is not None
    installations.claimed(
        across,
        found.id,
        merchant_id=house.merchant_id,
        connection_id=house.connection_id,
    )


@pytest.fixture(autouse=True)
def anew(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tags, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(fronts, "QUIET_SECONDS", 0.0)
    house.parts.store.across.write(
        lambda across: across.connection.execute(
            update(app_installation).values(tag_seen_at=None)
        )
    )


@pytest.fixture
def client(house: House) -> FlaskClient:
    return create_app(house.parts).test_client()


def query(house: House, shop: str = SHOP, *, secret: str = SECRET) -> str:
    stamp = str(int(house.clock.now().timestamp()))
    named = {"logged_in_customer_id": "", "path_prefix": "/apps/atobarai"}
    return proxy_query(secret, {**named, "shop": shop, "timestamp": stamp})


def seen_at(house: House, shop: str = SHOP) -> datetime | None:
    found = house.parts.store.across.read(
        lambda across: installations.look_up(across, "shopify", shop)
    )
    assert found is not None
    return found.tag_seen_at


def test_a_page_gets_the_tag_of_its_shop(house: House, client: FlaskClient) -> None:
    connection = house.parts.store.of(house.merchant_id).read(
        lambda scope: connections.get(scope, house.connection_id, now=house.clock.now())
    )
    assert connection is not None
    direct = client.get(f"/tag/{connection.tag_key}.js")
    answer = client.get(f"/front/shopify/tag.js?{query(house)}")
    assert answer.status_code == 200
    assert b"cart" in answer.data
    assert answer.data == direct.data
    assert answer.headers["Cache-Control"].startswith("public, max-age=300")
    assert "Set-Cookie" not in answer.headers
    again = client.get(
        f"/front/shopify/tag.js?{query(house)}",
        headers={"If-None-Match": answer.headers["ETag"]},
    )
    assert again.status_code == 304


def test_an_added_parameter_is_refused_and_notes_nothing(
    house: House, client: FlaskClient
) -> None:
    answer = client.get(f"/front/shopify/tag.js?{query(house)}&limit=1")
    assert answer.status_code == 401
    assert answer.get_json()["code"] == "HUB-HOOK-401"
    assert seen_at(house) is None


def test_another_apps_signature_is_refused(house: House, client: FlaskClient) -> None:
    asked = query(house, secret="the-secret-of-another-app")
    assert client.get(f"/front/shopify/tag.js?{asked}").status_code == 401


def test_a_shop_that_nobody_claimed_is_shown_nothing(
    house: House, client: FlaskClient
) -> None:
    answer = client.get(f"/front/shopify/tag.js?{query(house, OTHER)}")
    assert answer.status_code == 200
    assert answer.data == tags._EMPTY
    assert seen_at(house, OTHER) is None


def test_the_moment_is_kept_to_the_hour(house: House, client: FlaskClient) -> None:
    begun = house.clock.now()
    client.get(f"/front/shopify/tag.js?{query(house)}")
    first = seen_at(house)
    assert first is not None
    assert begun <= first <= house.clock.now()
    house.clock.real += timedelta(minutes=30)
    client.get(f"/front/shopify/tag.js?{query(house)}")
    assert seen_at(house) == first
    house.clock.real += timedelta(minutes=31)
    client.get(f"/front/shopify/tag.js?{query(house)}")
    second = seen_at(house)
    assert second is not None
    assert second >= first + timedelta(minutes=61)


def test_a_process_asks_the_database_seldom(
    house: House, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(fronts, "QUIET_SECONDS", 300.0)
    monkeypatch.setattr(
        installations, "note_tag_seen", lambda *args, **_: asked.append(args[2])
    )
    for _ in range(3):
        client.get(f"/front/shopify/tag.js?{query(house)}")
    assert asked == [SHOP]


def test_an_uninstallation_forgets_it(house: House, client: FlaskClient) -> None:
    client.get(f"/front/shopify/tag.js?{query(house)}")
    later = house.clock.now() + timedelta(seconds=1)
    house.parts.store.of(house.merchant_id).write(
        lambda scope: installations.removed(
            scope, house.connection_id, occurred_at=later
        )
    )
    assert seen_at(house) is None


def test_a_database_that_fails_shows_no_error(
    house: House, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_arguments: object, **_named: object) -> None:
        raise SQLAlchemyError

    monkeypatch.setattr(installations, "note_tag_seen", fails)
    monkeypatch.setattr(installations, "tag_key_of", fails)
    answer = client.get(f"/front/shopify/tag.js?{query(house)}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("slug", ["nothing", "generic_webhook", "..", "SHOPIFY"])
def test_a_connector_without_a_storefront_has_no_such_address(
    house: House, client: FlaskClient, slug: str
) -> None:
    assert client.get(f"/front/{slug}/tag.js?{query(house)}").status_code == 404


def test_an_app_that_is_not_offered_has_no_such_address(house: House) -> None:
    bare = same_parts(house, config=replace(house.parts.config, environment={}))
    answer = (
        create_app(bare.parts)
        .test_client()
        .get(f"/front/shopify/tag.js?{query(house)}")
    )
    assert answer.status_code == 404


def test_the_proof_is_the_connectors_own(house: House) -> None:
    """The hub believes what the connector believes, and nothing of its own."""
    known = house.parts.registry.connectors
    assert known["shopify"].storefront is storefront

    def other(_request: object, _settings: object) -> str:
        return OTHER

    changed = replace(known["shopify"], storefront=other)
    registry = Registry(connectors={**known, "shopify": changed})
    shown = same_parts(house, registry=registry)
    answer = create_app(shown.parts).test_client().get("/front/shopify/tag.js")
    assert answer.data == tags._EMPTY
