"""A buyer waits in Chromium, and is led on: with scripts, without, and going back."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from hub.app import create_app
from hub.contract.asking import AskOutcome
from hub.store import asks
from hub.store.store import Scope
from hub.web import wait
from tests.house import House, running_house
from tests.web.asking import asking_house, begun
from tests.wsgi import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NOWHERE = "http://127.0.0.1:1/api/"
WIDER = "document.documentElement.scrollWidth > window.innerWidth"


@pytest.fixture(scope="module")
def till(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("wait")
    with running_house(folder, provider_url=NOWHERE, control_url="") as opened:
        opened.open()
        yield asking_house(opened)


@pytest.fixture(scope="module")
def base(till: House) -> Iterator[str]:
    with serving(create_app(till.parts)) as url:
        yield url


def checkout(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """The shop's own page, a site of its own."""
    start_response("200 OK", [("Content-Type", "text/html")])
    return [f"<!doctype html><title>{environ['PATH_INFO']}</title>".encode()]


@pytest.fixture(scope="module")
def way() -> Iterator[str]:
    with serving(checkout) as url:
        yield f"{url}/checkout/1"


def address_of(till: House, base: str, number: str) -> str:
    """Let a buyer pay for an order, and return where she waits."""
    return base + begun(create_app(till.parts).test_client(), number)


def decide(till: House, number: str, *, outcome: str = "", way: str = "") -> None:
    def work(scope: Scope) -> None:
        (found,) = asks.of_order(scope, till.shop_id, number)
        now = till.clock.now()
        if outcome:
            asks.decide(scope, found.id, AskOutcome(outcome), look_at=None, now=now)
        if way:
            asks.lead(scope, found.id, way)

    till.parts.store.of(till.merchant_id).write(work)


def complaints_of(page: "Page") -> list[str]:
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on(
        "console",
        lambda said: found.append(said.text) if said.type == "error" else None,
    )
    return found


@pytest.mark.parametrize("width", [1280, 390])
def test_a_buyer_reads_the_decision_and_is_led_on(
    page: "Page", till: House, base: str, way: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    complaints, number = complaints_of(page), f"W-{width}"
    page.goto(address_of(till, base, number))
    assert page.get_by_role("heading").inner_text() == "審査しています"
    assert not page.evaluate(WIDER)
    # Who stands on the button when it goes stands on what is said.
    page.get_by_role("button").focus()
    decide(till, number, outcome="granted")
    page.get_by_role("heading", name="お申し込みを受け付けました").wait_for()
    assert page.evaluate("document.activeElement.id") == "title"
    assert page.get_by_role("button").count() == 0
    decide(till, number, way=way)
    page.wait_for_url(way)
    assert complaints == []


def test_a_buyer_who_goes_back_is_led_to_the_shop(
    page: "Page", till: House, base: str, way: str
) -> None:
    complaints = complaints_of(page)
    page.goto(address_of(till, base, "B-1"))
    page.get_by_role("button", name="他のお支払い方法に戻る").click()
    page.get_by_role("heading", name="お申し込みを取りやめました").wait_for()
    decide(till, "B-1", outcome="denied", way=way)
    page.wait_for_url(way)
    assert complaints == []


def test_a_buyer_without_scripts_is_led_on_too(
    chromium: "Browser",
    till: House,
    base: str,
    way: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wait, "REFRESH_SECONDS", 1)
    context = chromium.new_context(java_script_enabled=False)
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.goto(address_of(till, base, "N-1"))
    decide(till, "N-1", outcome="granted", way=way)
    page.wait_for_url(way)
    context.close()
