"""Sequences that no honest day brings, tried end to end against a shop of Shopify's."""

import json

from hub.domain.known import State
from hub.flow import privacy
from hub.flow.intervene import send_again
from hub.flow.sweep import sweep
from hub.store import credentials, inbox, privacy_requests
from hub.store.credentials import CredentialState
from tests.flow.shopify.faults import Fault
from tests.flow.shopify_shop import (
    HANDLE,
    ShopifyShop,
    buyer,
    holds,
    number_of,
    state_at_shop,
)
from tests.flow.wire_calls import MODIFY, REGISTER, SHIP

NUMBER = "394812750135"
DENIED = {"errors": [{"message": "no", "extensions": {"code": "ACCESS_DENIED"}}]}
FAILED = {"errors": [{"extensions": {"code": "INTERNAL_SERVER_ERROR"}}]}
TURNED_AWAY = {"errors": "[API] Invalid API key or access token"}


def access_of(store: ShopifyShop) -> CredentialState:
    standing = store.house.read(credentials.standings)
    return standing[store.house.connection_id].state


def bytes_of(store: ShopifyShop, delivery_id: str) -> bytes:
    found = store.house.read(lambda scope: inbox.get(scope, delivery_id))
    assert found is not None
    return found[1].body


def test_what_the_shop_could_not_be_told_is_seen_until_it_is_told(
    store: ShopifyShop,
) -> None:
    fault = Fault(store, "WriteOrder", 200, DENIED)
    order = store.place()
    number = number_of(order)
    assert store.house.attention(number) == "HUB-CART-403"
    # Whatever the order itself says next must not hide it.
    store.double.orders.change(order, tags="常連")
    store.settle()
    assert store.house.attention(number) == "HUB-CART-403"
    fault.mend()
    told = store.house.operations(number, target="cart")
    newest = max(told, key=lambda one: one.id)
    assert newest.state == "refused"
    where = (store.house.parts, store.house.merchant_id, newest.id)
    send_again(*where, user_id="somebody")
    store.settle()
    assert order["tags"].split(", ") == ["atodene:OK", "常連"]
    assert store.house.attention(number) == ""


def test_a_shop_that_turns_new_tokens_away_is_to_be_installed_again(
    store: ShopifyShop,
) -> None:
    fault = Fault(store, "", 401, TURNED_AWAY)
    order = store.place()
    number = number_of(order)
    assert access_of(store) is CredentialState.VOID
    assert store.house.attention(number) == "HUB-CART-401"
    fault.mend()
    store.install_again()
    assert access_of(store) is CredentialState.VALID
    assert (state_at_shop(order), order["tags"]) == ("AUTHORIZED", "atodene:OK")
    assert store.house.attention(number) == ""
    assert store.house.calls() == [REGISTER]


def test_another_order_of_the_same_name_neither_ends_nor_ships_the_first(
    store: ShopifyShop,
) -> None:
    order = store.place()
    other = store.place(name=order["name"])
    store.double.orders.fulfil(other, number=NUMBER, despite_hold=True)
    store.settle()
    third = store.place(name=order["name"])
    store.double.orders.cancel(third)
    store.settle()
    assert store.house.calls() == [REGISTER]
    wanted = store.house.order(number_of(order)).wanted
    assert (wanted.is_cancelled, wanted.parcels) == (False, ())
    ends = {one.reason_code for one in store.house.deliveries() if one.reason_code}
    assert ends == {"HUB-HOOK-409"}


def test_goods_of_an_order_that_was_emptied_ask_for_a_person(
    store: ShopifyShop,
) -> None:
    order = store.place()
    number = number_of(order)
    store.double.orders.edit(order, {one["id"]: 0 for one in order["line_items"]})
    store.settle()
    assert store.house.state(number) is State.CANCELLED
    assert store.house.attention(number) == ""
    store.double.world.advance(minutes=1)
    added = {"title": "新しい品", "price": 5000, "quantity": 1, "sku": "N-1"}
    store.double.orders.edit(order, {}, added)
    store.settle()
    assert not store.house.order(number).wanted.is_cancelled
    assert store.house.attention(number) == "HUB-PROV-105"
    assert store.house.calls() == [REGISTER, MODIFY]


def test_goods_of_an_order_that_is_too_old_to_be_shown_are_reported(
    store: ShopifyShop,
) -> None:
    order = store.place()
    Fault(store, "ReadOrder", 200, {"data": {"order": None}})
    store.double.orders.fulfil(order, number=NUMBER)
    store.settle()
    # A copy of the shop's that lags would say the same.
    assert store.house.calls() == [REGISTER]
    store.move(minutes=11)
    assert store.house.calls() == [REGISTER, SHIP]
    assert store.house.state(number_of(order)) is State.SHIPMENT_REPORTED


def test_a_copy_that_lags_is_asked_again_until_it_shows_the_change(
    store: ShopifyShop,
) -> None:
    order = store.place()
    number = number_of(order)
    asked = [
        one for one in store.double.calls if "ReadOrder" in one.request.get("query", "")
    ]
    lagging = Fault(store, "ReadOrder", 200, asked[-1].answer)
    store.double.world.advance(minutes=1)
    line = order["line_items"][0]
    store.double.orders.refund(order, {line["id"]: 1})
    store.settle()
    left = int(order["current_total_price"])
    assert store.house.known(number).amount != left
    lagging.mend()
    store.move(minutes=1)
    assert store.house.known(number).amount == left
    assert store.house.calls() == [REGISTER, MODIFY]


def test_an_uninstallation_that_is_told_late_does_not_end_the_new_installation(
    store: ShopifyShop,
) -> None:
    late = store.shop.subscriptions[0].uri
    store.shop.sends_webhooks = False
    store.uninstall()
    store.shop.sends_webhooks = True
    store.install_again()
    body = {"id": store.shop.id, "myshopify_domain": store.shop.domain}
    store.double.webhooks.send(store.shop, "app/uninstalled", body, late, "event")
    store.settle()
    store.move(minutes=2)
    assert access_of(store) is CredentialState.VALID
    order = store.place()
    assert store.house.state(number_of(order)) is State.AUTHORIZED


def test_what_happens_twice_and_looks_alike_is_heard_twice(store: ShopifyShop) -> None:
    order = store.place(**buyer("見本目視"))
    (made,) = order["_fulfillment_orders"]
    for _ in range(2):
        store.double.orders.release_by_person(order)
        store.settle()
        store.double.orders.hold(order, made, {"handle": "of-a-person"})
        store.settle()
    heard = [one for one in store.house.deliveries() if "hold_rel" in one.topic]
    assert [one.state for one in heard] == ["done", "done"]


def test_a_shop_that_is_there_is_not_forgotten(store: ShopifyShop) -> None:
    order = store.place()
    store.double.orders.cancel(order)
    store.settle()
    store.move(hours=50)
    # Captured long ago, and sent once more.
    store.double.redact_shop(store.shop)
    store.settle()
    sweep(store.house.parts)
    (request,) = store.house.read(privacy_requests.of_merchant)
    assert request.state == "passed_over"
    assert not store.house.order(number_of(order)).wanted.is_erased


def test_an_order_that_cannot_be_read_keeps_no_other_from_being_found(
    store: ShopifyShop,
) -> None:
    broken = store.double.orders.place(store.shop, silent=True)
    fault = Fault(store, broken["admin_graphql_api_id"], 200, FAILED)
    for _ in range(2):
        quiet = store.double.orders.place(store.shop, silent=True)
        store.look()
        assert store.house.state(number_of(quiet)) is State.AUTHORIZED
        store.move(minutes=50)
    fault.mend()
    store.look()
    assert store.house.state(number_of(broken)) is State.AUTHORIZED
    assert store.house.calls() == [REGISTER] * 3


def test_a_webhook_that_cannot_be_made_keeps_no_order_from_being_found(
    store: ShopifyShop,
) -> None:
    errors = [{"field": ["uri"], "message": "not allowed"}]
    refused = {"webhookSubscriptionCreate": {"userErrors": errors}}
    Fault(store, "mutation Subscribe", 200, {"data": refused})
    del store.shop.subscriptions[0]
    quiet = store.double.orders.place(store.shop, silent=True)
    store.look()
    assert store.house.state(number_of(quiet)) is State.AUTHORIZED


def test_a_buyer_is_found_in_what_led_to_no_order(store: ShopifyShop) -> None:
    broken = {"current_total_price": "7572.5", "total_outstanding": "7572.5"}
    order = store.place(**broken)
    theirs = "kohanako@example.jp"
    customer = {**order["customer"], "email": theirs}
    store.place(email=theirs, contact_email=theirs, customer=customer, **broken)
    store.double.ask_for_data(order)
    store.settle()
    sweep(store.house.parts)
    (asked,) = store.house.read(privacy_requests.of_merchant)
    where = (store.house.parts, store.house.merchant_id, asked.id)
    document = json.loads(privacy.download(*where, user_id="somebody") or b"")
    (unread,) = document["unread"]
    assert json.loads(unread["text"])["id"] == order["id"]
    store.double.redact_buyer(order, by_email_only=True)
    store.settle()
    sweep(store.house.parts)
    created = [o for o in store.house.deliveries() if o.topic == "orders/create"]
    assert {one.reason_code for one in created} == {"HUB-HOOK-422"}
    bodies = [bytes_of(store, one.id) for one in created]
    assert [theirs.encode() in one for one in sorted(bodies)] == [False, True]
    assert b"" in bodies


def test_a_hold_that_shopify_places_after_the_ok_is_released(
    store: ShopifyShop,
) -> None:
    order = store.place()
    (made,) = order["_fulfillment_orders"]
    assert (order["tags"], holds(order)) == ("atodene:OK", [])
    # As asked for before the verdict, and its answer lost.
    late = {"handle": HANDLE, "by_us": True, "reason": "AWAITING_PAYMENT"}
    store.double.orders.hold(order, made, late)
    store.settle()
    assert holds(order) == []


def test_a_hold_of_another_app_that_is_called_like_ours_stays(
    store: ShopifyShop,
) -> None:
    order = store.place()
    (made,) = order["_fulfillment_orders"]
    store.double.orders.hold(order, made, {"handle": HANDLE, "by_us": False})
    # A new part makes us tell the order's state once more.
    store.double.orders.split(order)
    store.settle()
    assert holds(order) == [HANDLE]
