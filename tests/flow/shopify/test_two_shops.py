"""Two shops of one merchant, one app and one secret: nothing crosses."""

from dataclasses import dataclass

import pytest

from hub.domain.known import State
from hub.flow.sweep import sweep
from hub.store import privacy_requests
from tests.flow.shopify_shop import (
    ShopifyShop,
    number_of,
    second_shop,
    state_at_shop,
)
from tests.flow.wire_calls import REGISTER
from tests.house import House
from tests.shopify_double.webhooks import Sent

DOMAIN = "nigou-ten.myshopify.com"
TRACKING = "394812750135"


@dataclass
class Two:
    """The first shop and the second."""

    one: ShopifyShop
    other: ShopifyShop

    def settle(self) -> None:
        self.one.settle()


@pytest.fixture
def two(store: ShopifyShop) -> Two:
    return Two(store, second_shop(store, DOMAIN))


def known(house: House, number: str) -> tuple[State, str]:
    return house.state(number), house.order(number).wanted.reference


def test_one_number_in_two_shops_is_two_orders_each_told_its_own(two: Two) -> None:
    first, second = two.one.place(discount=768), two.other.place()
    assert number_of(first) == number_of(second) == "1001"
    for shop, order in ((two.one, first), (two.other, second)):
        mine = (State.AUTHORIZED, order["admin_graphql_api_id"])
        assert known(shop.house, "1001") == mine
        assert (state_at_shop(order), order["tags"]) == ("AUTHORIZED", "atodene:OK")
    bills = {
        row["shop_order_id"]: row["billed_amount"] for row in two.one.house.ledger()
    }
    assert bills == {"1001": 7572, "B-1001": 8340}
    two.one.look()
    assert two.one.house.calls() == [REGISTER, REGISTER]


def test_no_call_goes_out_with_the_token_of_the_other_shop(two: Two) -> None:
    for shop in (two.one, two.other):
        order = shop.place()
        shop.double.orders.fulfil(order, number=TRACKING)
    two.settle()
    two.one.look()
    asked = {(one.shop, one.status) for one in two.one.double.calls}
    # The double answers 401 to a token of another shop.
    assert asked == {(two.one.shop.domain, 200), (two.other.shop.domain, 200)}
    states = [shop.house.state("1001") for shop in (two.one, two.other)]
    assert states == [State.SHIPMENT_REPORTED] * 2


def crossed(two: Two, *sent: Sent) -> dict[str, str]:
    """Send what one shop's webhooks said to the other's address; returns the ends."""
    before = {one.id for one in two.other.house.deliveries()}
    address = two.other.shop.subscriptions[0].uri
    for one in sent:
        two.one.double.webhooks.again(one.sent_to(address))
    two.settle()
    # A copy that lags is believed after ten minutes: the order is not there.
    two.one.move(minutes=15)
    new = [one for one in two.other.house.deliveries() if one.id not in before]
    assert len(new) == len(sent)
    return {one.topic: one.state for one in new}


def test_a_webhook_of_the_one_at_the_address_of_the_other_changes_nothing(
    two: Two,
) -> None:
    """The app has one secret, so every shop's body is signed well for every shop."""
    order = two.one.place()
    made = two.one.double.orders.fulfil(order, number=TRACKING)
    two.settle()
    two.one.double.orders.track(order, made, "Yamato (JA)", "444413758703")
    two.one.double.orders.refund(order, {order["line_items"][0]["id"]: 1})
    two.settle()
    cancelled = two.one.place()
    two.one.double.orders.cancel(cancelled)
    two.settle()
    theirs = two.other.place()
    calls = two.one.house.calls()
    shown = theirs["updated_at"]
    mine = two.one.shop.domain
    heard = [one for one in two.one.double.webhooks.sent if one.shop == mine]
    topics = {one.topic: one for one in heard}
    assert len(topics) > 7
    ends = crossed(two, *topics.values())
    assert set(ends.values()) <= {"quarantined", "ignored"}, ends
    assert two.one.house.calls() == calls
    assert known(two.other.house, "1001") == (
        State.AUTHORIZED,
        theirs["admin_graphql_api_id"],
    )
    assert theirs["updated_at"] == shown


def test_a_removal_of_the_app_in_one_shop_leaves_the_other(two: Two) -> None:
    two.one.place()
    two.one.uninstall()
    order = two.other.place()
    assert two.other.house.state(number_of(order)) is State.AUTHORIZED
    assert two.other.house.attention(number_of(order)) == ""
    removal = two.one.double.webhooks.sent
    (sent,) = [one for one in removal if one.topic == "app/uninstalled"]
    assert crossed(two, sent) == {"app/uninstalled": "quarantined"}
    later = two.other.place()
    assert two.other.house.state(number_of(later)) is State.AUTHORIZED


def test_a_buyer_is_forgotten_by_the_shop_that_asks_and_by_no_other(two: Two) -> None:
    orders = []
    for shop in (two.one, two.other):
        order = shop.place()
        shop.double.orders.cancel(order)
        orders.append(order)
    two.settle()
    two.one.double.redact_buyer(orders[0], by_email_only=True)
    two.settle()
    sweep(two.one.house.parts)
    (request,) = two.one.house.read(privacy_requests.of_merchant)
    assert (request.state, request.outcome["erased"]) == ("done", 1)
    erased = [
        shop.house.order("1001").wanted.is_erased for shop in (two.one, two.other)
    ]
    assert erased == [True, False]
