"""The tag on a shop's page in Chromium, under the strictest policy a shop may have."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page

from hub.app import create_app
from hub.domain.banner import Placement
from hub.flow.tag_deeds import keep_official
from hub.store import connections
from hub.web import tags
from tests.house import House, running_house
from tests.wsgi import serving

SHOP_PAGE = """<!doctype html><html lang="ja"><meta charset="utf-8">
<link rel="icon" href="data:,">
<div data-atobarai="cart" class="room"></div><p id="below">x</p>
<div data-atobarai="cart" data-lang="en"></div>
<div data-atobarai="payment-method"></div>
<span data-atobarai="badge"></span><span data-atobarai="unknown"></span>
<script src="{tag}" async nonce="n1"></script>
"""
POLICY = (
    "default-src 'none'; script-src 'nonce-n1'; style-src 'none'; img-src data:;"
    " require-trusted-types-for 'script'"
)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tags, "FRESH_SECONDS", 0.0)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("tag")
    with running_house(
        folder, provider_url="http://127.0.0.1:1/api/", control_url=""
    ) as opened:
        opened.open()
        yield opened


@pytest.fixture(scope="module")
def tag_url(house: House) -> Iterator[str]:
    found = house.parts.store.of(house.merchant_id).read(
        lambda scope: connections.of_shop(scope, house.shop_id, now=house.clock.now())
    )
    with serving(create_app(house.parts)) as url:
        yield f"{url}/tag/{found[0].tag_key}.js"


@pytest.fixture(scope="module")
def shop_url(tag_url: str) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            tag = tag_url if self.path == "/" else "http://127.0.0.1:1/tag/0.js"
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(SHOP_PAGE.format(tag=tag).encode())

        def log_message(self, *_arguments: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture(params=[("light", 1280), ("dark", 390)], ids=["wide", "phone"])
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    scheme, width = request.param
    context = chromium.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme
    )
    opened = context.new_page()
    opened.set_default_timeout(60_000)
    yield opened
    context.close()


def complaints(page: Page) -> list[str]:
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


def test_the_tag_fills_every_placement_and_breaks_no_policy(
    page: Page, shop_url: str
) -> None:
    heard = complaints(page)
    page.goto(shop_url)
    page.wait_for_selector("[data-atobarai=badge] span")
    carts = page.locator("[data-atobarai=cart]")
    assert "商品が届いてから" in carts.nth(0).inner_text()
    assert "Pay after your goods arrive" in carts.nth(1).inner_text()
    assert page.locator("[data-atobarai=payment-method] dt").count() == 4
    assert page.locator("[data-atobarai=unknown] *").count() == 0
    assert page.locator("[role=group][aria-label='後払いのご案内']").count() == 2
    box = page.locator("[data-atobarai=cart] > div").first
    ground = box.evaluate("e => getComputedStyle(e).backgroundColor")
    assert ground == "rgb(255, 255, 255)"
    assert page.evaluate("document.cookie + localStorage.length") == "0"
    width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0
    assert heard == []


def test_the_operators_material_is_built_and_its_code_needs_the_shops_leave(
    page: Page, shop_url: str, house: House
) -> None:
    keep_official(
        house.parts,
        house.merchant_id,
        house.shop_id,
        Placement.CART,
        body="<a href='https://x.example.jp/' style='color:red'>公式</a>".encode(),
        user_id="0" * 26,
    )
    page.goto(shop_url)
    page.wait_for_selector("[data-atobarai=cart] > a")
    link = page.locator("[data-atobarai=cart] > a")
    assert link.count() == 2
    assert link.first.inner_text() == "公式"
    colour = link.first.evaluate("e => getComputedStyle(e).color")
    assert colour == "rgb(255, 0, 0)"


def test_a_hub_that_is_away_leaves_the_shops_page_alone(
    page: Page, shop_url: str
) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{shop_url}/away")
    assert page.locator("#below").is_visible()
    assert errors == []
