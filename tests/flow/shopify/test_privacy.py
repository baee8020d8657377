"""What Shopify asks by law, from its message to the book; and what no log says."""

import pytest

from hub.flow.sweep import sweep
from hub.store import privacy_requests
from hub.store.privacy_requests import StoredRequest
from tests.flow.shopify_shop import ShopifyShop, number_of, post, resent
from tests.house import House
from tests.shopify_double.documents import HANAKO

TRACKING = "394812750135"


def requests(house: House) -> list[StoredRequest]:
    return house.read(privacy_requests.of_merchant)


def test_extra_09_a_redact_by_email_erases_the_person_and_keeps_the_amounts(
    store: ShopifyShop,
) -> None:
    order = store.place(discount=768)
    other = store.place(email="jiro@example.jp", contact_email="jiro@example.jp")
    for one in (order, other):
        store.double.orders.cancel(one)
    store.settle()
    billed = [row["billed_amount"] for row in store.house.ledger()]
    store.double.redact_buyer(order, by_email_only=True)
    store.settle()
    sweep(store.house.parts)
    (request,) = requests(store.house)
    assert (request.state, request.outcome["erased"]) == ("done", 1)
    left = store.house.order(number_of(order)).wanted
    assert left.order is not None
    assert (left.is_erased, left.order.total) == (True, 7572)
    assert left.order.buyer.name != "山田 花子"
    assert "花子" not in repr(left)
    assert not store.house.order(number_of(other)).wanted.is_erased
    assert [row["billed_amount"] for row in store.house.ledger()] == billed


def test_a_buyer_of_an_open_order_is_kept_with_the_reason_until_it_ends(
    store: ShopifyShop,
) -> None:
    order = store.place()
    store.double.redact_buyer(order, by_email_only=True)
    store.settle()
    assert resent(store, "customers/redact").answers == [200]
    sweep(store.house.parts)
    (request,) = requests(store.house)
    (kept,) = request.outcome["orders"]
    assert (request.state, kept["code"]) == ("kept", "HUB-PRIV-101")
    stored = store.house.order(number_of(order)).wanted
    assert stored.order is not None
    assert (stored.is_erased, stored.order.buyer.name) == (False, "山田 花子")
    store.double.orders.cancel(order)
    store.settle()
    store.move(hours=13)
    assert store.house.order(number_of(order)).wanted.is_erased


def test_what_is_stored_of_a_buyer_is_there_for_an_owner(store: ShopifyShop) -> None:
    order = store.place()
    store.double.ask_for_data(order)
    store.settle()
    sweep(store.house.parts)
    (request,) = requests(store.house)
    assert (request.kind, request.state) == ("data_request", "ready")


def test_extra_12_no_secret_and_no_person_is_logged(
    store: ShopifyShop, capfd: pytest.CaptureFixture[str]
) -> None:
    order = store.place(note="玄関前に置いてください")
    store.double.orders.fulfil(order, number=TRACKING)
    post(resent(store), body=b"{}")
    store.double.fail_next(status=500)
    store.double.orders.change(order, email="new@example.jp")
    store.move(minutes=30)
    store.uninstall()
    said = capfd.readouterr()
    # The test's own server says what it was asked for.
    lines = [one for one in (said.out + said.err).splitlines() if "HTTP/1.1" not in one]
    text = "\n".join(lines)
    assert "app_removed" in text
    assert "unproven" in text
    tokens = [one.access for one in store.double.world.tokens]
    secrets = [store.double.app.newest_secret, store.house.hook_key, *tokens]
    persons = [
        "花子",
        "山田",
        "hanako@",
        "new@",
        "玄関前",
        str(HANAKO["phone"]),
        TRACKING,
    ]
    assert [one for one in secrets + persons if one in text] == []
