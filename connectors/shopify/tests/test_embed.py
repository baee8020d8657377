"""Who may frame the page, and a checklist whose items look for themselves."""

import itertools
from datetime import UTC, datetime

import pytest

from connectors.shopify.embed import EMBED, frame_ancestors, shop_of
from connectors.shopify.install import enable
from connectors.shopify.manifest import MANIFEST
from hub.contract.connector import Settings
from hub.contract.embed import ItemState
from hub.contract.errors import CartUnavailableError
from hub.contract.inbound import InboundRequest
from tests.shopify_double.connection import Joined

SHOP = "atodene-demo.myshopify.com"
METHOD = "後払い（アトディーネ）"
HOOK = "https://hub.example.jp/hooks/shopify/the-key"


def page(query):
    return InboundRequest(
        method="GET",
        query=query,
        headers=(),
        body=b"",
        received_at=datetime(2026, 11, 24, tzinfo=UTC),
    )


def joined(double, **settings):
    return Joined(double, **({"payment_methods": METHOD} | settings))


def states(connection):
    return {one.name: one.state for one in EMBED.checklist(connection)}


def test_a_page_is_framed_by_its_own_shop_and_the_admin_alone():
    assert shop_of(page(f"shop={SHOP}&host=abc")) == SHOP
    wanted = (f"https://{SHOP}", "https://admin.shopify.com")
    assert tuple(frame_ancestors(SHOP)) == wanted


@pytest.mark.parametrize(
    "query",
    [
        "",
        "shop=",
        "shop=evil.com",
        f"shop={SHOP}%0A",
        f"shop={SHOP}%20https://evil.com",
        f"shop={SHOP};script-src",
        "shop=*.myshopify.com",
        f"shop={SHOP}&shop=evil.myshopify.com",
    ],
)
def test_a_page_that_names_no_shop_is_framed_by_nobody(query):
    shop = shop_of(page(query))
    assert shop == ""
    assert tuple(frame_ancestors(shop)) == ("'none'",)


def test_app_bridge_finds_our_client_id(double):
    settings = Settings(values={"client_id": "the-app"})
    assert tuple(EMBED.meta(settings)) == (("shopify-api-key", "the-app"),)
    assert EMBED.scripts[0].startswith("https://cdn.shopify.com/")


def test_a_new_shop_has_everything_to_do(double):
    found = states(joined(double, payment_methods=""))
    todo = {"webhooks", "payment_names", "payment_method", "check_order"}
    assert {name for name, state in found.items() if state is ItemState.TO_DO} == todo
    assert ItemState.DONE not in found.values()


def test_the_webhooks_item_is_done_once_all_are_there(double):
    connection = joined(double)
    enable(connection, HOOK)
    assert states(connection)["webhooks"] is ItemState.DONE
    del double.shop.subscriptions[0]
    assert states(connection)["webhooks"] is ItemState.TO_DO


def test_a_second_enabling_writes_nothing(double):
    connection = joined(double)
    enable(connection, HOOK)
    before = len(double.mutations)
    enable(connection, HOOK)
    assert len(double.mutations) == before


def test_enabling_covers_every_topic_of_the_manifest(double):
    enable(joined(double), HOOK)
    topics = {one.topic for one in double.shop.subscriptions}
    assert topics >= {one.upper().replace("/", "_") for one in MANIFEST.topics}
    assert {one.uri for one in double.shop.subscriptions} == {HOOK}


def test_the_payment_method_is_seen_on_an_order_with_the_typed_name(double):
    connection = joined(double, payment_methods=f"代引き, {METHOD}")
    double.orders.place(double.shop, gateway="後払い")
    assert states(connection)["payment_method"] is ItemState.TO_DO
    double.orders.place(double.shop, gateway=METHOD)
    assert states(connection)["payment_method"] is ItemState.DONE


def test_a_name_typed_in_another_width_is_the_same_method(double):
    connection = joined(double, payment_methods="後払い (アトディーネ)")
    double.orders.place(double.shop, gateway=METHOD)
    assert states(connection)["payment_method"] is ItemState.DONE


def test_a_listed_provider_of_the_same_name_is_no_manual_method(double):
    connection = joined(double, payment_methods="Shopify Payments")
    double.orders.place(double.shop, gateway="Shopify Payments")
    assert states(connection)["payment_method"] is ItemState.TO_DO


def test_addresses_that_shopify_withholds_are_noticed(double):
    connection = joined(double)
    double.orders.place(double.shop, gateway=METHOD)
    assert states(connection)["customer_details"] is ItemState.DONE
    double.app.customer_data_level = 1
    assert states(connection)["customer_details"] is ItemState.TO_DO


def test_the_fee_shows_as_a_line_and_is_otherwise_a_question(double):
    connection = joined(double)
    double.orders.place(double.shop)
    assert states(connection)["fee"] is ItemState.UNKNOWN
    lines = ({"title": "後払い決済手数料", "price": 330},)
    double.orders.place(double.shop, lines=lines)
    assert states(connection)["fee"] is ItemState.DONE


def test_the_guided_order_is_done_only_when_it_is_cancelled(double):
    connection = joined(double)
    order = double.orders.place(double.shop, tags="本番確認注文")
    assert states(connection)["check_order"] is ItemState.TO_DO
    double.orders.cancel(order)
    assert states(connection)["check_order"] is ItemState.DONE


def test_a_test_order_is_not_the_guided_order(double):
    connection = joined(double)
    order = double.orders.place(double.shop, tags="本番確認注文", test=True)
    double.orders.cancel(order)
    assert states(connection)["check_order"] is ItemState.TO_DO


def test_a_shop_that_cannot_be_asked_has_no_item_done_and_says_why(double):
    connection = joined(double)
    enable(connection, HOOK)
    double.orders.place(double.shop, gateway=METHOD)
    double.fail_next(status=503, times=10)
    items = iter(EMBED.checklist(connection))
    found = {one.name: one.state for one in itertools.islice(items, 8)}
    assert found.pop("payment_names") is ItemState.DONE
    assert set(found.values()) == {ItemState.UNKNOWN}
    with pytest.raises(CartUnavailableError):
        next(items)


def test_what_the_theme_shows_is_never_claimed(double):
    assert states(joined(double))["banner"] is ItemState.UNKNOWN


def test_every_item_speaks_both_languages_and_the_method_comes_with_its_text(double):
    items = {one.name: one for one in EMBED.checklist(joined(double))}
    for one in items.values():
        assert one.title_ja
        assert one.title_en
        assert one.help_ja
        assert one.help_en
    assert "【支払いの説明】" in items["payment_method"].copy_text
    assert items["banner"].link.endswith("/banner&target=mainSection")
