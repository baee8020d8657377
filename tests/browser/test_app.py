"""An app of a cart in Chromium: its page in a frame, the claim, and the set-up."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote
from wsgiref.simple_server import make_server

import pytest

from hub.app import create_app
from hub.registry import Registry
from tests.app_cart.bazaar import SLUG, connector, session_token
from tests.app_cart.house import SECRET, app_house
from tests.browser.test_console import Silent, Threaded
from tests.console import seed
from tests.house import House, running_house, same_parts

if TYPE_CHECKING:
    from playwright.sync_api import Frame, Page, Route

NOWHERE = "http://127.0.0.1:1/api/"
WIDER = "document.documentElement.scrollWidth > window.innerWidth"


@contextmanager
def served(app: Any = None) -> Iterator[Any]:
    server = make_server("127.0.0.1", 0, app, Threaded, Silent)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def admin_page(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """The cart's admin, a site of its own, frames the address in its query."""
    head = "<meta name=viewport content='width=device-width'><body style='margin:0'>"
    frame = f'<iframe src="{unquote(environ["QUERY_STRING"])}" '
    style = 'style="width:100%;height:820px;border:0"></iframe>'
    start_response("200 OK", [("Content-Type", "text/html")])
    return [f"<!doctype html>{head}{frame}{style}".encode()]


@pytest.fixture(scope="module")
def admin() -> Iterator[str]:
    with served(admin_page) as server:
        yield f"http://127.0.0.1:{server.server_port}"


@pytest.fixture
def house(tmp_path_factory: pytest.TempPathFactory, admin: str) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("app")
    with (
        running_house(folder, provider_url=NOWHERE, control_url="") as opened,
        served() as server,
    ):
        opened.open()
        seed.add_people(opened)
        with app_house(opened) as (shop, _cart):
            address = f"http://127.0.0.1:{server.server_port}"
            config = replace(shop.parts.config, public_url=address)
            changed = same_parts(shop, config=config, registry=framed_by(admin))
            server.set_app(create_app(changed.parts))
            yield changed


def framed_by(admin: str) -> Registry:
    """The bazaar whose admin is a site on this machine, for one of its shops."""
    assert connector.embed is not None

    def ancestors(shop: str) -> Sequence[str]:
        return (admin if shop == "aoba" else f"https://{shop}.bazaar.example",)

    embed = replace(connector.embed, frame_ancestors=ancestors)
    return Registry(connectors={SLUG: replace(connector, embed=embed)})


def admin_of(page: "Page", house: House, admin: str, *, shop: str = "aoba") -> "Frame":
    """Open the app within the cart's admin."""
    ends = house.clock.now() + timedelta(minutes=5)
    token = session_token(SECRET, "aoba", ends)

    def bridge(route: "Route") -> None:
        body = f"window.bazaar = {{ idToken: async () => '{token}' }};"
        route.fulfill(status=200, content_type="text/javascript", body=body)

    page.route("https://cdn.bazaar.example/bridge.js", bridge)
    page.goto(f"{admin}/?{house.parts.config.public_url}/embed/bazaar?shop={shop}")
    return page.frames[1]


@pytest.mark.parametrize("width", [1280, 390])
def test_an_app_is_claimed_from_its_page_and_shown_there(
    page: "Page", house: House, admin: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    frame = admin_of(page, house, admin)
    with page.expect_popup() as opened:
        frame.get_by_role("link", name="このストアを接続する").click()
    console = opened.value
    console.set_viewport_size({"width": width, "height": 844})
    console.get_by_label("ログインID").fill(seed.OWNER)
    console.get_by_label("パスワード").fill(seed.PASSWORD)
    console.get_by_role("button", name="ログイン").click()
    console.get_by_role("heading", name="ストアを接続する").wait_for()
    assert not console.evaluate(WIDER)
    console.get_by_label("注文番号の頭に付ける文字").fill("A-")
    console.get_by_role("button", name="接続する", exact=True).click()
    console.get_by_text("支払い方法を作る").first.wait_for()
    assert not console.evaluate(WIDER)
    console.goto(f"{house.parts.config.public_url}/console/connections")
    assert not console.evaluate(WIDER)
    frame = admin_of(page, house, admin)
    frame.get_by_text("接続済み").wait_for()
    frame.get_by_text("支払い方法を作る").wait_for()
    assert not frame.evaluate(WIDER)
    frame.get_by_role("link", name="English").click()
    frame.get_by_text("Make the payment method").wait_for()
    assert complaints == []


def test_t48_the_site_of_another_shop_cannot_frame_the_page(
    page: "Page", house: House, admin: str
) -> None:
    frame = admin_of(page, house, admin, shop="kuro")
    page.wait_for_load_state("networkidle")
    assert frame.locator("#main").count() == 0
