"""Installing an app by OAuth (T-18): whose browser, once, within ten minutes."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from hub.app import create_app
from hub.flow import install, install_claim
from hub.flow.install import Arrived
from hub.store import credentials, installations
from hub.store.installations import Installation
from tests.app_cart.bazaar import SLUG, exchange, session_token, signed_query
from tests.app_cart.browser import Browser
from tests.app_cart.double import AppCart
from tests.app_cart.house import SECRET, app_house
from tests.house import House, same_parts

Bazaar = tuple[House, AppCart]


@pytest.fixture
def bazaar(house: House) -> Iterator[Bazaar]:
    with app_house(house) as opened:
        yield opened


@pytest.fixture
def app(bazaar: Bazaar) -> Flask:
    return create_app(bazaar[0].parts)


@pytest.fixture
def browser(app: Flask, bazaar: Bazaar) -> Browser:
    return Browser(app, bazaar[1])


def found(bazaar: Bazaar, shop: str = "aoba") -> Installation | None:
    return bazaar[0].parts.store.across.read(
        lambda across: installations.look_up(across, SLUG, shop)
    )


def test_the_browser_is_sent_to_consent_with_a_cookie_of_its_own(
    browser: Browser,
) -> None:
    answer = browser.begin()
    assert answer.status_code == 303
    assert "/aoba/consent?" in answer.headers["Location"]
    cookie = browser.cookie_of(answer, "hub_install")
    for part in ("HttpOnly", "SameSite=Lax", "Path=/install", "Max-Age=600"):
        assert part in cookie
    assert "Secure" not in cookie


def test_the_cookies_are_secure_where_the_hub_is(bazaar: Bazaar, house: House) -> None:
    config = replace(bazaar[0].parts.config, public_url="https://hub.example.jp")
    secure = same_parts(bazaar[0], config=config)
    browser = Browser(create_app(secure.parts), bazaar[1])
    assert "Secure" in browser.cookie_of(browser.begin(), "hub_install")


def test_what_the_cart_did_not_sign_begins_nothing(browser: Browser) -> None:
    answer = browser.get(f"/install/bazaar?{signed_query('wrong', shop='aoba')}")
    assert answer.status_code == 401
    assert "HUB-INST-401" in answer.text
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("slug", ["generic_webhook", "nothing"])
def test_a_connector_without_an_app_begins_nothing(browser: Browser, slug: str) -> None:
    answer = browser.get(f"/install/{slug}?{signed_query(SECRET, shop='aoba')}")
    assert answer.status_code == 404
    assert "HUB-INST-404" in answer.text


def test_an_app_that_the_operator_does_not_offer_begins_nothing(
    bazaar: Bazaar,
) -> None:
    given = {**bazaar[0].parts.config.environment, "HUB_BAZAAR_CLIENT_SECRET": ""}
    config = replace(bazaar[0].parts.config, environment=given)
    bare = Browser(create_app(same_parts(bazaar[0], config=config).parts), bazaar[1])
    assert bare.begin().status_code == 404
    assert bare.get("/install/bazaar/callback").status_code == 404
    assert bare.get("/embed/bazaar?shop=aoba").status_code == 404


def test_the_way_back_leads_to_the_claim(browser: Browser, bazaar: Bazaar) -> None:
    answer = browser.install()
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/console/install"
    claim = browser.cookie_of(answer, "hub_claim")
    assert "HttpOnly" in claim
    assert "Path=/console/install" in claim
    kept = found(bazaar)
    assert kept is not None
    assert not kept.is_claimed
    assert kept.sealed is not None
    assert b"access-aoba" not in kept.sealed


def test_t18_a_way_back_is_gone_once(browser: Browser) -> None:
    begun = browser.begin()
    cookie = browser.client.get_cookie("hub_install", path="/install")
    assert begun.status_code == 303
    assert cookie is not None
    assert browser.get(browser.back()).status_code == 303
    browser.client.set_cookie("hub_install", cookie.value, path="/install")
    again = browser.get(browser.back())
    assert again.status_code == 401


def test_t18_a_way_back_ends_after_ten_minutes(
    browser: Browser, bazaar: Bazaar
) -> None:
    browser.begin()
    bazaar[0].move_real(minutes=10, seconds=1)
    assert browser.get(browser.back()).status_code == 401
    assert found(bazaar) is None


def test_t18_an_attackers_own_state_in_a_victims_browser_is_refused(
    browser: Browser, app: Flask, bazaar: Bazaar
) -> None:
    attacker = Browser(app, bazaar[1], shop="kuro")
    attacker.begin()
    link = attacker.back()
    assert browser.get(link).status_code == 401
    browser.begin()
    assert browser.get(link).status_code == 401
    assert found(bazaar, "kuro") is None


@pytest.mark.parametrize(
    "changes",
    [
        {"state": ""},
        {"state": "another"},
        {"code": "unknown"},
        {"shop": "kuro"},
    ],
)
def test_t18_a_changed_way_back_is_refused(
    browser: Browser, bazaar: Bazaar, changes: dict[str, str]
) -> None:
    browser.begin()
    answer = browser.get(browser.back(**changes))
    assert answer.status_code in (401, 502)
    assert found(bazaar) is None
    assert found(bazaar, "kuro") is None


@pytest.mark.parametrize("cookie", ["", ".", "x.", "x.y", "no seal at all"])
def test_t18_a_cookie_that_we_did_not_make_is_refused(
    browser: Browser, cookie: str
) -> None:
    browser.begin()
    browser.client.set_cookie("hub_install", cookie, path="/install")
    assert browser.get(browser.back()).status_code == 401


def test_t18_a_state_of_another_cart_is_refused(
    browser: Browser, bazaar: Bazaar
) -> None:
    now = bazaar[0].clock.now()
    browser.begin()
    state = browser.state
    used = bazaar[0].parts.store.across.write(
        lambda across: installations.use_state(across, "other", state, now=now)
    )
    assert not used


def test_a_cart_that_does_not_answer_is_said_and_connects_nothing(
    browser: Browser, bazaar: Bazaar
) -> None:
    browser.begin()
    bazaar[1].status = 503
    answer = browser.get(browser.back())
    assert answer.status_code == 502
    assert "HUB-INST-502" in answer.text
    assert found(bazaar) is None


def test_every_answer_keeps_the_code_to_itself(browser: Browser) -> None:
    for answer in (
        browser.begin(),
        browser.get(browser.back()),
        browser.get("/install/x"),
    ):
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_who_finishes_last_may_claim(browser: Browser, bazaar: Bazaar) -> None:
    first, last = (_arrive(browser, bazaar) for _ in range(2))
    assert install_claim.pending(bazaar[0].parts, first.claim_token) is None
    assert install_claim.pending(bazaar[0].parts, last.claim_token) is not None


def _arrive(browser: Browser, bazaar: Bazaar) -> Arrived:
    connector, _install = install.install_of(bazaar[0].parts, SLUG)
    desk = install.desk_of(bazaar[0].parts, connector)
    token = session_token(SECRET, "aoba", desk.now.replace(year=2099))
    return install.keep(bazaar[0].parts, SLUG, exchange(token, desk))


def test_a_claim_link_of_nothing_leads_nowhere(browser: Browser) -> None:
    answer = browser.get("/install/bazaar/claim?token=none")
    assert answer.status_code == 404
    assert "HUB-INST-410" in answer.text


def test_a_claim_link_leads_to_the_claim(browser: Browser, bazaar: Bazaar) -> None:
    token = _arrive(browser, bazaar).claim_token
    answer = browser.get(f"/install/bazaar/claim?token={token}")
    assert answer.headers["Location"] == "/console/install"
    assert token in browser.cookie_of(answer, "hub_claim")


def test_nothing_pending_can_be_printed(browser: Browser, bazaar: Bazaar) -> None:
    arrived = _arrive(browser, bazaar)
    assert arrived.claim_token not in repr(arrived)
    assert "access-aoba" not in repr(found(bazaar))
    assert credentials.REFRESH_END not in repr(found(bazaar))
