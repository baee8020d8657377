"""接続テスト: each step tells what works, and leaves no trace at the provider."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import update

from hub.app import create_app
from hub.contract.http import PublicHttp
from hub.contract.probe import Outcome
from hub.domain.banner import BannerRules, Placement
from hub.flow.shop_test import run_shop_test
from hub.flow.shops import find_shop
from hub.flow.tools import Parts
from hub.sandbox.rules import Rules
from hub.sandbox.testing import RunningSandbox
from hub.store import connections, merchants, tables
from hub.store.store import Scope
from tests.flow.shop_site import Site, running_site
from tests.flow.wire_calls import RESULT
from tests.house import House, running_house
from tests.wsgi import serving

WITH_TAG = '<div data-atobarai="{place}"></div><script src="http://h/tag/{key}.js">'


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as opened:
        yield opened


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("shop_test")
    with (
        RunningSandbox(folder / "sandbox", rules=Rules(review_seconds=0)) as sandbox,
        running_house(
            folder,
            provider_url=f"{sandbox.wire_url}/api/",
            control_url=sandbox.control_url,
        ) as opened,
    ):
        opened.open()
        yield opened


@pytest.fixture(scope="module")
def public_url(house: House) -> Iterator[str]:
    """The address under which this hub really answers."""
    with serving(create_app(house.parts)) as url:
        yield url


@pytest.fixture
def parts(house: House, site: Site, public_url: str) -> Iterator[Parts]:
    callbacks = PublicHttp(allow=[f"127.0.0.1:{site.port}"])
    set_settings(house, callback_url=f"{site.url}/callback")
    config = replace(house.parts.config, public_url=public_url)
    yield replace(house.parts, config=config, callbacks=callbacks)
    callbacks.close()


def set_settings(house: House, **settings: str) -> None:
    house.parts.store.of(house.merchant_id).write(
        lambda scope: scope.connection.execute(
            update(tables.connection).values(settings=settings)
        )
    )


def set_pages(house: House, **pages: str) -> None:
    def work(scope: Scope) -> None:
        shop = merchants.lock_shop(scope, house.shop_id)
        assert shop is not None
        urls = {Placement(name.replace("_", "-")): url for name, url in pages.items()}
        banner = BannerRules(page_urls=urls)
        merchants.save_rules(scope, replace(shop, banner=banner))

    house.parts.store.of(house.merchant_id).write(work)


def tag_key(house: House) -> str:
    now = house.clock.now()
    found = house.parts.store.of(house.merchant_id).read(
        lambda scope: connections.of_shop(scope, house.shop_id, now=now)
    )
    return found[0].tag_key


def outcomes(house: House, parts: Parts) -> dict[str, Outcome]:
    steps = run_shop_test(parts, house.merchant_id, house.shop_id)
    return {step.code: step.outcome for step in steps}


def test_a_shop_whose_everything_works(house: House, parts: Parts, site: Site) -> None:
    key = tag_key(house)
    site.pages["/cart"] = WITH_TAG.format(place="cart", key=key)
    site.moves["/pay"] = "/methods"
    site.pages["/methods"] = WITH_TAG.format(place="payment-method", key=key)
    set_pages(house, cart=f"{site.url}/cart", payment_method=f"{site.url}/pay")
    assert set(outcomes(house, parts).items()) == {
        ("HUB-TEST-101", Outcome.OK),
        ("HUB-TEST-111", Outcome.OK),
        ("HUB-TEST-121", Outcome.OK),
        ("HUB-TEST-131", Outcome.OK),
        ("HUB-TEST-138", Outcome.OK),
        ("HUB-TEST-141", Outcome.OK),
        ("HUB-TEST-151", Outcome.OK),
        ("HUB-TEST-163", Outcome.OK),
    }


def test_the_test_registers_and_stores_nothing(house: House, parts: Parts) -> None:
    outcomes(house, parts)
    assert set(house.calls()) == {RESULT}
    assert house.violations() == []


def test_the_ping_speaks_of_no_order(house: House, parts: Parts, site: Site) -> None:
    outcomes(house, parts)
    assert len(site.heard) == 2
    for body in site.heard:
        assert b'"type":"ping"' in body
        assert b"order" not in body


def test_a_shop_that_believes_anybody_is_warned(
    house: House, parts: Parts, site: Site
) -> None:
    site.checks_signatures = False
    assert outcomes(house, parts)["HUB-TEST-135"] is Outcome.WARNING


def test_a_callback_that_refuses_our_signature_fails(
    house: House, parts: Parts, site: Site
) -> None:
    site.status = 403
    assert outcomes(house, parts)["HUB-TEST-132"] is Outcome.FAILED


def test_a_callback_into_a_private_network_is_not_called(
    house: House, parts: Parts, site: Site
) -> None:
    with_no_exception = replace(parts, callbacks=PublicHttp())
    found = outcomes(house, with_no_exception)
    assert found["HUB-TEST-137"] is Outcome.FAILED
    assert found["HUB-TEST-102"] is Outcome.FAILED
    assert site.heard == []


def test_a_shop_without_a_callback_skips_it(house: House, parts: Parts) -> None:
    set_settings(house)
    assert outcomes(house, parts)["HUB-TEST-133"] is Outcome.SKIPPED


def test_an_address_that_leads_elsewhere_is_named(
    house: House, parts: Parts, site: Site
) -> None:
    elsewhere = replace(parts, config=replace(parts.config, public_url=site.url))
    assert outcomes(house, elsewhere)["HUB-TEST-122"] is Outcome.FAILED


def test_a_hub_that_does_not_run_is_named(house: House, parts: Parts) -> None:
    nobody = replace(parts.config, public_url="http://127.0.0.1:1")
    found = outcomes(house, replace(parts, config=nobody))
    assert found["HUB-TEST-123"] is Outcome.FAILED


def test_wrong_credentials_are_told_from_a_silent_provider(
    house: House, parts: Parts
) -> None:
    def set_code(code: str) -> None:
        house.parts.store.of(house.merchant_id).write(
            lambda scope: scope.connection.execute(
                update(tables.credential_set).values(shop_code=code)
            )
        )

    set_code("atd999999999")
    assert outcomes(house, parts)["HUB-TEST-142"] is Outcome.FAILED
    set_code("atd000000001")
    unset = replace(parts, config=replace(parts.config, provider_url=""))
    assert outcomes(house, unset)["HUB-TEST-144"] is Outcome.FAILED


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ("<html>no tag</html>", "HUB-TEST-152"),
        (WITH_TAG.format(place="cart", key="f" * 16), "HUB-TEST-156"),
        ("<script src='/tag/KEY.js'>", "HUB-TEST-158"),
        (None, "HUB-TEST-153"),
    ],
)
def test_a_page_without_the_shops_tag_fails(
    house: House, parts: Parts, site: Site, page: str | None, code: str
) -> None:
    if page is not None:
        site.pages["/cart"] = page.replace("KEY", tag_key(house))
    set_pages(house, cart=f"{site.url}/cart")
    assert outcomes(house, parts)[code] is Outcome.FAILED


def test_a_page_that_moves_into_a_private_network_is_not_followed(
    house: House, parts: Parts, site: Site
) -> None:
    site.moves["/cart"] = "http://127.0.0.1:1/"
    set_pages(house, cart=f"{site.url}/cart")
    assert outcomes(house, parts)["HUB-TEST-157"] is Outcome.FAILED


def test_a_sample_before_a_real_provider_is_a_warning(
    house: House, parts: Parts
) -> None:
    live = replace(parts.config, provider_url="https://provider.example.jp/api/")
    found = outcomes(house, replace(parts, config=live))
    assert found["HUB-TEST-155"] is Outcome.WARNING
    assert found["HUB-TEST-124"] is Outcome.FAILED


def test_a_shop_is_found_by_id_and_by_name(house: House, parts: Parts) -> None:
    ours = (house.merchant_id, house.shop_id)
    assert find_shop(parts, house.shop_id) == [ours]
    assert find_shop(parts, "見本茶舗") == [ours]
    assert find_shop(parts, "見本茶舗", merchant_id="other") == []


def test_a_shop_of_another_merchant_is_not_tested(house: House, parts: Parts) -> None:
    with pytest.raises(LookupError):
        list(run_shop_test(parts, "other", house.shop_id))
