"""A Shopify shop's cart page in Chromium: the theme's block, the app proxy, our tag."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, Route

from hub.app import create_app
from hub.contract.credentials import Credentials
from hub.contract.secret import Secret
from hub.store import installations
from hub.store.store import Across
from tests.house import House, running_house, same_parts
from tests.shopify_double.signing import proxy_query

SECRET = "shpss_test_secret_0123456789"
SHOP = "atodene-demo.myshopify.com"
# Shops have a domain of their own; the proxy stands there too.
CART = "https://shop.example.jp/cart"
ROOT = Path(__file__).parents[2]
BLOCKS = ROOT / "connectors" / "shopify" / "extensions" / "atobarai-banner"
# What the block draws where its merchant chose nothing.
PAGE = """<!doctype html><html lang="ja"><meta charset="utf-8">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/atobarai.css">
<main><div class="atobarai atobarai--medium" data-atobarai-tag="{tag}">
<div class="atobarai__place" data-atobarai="cart" data-lang="{lang}"></div></div></main>
<script src="/atobarai.js" defer></script></html>"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    environment = {
        "HUB_SHOPIFY_CLIENT_ID": "the-app",
        "HUB_SHOPIFY_CLIENT_SECRET": SECRET,
    }
    folder = tmp_path_factory.mktemp("front")
    with running_house(
        folder, provider_url="http://127.0.0.1:1/api/", control_url=""
    ) as opened:
        opened.open()
        config = replace(opened.parts.config, environment=environment)
        ready = same_parts(opened, config=config)
        ready.parts.store.across.write(lambda across: _install(across, ready))
        yield ready


def _install(across: Across, house: House) -> None:
    installations.put_pending(
        across,
        connector="shopify",
        shop_key=SHOP,
        title="",
        settings={},
        given=Credentials(values={"access_token": Secret("t")}),
        now=house.clock.now(),
    )
    found = installations.find(across, "shopify", SHOP)
    assert found is not None
    installations.claimed(
        across,
        found.id,
        merchant_id=house.merchant_id,
        connection_id=house.connection_id,
    )


class Shop:
    """The shop's domain: its page, the theme's files, and what Shopify passes on."""

    def __init__(self, house: House, client: FlaskClient) -> None:
        self.house, self.client = house, client
        self.passed_on: list[int] = []
        liquid = (BLOCKS / "blocks" / "banner.liquid").read_text()
        (self.tag,) = re.findall(r"tag_url \| default: '([^']+)'", liquid)

    def answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path == "/cart":
            lang = "en" if "en" in urlsplit(route.request.url).query else "ja"
            html = PAGE.format(tag=self.tag, lang=lang)
            route.fulfill(content_type="text/html; charset=utf-8", body=html)
        elif path.startswith("/apps/atobarai/"):
            self._pass_on(route, path.removeprefix("/apps/atobarai"))
        else:
            kind = "text/css" if path.endswith(".css") else "text/javascript"
            body = (BLOCKS / "assets" / path.lstrip("/")).read_text()
            route.fulfill(content_type=kind, body=body)

    def _pass_on(self, route: Route, path: str) -> None:
        """Ask the address of [app_proxy], with the query that Shopify signs."""
        stamp = str(int(self.house.clock.now().timestamp()))
        named = {"shop": SHOP, "path_prefix": "/apps/atobarai", "timestamp": stamp}
        query = proxy_query(SECRET, {"logged_in_customer_id": "", **named})
        answer = self.client.get(f"/front/shopify{path}?{query}")
        self.passed_on.append(answer.status_code)
        route.fulfill(
            status=answer.status_code,
            content_type=answer.headers["Content-Type"],
            body=answer.data,
        )


@pytest.fixture
def shop(house: House, page: Page) -> Shop:
    made = Shop(house, create_app(house.parts).test_client())
    page.route("https://shop.example.jp/**", made.answer)
    return made


@pytest.mark.parametrize(
    ("width", "language", "words"), [(1280, "ja", "後払い"), (390, "en", "by invoice")]
)
def test_the_block_shows_the_shops_banner_and_the_hub_sees_it(
    house: House, shop: Shop, page: Page, width: int, language: str, words: str
) -> None:
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{CART}?{language}")
    banner = page.locator("[data-atobarai-shown]")
    banner.wait_for()
    assert words in banner.inner_text()
    assert shop.passed_on == [200]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints == []
    found = house.parts.store.across.read(
        lambda across: installations.look_up(across, "shopify", SHOP)
    )
    assert found is not None
    assert found.tag_seen_at is not None


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/apps/atobarai/tag.js",
        "https://shop.example.jp/cdn/other.js",
        "javascript:alert(1)",
    ],
)
def test_the_block_loads_nothing_but_a_tag(
    shop: Shop, page: Page, address: str
) -> None:
    shop.tag = address
    page.goto(CART)
    page.wait_for_load_state("networkidle")
    assert page.locator("script[data-atobarai-script]").count() == 0
    assert shop.passed_on == []
