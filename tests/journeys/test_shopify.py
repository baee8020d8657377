"""A merchant installs the Shopify app and lives with it: one browser, real processes.

Shopify is its double over real HTTP, Atodene the sandbox over its wire protocol.
"""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.flow.shopify_till import environment_of
from tests.journeys.checkout import sold_before_the_order
from tests.journeys.installation import Installation, installed, until
from tests.shopify_double import ShopifyDouble
from tests.shopify_double.documents import HANAKO
from tests.shopify_double.in_browser import open_admin
from tests.shopify_double.payments import GATEWAY

if TYPE_CHECKING:
    from playwright.sync_api import Page

Order = dict[str, Any]

METHOD = "後払い（コンビニ・銀行・郵便局）"
LOGIN, PASSWORD = "hanako@example.jp", "midori no ocha 405"
YAMATO = "394812750135"
# The sandbox looks at this name by hand first, so that the hold is seen.
REVIEWED = {**HANAKO, "last_name": "見本審査中", "name": "花子 見本審査中"}
AS_REVIEWED = {"billing_address": REVIEWED, "shipping_address": REVIEWED}


class Merchant:
    """A merchant at Shopify's admin and at the hub's console."""

    def __init__(self, hub: Installation, double: ShopifyDouble, page: "Page") -> None:
        self.hub, self.double, self.page = hub, double, page
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    @property
    def console(self) -> str:
        return f"{self.hub.env['HUB_PUBLIC_URL']}/console"

    def join(self, invitation: str) -> None:
        """Become the owner by an invitation."""
        self.page.goto(invitation)
        self.page.get_by_label("名前").fill("見本 花子")
        self.page.get_by_label("パスワード").fill(PASSWORD)
        self.page.get_by_role("button", name="登録する").click()
        self.page.get_by_label("ログインID").wait_for()

    def install(self) -> None:
        """Open the app in the admin, log in at the hub and claim the shop."""
        frame = open_admin(self.page, self.double)
        with self.page.expect_popup() as opened:
            frame.get_by_role("link", name="このストアを接続する").click()
        console = opened.value
        console.get_by_label("ログインID").fill(LOGIN)
        console.get_by_label("パスワード").fill(PASSWORD)
        console.get_by_role("button", name="ログイン").click()
        console.get_by_role("button", name="接続する", exact=True).click()
        console.get_by_text("手動決済「後払い」の作成").first.wait_for()
        # Set up from here: name the payment method, then let the machine act.
        console.get_by_role("link", name="接続の設定を開く").click()
        console.get_by_label("後払いの決済方法の名前").fill(METHOD)
        console.get_by_label("後払いの決済アプリの名前").fill(GATEWAY)
        console.get_by_role("button", name="この内容で保存する").click()
        console.get_by_text("接続の設定を保存しました").wait_for()
        console.goto(f"{self.console}/connections")
        console.get_by_role("button", name="「自動」に切り替える").click()
        console.get_by_text("運転を切り替えました").wait_for()
        console.close()

    def place(self, **changed: Any) -> Order:
        shop, orders = self.double.shop, self.double.orders
        return orders.place(shop, gateway=METHOD, **changed)

    def reads(self, order: Order, word: str) -> None:
        """Wait until the order's one tag of ours says so."""
        until(lambda: order["tags"] == f"atodene:{word}")

    def fields(self, order: Order) -> dict[str, str]:
        """Return the metafields of ours as the admin shows them."""
        with self.double.world.lock:
            return {key: one["value"] for (_, key), one in order["_metafields"].items()}

    def heard(self, order: Order) -> list[str]:
        """Return the wire operations that the sandbox heard of an order."""
        number = order["name"].removeprefix("#")
        calls = self.hub.requests(number)
        return [one for one in calls if not one.startswith("getauthor")]

    def ledger(self, order: Order) -> dict[str, Any]:
        number = order["name"].removeprefix("#")
        (one,) = (x for x in self.hub.ledger() if x["shop_order_id"] == number)
        return one

    def sees_at_home(self, text: str) -> None:
        """Wait until 今日の仕事 says it."""

        def says() -> bool:
            self.page.goto(f"{self.console}/")
            return text in self.page.get_by_role("main").inner_text()

        until(says)


@pytest.fixture
def merchant(tmp_path: Any, page: "Page", free_port: int) -> Iterator[Merchant]:
    with ShopifyDouble() as double:
        env = {
            "HUB_SHOPIFY_CLIENT_ID": double.app.client_id,
            "HUB_SHOPIFY_CLIENT_SECRET": double.app.newest_secret,
            "HUB_SHOPIFY_API_BASE": double.api_base,
            "HUB_CALLBACK_ALLOW": f"127.0.0.1:{double.port}",
            "HUB_PUBLIC_URL": f"http://127.0.0.1:{free_port}",
            "HUB_RECONCILE_SECONDS": "10",
            **environment_of(double),
        }
        with installed(tmp_path, env) as hub:
            hub.start()
            double.app.app_url = f"{hub.env['HUB_PUBLIC_URL']}/embed/shopify"
            double.app.compliance_url = f"{hub.env['HUB_PUBLIC_URL']}/hooks/shopify"
            one = Merchant(hub, double, page)
            one.join(hub.invite("見本茶舗", LOGIN))
            yield one
            assert one.complaints == []


def test_a_merchant_installs_sells_ships_takes_back_and_uninstalls(
    merchant: Merchant,
) -> None:
    merchant.install()
    order = _screened(merchant)
    _shipped(merchant, order)
    _one_towel_back(merchant, order)
    _cancelled(merchant)
    _webhook_lost(merchant)
    sold_before_the_order(merchant)
    _uninstalled_and_back(merchant)


def _screened(merchant: Merchant) -> Order:
    """The goods are held until 審査OK."""
    order = merchant.place(**AS_REVIEWED)
    (part,) = order["_fulfillment_orders"]
    until(lambda: part["holds"])
    (hold,) = part["holds"]
    assert hold["reason"] == "AWAITING_PAYMENT"
    merchant.reads(order, "審査中")
    merchant.reads(order, "OK")
    assert (part["status"], part["holds"]) == ("open", [])
    assert merchant.fields(order)["may_ship"] == "発送OK"
    assert merchant.ledger(order)["state"] == "APPROVED"
    return order


def _shipped(merchant: Merchant, order: Order) -> None:
    """A Yamato number is reported, and the order shows when the invoice is due."""
    merchant.double.orders.fulfil(order, company="Yamato (JA)", number=YAMATO)
    merchant.reads(order, "出荷報告済")
    told = merchant.ledger(order)
    assert told["state"] == "SHIPPED"
    fields = merchant.fields(order)
    assert fields["tracking_number"] == YAMATO
    assert fields["invoice_expected_on"] > order["created_at"][:10]
    assert fields["invoice_evidence"] == "営業日から計算した予定日"
    until(lambda: order["financial_status"] == "paid")
    frame = open_admin(merchant.page, merchant.double)
    frame.get_by_text("接続済み").wait_for()
    frame.get_by_text(order["name"].removeprefix("#")).wait_for()


def _one_towel_back(merchant: Merchant, order: Order) -> None:
    """A part is refunded after the report: taken back, amended, reported again."""
    before = merchant.heard(order)
    towel = order["line_items"][0]
    merchant.double.orders.refund(order, {towel["id"]: 1})
    merchant.double.settle()
    until(lambda: len(merchant.heard(order)) >= len(before) + 3)
    assert merchant.heard(order)[len(before) :] == [
        "shippingrequest.do",
        "modifytransaction.do",
        "shippingrequest.do",
    ]
    merchant.reads(order, "出荷報告済")
    until(lambda: merchant.fields(order).get("tracking_number") == YAMATO)
    assert merchant.ledger(order)["state"] == "SHIPPED"


def _cancelled(merchant: Merchant) -> None:
    order = merchant.place()
    merchant.reads(order, "OK")
    merchant.double.orders.cancel(order)
    merchant.reads(order, "取消")
    assert merchant.ledger(order)["state"] == "CANCELLED"


def _webhook_lost(merchant: Merchant) -> None:
    """An order of which no webhook came is found at the next look."""
    order = merchant.place(silent=True)
    until(lambda: order["tags"] == "atodene:OK")
    assert merchant.ledger(order)["state"] == "APPROVED"


def _uninstalled_and_back(merchant: Merchant) -> None:
    """The owner is told; installed again, what came meanwhile goes its way."""
    merchant.double.uninstall()
    merchant.double.settle()
    merchant.sees_at_home("アンインストール済み")
    order = merchant.place()
    assert order["name"].removeprefix("#") not in json.dumps(merchant.hub.ledger())
    frame = open_admin(merchant.page, merchant.double)
    frame.get_by_text("接続済み").wait_for()
    until(lambda: merchant.double.shop.subscriptions)
    until(lambda: order["tags"] == "atodene:OK")
