"""The hub's own installation, with the connector's own steps, against the double."""

from dataclasses import replace
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

import pytest

from connectors.shopify.embed import EMBED
from connectors.shopify.install import INSTALL
from connectors.shopify.manifest import MANIFEST
from hub.app import create_app
from hub.contract.connector import Connector
from hub.contract.http import PublicHttp
from hub.flow import install_care
from hub.registry import Registry
from hub.store import credentials, installations
from tests.console import seed
from tests.console.people import Person
from tests.console.seed import OWNER
from tests.house import running_house, same_parts
from tests.shopify_double import ShopifyDouble

pytestmark = pytest.mark.slow

NOWHERE = "http://127.0.0.1:1/api/"
NEW = {"shop": "new", "name": "あおば店", "prefix": "AO-"}


@pytest.fixture
def double():
    with ShopifyDouble() as running:
        yield running


@pytest.fixture
def house(tmp_path, double):
    environment = {
        "HUB_SHOPIFY_CLIENT_ID": double.app.client_id,
        "HUB_SHOPIFY_CLIENT_SECRET": double.app.newest_secret,
        "HUB_SHOPIFY_API_BASE": double.api_base,
    }
    with running_house(tmp_path, provider_url=NOWHERE, control_url="") as house:
        house.open()
        seed.add_people(house)
        known = house.parts.registry.connectors
        yield same_parts(
            house,
            registry=Registry(connectors={**known, "shopify": APP}),
            config=replace(house.parts.config, environment=environment),
            callbacks=PublicHttp(allow=frozenset({f"127.0.0.1:{double.port}"})),
        )


@pytest.fixture
def browser(house):
    return Person(create_app(house.parts))


def unheard(*_arguments):
    raise AssertionError("an installation hears no webhook")


# What this is about, and nothing of reading and telling.
APP = Connector(
    manifest=MANIFEST,
    verify=unheard,
    translate=unheard,
    push=unheard,
    install=INSTALL,
    embed=EMBED,
)


class StaysHere(HTTPRedirectHandler):
    def redirect_request(self, *_arguments):
        return None


def began(browser, double):
    """Open the app from the shop's admin, and agree; returns the way back."""
    answer = browser.get(f"/install/shopify?{double.launch_query()}")
    assert answer.status_code == 303
    with pytest.raises(HTTPError) as consented:
        build_opener(StaysHere).open(answer.headers["Location"], timeout=10)
    with consented.value as page:
        way = urlsplit(page.headers["Location"])
    return f"{way.path}?{way.query}"


def installed(browser, double):
    back = browser.get(began(browser, double))
    # What is refused says which code it is, and the test why it failed.
    assert back.status_code == 303, back.text
    assert back.headers["Location"] == "/console/install"
    browser.log_in(OWNER)
    answer = browser.post("/console/install", **NEW)
    assert answer.status_code == 303, answer.text
    return answer


def found(house, double):
    return house.parts.store.across.read(
        lambda across: installations.look_up(across, "shopify", double.shop.domain)
    )


def held(house, double):
    kept = found(house, double)
    return house.parts.store.of(kept.merchant_id).read(
        lambda scope: credentials.get(scope, kept.connection_id)
    )


def test_an_installed_shop_sends_every_topic_to_its_own_secret_address(
    browser, house, double
):
    installed(browser, double)
    addresses = {one.uri for one in double.shop.subscriptions}
    key = held(house, double).hook_key
    assert addresses == {f"{house.parts.config.public_url}/hooks/shopify/{key}"}
    topics = house.parts.registry.connector("shopify").manifest.topics
    assert len(double.shop.subscriptions) == len(topics)
    assert {one["ownerType"] for one in double.shop.definitions} == {"ORDER"}


def test_extra_05_the_state_is_good_once_and_in_this_browser(browser, house, double):
    way = began(browser, double)
    stranger = Person(create_app(house.parts))
    assert stranger.get(way).status_code == 401
    assert browser.get(way).status_code == 303
    # The code is used up, and so is the state.
    assert browser.get(way).status_code == 401


def test_extra_05_a_state_ends_after_ten_minutes(browser, house, double):
    way = began(browser, double)
    house.clock.real += installations.STATE_LIFE
    assert browser.get(way).status_code == 401


def test_extra_05_fewer_scopes_connect_nothing(browser, house, double):
    double.app.granted_scopes = ("read_orders",)
    assert browser.get(began(browser, double)).status_code == 502
    assert found(house, double) is None


def test_an_installation_again_brings_new_credentials_to_the_same_connection(
    browser, house, double
):
    installed(browser, double)
    before = found(house, double).connection_id
    double.uninstall()
    answer = browser.get(began(browser, double))
    assert answer.headers["Location"].endswith(f"/connections/{before}/setup")
    install_care.tend(house.parts)
    assert double.shop.subscriptions
    token = held(house, double).credentials.secret("access_token")
    assert double.world.token_of(token.reveal(), double.shop.domain)


def test_a_shop_that_nobody_looked_at_for_a_day_is_renewed(browser, house, double):
    installed(browser, double)
    before = held(house, double).credentials
    house.clock.real += install_care.UNUSED * 1.01
    double.world.advance(hours=25)
    install_care.tend(house.parts)
    after = held(house, double).credentials
    assert after.secret("refresh_token") != before.secret("refresh_token")


def test_the_embedded_page_installs_by_its_session_token(browser, house, double):
    page = browser.get(f"/embed/shopify?{double.launch_query()}")
    policy = page.headers["Content-Security-Policy"]
    shop = f"https://{double.shop.domain}"
    assert policy.endswith(f"frame-ancestors {shop} https://admin.shopify.com")
    assert double.app.client_id in page.text
    bearer = {"Authorization": f"Bearer {double.session_token()}"}
    taken = browser.client.post("/embed/shopify/install", headers=bearer)
    assert "/install/shopify/claim?token=" in taken.json["claim_url"]
    assert not found(house, double).is_claimed


def test_extra_06_a_stale_session_token_is_told_to_be_fetched_anew(browser, double):
    stale = double.session_token(exp=1)
    bearer = {"Authorization": f"Bearer {stale}"}
    answer = browser.client.get("/embed/shopify/now", headers=bearer)
    assert answer.status_code == 401
    assert answer.headers["X-Shopify-Retry-Invalid-Session-Request"] == "1"


def test_the_embedded_checklist_is_checked_at_the_shop(browser, double):
    installed(browser, double)
    bearer = {"Authorization": f"Bearer {double.session_token()}"}
    answer = browser.client.get("/embed/shopify/checklist", headers=bearer)
    assert answer.json["problem"] == []
    assert len(answer.json["items"]) == 8
