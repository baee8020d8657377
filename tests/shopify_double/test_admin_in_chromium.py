"""The app's page in Shopify's admin: taken in by a session token, set-up checked."""

import threading
from dataclasses import replace
from wsgiref.simple_server import make_server

import pytest

from hub.app import create_app
from hub.contract.http import PublicHttp
from hub.registry import Registry
from tests.browser.test_console import Silent, Threaded
from tests.console import seed
from tests.house import running_house, same_parts
from tests.shopify_double import ShopifyDouble
from tests.shopify_double.in_browser import open_admin
from tests.shopify_double.test_in_the_hub import APP, NOWHERE

pytestmark = pytest.mark.slow


@pytest.fixture
def double(tmp_path):
    server = make_server("127.0.0.1", 0, lambda *_: [], Threaded, Silent)
    public = f"http://127.0.0.1:{server.server_port}"
    with (
        ShopifyDouble() as double,
        running_house(tmp_path, provider_url=NOWHERE, control_url="") as house,
    ):
        house.open()
        seed.add_people(house)
        double.app.app_url = f"{public}/embed/shopify"
        environment = {
            "HUB_SHOPIFY_CLIENT_ID": double.app.client_id,
            "HUB_SHOPIFY_CLIENT_SECRET": double.app.newest_secret,
            "HUB_SHOPIFY_API_BASE": double.api_base,
        }
        parts = house.parts
        served = same_parts(
            house,
            config=replace(parts.config, environment=environment, public_url=public),
            registry=Registry(connectors={**parts.registry.connectors, "shopify": APP}),
            callbacks=PublicHttp(allow=frozenset({f"127.0.0.1:{double.port}"})),
        )
        server.set_app(create_app(served.parts))
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield double
        server.shutdown()
        thread.join()
    server.server_close()


def test_a_merchant_installs_from_the_admin_and_sees_what_is_left_to_do(page, double):
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    frame = open_admin(page, double)
    with page.expect_popup() as opened:
        frame.get_by_role("link", name="このストアを接続する").click()
    console = opened.value
    console.get_by_label("ログインID").fill(seed.OWNER)
    console.get_by_label("パスワード").fill(seed.PASSWORD)
    console.get_by_role("button", name="ログイン").click()
    console.get_by_label("注文番号の頭に付ける文字").fill("A-")
    console.get_by_role("button", name="接続する", exact=True).click()
    console.get_by_text("手動決済「後払い」の作成").first.wait_for()
    assert double.shop.subscriptions
    frame = open_admin(page, double)
    frame.get_by_text("接続済み").wait_for()
    frame.get_by_text("本番確認注文(最後に必ず注文キャンセル)").wait_for()
    frame.get_by_text("【支払いの説明】").wait_for()
    assert complaints == []
