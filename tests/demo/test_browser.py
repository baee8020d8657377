import pytest

from .hub_double import push, update

NARROW, WIDE = 390, 1280

pytestmark = pytest.mark.slow


@pytest.fixture(params=[WIDE, NARROW])
def page(request, chromium):
    context = chromium.new_context(viewport={"width": request.param, "height": 844})
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    yield page
    context.close()


def place_order(page, shop, sample="ok"):
    page.goto(shop.url)
    page.click("li:nth-child(1) button")
    page.goto(f"{shop.url}/checkout?sample={sample}")
    page.check("#consent")
    page.click("text=注文を確定する")
    page.click("text=ご注文の状況を見る")
    return page.locator(".number").first.inner_text()


def test_an_order_page_learns_the_result_by_itself(page, shop):
    number = place_order(page, shop)
    push(shop.url, update("screening.ok", number, 1))
    page.wait_for_selector("h2:has-text('審査OK')", timeout=60_000)
    assert "審査OK" in page.locator("#status").text_content()
    assert page.complaints == []


def test_no_page_breaks_the_policy_or_scrolls_sideways(page, shop):
    number = place_order(page, shop)
    push(shop.url, update("shipping.accepted", number, 1, issue_on="2026-11-24"))
    here = page.url.removeprefix(shop.url)
    page.goto(shop.url)
    page.click("li:nth-child(3) button")
    width = page.viewport_size["width"]
    paths = ["/", "/cart", "/checkout", "/payment-methods", here, here + "/completed"]
    for path in [*paths, "/shopkeeper", f"/shopkeeper/{number}"]:
        page.goto(shop.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") == width, path
    assert page.complaints == []


def test_another_ship_to_opens_without_javascript(chromium, shop):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(shop.url)
    page.click("li:nth-child(1) button")
    page.goto(shop.url + "/checkout")
    assert not page.locator("#ship_name").is_visible()
    page.check("#ship-elsewhere")
    assert page.locator("#ship_name").is_visible()
    context.close()
