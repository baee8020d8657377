"""The console in Chromium: from the login to one order, wide and narrow."""

import threading
from collections.abc import Iterator
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

from hub.app import create_app
from hub.sandbox.rules import Rules
from hub.sandbox.testing import RunningSandbox
from tests.console import seed
from tests.house import House, running_house

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog, Page

XSS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "'-alert(3)-'",
    "{{7*7}}</pre><svg/onload=alert(4)>",
)


class Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Silent(WSGIRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        """Stay silent."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("console")
    with (
        RunningSandbox(folder / "sandbox", rules=Rules(review_seconds=0)) as sandbox,
        running_house(
            folder,
            provider_url=f"{sandbox.wire_url}/api/",
            control_url=sandbox.control_url,
        ) as opened,
    ):
        opened.open()
        seed.add_people(opened)
        seed.fill(opened)
        for place, payload in enumerate(XSS):
            buyer = {"name": f"見本 {payload}"}
            opened.hear(
                seed.placed(
                    f"X{place}",
                    buyer["name"],
                    2000,
                    ordered_at="2099-01-01T09:00:00+09:00",
                    shipping_method=payload,
                )
            )
        yield opened


@pytest.fixture(scope="module")
def address(house: House) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, create_app(house.parts), Threaded, Silent)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/console"
    server.shutdown()
    server.server_close()
    thread.join()


def log_in(page: "Page", address: str) -> None:
    page.goto(f"{address}/login")
    page.get_by_label("ログインID").fill(seed.OWNER)
    page.get_by_label("パスワード").fill(seed.PASSWORD)
    page.get_by_role("button", name="ログイン").click()
    page.get_by_role("heading", name="今日の仕事").wait_for()


@pytest.mark.parametrize("width", [1280, 390])
def test_a_clerk_goes_from_the_login_to_one_order(
    page: "Page", address: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    log_in(page, address)
    page.get_by_role("link", name="取引", exact=True).click()
    page.get_by_label("検索", exact=True).fill("見本 すみれ")
    page.get_by_role("button", name="検索").click()
    page.get_by_role("link", name="1017").click()
    assert "発送OK" in page.get_by_role("heading", level=1).inner_text()
    page.get_by_text("送信内容と返事").click()
    assert "shopOrderId" in page.locator("pre").first.inner_text()
    is_wider = "document.documentElement.scrollWidth > window.innerWidth"
    assert not page.evaluate(is_wider)


@pytest.mark.parametrize("path", ["/", "/transactions", "/deliveries", "/connections"])
def test_no_page_scrolls_sideways_on_a_phone(
    page: "Page", address: str, path: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    log_in(page, address)
    page.goto(address + path)
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def test_j_and_enter_open_the_second_row(page: "Page", address: str) -> None:
    log_in(page, address)
    page.goto(f"{address}/transactions")
    second = page.locator("a.go").nth(1).inner_text()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/orders/*")
    assert second in page.locator(".crumbs").inner_text()


def test_t14_planted_scripts_stay_text(
    page: "Page", address: str, house: House
) -> None:
    dialogs: list[str] = []
    complaints: list[str] = []

    def refuse(dialog: "Dialog") -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", refuse)
    page.on("console", lambda message: complaints.append(message.text))
    log_in(page, address)
    paths = ["/", "/transactions", "/deliveries"]
    paths += [f"/transactions?q={payload}" for payload in XSS[:1]]
    for place in range(len(XSS)):
        paths.append(f"/orders/{house.order(f'X{place}').id}")
    paths += [f"/deliveries/{line.id}" for line in house.deliveries()]
    for path in paths:
        page.goto(address + path)
    assert dialogs == []
    assert complaints == []


def test_the_console_works_without_javascript(
    chromium: "Browser", address: str
) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="ja-JP")
    plain = context.new_page()
    log_in(plain, address)
    plain.goto(f"{address}/transactions")
    plain.get_by_label("絞り込み").select_option("hold")
    plain.get_by_role("button", name="表示").click()
    assert plain.locator("a.go").all_inner_texts() == ["1019"]
    context.close()
